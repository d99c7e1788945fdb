//! The small languages: types of Hive, layouts, date patterns, paths in XML, folders of Hive. The first byte tells
//! which; what has an inverse is turned around.

use lakebed_schema::civil::Civil;
use lakebed_schema::date_pattern::{DatePattern, JavaPattern, Zone, ZonedTime};
use lakebed_schema::hive_type::{HiveType, hive_type};
use lakebed_schema::xml_path::XmlPath;
use lakebed_schema::{Layout, hive_path};

/// A byte that tells the language, then a text in it.
pub fn check(data: &[u8]) {
    let Some((&language, data)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(data) else { return };
    match language % 6 {
        0 => hive(text),
        1 => layout(text),
        2 => pattern(text),
        3 => java(text),
        4 => xml(text),
        _ => path(text),
    }
}

fn hive(text: &str) {
    let Ok(ty) = text.parse::<HiveType>() else { return };
    let written = ty.to_string();
    assert_eq!(written.parse::<HiveType>().as_ref(), Ok(&ty), "{written}");
    let logical = ty.to_logical();
    // Lengths are the only thing that a logical type does not keep.
    let again = hive_type(&logical);
    assert_eq!(again.parse::<HiveType>().map(|ty| ty.to_string()).as_ref(), Ok(&again), "{text}");
}

fn layout(text: &str) {
    for by in [None, Some("observed_at")] {
        match Layout::parse(text, by) {
            Ok(layout) => {
                assert_eq!(layout.to_string(), text);
                assert!(layout.columns().all(|column| !column.is_empty()));
                let _ = (layout.granularity(), layout.has_value());
                for pattern in layout.date_patterns() {
                    let mut out = String::new();
                    pattern.format(&mut out, &Civil::from_seconds(1_795_392_000));
                }
            }
            Err(error) => {
                assert!(error.position <= text.chars().count(), "{error}");
                assert!(!error.to_string().is_empty() && !error.problem.fix().is_empty());
            }
        }
    }
}

fn pattern(text: &str) {
    match DatePattern::parse(text) {
        Ok(pattern) => {
            for seconds in [0, 1_795_392_000, i64::MIN, i64::MAX] {
                pattern.format(&mut String::new(), &Civil::from_seconds(seconds));
            }
            let _ = pattern.validate_for_layout(false).map_err(|error| error.to_string());
            let _ = pattern.validate_for_layout(true).map_err(|error| error.to_string());
        }
        Err(error) => assert!(error.position <= text.chars().count(), "{error}"),
    }
}

fn java(text: &str) {
    match JavaPattern::parse(text) {
        Ok(pattern) => {
            for zone in ["UTC", "Europe/Brussels", "Asia/Kathmandu"] {
                let Some(zone) = Zone::named(zone) else { continue };
                for seconds in [0, 1_783_939_327, -62_135_596_800, 253_402_300_799] {
                    let Some(time) = ZonedTime::new(seconds, 999_999_999, &zone) else { continue };
                    let _ = pattern.format(&time).map_err(|error| error.to_string());
                }
            }
        }
        Err(error) => assert!(error.position <= text.chars().count(), "{error}"),
    }
}

fn xml(text: &str) {
    match text.parse::<XmlPath>() {
        Ok(path) => assert!(!path.steps.is_empty() || path.attribute.is_some()),
        Err(error) => assert!(error.position <= text.chars().count() && !error.to_string().is_empty()),
    }
}

fn path(text: &str) {
    let mut escaped = String::new();
    hive_path::escape(text, &mut escaped);
    if !text.is_empty() {
        assert_eq!(hive_path::unescape(&escaped), text);
    }
    let _ = hive_path::unescape(text);
}
