//! Prefixes checked and evaluated, as a terminal shows it.

use crate::{Io, domain, run};

/// Exit code, standard output, standard error.
fn ran(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code =
        run(domain::tables(), [&["lakebed", "prefix"], args].concat(), &mut Io::new(&mut out, &mut err));
    let text = |bytes: &[u8]| anstream::adapter::strip_str(&String::from_utf8_lossy(bytes)).to_string();
    (code, text(&out), text(&err))
}

const ERRORS: [&str; 2] = ["--error-prefix", "errors/!{firehose:error-output-type}/"];

fn checked(args: &[&str]) -> (u8, String) {
    let (code, out, err) = ran(&[&["check"], args].concat());
    assert_eq!(err, "");
    (code, out)
}

fn evaluated(args: &[&str]) -> (u8, String, String) {
    ran(&[&["eval"], args].concat())
}

#[test]
fn a_good_prefix_is_accepted() {
    let args = ["data/dt=!{timestamp:yyyy-MM-dd}/", ERRORS[0], ERRORS[1], "--time-zone", "Europe/Brussels"];
    assert_eq!(checked(&args), (0, "Nothing is wrong\n".to_owned()));
    let args = [
        "data/id=!{partitionKeyFromQuery:id}/",
        ERRORS[0],
        ERRORS[1],
        "--dynamic-partitioning",
        "--query",
        "{id: .id}",
        "--buffer-mib",
        "64",
        "--file-extension",
        ".json",
    ];
    assert_eq!(checked(&args).0, 0);
}

#[test]
fn warnings_are_shown_and_are_no_findings() {
    let (code, text) = checked(&["data/!{timestamp:yyyy/MM/dd/hh}", ERRORS[0], ERRORS[1]]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(text, @r###"
    warning: Prefix: hh is the hour of half a day [prefix-half-day-hour]
      | data/!{timestamp:yyyy/MM/dd/hh}
      |                             ^
      fix: write HH

    warning: Prefix: there is no slash at the end, so the name of the object goes on right behind it [prefix-no-slash]
      | data/!{timestamp:yyyy/MM/dd/hh}
      |                             ^
      fix: end it with /

    Accepted: 2 warnings
    "###);
}

#[test]
fn mistakes_are_refused_though_firehose_takes_them() {
    let (code, text) = checked(&["data/!{timestamp:YYYY/mm/dd}", "--error-prefix", "data/errors/"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(text, @r###"
    mistake: Prefix: YYYY is the week year, which is wrong around New Year [prefix-week-year]
      | data/!{timestamp:YYYY/mm/dd}
      |                  ^
      fix: write yyyy

    mistake: Prefix: mm is the minute, and no hour comes before it [prefix-minute-for-month]
      | data/!{timestamp:YYYY/mm/dd}
      |                       ^
      fix: write MM

    warning: Prefix: there is no slash at the end, so the name of the object goes on right behind it [prefix-no-slash]
      | data/!{timestamp:YYYY/mm/dd}
      |                          ^
      fix: end it with /

    mistake: ErrorOutputPrefix: errors land among the data, in data/ [error-prefix-inside]
      fix: give each a folder of its own, for example data/… and errors/…

    Refused by lakebed, though Firehose takes it: 3 mistakes, 1 warning
    "###);
    let (code, text) = checked(&["data/!{timestamp:YYYY}/", ERRORS[0], ERRORS[1], "--json"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(text, @r###"
    {
      "accepted": false,
      "findings": [
        {
          "severity": "mistake",
          "rule": "prefix-week-year",
          "setting": "Prefix",
          "position": 17,
          "problem": "YYYY is the week year, which is wrong around New Year",
          "fix": "write yyyy"
        }
      ]
    }
    "###);
    // With what Firehose refuses as well.
    let (code, text) = checked(&["data/!{timestamp:YYYY}/"]);
    assert_eq!(code, 1);
    assert!(text.ends_with("Refused: 1 error, 1 mistake, 0 warnings\n"), "{text}");
}

#[test]
fn what_firehose_refuses_has_its_place_its_message_and_the_fix() {
    let (code, text) = checked(&[
        "dáta/!{timestamp:yyyy/bbb}",
        "--error-prefix",
        "errors/!{timestamp:yyyy}/",
        "--time-zone",
        "EST",
        "--dynamic-partitioning",
        "--buffer-mib",
        "5",
    ]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(text, @r###"
    error: Prefix: `b` is no letter of date patterns (Firehose: Invalid conversion character used in the value of the expression in Prefix) [prefix-date-pattern]
      | dáta/!{timestamp:yyyy/bbb}
      |                       ^
      fix: write it outside the expression, or in quotes: 'b'

    error: ErrorOutputPrefix: it has expressions and not the kind of failure (Firehose: ErrorOutputPrefix must contain at least one occurrence of !{firehose:error-output-type}) [error-prefix-type]
      fix: add !{firehose:error-output-type}/

    error: BufferingHints.SizeInMBs: it is 5 (Firehose: BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.) [dynamic-partitioning-buffer]
      fix: write a number from 64 to 128

    error: CustomTimeZone: `EST` is a name of three letters, and only UTC is taken (Firehose: Provided custom time zone is not supported. Custom time zones are limited to UTC and non-3-letter IANA time zones.) [time-zone-three-letters]
      | EST
      | ^
      fix: name a place, for example Europe/Brussels

    Refused: 4 errors, 0 warnings
    "###);
}

#[test]
fn findings_as_json() {
    let (code, text) = checked(&["legacy", "--json"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(text, @r###"
    {
      "accepted": true,
      "findings": [
        {
          "severity": "warning",
          "rule": "prefix-no-slash",
          "setting": "Prefix",
          "position": 5,
          "problem": "there is no slash at the end, and Firehose puts none there: objects go to legacy2026/…",
          "fix": "end it with /"
        }
      ]
    }
    "###);
    let (code, text) = checked(&["a/!{timestamp:yyyy}/", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).expect("one document");
    assert_eq!(
        (code, &json["accepted"], &json["findings"][0]["rule"]),
        (1, &false.into(), &"error-prefix-required".into())
    );
}

#[test]
fn what_a_prefix_comes_to() {
    let at = ["--at", "2026-07-13T10:42:07Z"];
    for (args, text) in [
        (&["data/dt=!{timestamp:yyyy-MM-dd}/", at[0], at[1]][..], "data/dt=2026-07-13/"),
        (&["!{timestamp:HH}/", "--at", "1783939327"], "10/"),
        (&["!{timestamp:HH.SSS}/", "--at", "1783939327250"], "10.250/"),
        (&["!{timestamp:yyyy}/", "--at", "-1"], "1969/"),
        (&["!{timestamp:HH}/", at[0], at[1], "--time-zone", "Europe/Madrid"], "12/"),
        (
            &[
                "!{partitionKeyFromQuery:a}-!{partitionKeyFromLambda:b}/",
                at[0],
                at[1],
                "--key",
                "a=1",
                "--key",
                "b=x=y",
            ],
            "1-x=y/",
        ),
        (
            &["r=!{firehose:random-string}/!{firehose:random-string}/", at[0], at[1]],
            "r=random00001/random00002/",
        ),
        (
            &["e/!{firehose:error-output-type}/", at[0], at[1], "--error-output-type", "processing-failed"],
            "e/processing-failed/",
        ),
        (&["errors/", at[0], at[1], "--error-output-type", "processing-failed"], "errors/"),
    ] {
        assert_eq!(evaluated(args), (0, format!("{text}\n"), String::new()), "{args:?}");
    }
    let (code, out, err) = evaluated(&["legacy", at[0], at[1]]);
    assert_eq!((code, out.as_str()), (0, "legacy2026/07/13/10/\n"));
    insta::assert_snapshot!(err, @r###"
    warning: Prefix: there is no slash at the end, and Firehose puts none there: objects go to legacy2026/… [prefix-no-slash]
      | legacy
      |      ^
      fix: end it with /
    note: Firehose appends the hour, since the prefix holds no expression
    "###);
    let (_, json, err) = evaluated(&["legacy", at[0], at[1], "--json"]);
    insta::assert_snapshot!(json, @r###"
    {
      "accepted": true,
      "evaluated": "legacy2026/07/13/10/",
      "fault": null,
      "findings": [
        {
          "severity": "warning",
          "rule": "prefix-no-slash",
          "setting": "Prefix",
          "position": 5,
          "problem": "there is no slash at the end, and Firehose puts none there: objects go to legacy2026/…",
          "fix": "end it with /"
        }
      ]
    }
    "###);
    assert_eq!(err, "");
}

#[test]
fn what_check_says_of_the_prefix_eval_says_too() {
    let at = ["--at", "2026-07-13T10:42:07Z"];
    let (code, out, err) = evaluated(&["d/!{timestamp:YYYY/mm/d}/", at[0], at[1]]);
    assert_eq!((code, out.as_str()), (1, "d/2026/42/13/\n"));
    insta::assert_snapshot!(err, @r###"
    mistake: Prefix: YYYY is the week year, which is wrong around New Year [prefix-week-year]
      | d/!{timestamp:YYYY/mm/d}/
      |               ^
      fix: write yyyy
    mistake: Prefix: mm is the minute, and no hour comes before it [prefix-minute-for-month]
      | d/!{timestamp:YYYY/mm/d}/
      |                    ^
      fix: write MM
    warning: Prefix: d drops the leading zero, so paths would not sort [prefix-number-width]
      | d/!{timestamp:YYYY/mm/d}/
      |                       ^
      fix: write dd
    "###);
    let error = ["--error-output-type", "processing-failed", "--json"];
    let prefix = "e/!{firehose:error-output-type}/!{timestamp:yyyy-M}/";
    let (code, json, err) = evaluated(&[&[prefix, at[0], at[1]][..], &error].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(json, @r###"
    {
      "accepted": true,
      "evaluated": "e/processing-failed/2026-7/",
      "fault": null,
      "findings": [
        {
          "severity": "warning",
          "rule": "prefix-number-width",
          "setting": "ErrorOutputPrefix",
          "position": 49,
          "problem": "M drops the leading zero, so paths would not sort",
          "fix": "write MM"
        }
      ]
    }
    "###);
    // One that comes to nothing has its other faults named as well.
    let (code, out, err) = evaluated(&["d/!{timestamp:YYYY-'w'ww}/", "--at", "2027-01-01T12:00:00Z"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out + &err, @r###"
    error: YYYY depends on how weeks are counted, which Firehose does not tell: 2027 with American weeks, 2026 with those of ISO 8601
      | d/!{timestamp:YYYY-'w'ww}/
      |               ^
      fix: write yyyy
    mistake: Prefix: ww depends on how weeks are counted, and Firehose does not tell: AWS takes it, what comes of it is not known [prefix-week]
      | d/!{timestamp:YYYY-'w'ww}/
      |                       ^
      fix: use yyyy, MM and dd
    "###);
}

#[test]
fn what_comes_to_nothing_has_its_place() {
    let at = ["--at", "2027-01-01T12:00:00Z"];
    let mut all = String::new();
    for prefix in [
        "d/!{timestamp:yyyy/t}/",
        "d/!{partitionKeyFromQuery:day}/",
        "d/!{firehose:error-output-type}/",
        "d/!{timestamp:yyyy-'w'ww}/",
    ] {
        let (code, text, err) = evaluated(&[prefix, at[0], at[1]]);
        assert_eq!((code, err.as_str()), (1, ""), "{prefix}");
        all += &text;
    }
    insta::assert_snapshot!(all, @r###"
    error: `t` is no letter of date patterns
      | d/!{timestamp:yyyy/t}/
      |                    ^
      fix: write it outside the expression, or in quotes: 't'
    error: the partition key `day` has no value
      | d/!{partitionKeyFromQuery:day}/
      |                           ^
      fix: give --key day=VALUE
    error: records that did not fail have no kind of failure
      | d/!{firehose:error-output-type}/
      |              ^
      fix: give --error-output-type, for example processing-failed
    error: ww depends on how weeks are counted, which Firehose does not tell: 01 with American weeks, 53 with those of ISO 8601
      | d/!{timestamp:yyyy-'w'ww}/
      |                       ^
      fix: use yyyy, MM and dd
    "###);
    let (code, json, _) = evaluated(&["d/!{timestamp:t}/", at[0], at[1], "--json"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(json, @r###"
    {
      "accepted": false,
      "evaluated": null,
      "fault": {
        "position": 14,
        "problem": "`t` is no letter of date patterns",
        "fix": "write it outside the expression, or in quotes: 't'"
      },
      "findings": []
    }
    "###);
}

#[test]
fn wrong_usage_names_the_way_out() {
    for (args, said) in [
        (&["x/", "--at", "yesterday"][..], "RFC 3339"),
        (&["x/", "--at", "99999999999999999"], "is no time"),
        (&["x/", "--at", "0", "--time-zone", "Mars/Phobos"], "IANA"),
        (&["x/", "--at", "0", "--key", "a"], "--key KEY=VALUE"),
        (&["x/"], "--at"),
    ] {
        let (code, out, err) = evaluated(args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(err.contains(said), "{args:?}: {err}");
    }
    let (code, _, err) = ran(&["check", "x/", "--query", "{}"]);
    assert_eq!(code, 2);
    assert!(err.contains("--dynamic-partitioning"), "{err}");
}
