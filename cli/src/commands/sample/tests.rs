use super::*;
use crate::{Io, domain, run};
use std::collections::BTreeSet;

/// Exit code, standard output, standard error.
fn sampled(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code =
        run(domain::tables(), [&["lakebed", "sample"], args].concat(), &mut Io::new(&mut out, &mut err));
    let text = |bytes: &[u8]| anstream::adapter::strip_str(&String::from_utf8_lossy(bytes)).to_string();
    (code, text(&out), text(&err))
}

/// Another result here means that the samples of users change.
#[test]
fn minutes_of_traffic() {
    let (code, text, err) = sampled(&["--table", "traffic_measurement", "--rows", "2", "--keys", "2"]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(text, @r#"
    {"unieke_id":"point-01","beschrijvende_id":"point_name-45","lve_nr":89,"tijd_waarneming":"2026-01-01T00:00:00Z","tijd_laatst_gewijzigd":1767225609,"actueel_publicatie":0,"beschikbaar":1,"defect":2,"geldig":2,"verkeersintensiteit_klasse1":98,"voertuigsnelheid_harmonisch_klasse1":42,"voertuigsnelheid_rekenkundig_klasse1":131,"verkeersintensiteit_klasse2":1,"voertuigsnelheid_harmonisch_klasse2":27,"voertuigsnelheid_rekenkundig_klasse2":122,"verkeersintensiteit_klasse3":null,"voertuigsnelheid_harmonisch_klasse3":80,"voertuigsnelheid_rekenkundig_klasse3":104,"verkeersintensiteit_klasse4":34,"voertuigsnelheid_harmonisch_klasse4":46,"voertuigsnelheid_rekenkundig_klasse4":90,"verkeersintensiteit_klasse5":61,"voertuigsnelheid_harmonisch_klasse5":17,"voertuigsnelheid_rekenkundig_klasse5":183,"rekendata_bezettingsgraad":82,"rekendata_beschikbaarheidsgraad":92,"rekendata_onrustigheid":98}
    {"unieke_id":"point-02","beschrijvende_id":"point_name-14","lve_nr":34,"tijd_waarneming":"2026-01-01T00:00:00Z","tijd_laatst_gewijzigd":"2026-01-01T00:00:59.910Z","actueel_publicatie":1,"beschikbaar":1,"defect":2,"geldig":0,"verkeersintensiteit_klasse1":67,"voertuigsnelheid_harmonisch_klasse1":97,"voertuigsnelheid_rekenkundig_klasse1":104,"verkeersintensiteit_klasse2":20,"voertuigsnelheid_harmonisch_klasse2":46,"voertuigsnelheid_rekenkundig_klasse2":91,"verkeersintensiteit_klasse3":11,"voertuigsnelheid_harmonisch_klasse3":96,"voertuigsnelheid_rekenkundig_klasse3":45,"verkeersintensiteit_klasse4":75,"voertuigsnelheid_harmonisch_klasse4":null,"verkeersintensiteit_klasse5":73,"voertuigsnelheid_harmonisch_klasse5":44,"voertuigsnelheid_rekenkundig_klasse5":148,"rekendata_bezettingsgraad":98,"rekendata_beschikbaarheidsgraad":58,"rekendata_onrustigheid":83}
    "#);
}

#[test]
fn records_nested_and_with_decimal_commas() {
    let (code, text, _) = sampled(&["--table", "traffic_snapshot", "--rows", "2", "--seed", "1"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(text, @r#"
    {"unieke_id":"point-01","beschrijvende_id":"point_name-76","lve_nr":null,"tijd_waarneming":1767225600,"tijd_laatst_gewijzigd":"2026-01-01T00:00:28.319Z","actueel_publicatie":0,"beschikbaar":0,"defect":2,"geldig":1,"meetdata":[{"klasse_id":32,"verkeersintensiteit":69,"voertuigsnelheid_harmonisch":112,"voertuigsnelheid_rekenkundig":128}],"rekendata":{"bezettingsgraad":11,"beschikbaarheidsgraad":0,"onrustigheid":1}}
    {"unieke_id":"point-02","beschrijvende_id":"point_name-90","lve_nr":22,"tijd_waarneming":"2026-01-01T01:00:00+01:00","tijd_laatst_gewijzigd":1767225630,"actueel_publicatie":1,"beschikbaar":0,"defect":1,"geldig":0,"meetdata":[],"rekendata":{"bezettingsgraad":1,"beschikbaarheidsgraad":83,"onrustigheid":20}}
    "#);
    let (code, text, _) = sampled(&["--table", "measuring_point", "--rows", "2", "--nulls", "0%"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(text, @r#"
    {"unieke_id":"point-01","beschrijvende_id":"point_name-45","volledige_naam":"full_name-26","Ident_8":"road_number-31","lve_nr":23,"Kmp_Rsys":"42,667","Rijstrook":"V75","X_coord_EPSG_31370":"36,52939","Y_coord_EPSG_31370":"","lengtegraad_EPSG_4326":"-123,892336217","breedtegraad_EPSG_4326":"19,536138574"}
    {"unieke_id":"point-02","beschrijvende_id":"point_name-14","volledige_naam":"full_name-60","Ident_8":"road_number-72","lve_nr":62,"Kmp_Rsys":"33,925","Rijstrook":"BN65","X_coord_EPSG_31370":"28,00211","Y_coord_EPSG_31370":"98,53243","lengtegraad_EPSG_4326":"-152,212982252","breedtegraad_EPSG_4326":"-7,593808340"}
    "#);
}

#[test]
fn the_window_is_as_asked() {
    let window = ["--from", "2026-06-01T12:00:00+02:00", "--to", "2026-06-01T11:00:00Z"];
    let rows = ["--table", "traffic_measurement", "--rows", "8", "--keys", "2", "--seed", "3"];
    let (code, text, err) = sampled(&[&rows[..], &window].concat());
    assert_eq!(code, 0, "{err}");
    let times: BTreeSet<String> = text
        .lines()
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).expect("a record");
            record["tijd_waarneming"].to_string()
        })
        .collect();
    let all: BTreeSet<&str> = ["1780308000", "1780308900", "1780309800", "1780310700"].into();
    let seconds = times.iter().map(String::as_str).filter(|time| all.contains(time)).count();
    assert!(
        seconds > 0 && times.iter().all(|time| all.contains(&**time) || time.starts_with("\"2026-06-01T1"))
    );
}

#[test]
fn a_file_is_written_whole() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("events.json");
    let file = path.display().to_string();
    let args = ["--table", "traffic_measurement", "--rows", "1000", "--broken", "2%"];
    assert_eq!(sampled(&[&args[..], &["--out", &file]].concat()), (0, String::new(), String::new()));
    assert_eq!(fs::read_to_string(&path)?, sampled(&args).1);
    assert_eq!(fs::read_dir(folder.path())?.count(), 1);
    let (code, _, err) = sampled(&[&args[..], &["--out", &format!("{file}/none.json")]].concat());
    assert!(code == 2 && err.contains("cannot write the records") && err.contains("none.json"), "{err}");
    assert_eq!(fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}

#[test]
fn what_makes_no_sense_is_said() {
    for (args, said) in [
        (&["--table", "trafic_snapshot"][..], "`--table traffic_snapshot`?"),
        (&["--rows", "1"], "which table is meant?"),
        (&["--table", "measuring_point", "--from", "yesterday"], "such as 2026-06-01T12:00:00Z"),
        (&["--table", "measuring_point", "--nulls", "0.1"], "write a share, such as 5%"),
        (&["--table", "measuring_point", "--broken", "101%"], "between 0% and 100%"),
        (&["--table", "measuring_point", "--to", "2025-12-31"], "before its start at 2026-01-01T00:00:00Z"),
        (&["--table", "measuring_point", "--keys", "0"], "give 1 or more"),
    ] {
        let (code, out, err) = sampled(args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(err.contains(said), "{args:?}: {err}");
    }
}

#[test]
fn writing_ends_when_nobody_listens() {
    let table = lakebed_schema::Table::new(
        "t",
        vec![lakebed_schema::Column::new("text", lakebed_schema::LogicalType::String)],
    );
    let sampler = Sampler::new(&table, SampleOptions::default()).expect("a sound table");
    let mut blocks_written = 0;
    let result: Result<(), ()> = blocks(&sampler, u64::MAX, |block| {
        assert!(block.ends_with('\n') && block.len() >= BLOCK);
        blocks_written += 1;
        Ok(blocks_written < 3)
    });
    assert_eq!((result, blocks_written), (Ok(()), 3));
}
