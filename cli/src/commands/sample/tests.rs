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
    {"unieke_id":"point-01","beschrijvende_id":"point_name-77","lve_nr":89,"tijd_waarneming":"2026-01-01T00:00:00Z","tijd_laatst_gewijzigd":1767225609,"actueel_publicatie":33,"beschikbaar":63,"defect":67,"geldig":58,"verkeersintensiteit_klasse1":98,"voertuigsnelheid_harmonisch_klasse1":21,"voertuigsnelheid_rekenkundig_klasse1":65,"verkeersintensiteit_klasse2":1,"voertuigsnelheid_harmonisch_klasse2":13,"voertuigsnelheid_rekenkundig_klasse2":61,"verkeersintensiteit_klasse3":null,"voertuigsnelheid_harmonisch_klasse3":40,"voertuigsnelheid_rekenkundig_klasse3":52,"verkeersintensiteit_klasse4":34,"voertuigsnelheid_harmonisch_klasse4":23,"voertuigsnelheid_rekenkundig_klasse4":45,"verkeersintensiteit_klasse5":61,"voertuigsnelheid_harmonisch_klasse5":8,"voertuigsnelheid_rekenkundig_klasse5":91,"rekendata_bezettingsgraad":82,"rekendata_beschikbaarheidsgraad":92,"rekendata_onrustigheid":98}
    {"unieke_id":"point-02","beschrijvende_id":"point_name-86","lve_nr":34,"tijd_waarneming":"2026-01-01T00:00:00Z","tijd_laatst_gewijzigd":"2026-01-01T00:00:59.910Z","actueel_publicatie":52,"beschikbaar":64,"defect":83,"geldig":15,"verkeersintensiteit_klasse1":67,"voertuigsnelheid_harmonisch_klasse1":48,"voertuigsnelheid_rekenkundig_klasse1":52,"verkeersintensiteit_klasse2":20,"voertuigsnelheid_harmonisch_klasse2":23,"voertuigsnelheid_rekenkundig_klasse2":45,"verkeersintensiteit_klasse3":11,"voertuigsnelheid_harmonisch_klasse3":48,"voertuigsnelheid_rekenkundig_klasse3":22,"verkeersintensiteit_klasse4":75,"voertuigsnelheid_harmonisch_klasse4":null,"verkeersintensiteit_klasse5":73,"voertuigsnelheid_harmonisch_klasse5":22,"voertuigsnelheid_rekenkundig_klasse5":74,"rekendata_bezettingsgraad":98,"rekendata_beschikbaarheidsgraad":58,"rekendata_onrustigheid":83}
    "#);
}

#[test]
fn records_nested_and_with_decimal_commas() {
    let (code, text, _) = sampled(&["--table", "traffic_snapshot", "--rows", "2", "--seed", "1"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(text, @r#"
    {"unieke_id":"point-01","beschrijvende_id":"point_name-52","lve_nr":null,"tijd_waarneming":1767225600,"tijd_laatst_gewijzigd":"2026-01-01T00:00:28.319Z","actueel_publicatie":19,"beschikbaar":24,"defect":75,"geldig":34,"meetdata":[{"klasse_id":32,"verkeersintensiteit":69,"voertuigsnelheid_harmonisch":56,"voertuigsnelheid_rekenkundig":64}],"rekendata":{"bezettingsgraad":11,"beschikbaarheidsgraad":0,"onrustigheid":1}}
    {"unieke_id":"point-02","beschrijvende_id":"point_name-47","lve_nr":22,"tijd_waarneming":"2026-01-01T01:00:00+01:00","tijd_laatst_gewijzigd":1767225630,"actueel_publicatie":74,"beschikbaar":5,"defect":40,"geldig":2,"meetdata":[],"rekendata":{"bezettingsgraad":1,"beschikbaarheidsgraad":83,"onrustigheid":20}}
    "#);
    let (code, text, _) = sampled(&["--table", "measuring_point", "--rows", "2", "--nulls", "0%"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(text, @r#"
    {"unieke_id":"point-01","beschrijvende_id":"point_name-77","volledige_naam":"full_name-68","Ident_8":"road_number-41","lve_nr":23,"Kmp_Rsys":"66,591","Rijstrook":"lane-31","X_coord_EPSG_31370":"54,05609","Y_coord_EPSG_31370":"","lengtegraad_EPSG_4326":"21,266749439","breedtegraad_EPSG_4326":"56,803834776"}
    {"unieke_id":"point-02","beschrijvende_id":"point_name-86","volledige_naam":"full_name-29","Ident_8":"road_number-22","lve_nr":62,"Kmp_Rsys":"17,648","Rijstrook":"lane-62","X_coord_EPSG_31370":"41,60493","Y_coord_EPSG_31370":"96,47319","lengtegraad_EPSG_4326":"43,018814108","breedtegraad_EPSG_4326":"66,350244796"}
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
        (&["--rows", "1"], "which table do the records belong to?"),
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
