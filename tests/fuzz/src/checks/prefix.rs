//! Firehose prefixes and their jq query: any text is checked, and what parses is evaluated.

use lakebed_schema::date_pattern::{Zone, ZonedTime};
use lakebed_schema::prefix::{Delivery, Prefix, PrefixSettings, check as check_settings, query_keys};
use std::collections::BTreeMap;

/// A prefix, a prefix of errors, and a query, each on a line.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.splitn(5, '\n');
    let mut next = || lines.next().unwrap_or_default();
    let (prefix, errors, query, zone, extension) = (next(), next(), next(), next(), next());
    let settings = PrefixSettings {
        prefix: Some(prefix),
        error_output_prefix: Some(errors),
        custom_time_zone: Some(zone),
        file_extension: Some(extension),
        ..PrefixSettings::default()
    };
    for finding in check_settings(&settings) {
        assert!(!finding.to_string().is_empty());
    }
    let keys = query_keys(query).unwrap_or_default();
    for text in [prefix, errors] {
        evaluate(text, &keys);
    }
}

fn evaluate(text: &str, keys: &[String]) {
    let prefix = match Prefix::parse(text) {
        Ok(prefix) => prefix,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    assert!(text.starts_with(prefix.literal_start()));
    assert!(prefix.literal_start().starts_with(prefix.literal_folder()));
    for is_error_prefix in [false, true] {
        for finding in prefix.doubts(is_error_prefix) {
            assert!(!finding.to_string().is_empty());
        }
    }
    let mut values: BTreeMap<String, String> = keys.iter().map(|key| (key.clone(), "v".to_owned())).collect();
    values
        .extend(prefix.query_keys().chain(prefix.lambda_keys()).map(|key| (key.to_owned(), "v".to_owned())));
    for seconds in [0, 1_783_939_327, -62_135_596_800, 253_402_300_799] {
        let Some(time) = ZonedTime::new(seconds, 0, &Zone::utc()) else { continue };
        let mut delivery = Delivery { time, keys: &values, random: &mut || "046b6c7f-0b".to_owned() };
        let good = prefix.evaluate(&mut delivery);
        assert!(good.is_err() || good.is_ok_and(|text| text.starts_with(prefix.literal_start())));
        let _ = prefix.evaluate_errors("processing-failed", &mut delivery);
    }
}
