use super::*;
use proptest::prelude::*;

fn parse(pattern: &str) -> DatePattern {
    DatePattern::parse(pattern).unwrap()
}

fn shown<T: std::fmt::Debug>(result: Result<T, PatternError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn items_and_quotes() {
    let literal = |text: &str| PatternItem::Literal(text.into());
    let field = |letter, count| PatternItem::Field { letter, count };
    assert_eq!(parse("yyyy-MM").items, [field('y', 4), literal("-"), field('M', 2)]);
    assert_eq!(parse("'at 'H").items, [literal("at "), field('H', 1)]);
    assert_eq!(parse("''").items, [literal("'")]);
    assert_eq!(parse("'o''clock'").items, [literal("o'clock")]);
    assert_eq!(parse("H''m").items, [field('H', 1), literal("'"), field('m', 1)]);
    // As Java has it: inside quotes two of them are one, so four make one.
    assert_eq!(parse("''''").items, [literal("'")]);
    assert_eq!(parse("'a'''").items, [literal("a'")]);
}

#[test]
fn what_java_refuses() {
    for (pattern, message) in [
        ("", "character 1: the pattern is empty: write a date pattern such as yyyy-MM-dd"),
        ("yyyy{", "character 5: `{` is reserved in date patterns: leave it out"),
        ("yyyy-#", "character 6: `#` is reserved in date patterns: leave it out"),
        (
            "dt=yyyy",
            "character 2: `t` is no letter of date patterns: put text in quotes, 't', or, in a layout, outside the braces",
        ),
        ("yyyy'T", "character 5: this quote is never closed: close it, or write '' for a quote itself"),
        ("'''", "character 1: this quote is never closed: close it, or write '' for a quote itself"),
        ("yyyy[-MM]", "character 5: `[`: optional sections are not supported: leave it out"),
    ] {
        assert_eq!(shown(DatePattern::parse(pattern)), message);
    }
}

#[test]
fn layouts_take_fixed_widths_only() {
    for pattern in ["yyyy-MM-dd", "uuuuMMdd", "HH", "HH.mm", "yyyy_MM'x'dd"] {
        assert_eq!(parse(pattern).validate_for_layout(false), Ok(()), "{pattern}");
    }
    assert_eq!(parse("mm").validate_for_layout(true), Ok(()));
    for (pattern, position, fix) in [
        ("YYYY-MM-dd", 0, "write yyyy"),
        ("yyyy-MM-DD", 8, "write dd"),
        ("yyyy-DDD", 5, "write dd"),
        ("hh", 0, "write HH"),
        ("KK", 0, "write HH"),
        ("kk", 0, "write HH"),
        ("yyyy-mm-dd", 5, "write MM"),
        ("yy", 0, "write yyyy"),
        ("u", 0, "write uuuu"),
        ("yyyy-M", 5, "write MM"),
        ("d", 0, "write dd"),
        ("H", 0, "write HH"),
        ("HH-m", 3, "write mm"),
        ("HHH", 0, "write HH"),
        ("MMM", 0, "write MM"),
        ("ss", 0, "end the layout at the minute, mm, or before"),
        ("SSS", 0, "end the layout at the minute, mm, or before"),
        ("EEE", 0, "use yyyy, MM, dd, HH and mm only"),
        ("VV", 0, "use yyyy, MM, dd, HH and mm only"),
        ("HH:mm", 2, "use a-z, A-Z, 0-9, dot, underscore and hyphen only"),
        ("yyyy'a b'", 6, "use a-z, A-Z, 0-9, dot, underscore and hyphen only"),
        ("yyyy/MM", 4, "make it two segments, as in year={yyyy}/month={MM}"),
    ] {
        let error = parse(pattern).validate_for_layout(false).unwrap_err();
        assert_eq!((error.position, error.problem.fix().as_str()), (position, fix), "{pattern}");
    }
}

#[test]
fn formatting() {
    let civil = Civil { year: 2026, month: 1, day: 2, hour: 3, minute: 44, second: 5 };
    for (pattern, year, expected) in [
        ("yyyy-MM-dd'T'HH:mm:ss.SSS", 2026, "2026-01-02T03:44:05.000"),
        ("y/M/d H:m:s", 2026, "2026/1/2 3:44:5"),
        ("yy", 1907, "07"),
        ("yyyy", 12026, "+12026"),
        ("yyyyy", 12026, "12026"),
        ("y", 12026, "12026"),
        ("uuuu", -5, "-0005"),
        ("yyyy", 0, "0001"),
        ("yyyy", 7, "0007"),
        ("MMM", 2026, "MMM"),
    ] {
        let mut out = String::new();
        parse(pattern).format(&mut out, &Civil { year, ..civil });
        assert_eq!(out, expected, "{pattern}");
    }
}

#[test]
fn times_need_a_whole_date() {
    for pattern in ["yyyy-MM-dd", "d/M/uuuu H:m:s", "yyyyMMddHHmmssSSS", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"] {
        assert_eq!(parse(pattern).validate_for_time(), Ok(()), "{pattern}");
    }
    for (pattern, message) in [
        ("yyyy-MM", "character 1: the pattern has no day: add dd"),
        ("MM-dd", "character 1: the pattern has no year: add yyyy"),
        ("yyyy-mm-dd", "character 6: mm is the minute, and no hour comes before it: write MM"),
        ("yyyy-MM-dd mm", "character 1: the pattern has no hour: add HH"),
        ("yyyy-MM-dd HH:mm SSS", "character 1: the pattern has no second: add ss"),
        ("yyyy-MMM-dd", "character 6: MMM cannot be read: months are read as numbers: write MM"),
        ("yyyy-MM-dd hh:mm a", "character 12: hh cannot be read: write HH for the hour of 0 to 23"),
        ("yyyy-MM-ddM", "character 11: `M` gives a part of the time a second time: leave it out"),
        (
            "yyyyMd",
            "character 5: M has one or two digits and a number follows, so its end cannot be told: write MM, or put text between them",
        ),
    ] {
        assert_eq!(shown(parse(pattern).validate_for_time()), message);
    }
}

#[test]
fn reading_times() {
    let seconds = |pattern: &str, text: &str| {
        let pattern = parse(pattern);
        pattern.validate_for_time().unwrap();
        pattern.parse_time(text.as_bytes()).map(|time| (time.to_seconds(), time.nanos))
    };
    for (pattern, text, expected) in [
        ("yyyy-MM-dd", "1970-01-02", Some((86_400, 0))),
        ("yyyy-MM-dd", "1970-01-2", None),
        ("yyyy-MM-dd", "1970-01-02 ", None),
        ("yyyy-MM-dd", "1970-02-30", None),
        ("yyyy-MM-dd", "0000-01-01", None),
        ("yyyy-MM-dd", "11970-01-01", None),
        ("uuuu-MM-dd", "0000-01-01", Some((-62_167_219_200, 0))),
        ("d/M/yyyy H:m:s", "2/1/1970 1:02:3", Some((90_123, 0))),
        ("d/M/yyyy H:m:s", "02/01/1970 001:02:3", None),
        ("yyyyMMddHHmmssSSS", "19700101000001007", Some((1, 7_000_000))),
        ("yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "1970-01-01 00:00:00.000000001", Some((0, 1))),
        ("yyyy-MM-dd HH:mm:ss.SSS", "1970-01-01 00:00:00.1234", None),
        ("yyyy-MM-dd HH", "1970-01-01 24", None),
        ("yyyy-MM-dd HH:mm:ss", "1970-01-01 00:00:60", None),
        ("yyyy-MM-dd'T'HHXXX", "1970-01-01T02+01:00", Some((3600, 0))),
        ("yyyy-MM-dd'T'HHXXX", "1970-01-01T02Z", Some((7200, 0))),
        ("yyyy-MM-dd'T'HHxxx", "1970-01-01T02Z", None),
        ("yyyy-MM-dd'T'HHXXX", "1970-01-01T02+0100", None),
        ("yyyy-MM-dd'T'HHXX", "1970-01-01T02-0130", Some((12_600, 0))),
        ("yyyy-MM-dd'T'HHX", "1970-01-01T02+01", Some((3600, 0))),
        ("yyyy-MM-dd'T'HHX", "1970-01-01T02+0130", Some((1800, 0))),
        ("yyyy-MM-dd'T'HHZ", "1970-01-01T02+0100", Some((3600, 0))),
        ("yyyy-MM-dd'T'HHZ", "1970-01-01T02Z", None),
        ("yyyy-MM-dd'T'HHXXX", "1970-01-01T02+18:01", None),
        ("yyyy-MM-dd'T'HHXXX", "1970-01-01T02+01:60", None),
    ] {
        assert_eq!(seconds(pattern, text), expected, "{pattern} {text}");
    }
}

proptest! {
    #[test]
    fn what_is_formatted_is_read_back(
        seconds in -62_135_596_800_i64..=253_402_300_799,
        pattern in prop::sample::select(vec![
            "yyyy-MM-dd'T'HH:mm:ss", "d/M/uuuu H:m:s", "yyyyMMddHHmmss", "ss-mm-HH dd MM yyyy '''t'''",
        ]),
    ) {
        let pattern = parse(pattern);
        let civil = Civil::from_seconds(seconds);
        let mut text = String::new();
        pattern.format(&mut text, &civil);
        let time = pattern.parse_time(text.as_bytes()).unwrap();
        prop_assert_eq!(time, ParsedTime { civil, nanos: 0, offset: None });
    }

    #[test]
    fn what_is_spelled_is_read_back(
        seconds in -62_135_500_000_i64..=253_402_200_000,
        nanos in 0..1_000_000_000_u32,
        minutes in -1080..=1080_i32,
        pattern in prop::sample::select(vec![
            "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX", "d/M/uuuu H:m:s.SSSSSSSSS X", "yyyyMMddHHmmssSSSSSSSSSZ",
            "yyyy-MM-dd HH:mm:ss SSSSSSSSS xx", "yyyy-MM-dd HH:mm:ss SSSSSSSSS x",
        ]),
    ) {
        let pattern = parse(pattern);
        pattern.validate_for_time().unwrap();
        let time = ParsedTime { civil: Civil::from_seconds(seconds), nanos, offset: Some(minutes * 60) };
        let mut text = String::new();
        pattern.format_time(&mut text, &time);
        prop_assert_eq!(pattern.parse_time(text.as_bytes()), Some(time), "{}", text);
    }

    #[test]
    fn nothing_panics(pattern in "[yMdHmsSXZ'./ -]{0,12}", text in prop::collection::vec(any::<u8>(), 0..20)) {
        if let Ok(pattern) = DatePattern::parse(&pattern) {
            let _ = pattern.validate_for_layout(false);
            let _ = pattern.validate_for_time();
            let _ = pattern.parse_time(&text);
            pattern.format(&mut String::new(), &Civil::from_seconds(0));
        }
    }
}
