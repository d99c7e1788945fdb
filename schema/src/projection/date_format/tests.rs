use super::*;
use proptest::prelude::*;

/// Pattern, milliseconds since 1970, what Java 17 writes, and what it reads from that: `DateTimeFormatter.ofPattern`
/// with the locale `ENGLISH`; a month alone is its first day, a time of day that is missing is midnight.
const WRITTEN: &[(&str, i64, &str, Option<i64>)] = &[
    ("yyyy-MM-dd", 1709214306123, "2024-02-29", Some(1709164800000)),
    ("yyyy-MM-dd", 946598400000, "1999-12-31", Some(946598400000)),
    ("yyyy-MM-dd", 1772369999007, "2026-03-01", Some(1772323200000)),
    ("yyyy-MM-dd", -61945520338000, "0007-01-09", Some(-61945603200000)),
    ("yyyyMMdd", 1709214306123, "20240229", Some(1709164800000)),
    ("yyyyMMdd", 946598400000, "19991231", Some(946598400000)),
    ("yyyyMMdd", 1772369999007, "20260301", Some(1772323200000)),
    ("yyyyMMdd", -61945520338000, "00070109", Some(-61945603200000)),
    ("uuuu/MM/dd/HH", 1709214306123, "2024/02/29/13", Some(1709211600000)),
    ("uuuu/MM/dd/HH", 946598400000, "1999/12/31/00", Some(946598400000)),
    ("uuuu/MM/dd/HH", 1772369999007, "2026/03/01/12", Some(1772366400000)),
    ("uuuu/MM/dd/HH", -61945520338000, "0007/01/09/23", Some(-61945520400000)),
    ("yyyy-MM", 1709214306123, "2024-02", Some(1706745600000)),
    ("yyyy-MM", 946598400000, "1999-12", Some(944006400000)),
    ("yyyy-MM", 1772369999007, "2026-03", Some(1772323200000)),
    ("yyyy-MM", -61945520338000, "0007-01", Some(-61946294400000)),
    ("yyyyMM", 1709214306123, "202402", Some(1706745600000)),
    ("yyyyMM", 946598400000, "199912", Some(944006400000)),
    ("yyyyMM", 1772369999007, "202603", Some(1772323200000)),
    ("yyyyMM", -61945520338000, "000701", Some(-61946294400000)),
    ("MMyyyy", 1709214306123, "022024", Some(1706745600000)),
    ("MMyyyy", 946598400000, "121999", Some(944006400000)),
    ("MMyyyy", 1772369999007, "032026", Some(1772323200000)),
    ("MMyyyy", -61945520338000, "010007", Some(-61946294400000)),
    ("'d'yyyy-MM-dd", 1709214306123, "d2024-02-29", Some(1709164800000)),
    ("'d'yyyy-MM-dd", 946598400000, "d1999-12-31", Some(946598400000)),
    ("'d'yyyy-MM-dd", 1772369999007, "d2026-03-01", Some(1772323200000)),
    ("'d'yyyy-MM-dd", -61945520338000, "d0007-01-09", Some(-61945603200000)),
    ("ddMMyyyy", 1709214306123, "29022024", Some(1709164800000)),
    ("ddMMyyyy", 946598400000, "31121999", Some(946598400000)),
    ("ddMMyyyy", 1772369999007, "01032026", Some(1772323200000)),
    ("ddMMyyyy", -61945520338000, "09010007", Some(-61945603200000)),
    ("yyyyMMddHHmmss", 1709214306123, "20240229134506", Some(1709214306000)),
    ("yyyyMMddHHmmss", 946598400000, "19991231000000", Some(946598400000)),
    ("yyyyMMddHHmmss", 1772369999007, "20260301125959", Some(1772369999000)),
    ("yyyyMMddHHmmss", -61945520338000, "00070109230102", Some(-61945520338000)),
    ("yyyyMMddHHmmssSSS", 1709214306123, "20240229134506123", Some(1709214306123)),
    ("yyyyMMddHHmmssSSS", 946598400000, "19991231000000000", Some(946598400000)),
    ("yyyyMMddHHmmssSSS", 1772369999007, "20260301125959007", Some(1772369999007)),
    ("yyyyMMddHHmmssSSS", -61945520338000, "00070109230102000", Some(-61945520338000)),
    ("yyyy-DDD", 1709214306123, "2024-060", Some(1709164800000)),
    ("yyyy-DDD", 946598400000, "1999-365", Some(946598400000)),
    ("yyyy-DDD", 1772369999007, "2026-060", Some(1772323200000)),
    ("yyyy-DDD", -61945520338000, "0007-009", Some(-61945603200000)),
    ("yyyyDDD", 1709214306123, "2024060", Some(1709164800000)),
    ("yyyyDDD", 946598400000, "1999365", Some(946598400000)),
    ("yyyyDDD", 1772369999007, "2026060", Some(1772323200000)),
    ("yyyyDDD", -61945520338000, "0007009", Some(-61945603200000)),
    ("yyyy-D", 1709214306123, "2024-60", Some(1709164800000)),
    ("yyyy-D", 946598400000, "1999-365", Some(946598400000)),
    ("yyyy-D", 1772369999007, "2026-60", Some(1772323200000)),
    ("yyyy-D", -61945520338000, "0007-9", Some(-61945603200000)),
    ("yyyy-DD", 1709214306123, "2024-60", Some(1709164800000)),
    ("yyyy-DD", 946598400000, "1999-365", Some(946598400000)),
    ("yyyy-DD", 1772369999007, "2026-60", Some(1772323200000)),
    ("yyyy-DD", -61945520338000, "0007-09", Some(-61945603200000)),
    ("yy-MM-dd", 1709214306123, "24-02-29", Some(1709164800000)),
    ("yy-MM-dd", 946598400000, "99-12-31", Some(4102358400000)),
    ("yy-MM-dd", 1772369999007, "26-03-01", Some(1772323200000)),
    ("yy-MM-dd", -61945520338000, "07-01-09", Some(1168300800000)),
    ("yyMMdd", 1709214306123, "240229", Some(1709164800000)),
    ("yyMMdd", 946598400000, "991231", Some(4102358400000)),
    ("yyMMdd", 1772369999007, "260301", Some(1772323200000)),
    ("yyMMdd", -61945520338000, "070109", Some(1168300800000)),
    ("y-M-d", 1709214306123, "2024-2-29", Some(1709164800000)),
    ("y-M-d", 946598400000, "1999-12-31", Some(946598400000)),
    ("y-M-d", 1772369999007, "2026-3-1", Some(1772323200000)),
    ("y-M-d", -61945520338000, "7-1-9", Some(-61945603200000)),
    ("yyyyy-MM-dd", 1709214306123, "02024-02-29", Some(1709164800000)),
    ("yyyyy-MM-dd", 946598400000, "01999-12-31", Some(946598400000)),
    ("yyyyy-MM-dd", 1772369999007, "02026-03-01", Some(1772323200000)),
    ("yyyyy-MM-dd", -61945520338000, "00007-01-09", Some(-61945603200000)),
    ("dd MMM yyyy", 1709214306123, "29 Feb 2024", Some(1709164800000)),
    ("dd MMM yyyy", 946598400000, "31 Dec 1999", Some(946598400000)),
    ("dd MMM yyyy", 1772369999007, "01 Mar 2026", Some(1772323200000)),
    ("dd MMM yyyy", -61945520338000, "09 Jan 0007", Some(-61945603200000)),
    ("d MMMM yyyy", 1709214306123, "29 February 2024", Some(1709164800000)),
    ("d MMMM yyyy", 946598400000, "31 December 1999", Some(946598400000)),
    ("d MMMM yyyy", 1772369999007, "1 March 2026", Some(1772323200000)),
    ("d MMMM yyyy", -61945520338000, "9 January 0007", Some(-61945603200000)),
    ("MMMdd''yyyy", 1709214306123, "Feb29'2024", Some(1709164800000)),
    ("MMMdd''yyyy", 946598400000, "Dec31'1999", Some(946598400000)),
    ("MMMdd''yyyy", 1772369999007, "Mar01'2026", Some(1772323200000)),
    ("MMMdd''yyyy", -61945520338000, "Jan09'0007", Some(-61945603200000)),
    ("yyyy-MM-dd hh a", 1709214306123, "2024-02-29 01 PM", Some(1709211600000)),
    ("yyyy-MM-dd hh a", 946598400000, "1999-12-31 12 AM", Some(946598400000)),
    ("yyyy-MM-dd hh a", 1772369999007, "2026-03-01 12 PM", Some(1772366400000)),
    ("yyyy-MM-dd hh a", -61945520338000, "0007-01-09 11 PM", Some(-61945520400000)),
    ("yyyy-MM-dd KK:mm a", 1709214306123, "2024-02-29 01:45 PM", Some(1709214300000)),
    ("yyyy-MM-dd KK:mm a", 946598400000, "1999-12-31 00:00 AM", Some(946598400000)),
    ("yyyy-MM-dd KK:mm a", 1772369999007, "2026-03-01 00:59 PM", Some(1772369940000)),
    ("yyyy-MM-dd KK:mm a", -61945520338000, "0007-01-09 11:01 PM", Some(-61945520340000)),
    ("yyyy-MM-dd kk", 1709214306123, "2024-02-29 13", Some(1709211600000)),
    ("yyyy-MM-dd kk", 946598400000, "1999-12-31 24", Some(946598400000)),
    ("yyyy-MM-dd kk", 1772369999007, "2026-03-01 12", Some(1772366400000)),
    ("yyyy-MM-dd kk", -61945520338000, "0007-01-09 23", Some(-61945520400000)),
    ("yyyy-MM-dd k", 1709214306123, "2024-02-29 13", Some(1709211600000)),
    ("yyyy-MM-dd k", 946598400000, "1999-12-31 24", Some(946598400000)),
    ("yyyy-MM-dd k", 1772369999007, "2026-03-01 12", Some(1772366400000)),
    ("yyyy-MM-dd k", -61945520338000, "0007-01-09 23", Some(-61945520400000)),
    ("EEE yyyy-MM-dd", 1709214306123, "Thu 2024-02-29", Some(1709164800000)),
    ("EEE yyyy-MM-dd", 946598400000, "Fri 1999-12-31", Some(946598400000)),
    ("EEE yyyy-MM-dd", 1772369999007, "Sun 2026-03-01", Some(1772323200000)),
    ("EEE yyyy-MM-dd", -61945520338000, "Tue 0007-01-09", Some(-61945603200000)),
    ("EEEE-yyyy-MM-dd", 1709214306123, "Thursday-2024-02-29", Some(1709164800000)),
    ("EEEE-yyyy-MM-dd", 946598400000, "Friday-1999-12-31", Some(946598400000)),
    ("EEEE-yyyy-MM-dd", 1772369999007, "Sunday-2026-03-01", Some(1772323200000)),
    ("EEEE-yyyy-MM-dd", -61945520338000, "Tuesday-0007-01-09", Some(-61945603200000)),
    ("yyyy-MM-dd-HH-mm-ss.SSS", 1709214306123, "2024-02-29-13-45-06.123", Some(1709214306123)),
    ("yyyy-MM-dd-HH-mm-ss.SSS", 946598400000, "1999-12-31-00-00-00.000", Some(946598400000)),
    ("yyyy-MM-dd-HH-mm-ss.SSS", 1772369999007, "2026-03-01-12-59-59.007", Some(1772369999007)),
    ("yyyy-MM-dd-HH-mm-ss.SSS", -61945520338000, "0007-01-09-23-01-02.000", Some(-61945520338000)),
    ("yyyy-LL-dd", 1709214306123, "2024-02-29", Some(1709164800000)),
    ("yyyy-LL-dd", 946598400000, "1999-12-31", Some(946598400000)),
    ("yyyy-LL-dd", 1772369999007, "2026-03-01", Some(1772323200000)),
    ("yyyy-LL-dd", -61945520338000, "0007-01-09", Some(-61945603200000)),
    ("yyyy-LLL-dd", 1709214306123, "2024-Feb-29", Some(1709164800000)),
    ("yyyy-LLL-dd", 946598400000, "1999-Dec-31", Some(946598400000)),
    ("yyyy-LLL-dd", 1772369999007, "2026-Mar-01", Some(1772323200000)),
    ("yyyy-LLL-dd", -61945520338000, "0007-Jan-09", Some(-61945603200000)),
    ("yyyy-MM-dd'T'HH:mm:ss", 1709214306123, "2024-02-29T13:45:06", Some(1709214306000)),
    ("yyyy-MM-dd'T'HH:mm:ss", 946598400000, "1999-12-31T00:00:00", Some(946598400000)),
    ("yyyy-MM-dd'T'HH:mm:ss", 1772369999007, "2026-03-01T12:59:59", Some(1772369999000)),
    ("yyyy-MM-dd'T'HH:mm:ss", -61945520338000, "0007-01-09T23:01:02", Some(-61945520338000)),
    ("yMMdd", 1709214306123, "20240229", Some(1709164800000)),
    ("yMMdd", 946598400000, "19991231", Some(946598400000)),
    ("yMMdd", 1772369999007, "20260301", Some(1772323200000)),
    ("yMMdd", -61945520338000, "70109", Some(-61945603200000)),
    ("yyy-MM-dd", 1709214306123, "2024-02-29", Some(1709164800000)),
    ("yyy-MM-dd", 946598400000, "1999-12-31", Some(946598400000)),
    ("yyy-MM-dd", 1772369999007, "2026-03-01", Some(1772323200000)),
    ("yyy-MM-dd", -61945520338000, "007-01-09", Some(-61945603200000)),
];

/// Pattern, text, and what Java 17 reads from it, in the same way.
const READ: &[(&str, &str, Option<i64>)] = &[
    ("yyyy-MM-dd", "2024-02-30", Some(1709164800000)),
    ("yyyy-MM-dd", "2023-02-29", Some(1677542400000)),
    ("yyyy-MM-dd", "2024-04-31", Some(1714435200000)),
    ("yyyy-MM-dd", "2024-04-32", None),
    ("yyyy-MM-dd", "2024-13-01", None),
    ("yyyy-MM-dd", "24-01-01", None),
    ("yyyy-MM-dd", "2024-1-01", None),
    ("yyyy-MM-dd", "2024-01-01 ", None),
    ("yyyy-MM-dd", "2024-01-011", None),
    ("y-M-d", "2024-001-0002", Some(1704153600000)),
    ("yyyy-MM-dd", "0000-01-01", None),
    ("yyyyMMdd", "202401011", None),
    ("yyyyMMdd", "2024011", None),
    ("yyyy-DDD", "2023-366", None),
    ("yyyy-DDD", "2024-366", Some(1735603200000)),
    ("yyyy-DDD", "2024-000", None),
    ("yyyy-DDD", "2024-367", None),
    ("EEE yyyy-MM-dd", "Fri 2024-02-29", None),
    ("dd MMM yyyy", "29 feb 2024", None),
    ("dd MMM yyyy", "29 Feb 2024", Some(1709164800000)),
    ("yyyy-MM-dd kk", "2024-02-29 24", Some(1709164800000)),
    ("yyyy-MM-dd kk", "2024-02-29 00", Some(1709164800000)),
    ("yyyy-MM-dd hh a", "2024-02-29 12 AM", Some(1709164800000)),
    ("yyyy-MM-dd hh a", "2024-02-29 12 PM", Some(1709208000000)),
    ("yyyy-MM-dd hh a", "2024-02-29 00 PM", Some(1709208000000)),
    ("yyyy-MM-dd hh a", "2024-02-29 13 PM", None),
    ("yyyy-MM-dd KK a", "2024-02-29 12 PM", None),
    ("yyyy-MM-dd HH HH", "2024-02-29 12 12", Some(1709208000000)),
    ("yyyy-MM-dd HH HH", "2024-02-29 12 13", None),
    ("yyyy'2'MM", "2024202", None),
    ("yyyy2MM", "2024202", None),
    ("yyyy-MM-dd HH KK a", "2024-02-29 13 01 PM", Some(1709211600000)),
    ("yyyy-MM-dd HH KK a", "2024-02-29 13 02 PM", None),
    ("yyyy-MM-dd DDD", "2024-02-29 060", Some(1709164800000)),
    ("yyyy-MM-dd DDD", "2024-02-29 061", None),
    ("yyyy-MM-dd", "2024-02-29T", None),
    ("yy-MM-dd", "99-01-01", Some(4070908800000)),
];

#[test]
fn writes_and_reads_as_java() {
    for (pattern, moment, text, read) in WRITTEN {
        let format = DateFormat::new(pattern).unwrap();
        assert_eq!(format.format(*moment), *text, "{pattern}");
        assert_eq!(format.parse(text), *read, "{pattern} {text}");
    }
    for (pattern, text, read) in READ {
        assert_eq!(DateFormat::new(pattern).unwrap().parse(text), *read, "{pattern} {text}");
    }
}

#[test]
fn formats_that_give_no_date_back() {
    for (pattern, part) in [
        ("", "the pattern is empty"),
        ("yyyy", "a year without a month"),
        ("YYYY-MM-dd", "`Y` is the year that a week belongs to"),
        ("yyyy-'W'ww", "counts weeks"),
        ("YYYY-'W'ww-e", "`Y`"),
        ("yyyy-QQ-dd", "the quarter"),
        ("yyyy-MM-dd hh", "without its half"),
        ("yyyy-MM-dd a", "without its half"),
        ("yyyy-dd", "a year without a month"),
        ("yyyy-MM HH", "has the hour without the day"),
        ("yyyy-MM-dd mm", "has the minute without the hour"),
        ("yyyy-MM-dd HH:ss", "has the second without the minute"),
        ("yyyy-MM-dd HH:mm:ssX", "time zone"),
        ("yyyy-MM-dd HH:mm:ss.SS", "2 times"),
        ("HH", "no year"),
        ("MM-dd", "no year"),
        ("GG yyyy-MM-dd", "`G` is not understood"),
        ("yyyy-MMMMM-dd", "5 times"),
        ("yyyy-MM-dd n", "no part of a time of day"),
        ("yyyy-mm-dd", "has minutes, `m`, and no month"),
    ] {
        let (problem, fix) = DateFormat::new(pattern).unwrap_err();
        assert!(problem.contains(part) && !fix.is_empty(), "{pattern}: {problem}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        moment in super::super::interval::FIRST_MOMENT..=LAST_MOMENT,
        pattern in prop::sample::select(WRITTEN.iter().map(|row| row.0).collect::<Vec<_>>()),
    ) {
        let format = DateFormat::new(pattern).unwrap();
        let text = format.format(moment);
        let Some(read) = format.parse(&text) else {
            // Years beyond their digits.
            prop_assert!(pattern.contains("yy-") || pattern.contains("yyMM"), "{pattern} {text}");
            return Ok(());
        };
        prop_assert_eq!(format.format(read), text);
        if !pattern.starts_with("yy-") && !pattern.starts_with("yyMMdd") {
            prop_assert!(read <= moment && super::super::interval::plus(read, 1, format.finest()).is_none_or(|end| moment < end));
        }
    }

    #[test]
    fn any_text_is_read_without_harm(text in ".{0,30}", pattern in ".{0,12}") {
        if let Ok(format) = DateFormat::new(&pattern) {
            format.parse(&text);
        }
        DateFormat::new("yyyyMMddHHmmssSSS").unwrap().parse(&text);
        DateFormat::new("dd MMM yyyy EEE a h").unwrap().parse(&text);
    }
}
