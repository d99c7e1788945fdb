//! Journals of earlier and later versions.

use super::*;

/// Journals of every version, as they were written.
fn journal_of(version: &str) -> World {
    let world = World::new(Kind::Folder);
    let data = workspace::root().join("tests/data/journal").join(version);
    for kind in ["runs", "intents"] {
        let to = world.folder.path().join("lake/_lakebed/traffic_measurement").join(kind);
        fs::create_dir_all(&to).expect("a folder");
        let Ok(entries) = fs::read_dir(data.join(kind)) else { continue };
        for entry in entries {
            let from = entry.expect("an entry").path();
            fs::copy(&from, to.join(from.file_name().expect("a name"))).expect("a copy");
        }
    }
    world
}

#[test]
fn journals_of_every_version_are_read() {
    for version in ["v1", "v2"] {
        let world = journal_of(version);
        let journal =
            table_runs(world.lake.as_ref(), "traffic_measurement").unwrap_or_else(|e| panic!("{e}"));
        let counts: Vec<(usize, u64, usize)> = journal
            .runs
            .iter()
            .map(|run| {
                assert_eq!(journal.standing(run), Standing::Committed, "{version}");
                let written = run.inputs.values().map(|input| input.written).sum();
                (run.inputs.len(), written, run.outputs.len())
            })
            .collect();
        if version == "v1" {
            assert_eq!(counts, [(1, 11, 1), (5, 399, 10)]);
            continue;
        }
        // A compaction, a replay, rows from memory, and the two that version 1 has too.
        assert_eq!(counts, [(0, 0, 2), (1, 1, 1), (1, 2, 1), (1, 11, 1), (5, 399, 10)]);
        let [compact, replay, ..] = journal.runs.as_slice() else { panic!("{:?}", journal.runs) };
        let compaction = Compaction::of(compact).expect("a compaction");
        let switch = compaction.switch.expect("a switch");
        assert_eq!((switch.state, switch.carried.len()), (SwitchState::Done, 1));
        assert_eq!((compaction.sources.len(), compaction.rows_in, compaction.rows_out), (1, 354, 354));
        assert_eq!(replay.inputs.values().next().expect("an input").rejects_of, ["c2b1f8da38a49dc6"]);
        assert_eq!(replay.strays.len(), 1);
    }
}

#[test]
fn a_lake_of_version_1_is_continued_and_its_intents_are_recovered() {
    let world = World::new(Kind::Folder);
    let (a, b) = (world.input("a.json", 0..6), world.input("b.json", 10..14));
    // As version 1 left it: one run committed whose intent stayed, one cut short after its output.
    world.convert(std::slice::from_ref(&a), false);
    let folder = world.folder.path().join("lake/_lakebed/reading");
    let path =
        fs::read_dir(folder.join("runs")).expect("runs").next().expect("one").expect("an entry").path();
    let mut record: serde_json::Value =
        serde_json::from_slice(&fs::read(&path).expect("a file")).expect("a record");
    let fields = record.as_object_mut().expect("an object");
    fields.insert("lakebed_run".to_owned(), 1.into());
    for later in ["kind", "state", "attempt", "holder", "started_ms", "ended_ms", "files"] {
        assert!(fields.remove(later).is_some(), "{later}");
    }
    fs::write(&path, record.to_string()).expect("a file");
    fs::create_dir_all(folder.join("intents")).expect("a folder");
    fs::copy(&path, folder.join("intents").join(path.file_name().expect("a name"))).expect("a copy");
    let orphan = "reading/region=odd/fedcba9876543210-0.parquet";
    let mut cut = record.clone();
    cut["run"] = "fedcba9876543210".into();
    cut["outputs"] = serde_json::json!([orphan, "reading/region=even/fedcba9876543210-0.parquet"]);
    fs::write(folder.join("intents/fedcba9876543210.json"), cut.to_string()).expect("a file");
    fs::write(world.folder.path().join("lake").join(orphan), "half").expect("a file");

    let report = world.convert(&[a, b], false);
    assert_eq!(report.total.written, 4, "the input of version 1 is known");
    assert!(report.notes.iter().any(|note| note.contains("fedcba9876543210")), "{:?}", report.notes);
    assert_eq!(world.rows(), once((0..6).chain(10..14)));
    assert_eq!(fs::read_dir(folder.join("intents")).expect("a folder").count(), 0);
}

#[test]
fn a_journal_of_a_later_version_is_refused_by_name() {
    let world = World::new(Kind::Folder);
    let inputs = [world.input("a.json", 0..6)];
    let later = "{\"lakebed_run\":3,\"everything\":\"else is new\"}";
    let folder = world.folder.path().join("lake/_lakebed/reading/runs");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("00.json"), later).expect("a file");
    let error = world.convert_through(Arc::clone(&world.lake), &inputs, false).expect_err("a refusal");
    for said in ["00.json", "version 3", "up to 2", "update lakebed"] {
        assert!(error.to_string().contains(said), "{said:?} is missing in {error}");
    }
    assert_eq!(world.rows(), BTreeMap::new());
}
