//! Real records of the traffic feed, explained as a terminal shows it.

use crate::{Io, domain, run};
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
    let code = run(domain::tables(), args, &mut Io::new(&mut out, &mut err));
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
    insta::assert_snapshot!(text, @"");
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
