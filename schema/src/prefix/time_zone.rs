//! `CustomTimeZone`.

use super::check::{Finder, Severity};

/// Longest name that the API takes.
const MAX: usize = 50;

/// What Firehose says to a zone that it does not take.
const REFUSED: &str = "Provided custom time zone is not supported. Custom time zones are limited to UTC and non-3-letter \
                       IANA time zones.";

/// New names of zones that Firehose was measured to refuse (us-east-1, 2026-09-10), with the old ones, of which it was
/// measured to take the first.
const REFUSED_NAMES: [(&str, &str); 2] = [("Asia/Kolkata", "Asia/Calcutta"), ("Europe/Kyiv", "Europe/Kiev")];

/// Other zones that were given a new name in the same way; not measured.
const RENAMED: [(&str, &str); 14] = [
    ("Africa/Asmara", "Africa/Asmera"),
    ("America/Argentina/Buenos_Aires", "America/Buenos_Aires"),
    ("America/Argentina/Catamarca", "America/Catamarca"),
    ("America/Argentina/Cordoba", "America/Cordoba"),
    ("America/Argentina/Jujuy", "America/Jujuy"),
    ("America/Argentina/Mendoza", "America/Mendoza"),
    ("America/Indiana/Indianapolis", "America/Indianapolis"),
    ("America/Kentucky/Louisville", "America/Louisville"),
    ("America/Nuuk", "America/Godthab"),
    ("Asia/Ho_Chi_Minh", "Asia/Saigon"),
    ("Asia/Kathmandu", "Asia/Katmandu"),
    ("Asia/Yangon", "Asia/Rangoon"),
    ("Atlantic/Faroe", "Atlantic/Faeroe"),
    ("Pacific/Pohnpei", "Pacific/Ponape"),
];

/// An empty name is the same as none: UTC.
pub(super) fn check(name: &str, found: &mut Finder<'_>) {
    if name.is_empty() {
        return;
    }
    let len = name.chars().count();
    if len > MAX {
        found.refuse(
            "time-zone-length",
            None,
            format!("the name of the zone has {len} characters, and Firehose takes {MAX}"),
            "take another name of the zone",
        );
        return;
    }
    if let Some((at, c)) =
        name.chars().enumerate().find(|(_, c)| !c.is_ascii_alphabetic() && !matches!(c, '/' | '_'))
    {
        found.refuse(
            "time-zone-characters",
            Some(at),
            format!("`{c}` cannot stand in the name of a zone: Firehose takes letters, / and _ only"),
            "take a zone without digits and signs, or UTC",
        );
        return;
    }
    if len == 3 && name != "UTC" {
        found.refuse(
            "time-zone-three-letters",
            Some(0),
            format!("`{name}` is a name of three letters, and only UTC is taken (Firehose: {REFUSED})"),
            "name a place, for example Europe/Brussels",
        );
        return;
    }
    if let Some((_, old)) = REFUSED_NAMES.iter().find(|(new, _)| *new == name) {
        found.refuse(
            "time-zone-new-name",
            Some(0),
            format!("Firehose does not know the zone by its new name (Firehose: {REFUSED})"),
            format!("write {old}"),
        );
        return;
    }
    #[cfg(feature = "calendar")]
    if crate::date_pattern::Zone::named(name).is_none() {
        found.refuse(
            "time-zone-unknown",
            Some(0),
            format!("`{name}` is no zone of the IANA database (Firehose: {REFUSED})"),
            "name a place, for example Europe/Brussels, spelled as there",
        );
        return;
    }
    if let Some((_, old)) = RENAMED.iter().find(|(new, _)| *new == name) {
        found.add(
            Severity::Warning,
            "time-zone-renamed",
            Some(0),
            format!("`{name}` is the new name of a zone; Firehose refuses such names of other zones"),
            format!("write {old}, which is the same zone"),
        );
    }
}
