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
    {"unieke_id":"point-01","beschrijvende_id":"point_name-27","lve_nr":60,"tijd_waarneming":"2026-01-01T01:00:00+01:00","actueel_publicatie":29,"beschikbaar":93,"defect":43,"geldig":16,"verkeersintensiteit_klasse1":15,"voertuigsnelheid_harmonisch_klasse1":8,"voertuigsnelheid_rekenkundig_klasse1":64,"verkeersintensiteit_klasse2":46,"voertuigsnelheid_harmonisch_klasse2":17,"verkeersintensiteit_klasse3":19,"voertuigsnelheid_harmonisch_klasse3":77,"voertuigsnelheid_rekenkundig_klasse3":54,"verkeersintensiteit_klasse4":17,"voertuigsnelheid_harmonisch_klasse4":92,"voertuigsnelheid_rekenkundig_klasse4":98,"verkeersintensiteit_klasse5":80,"voertuigsnelheid_harmonisch_klasse5":10,"voertuigsnelheid_rekenkundig_klasse5":82,"rekendata_bezettingsgraad":65,"rekendata_beschikbaarheidsgraad":95,"rekendata_onrustigheid":29}
    {"unieke_id":"point-02","beschrijvende_id":"point_name-42","lve_nr":40,"tijd_waarneming":1767225600,"tijd_laatst_gewijzigd":"2026-01-01T00:00:18.747Z","actueel_publicatie":25,"beschikbaar":57,"defect":52,"geldig":92,"verkeersintensiteit_klasse1":17,"voertuigsnelheid_harmonisch_klasse1":62,"voertuigsnelheid_rekenkundig_klasse1":17,"verkeersintensiteit_klasse2":22,"voertuigsnelheid_rekenkundig_klasse2":32,"verkeersintensiteit_klasse3":89,"voertuigsnelheid_rekenkundig_klasse3":89,"verkeersintensiteit_klasse4":8,"voertuigsnelheid_harmonisch_klasse4":251,"voertuigsnelheid_rekenkundig_klasse4":39,"verkeersintensiteit_klasse5":10,"voertuigsnelheid_harmonisch_klasse5":95,"voertuigsnelheid_rekenkundig_klasse5":25,"rekendata_bezettingsgraad":null,"rekendata_beschikbaarheidsgraad":45,"rekendata_onrustigheid":21}
    "#);
}

#[test]
fn records_nested_and_with_decimal_commas() {
    let (code, text, _) = sampled(&["--table", "traffic_snapshot", "--rows", "2", "--seed", "1"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(text, @r#"
    {"unieke_id":"point-01","beschrijvende_id":"point_name-10","lve_nr":5,"tijd_waarneming":1767225600,"tijd_laatst_gewijzigd":"2026-01-01T00:00:54.815Z","actueel_publicatie":80,"beschikbaar":41,"defect":68,"geldig":64,"meetdata":[{"klasse_id":88,"verkeersintensiteit":97,"voertuigsnelheid_harmonisch":92,"voertuigsnelheid_rekenkundig":58},{"klasse_id":4,"verkeersintensiteit":45,"voertuigsnelheid_harmonisch":87,"voertuigsnelheid_rekenkundig":17},{"klasse_id":54,"verkeersintensiteit":48,"voertuigsnelheid_harmonisch":252,"voertuigsnelheid_rekenkundig":68}],"rekendata":{"bezettingsgraad":82,"beschikbaarheidsgraad":55,"onrustigheid":62}}
    {"unieke_id":"point-02","beschrijvende_id":"point_name-59","tijd_waarneming":1767225600,"tijd_laatst_gewijzigd":1767225611,"actueel_publicatie":60,"beschikbaar":45,"defect":33,"geldig":45,"meetdata":[{"klasse_id":88,"verkeersintensiteit":20,"voertuigsnelheid_harmonisch":29,"voertuigsnelheid_rekenkundig":16}],"rekendata":{"bezettingsgraad":71,"beschikbaarheidsgraad":44,"onrustigheid":6}}
    "#);
    let (code, text, _) = sampled(&["--table", "measuring_point", "--rows", "2", "--nulls", "0%"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(text, @r#"
    {"unieke_id":"point-01","beschrijvende_id":"point_name-27","volledige_naam":"full_name-43","Ident_8":"road_number-46","lve_nr":93,"Kmp_Rsys":"94,241","Rijstrook":"lane-81","X_coord_EPSG_31370":"66,37334","Y_coord_EPSG_31370":"71,04097","lengtegraad_EPSG_4326":"48,700705132","breedtegraad_EPSG_4326":"91,885165702"}
    {"unieke_id":"point-02","beschrijvende_id":"point_name-42","volledige_naam":"full_name-99","Ident_8":"road_number-4","lve_nr":45,"Kmp_Rsys":"79,584","Rijstrook":"lane-17","X_coord_EPSG_31370":"9,36767","Y_coord_EPSG_31370":"52,78853","lengtegraad_EPSG_4326":"49,334375227","breedtegraad_EPSG_4326":""}
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
