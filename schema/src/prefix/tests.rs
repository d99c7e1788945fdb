use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

const DATA: &str = "data/dt=!{timestamp:yyyy-MM-dd}/";
const ERRORS: &str = "errors/!{firehose:error-output-type}/";

/// A pair that nothing is wrong with.
fn good() -> PrefixSettings<'static> {
    PrefixSettings { prefix: Some(DATA), error_output_prefix: Some(ERRORS), ..PrefixSettings::default() }
}

/// The same with dynamic partitioning.
fn dynamic() -> PrefixSettings<'static> {
    PrefixSettings {
        prefix: Some("data/id=!{partitionKeyFromQuery:id}/"),
        dynamic_partitioning: true,
        query: Some("{id: .id}"),
        ..good()
    }
}

fn shown(settings: &PrefixSettings<'_>) -> Vec<String> {
    check(settings)
        .iter()
        .map(|finding| {
            let at = finding.position.map(|at| format!("@{at}")).unwrap_or_default();
            let sign = match finding.severity {
                Severity::Error => '!',
                Severity::Mistake => '#',
                Severity::Warning => '?',
            };
            format!("{sign}{} {}{at}", finding.rule, finding.setting)
        })
        .collect()
}

#[test]
fn good_pairs_have_no_findings() {
    for settings in [
        PrefixSettings::default(),
        good(),
        dynamic(),
        PrefixSettings { query: None, ..dynamic() },
        PrefixSettings { prefix: Some("data/"), error_output_prefix: None, ..good() },
        PrefixSettings { prefix: Some("data/r=!{firehose:random-string}/"), ..good() },
        PrefixSettings { prefix: Some("data/!{timestamp:'year='yyyy'/month='MM}/"), ..good() },
        PrefixSettings { prefix: Some("data/!{timestamp:yyyy/MM/dd/HHmmss}/"), ..good() },
        PrefixSettings { prefix: Some("data/!{timestamp:HH}!{timestamp:mm}/"), ..good() },
        PrefixSettings { prefix: Some("data/!{partitionKeyFromLambda:id}/"), query: None, ..dynamic() },
        PrefixSettings {
            custom_time_zone: Some("Europe/Brussels"),
            file_extension: Some(".json.gz"),
            ..good()
        },
        PrefixSettings { custom_time_zone: Some("UTC"), file_extension: Some(""), ..good() },
        PrefixSettings { custom_time_zone: Some(""), buffer_mib: Some(64), ..dynamic() },
        PrefixSettings { custom_time_zone: Some("Asia/Calcutta"), buffer_mib: Some(5), ..good() },
    ] {
        assert_eq!(check(&settings), [], "{settings:?}");
    }
}

/// Each rule once, at its place. What is accepted instead stands in the test above.
#[test]
fn broken_rules() {
    let prefix = |text| PrefixSettings { prefix: Some(text), ..good() };
    let errors = |text| PrefixSettings { error_output_prefix: Some(text), ..good() };
    let (long, longer, line) = ("x".repeat(510) + "/", "x".repeat(1024) + "/", "data/\n/");
    let keys: String = (0..51).map(|n| format!("k{n}:.k{n},")).collect();
    let uses: String = (0..51).map(|n| format!("!{{partitionKeyFromQuery:k{n}}}-")).collect();
    let (keys, uses) = (format!("{{{}}}", keys.trim_end_matches(',')), format!("d/{uses}/"));
    let zone = |zone| PrefixSettings { custom_time_zone: Some(zone), ..good() };
    let extension = |extension| PrefixSettings { file_extension: Some(extension), ..good() };
    let (long_zone, long_extension) = ("A".repeat(51), format!(".{}", "a".repeat(128)));
    let cases: Vec<(PrefixSettings<'_>, &[&str])> = vec![
        // The text.
        (prefix("my!{prefix/"), &["!prefix-expression Prefix@2"]),
        (prefix("a/!{yyyy}/"), &["!prefix-expression Prefix@2"]),
        (prefix("a/!{timestamp:!{firehose:random-string}}/"), &["!prefix-nesting Prefix@14"]),
        (prefix("a/!{bogus:yyyy}/"), &["!prefix-namespace Prefix@4"]),
        (prefix("a/!{Timestamp:yyyy}/"), &["!prefix-namespace Prefix@4"]),
        (prefix("a/!{firehose:bogus}/"), &["!prefix-value Prefix@13"]),
        (prefix("a/!{timestamp:}/"), &["!prefix-value Prefix@14"]),
        (prefix("a/!{timestamp:yyyy/bbb}/"), &["!prefix-date-pattern Prefix@19"]),
        (errors("e/!{timestamp:yyyy'}/"), &["!prefix-date-pattern ErrorOutputPrefix@18"]),
        (prefix(&longer), &["!prefix-length Prefix", "!prefix-evaluated-length Prefix"]),
        (prefix(&long), &["!prefix-evaluated-length Prefix"]),
        (prefix(line), &["!prefix-line-end Prefix@5", "?prefix-character Prefix@5"]),
        // The pair.
        (errors(""), &["!error-prefix-required ErrorOutputPrefix"]),
        (
            PrefixSettings { error_output_prefix: None, ..good() },
            &["!error-prefix-required ErrorOutputPrefix"],
        ),
        (errors("e/!{timestamp:yyyy}/"), &["!error-prefix-type ErrorOutputPrefix"]),
        (prefix("a/!{firehose:error-output-type}/"), &["!prefix-error-type Prefix@2"]),
        (
            PrefixSettings {
                error_output_prefix: Some("e/!{partitionKeyFromQuery:id}/!{firehose:error-output-type}/"),
                ..dynamic()
            },
            &["!error-prefix-partition-key ErrorOutputPrefix@2"],
        ),
        // Dynamic partitioning.
        (
            PrefixSettings { dynamic_partitioning: false, ..dynamic() },
            &["!partition-key-without-dynamic-partitioning Prefix@8"],
        ),
        (
            PrefixSettings { prefix: Some("data/plain/"), query: None, ..dynamic() },
            &["!dynamic-partitioning-needs-key Prefix"],
        ),
        (
            PrefixSettings { prefix: None, error_output_prefix: None, query: None, ..dynamic() },
            &["!dynamic-partitioning-needs-key Prefix", "!error-prefix-required ErrorOutputPrefix"],
        ),
        (
            PrefixSettings { query: Some("{id:.id,b:.b}"), ..dynamic() },
            &["!query-key-unused MetadataExtractionQuery"],
        ),
        (PrefixSettings { query: Some("{}"), ..dynamic() }, &["!prefix-key-without-query Prefix@32"]),
        (PrefixSettings { query: Some(".id"), ..dynamic() }, &["?query-shape MetadataExtractionQuery@0"]),
        (
            PrefixSettings { prefix: Some(&uses), query: Some(&keys), ..dynamic() },
            &["!prefix-length Prefix", "!query-key-count MetadataExtractionQuery"],
        ),
        (
            PrefixSettings { buffer_mib: Some(63), ..dynamic() },
            &["!dynamic-partitioning-buffer BufferingHints.SizeInMBs"],
        ),
        // The zone and the extension.
        (zone(&long_zone), &["!time-zone-length CustomTimeZone"]),
        (zone("Etc/GMT+9"), &["!time-zone-characters CustomTimeZone@7"]),
        (zone("America/Port-au-Prince"), &["!time-zone-characters CustomTimeZone@12"]),
        (zone("EST"), &["!time-zone-three-letters CustomTimeZone@0"]),
        (zone("Asia/Kolkata"), &["!time-zone-new-name CustomTimeZone@0"]),
        (zone("Asia/Yangon"), &["?time-zone-renamed CustomTimeZone@0"]),
        (extension(&long_extension), &["!file-extension-length FileExtension"]),
        (extension("parquet"), &["!file-extension-dot FileExtension@0"]),
        (extension("."), &["!file-extension-dot FileExtension@0"]),
        (extension(".JSON"), &["!file-extension-characters FileExtension@1"]),
        (extension(".a/b"), &["!file-extension-characters FileExtension@2"]),
        // Date patterns that are nearly always a mistake.
        (prefix("d/!{timestamp:YYYY-MM-dd}/"), &["#prefix-week-year Prefix@14"]),
        (prefix("d/!{timestamp:yyyy/MM/DD}/"), &["?prefix-day-of-year Prefix@22"]),
        (prefix("d/!{timestamp:yyyy-mm-dd}/"), &["#prefix-minute-for-month Prefix@19"]),
        (
            prefix("d/!{timestamp:yyyy}/!{timestamp:m}/!{timestamp:dd}/"),
            &["#prefix-minute-for-month Prefix@32"],
        ),
        (prefix("d/!{timestamp:mm}/!{timestamp:dd}/"), &["#prefix-minute-for-month Prefix@14"]),
        (prefix("d/!{timestamp:yyyy-MM-dd-mm}/"), &["?prefix-minute-for-month Prefix@25"]),
        (prefix("d/!{timestamp:mm}/"), &["?prefix-minute-for-month Prefix@14"]),
        (prefix("d/!{timestamp:HH}/!{timestamp:yyyy-mm}/"), &[]),
        (
            errors("e/!{timestamp:YYYY}/!{firehose:error-output-type}/"),
            &["#prefix-week-year ErrorOutputPrefix@14"],
        ),
        (prefix("d/!{timestamp:yyyy/MM/dd/hh}/"), &["?prefix-half-day-hour Prefix@25"]),
        (
            prefix("d/!{timestamp:KK}!{timestamp:kk}/"),
            &["?prefix-half-day-hour Prefix@14", "?prefix-half-day-hour Prefix@29"],
        ),
        (prefix("d/!{timestamp:yy}/"), &["?prefix-year-width Prefix@14"]),
        (prefix("d/!{timestamp:yyyy-M}/"), &["?prefix-number-width Prefix@19"]),
        (prefix("d/!{timestamp:yyyy-L}/"), &["?prefix-number-width Prefix@19"]),
        (prefix("d/!{timestamp:HH.mm.s}/"), &["?prefix-number-width Prefix@20"]),
        (prefix("d/!{timestamp:MMM}/"), &["?prefix-language Prefix@14"]),
        (prefix("d/!{timestamp:EEE}/"), &["?prefix-language Prefix@14"]),
        (prefix("d/!{timestamp:z}/"), &["?prefix-language Prefix@14"]),
        (prefix("d/!{timestamp:VV}/"), &["?prefix-zone Prefix@14"]),
        (prefix("d/!{timestamp:XXX}/"), &["?prefix-zone Prefix@14"]),
        (prefix("d/!{timestamp:F}/"), &["?prefix-rare-letter Prefix@14"]),
        (prefix("d/!{timestamp:ppd}/"), &["?prefix-padding Prefix@14", "?prefix-number-width Prefix@16"]),
        (prefix("d/!{timestamp:yyyy-'w'ww}/"), &["#prefix-week Prefix@22"]),
        (prefix("d/!{timestamp:e}/"), &["#prefix-week Prefix@14"]),
        // Paths that are nearly always a mistake.
        (prefix("legacy"), &["?prefix-no-slash Prefix@5", "#error-prefix-inside ErrorOutputPrefix"]),
        (prefix("d/!{timestamp:yyyy}"), &["?prefix-no-slash Prefix@14"]),
        (errors("e/!{firehose:error-output-type}"), &["?prefix-no-slash ErrorOutputPrefix@2"]),
        (prefix("/d/"), &["?prefix-leading-slash Prefix@0"]),
        (prefix("d//"), &["?prefix-double-slash Prefix@2"]),
        (prefix("d/!{timestamp:yyyy/}/"), &["?prefix-double-slash Prefix@20"]),
        (prefix("d/a=b=!{timestamp:yyyy}/"), &["?prefix-equals Prefix@5"]),
        (prefix("d/{timestamp:yyyy}/"), &["?prefix-brace Prefix@2"]),
        (prefix("d/a b/"), &["?prefix-character Prefix@3"]),
        (prefix("d/!{timestamp:HH:mm}/"), &["?prefix-character Prefix@16"]),
        (
            PrefixSettings {
                prefix: Some("d/!{partitionKeyFromQuery:a b}/"),
                query: Some("{\"a b\": .a}"),
                ..dynamic()
            },
            &["?prefix-key-name Prefix@27"],
        ),
        (errors("data/errors/"), &["#error-prefix-inside ErrorOutputPrefix"]),
        (errors("x/"), &[]),
        (
            PrefixSettings { prefix: Some("x/d/"), error_output_prefix: Some("x/"), ..good() },
            &["#error-prefix-inside ErrorOutputPrefix"],
        ),
        (prefix("!{timestamp:yyyy}/"), &["#error-prefix-inside ErrorOutputPrefix"]),
    ];
    for (settings, expected) in &cases {
        assert_eq!(shown(settings), *expected, "{settings:?}");
    }
    let mut broken: BTreeSet<&str> =
        cases.iter().flat_map(|(settings, _)| check(settings)).map(|finding| finding.rule).collect();
    #[cfg(feature = "calendar")]
    for zone_name in ["Mars/Phobos", "europe/brussels"] {
        assert_eq!(shown(&zone(zone_name)), ["!time-zone-unknown CustomTimeZone@0"]);
    }
    broken.insert("time-zone-unknown");
    let sources = [
        include_str!("error.rs"),
        include_str!("refusals.rs"),
        include_str!("doubts.rs"),
        include_str!("time_zone.rs"),
        include_str!("file_extension.rs"),
    ];
    let is_rule = |word: &&str| {
        let starts =
            ["prefix-", "error-prefix-", "query-", "partition-key-", "dynamic-partitioning-", "time-zone-"];
        (starts.iter().any(|start| word.starts_with(start)) || word.starts_with("file-extension-"))
            && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let named: BTreeSet<&str> = sources.iter().flat_map(|source| source.split('"')).filter(is_rule).collect();
    assert_eq!(broken, named, "each rule has a case that breaks it");
}

#[test]
fn messages_name_the_fix() {
    for (settings, message) in [
        (
            PrefixSettings { prefix: Some("d/!{timestmp:yyyy}/"), ..good() },
            "Prefix, character 5: `timestmp` is no namespace (Firehose: Namespace to the left of colon (timestmp) is an \
             invalid keyword!): write timestamp [prefix-namespace]",
        ),
        (
            PrefixSettings { prefix: Some("d/!{random-string}/"), ..good() },
            "Prefix, character 3: `!{random-string}` is not of the form !{namespace:value} (Firehose: Invalid expression \
             usage: d/!{random-string}/.Must be of the form !{<namespace>:<value>}): write !{firehose:random-string} \
             [prefix-expression]",
        ),
        (
            PrefixSettings { prefix: Some("d/!{timestamp:yyyy/mm/dd/HH}/"), ..good() },
            "Prefix, character 20: mm is the minute, and no hour comes before it: write MM [prefix-minute-for-month]",
        ),
        (
            PrefixSettings { prefix: Some("legacy"), error_output_prefix: None, ..good() },
            "Prefix, character 6: there is no slash at the end, and Firehose puts none there: objects go to legacy2026/…: \
             end it with / [prefix-no-slash]",
        ),
    ] {
        assert_eq!(check(&settings).iter().map(ToString::to_string).collect::<Vec<_>>(), [message]);
    }
}

#[test]
fn folders_of_the_text_before_expressions() {
    for (text, start, folder) in [
        ("data/dt=!{timestamp:yyyy}/", "data/dt=", "data/"),
        ("!{timestamp:yyyy}/", "", ""),
        ("legacy", "legacy", ""),
        ("a/b/", "a/b/", "a/b/"),
        ("", "", ""),
    ] {
        let prefix = Prefix::parse(text).unwrap();
        assert_eq!((prefix.literal_start(), prefix.literal_folder()), (start, folder), "{text}");
    }
}

#[cfg(feature = "calendar")]
mod evaluated {
    use super::*;
    use crate::date_pattern::{Zone, ZonedTime};
    use std::collections::BTreeMap;

    fn with<T>(keys: &[(&str, &str)], give: impl FnOnce(&mut Delivery<'_>) -> T) -> T {
        let keys: BTreeMap<_, _> = keys.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let time = ZonedTime::new(1_783_939_327, 0, &Zone::utc()).unwrap();
        let mut n = 0;
        let mut random = || {
            n += 1;
            format!("random{n:05}")
        };
        give(&mut Delivery { time, keys: &keys, random: &mut random })
    }

    #[test]
    fn each_random_string_is_another_one() {
        let prefix = Prefix::parse("a/!{firehose:random-string}/!{firehose:random-string}/").unwrap();
        let text = with(&[], |delivery| prefix.evaluate(delivery));
        assert_eq!(text.as_deref(), Ok("a/random00001/random00002/"));
    }

    #[test]
    fn the_hour_is_appended_to_text_alone() {
        for (prefix, text) in [
            ("", "2026/07/13/10/"),
            ("legacy", "legacy2026/07/13/10/"),
            ("r=!{firehose:random-string}/", "r=random00001/"),
            ("k=!{partitionKeyFromQuery:k}/", "k=v w/"),
            ("k=!{partitionKeyFromLambda:k}/!{timestamp:yyyy[-MM]}", "k=v w/2026-07"),
        ] {
            let prefix = Prefix::parse(prefix).unwrap();
            assert_eq!(with(&[("k", "v w")], |delivery| prefix.evaluate(delivery)).as_deref(), Ok(text));
        }
        let prefix = Prefix::parse("errors/").unwrap();
        let text = with(&[], |delivery| prefix.evaluate_errors("processing-failed", delivery));
        assert_eq!(text.as_deref(), Ok("errors/"));
    }

    #[test]
    fn what_comes_to_nothing() {
        let long = "v".repeat(513);
        for (prefix, keys, message) in [
            (
                "a/!{partitionKeyFromQuery:k}/",
                &[][..],
                "character 27: the partition key `k` has no value: give it a value",
            ),
            (
                "!{partitionKeyFromQuery:k}/",
                &[("k", "")],
                "character 25: the value of the partition key `k` is empty (reported of Firehose: partitionKeys values must \
                 not be null or empty): let the query or function give another text, such as \"unknown\", for what is empty",
            ),
            (
                "!{firehose:error-output-type}/",
                &[],
                "character 12: records that did not fail have no kind of failure: it belongs in ErrorOutputPrefix",
            ),
            (
                "!{timestamp:yyyy-B}/",
                &[],
                "character 18: the text of B depends on a language and its data: leave it out",
            ),
            (
                "!{partitionKeyFromQuery:k}",
                &[("k", &long)],
                "character 1: it comes to 513 characters (Firehose: Length of evaluated prefix cannot be greater than 512): \
                 make the prefix or its keys shorter",
            ),
        ] {
            let prefix = Prefix::parse(prefix).unwrap();
            let error = with(keys, |delivery| prefix.evaluate(delivery)).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        let prefix = Prefix::parse("!{partitionKeyFromQuery:k}/").unwrap();
        let error = with(&[("k", "v")], |delivery| prefix.evaluate_errors("x", delivery)).unwrap_err();
        assert_eq!(error.problem, EvaluateProblem::KeyInErrors("k".into()));
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "!{",
        "}",
        "{",
        "!",
        ":",
        "timestamp",
        "firehose",
        "partitionKeyFromQuery",
        "random-string",
        "yyyy",
        "'",
        "/",
        "é",
        "[",
        "!{timestamp:yyyy-MM}",
        "!{firehose:error-output-type}",
        "!{partitionKeyFromLambda:k}",
        "a=",
        " ",
        "p",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_panics_and_what_is_read_prints_the_same(text in prop_oneof![pieces(), any::<String>()]) {
        let _ = check(&PrefixSettings {
            prefix: Some(&text),
            error_output_prefix: Some(&text),
            dynamic_partitioning: true,
            query: Some(&text),
            custom_time_zone: Some(&text),
            file_extension: Some(&text),
            buffer_mib: None,
        });
        match Prefix::parse(&text) {
            Ok(prefix) => prop_assert_eq!(prefix.to_string(), text),
            Err(error) => prop_assert!(error.position <= text.chars().count(), "{}", error),
        }
    }
}
