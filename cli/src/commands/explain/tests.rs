//! Real records of the traffic feed, explained as a terminal shows it.

use crate::surroundings::Surroundings;
use crate::{Io, domain, run_in};
use std::fs;
use std::path::{Path, PathBuf};

fn real(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/miv").join(name)
}

/// Exit code and output.
fn explained(record: &Path, more: &[&str]) -> (u8, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let record = record.display().to_string();
    let args = [&["lakebed", "explain", &record, "--table", "traffic_measurement"], more].concat();
    let around = Surroundings { folder: "/nowhere".into(), ..Surroundings::default() };
    let code = run_in(around, domain::tables(), args, &mut Io::new(&mut out, &mut err));
    assert_eq!(String::from_utf8_lossy(&err), "");
    (code, anstream::adapter::strip_str(&String::from_utf8_lossy(&out)).to_string())
}

#[test]
fn a_real_record_is_stored_and_firehose_alone_refuses_its_times() {
    let (code, text) = explained(&real("flat/event-flat-2020-04-07.json"), &[]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("Partition: dt=2020-04-07/hour=10/"), "{text}");
    let refused = "Firehose alone would refuse this record, saying DataFormatConversion.MalformedData: Data does \
                   not match the schema. For input string: \"2020-04-07T11:30:00+01:00\"";
    assert!(text.contains(refused), "{text}");
    let why = "observed_at: Firehose's OpenX takes no time with a numeric offset (+01:00)";
    assert!(text.contains(why), "{text}");
    let (code, json) = explained(&real("flat/event-flat-2020-04-07.json"), &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("one document");
    assert_eq!((code, &json["accepted"], &json["firehose"]["accepts"]), (0, &true.into(), &false.into()));
    let (code, _) = explained(&real("flat/event-flat-2020-04-07.json"), &["--semantics", "firehose"]);
    assert_eq!(code, 1);
}

#[test]
fn three_planted_faults_are_all_named_at_their_places() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let record = folder.path().join("record.json");
    let text = fs::read_to_string(real("flat/event-flat-2020-04-07.json"))?
        .replace("\"geldig\": \"0\"", "\"geldig\": \"yes\"")
        .replace("2020-04-07T11:31:21+01:00", "2020-04-07 11u31")
        .replace("\"rekendata_bezettingsgraad\": \"0\"", "\"rekendata_bezettingsgraad\": 300");
    fs::write(&record, text)?;
    let (code, text) = explained(&record, &[]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(text, @r###"
    Refused by table traffic_measurement, semantics schema: the record at line 1, 1,039 bytes

    Faults: 3
      1. column `updated_at`: expected a time: ISO 8601 with zone (2026-11-23T08:15:00+01:00), epoch seconds, found "2020-04-07 11u31"
         line 6, column 28, DataFormatConversion.MalformedData
         |   "tijd_laatst_gewijzigd": "2020-04-07 11u31",
         |                            ^^^^^^^^^^^^^^^^^^
      2. column `doubt_level`: expected an integer from 0 to 255, found "yes"
         line 10, column 13, DataFormatConversion.MalformedData
         |   "geldig": "yes",
         |             ^^^^^
      3. column `occupancy`: expected an integer from 0 to 255, found 300
         line 26, column 32, DataFormatConversion.MalformedData
         |   "rekendata_bezettingsgraad": 300,
         |                                ^^^

      column                              in the record                read as                            stored                against Firehose
      point_id                            "622"                        as it is                           622                   ours is stricter
      point_name                          "H221L20"                    as it is                           H221L20               equal
      local_unit                          "50"                         number in quotes                   50                    equal
      observed_at                         "2020-04-07T11:30:00+01:00"  time with offset, to UTC           2020-04-07T10:30:00Z  Firehose refuses
      updated_at                          "2020-04-07 11u31"           refused                            nothing               Firehose refuses
      recent                              "1"                          number in quotes                   1                     ours is stricter
      available                           "1"                          number in quotes                   1                     ours is stricter
      defect_level                        "0"                          number in quotes                   0                     ours is stricter
      doubt_level                         "yes"                        refused                            nothing               ours is stricter
      motorcycle_count                    "0"                          number in quotes                   0                     ours is stricter
      motorcycle_speed                    "252"                        null_if: means null                null                  Firehose stores another value
      motorcycle_speed_arithmetic         "0"                          null with motorcycle_speed         null                  Firehose stores another value
      car_count                           "1"                          number in quotes                   1                     ours is stricter
      car_speed                           "125"                        number in quotes                   125                   Firehose stores another value
      car_speed_arithmetic                "125"                        number in quotes                   125                   Firehose stores another value
      van_count                           "0"                          number in quotes                   0                     ours is stricter
      van_speed                           "252"                        null_if: means null                null                  Firehose stores another value
      van_speed_arithmetic                "0"                          null with van_speed                null                  Firehose stores another value
      rigid_lorry_count                   "0"                          number in quotes                   0                     ours is stricter
      rigid_lorry_speed                   "252"                        null_if: means null                null                  Firehose stores another value
      rigid_lorry_speed_arithmetic        "0"                          null with rigid_lorry_speed        null                  Firehose stores another value
      articulated_lorry_count             "0"                          number in quotes                   0                     ours is stricter
      articulated_lorry_speed             "252"                        null_if: means null                null                  Firehose stores another value
      articulated_lorry_speed_arithmetic  "0"                          null with articulated_lorry_speed  null                  Firehose stores another value
      occupancy                           300                          refused                            nothing               ours is stricter
      availability                        "100"                        number in quotes                   100                   ours is stricter
      unrest                              "0"                          number in quotes                   0                     ours is stricter

    Firehose alone would refuse this record, saying DataFormatConversion.MalformedData: Data does not match the schema. For input string: "2020-04-07T11:30:00+01:00"
      observed_at: Firehose's OpenX takes no time with a numeric offset (+01:00): it wants 2020-04-07T11:30:00Z in UTC, 2026-11-23 08:15:00, or an epoch number
         |   "tijd_waarneming": "2020-04-07T11:30:00+01:00",
         |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      updated_at: expected a time: 2026-11-23 08:15:00 or 2026-11-23T08:15:00Z (UTC), epoch seconds or milliseconds, found "2020-04-07 11u31"
         |   "tijd_laatst_gewijzigd": "2020-04-07 11u31",
         |                            ^^^^^^^^^^^^^^^^^^
      doubt_level: expected an integer from -32768 to 32767, found "yes"
         |   "geldig": "yes",
         |             ^^^^^
      Were that mended, it would store other values:
        motorcycle_speed: 252 instead of null
        motorcycle_speed_arithmetic: 0 instead of null
        van_speed: 252 instead of null
        van_speed_arithmetic: 0 instead of null
        rigid_lorry_speed: 252 instead of null
        rigid_lorry_speed_arithmetic: 0 instead of null
        articulated_lorry_speed: 252 instead of null
        articulated_lorry_speed_arithmetic: 0 instead of null

    Rules that are not equal to Firehose's:
      null_if (Firehose stores another value): Firehose knows no such values and stores them as they are
          motorcycle_speed, car_speed, van_speed and 2 more
      null_with (Firehose stores another value): Firehose stores the number, also where a sentinel in the other column says that it means nothing
          motorcycle_speed_arithmetic, car_speed_arithmetic, van_speed_arithmetic and 2 more
      time(rfc3339) (Firehose refuses): Firehose takes no numeric offset such as +01:00, only Z
          observed_at, updated_at
      required (ours is stricter): a record without it is refused; Firehose stores null
          point_id, observed_at
      time (ours is stricter): only the declared forms of time; Firehose takes all of its own
          observed_at, updated_at
      time(epoch_seconds) (ours is stricter): numbers from 10^12 on are refused as seconds; Firehose reads them as milliseconds
          observed_at, updated_at
      uint8 (ours is stricter): only 0 to 255; Firehose knows the type smallint and stores all of its range
          recent, available, defect_level and 13 more
      uint16 (ours is stricter): only 0 to 65535; Firehose knows the type int and stores all of its range
          motorcycle_count, car_count, van_count and 3 more

    On AWS
      Partition keys, by jq in the stream:
        dt = none, since the record is refused
          ([to_entries[]|select(.key|ascii_downcase|.=="tijd_waarneming")|.value]|if length>1 then error else .[0] end)|if .==null then null else def n:if .==null then 0 …
        hour = none, since the record is refused
          ([to_entries[]|select(.key|ascii_downcase|.=="tijd_waarneming")|.value]|if length>1 then error else .[0] end)|if .==null then null else def n:if .==null then 0 …
        --json has the expressions whole
      More is shown when these are set: lake; `lakebed init` writes a lakebed.toml for it, or give --set
    "###);
    Ok(())
}

#[test]
fn an_xml_record_and_a_reject_line_are_explained() -> std::io::Result<()> {
    let (code, text) = explained(&real("xml/verkeersdata-2023-05-02-1point.xml"), &[]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("Firehose converts JSON only"), "{text}");

    let folder = tempfile::tempdir()?;
    let record = folder.path().join("rejects.ndjson");
    let line = r#"{"lastErrorCode":"DataFormatConversion.ParseError","lastErrorMessage":"Encountered malformed JSON.","source":"in.json","line":7,"rawData":"eyJ1bmlla2VfaWQiOiB0cnV9"}"#;
    fs::write(&record, line)?;
    let (code, text) = explained(&record, &[]);
    assert_eq!(code, 1);
    assert!(text.contains("Taken out of a reject of in.json:7"), "{text}");
    assert!(text.contains("| {\"unieke_id\": tru}\n     |               ^"), "{text}");
    Ok(())
}

const LAKE: [&str; 4] = ["--set", "lake=s3://my-lake/traffic", "--set", "projection.from=2020-04-07"];

const FUNCTION: [&str; 2] = ["--set", "stream.transform=arn:aws:lambda:eu-west-1:123456789012:function:f"];

#[test]
fn where_a_record_goes_is_told_with_the_settings_there_are() {
    let record = real("flat/event-flat-2020-04-07.json");
    let aws = |more: &[&str]| {
        let text = explained(&record, more).1;
        let (_, text) = text.split_once("\nOn AWS").expect("the section");
        // Errors go by the day on which the record arrived: the file's own.
        let text = match text.split_once("format-conversion-failed/dt=") {
            Some((before, after)) => format!("{before}format-conversion-failed/dt=DAY{}", &after[10..]),
            None => text.to_owned(),
        };
        format!("On AWS{text}")
    };
    insta::assert_snapshot!(aws(&[]), @r###"
    On AWS
      Partition keys, by jq in the stream:
        dt = 2020-04-07
          ([to_entries[]|select(.key|ascii_downcase|.=="tijd_waarneming")|.value]|if length>1 then error else .[0] end)|if .==null then null else def n:if .==null then 0 …
        hour = 10
          ([to_entries[]|select(.key|ascii_downcase|.=="tijd_waarneming")|.value]|if length>1 then error else .[0] end)|if .==null then null else def n:if .==null then 0 …
        --json has the expressions whole
      More is shown when these are set: lake; `lakebed init` writes a lakebed.toml for it, or give --set
    "###);
    insta::assert_snapshot!(aws(&LAKE), @r###"
    On AWS
      Partition keys, by jq in the stream:
        dt = 2020-04-07
          ([to_entries[]|select(.key|ascii_downcase|.=="tijd_waarneming")|.value]|if length>1 then error else .[0] end)|if .==null then null else def n:if .==null then 0 …
        hour = 10
          ([to_entries[]|select(.key|ascii_downcase|.=="tijd_waarneming")|.value]|if length>1 then error else .[0] end)|if .==null then null else def n:if .==null then 0 …
        --json has the expressions whole
      Prefix of the stream: traffic/traffic_measurement/dt=!{partitionKeyFromQuery:dt}/hour=!{partitionKeyFromQuery:hour}/
      Firehose writes to    s3://my-lake/traffic/_errors/traffic_measurement/format-conversion-failed/dt=DAY/: its conversion refuses the record
      `convert` writes to   s3://my-lake/traffic/traffic_measurement/dt=2020-04-07/hour=10/
      Athena                looks there: projection has s3://my-lake/traffic/traffic_measurement/dt=2020-04-07/hour=10/
    "###);
    let later = aws(&[&LAKE[..], &["--set", "projection.from=2020-04-08"]].concat());
    let said = "does not look in s3://my-lake/traffic/traffic_measurement/dt=2020-04-07/hour=10/: partition column `dt`: \
                `2020-04-07` is not projected, which is 2020-04-08 to ";
    assert!(later.contains(said), "{later}");
    insta::assert_snapshot!(aws(&[&LAKE[..], &FUNCTION].concat()), @r###"
    On AWS
      Partition keys, by the function in the stream:
        dt = 2020-04-07
        hour = 10
      Prefix of the stream: traffic/traffic_measurement/dt=!{partitionKeyFromLambda:dt}/hour=!{partitionKeyFromLambda:hour}/
      Firehose writes to    s3://my-lake/traffic/traffic_measurement/dt=2020-04-07/hour=10/
      Athena                looks there: projection has s3://my-lake/traffic/traffic_measurement/dt=2020-04-07/hour=10/
    "###);
    // Without conversion the record stays JSON, and the table of raw records is the one that has it.
    let raw = ["--set", "stream.convert=false"];
    insta::assert_snapshot!(aws(&[&LAKE[..], &raw].concat()), @r###"
    On AWS
      Partition keys, by jq in the stream:
        dt = 2020-04-07
          ([to_entries[]|select(.key|ascii_downcase|.=="tijd_waarneming")|.value]|if length>1 then error else .[0] end)|if .==null then null else def n:if .==null then 0 …
        hour = 10
          ([to_entries[]|select(.key|ascii_downcase|.=="tijd_waarneming")|.value]|if length>1 then error else .[0] end)|if .==null then null else def n:if .==null then 0 …
        --json has the expressions whole
      Prefix of the stream: traffic/traffic_measurement_raw/dt=!{partitionKeyFromQuery:dt}/hour=!{partitionKeyFromQuery:hour}/
      Firehose writes to    s3://my-lake/traffic/traffic_measurement_raw/dt=2020-04-07/hour=10/
      `convert` writes to   s3://my-lake/traffic/traffic_measurement/dt=2020-04-07/hour=10/
      Athena                looks there, for traffic_measurement_raw: projection has s3://my-lake/traffic/traffic_measurement_raw/dt=2020-04-07/hour=10/
    "###);
    let later = aws(&[&LAKE[..], &raw, &["--set", "projection.from=2020-04-08"]].concat());
    let said = "does not look in s3://my-lake/traffic/traffic_measurement_raw/dt=2020-04-07/hour=10/, for \
                traffic_measurement_raw: partition column `dt`";
    assert!(later.contains(said), "{later}");
    let off = aws(&[&LAKE[..], &raw, &["--set", "projection.enabled=false"]].concat());
    assert!(off.contains("registered in the catalog, for traffic_measurement_raw, since"), "{off}");
    let off = aws(&[&LAKE[..], &["--set", "projection.enabled=false"]].concat());
    assert!(off.contains("looks there once it is registered in the catalog"), "{off}");
}

#[test]
fn the_document_has_keys_places_and_what_is_missing() {
    let record = real("flat/event-flat-2020-04-07.json");
    let (code, text) = explained(&record, &[&LAKE[..], &FUNCTION, &["--json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&text).expect("one document");
    let delivery = &json["delivery"];
    assert_eq!(code, 0);
    assert_eq!(
        (&delivery["keys"][1]["column"], &delivery["keys"][1]["value"]),
        (&"hour".into(), &"10".into())
    );
    let place = "s3://my-lake/traffic/traffic_measurement/dt=2020-04-07/hour=10/";
    assert_eq!((&delivery["object"], &delivery["location"]), (&place.into(), &place.into()));
    assert_eq!(delivery["athena"]["projected"], true);
    assert_eq!(delivery["athena"]["table"], "traffic_measurement");
    assert_eq!(delivery["missing"], serde_json::json!([]));
}
