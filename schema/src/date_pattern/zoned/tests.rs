use super::*;

/// What real Java prints; how the table was made is in its first line.
const JAVA: &str = include_str!("java-patterns.tsv");

fn at(instant: &str, zone: &str) -> ZonedTime {
    let instant: Timestamp = instant.parse().expect("an instant");
    let nanos = i128::from(1_000_000_000);
    let seconds = instant.as_nanosecond().div_euclid(nanos);
    let rest = instant.as_nanosecond().rem_euclid(nanos);
    let zone = Zone::named(zone).expect("a zone");
    ZonedTime::new(seconds as i64, rest as u32, &zone).expect("a time")
}

#[test]
fn prints_what_java_prints() {
    let (mut printed, mut weeks, mut names, mut wrong) = (0, 0, 0, Vec::new());
    for row in JAVA.lines().filter(|row| !row.starts_with("# ")) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (pattern, java) = (cells[0], cells[3]);
        // `-0005` in the ISO form of Java has six digits in that of jiff.
        let instant = cells[1].replace("-0005-", "-000005-");
        let ours = match JavaPattern::parse(pattern) {
            Err(_) => "refused".to_owned(),
            Ok(parsed) => match parsed.format(&at(&instant, cells[2])) {
                Ok(text) => text,
                Err(FormatError { problem: FormatProblem::Padding { .. }, .. }) => "throws".to_owned(),
                Err(FormatError { problem: FormatProblem::Weeks { american, iso, .. }, .. }) => {
                    weeks += 1;
                    if (american.as_str(), iso.as_str()) != (java, cells[4]) {
                        wrong.push(format!("{row}: {american} {iso}"));
                    }
                    continue;
                }
                // Names that only Java's data has.
                Err(FormatError {
                    problem: FormatProblem::Language { letter: 'z' | 'v' | 'B', .. }, ..
                }) => {
                    names += 1;
                    continue;
                }
                Err(error) => error.to_string(),
            },
        };
        printed += 1;
        if ours != java || cells.get(4).is_some_and(|iso| *iso != java) {
            wrong.push(format!("{row}: {ours}"));
        }
    }
    assert!(wrong.is_empty(), "{} rows differ:\n{}", wrong.len(), wrong.join("\n"));
    // Not everything has gone another way.
    assert!(printed > 2000 && weeks > 100 && names < 200, "{printed} {weeks} {names}");
}

#[test]
fn zones_are_spelled_as_in_the_database() {
    for name in ["UTC", "Europe/Madrid", "Asia/Calcutta", "Etc/GMT+9", "EST"] {
        assert_eq!(Zone::named(name).expect(name).name(), name);
    }
    for name in ["", "Mars/Phobos", "europe/madrid", "utc", "+02:00", "Europe/Madrid "] {
        assert_eq!(Zone::named(name), None, "{name}");
    }
}

#[test]
fn what_cannot_be_known_says_so() {
    let shown = |pattern: &str, time: &ZonedTime| {
        JavaPattern::parse(pattern).expect(pattern).format(time).expect_err(pattern).to_string()
    };
    let new_year = at("2027-01-01T12:00:00Z", "America/Sao_Paulo");
    for (pattern, message) in [
        (
            "yyyy-'w'ww",
            "character 9: ww depends on how weeks are counted, which Firehose does not tell: 01 with American weeks, \
             53 with those of ISO 8601: use yyyy, MM and dd",
        ),
        (
            "YYYY",
            "character 1: YYYY depends on how weeks are counted, which Firehose does not tell: 2027 with American \
             weeks, 2026 with those of ISO 8601: write yyyy",
        ),
        (
            "HH z",
            "character 4: the text of z depends on a language and its data: write xx or XXX for the offset, or leave \
             it out",
        ),
        ("B", "character 1: the text of B depends on a language and its data: leave it out"),
        (
            "ppMMM",
            "character 3: `Jan` is longer than the 2 characters it is padded to: leave the padding out",
        ),
    ] {
        assert_eq!(shown(pattern, &new_year), message);
    }
}

#[test]
fn times_outside_the_calendar_are_none() {
    assert_eq!(ZonedTime::new(i64::MAX, 0, &Zone::utc()), None);
    assert_eq!(ZonedTime::new(0, 1_000_000_000, &Zone::utc()), None);
}
