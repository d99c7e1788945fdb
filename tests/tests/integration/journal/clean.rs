//! What runs that were cut short leave, and who removes it.

use super::*;

#[test]
fn clean_removes_what_no_run_needs_and_nothing_else() {
    for kind in [Kind::Folder, Kind::Bucket] {
        let world = World::new(kind);
        let inputs = [world.input("a.json", 0..6)];
        world.convert(&inputs, false);
        let put = |key: &str| {
            world.lake.put(key, b"xyz", lakebed::store::When::Always).expect("a file");
        };
        put("reading/region=odd/0123456789abcdef-0.parquet");
        put("_errors/reading/0123456789abcdef.ndjson");
        put("reading/region=odd/part-0000.parquet");
        put("_errors/reading/format-conversion-failed/firehose-1");
        put("reading/region=odd/.0123456789abcdef-0.parquet.77-1.tmp");
        let found = survey(world.lake.as_ref(), "reading").expect("a survey");
        let leftovers: Vec<&str> = found.leftovers.iter().map(|leftover| leftover.path.as_str()).collect();
        assert_eq!(leftovers, ["reading/region=odd/.0123456789abcdef-0.parquet.77-1.tmp",]);
        let unknown: Vec<&str> = found.of_unknown_runs.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(unknown, ["reading/region=odd/0123456789abcdef-0.parquet"]);
        let rejects: Vec<&str> =
            found.rejects_of_unknown_runs.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(rejects, ["_errors/reading/0123456789abcdef.ndjson"]);
        let foreign: Vec<&str> = found.foreign.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(foreign, ["reading/region=odd/part-0000.parquet"]);

        // Between showing and removing, one of them came into use.
        let access = world.options(&world.lake, &[]).access;
        let removed = clean(&world.lake, &found, &access).expect("a clean lake");
        assert_eq!(removed.len(), 1);
        let removed = clean(&world.lake, &found.with_unknown_runs(), &access).expect("a clean lake");
        assert_eq!(removed.len(), 2, "what is gone counts as removed: {removed:?}");
        // Nothing else has the rejects.
        world.lake.delete("_errors/reading/0123456789abcdef.ndjson").expect("a removal");
        world.lake.delete("reading/region=odd/part-0000.parquet").expect("a removal");
        assert_eq!(world.rows(), once(0..6));
        world.lake.delete("_errors/reading/format-conversion-failed/firehose-1").expect("a removal");
        world.has_no_orphans("cleaned");
    }
}

#[test]
fn a_table_that_was_copied_without_its_journal_survives_clean() {
    let world = World::new(Kind::Folder);
    let first = [world.input("a.json", 0..6)];
    world.convert(&first, false);
    fs::remove_dir_all(world.folder.path().join("lake/_lakebed")).expect("a removal");
    world.convert(&[world.input("b.json", 10..14)], false);
    let found = survey(world.lake.as_ref(), "reading").expect("a survey");
    assert_eq!((found.leftovers.len(), found.of_unknown_runs.len()), (0, 2), "{found:?}");
    let access = world.options(&world.lake, &[]).access;
    assert_eq!(clean(&world.lake, &found, &access).expect("a clean lake"), []);
    assert_eq!(world.rows(), once((0..6).chain(10..14)));
    let rejects = world.lake.list("_errors/reading/").expect("a list").len();
    let found = found.with_unknown_runs();
    assert_eq!(clean(&world.lake, &found, &access).expect("a clean lake"), found.leftovers);
    assert_eq!(world.rows(), once(10..14));
    assert_eq!(world.lake.list("_errors/reading/").expect("a list").len(), rejects, "rejects stay");
}

#[test]
fn a_run_cut_short_is_told_and_cleaned() {
    let world = World::new(Kind::Folder);
    let inputs = [world.input("a.json", 0..6)];
    let probe = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[]));
    world.convert_through(probe.clone(), &inputs, false).expect("a run");
    // Dies at its second output.
    let first = probe.calls().iter().position(|call| call.starts_with("publish")).expect("an output");
    let at = first + 1;

    let world = World::new(Kind::Folder);
    let inputs = [world.input("a.json", 0..6)];
    let dies = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[(at, Fault::DeathBefore)]));
    world.convert_through(dies, &inputs, false).expect_err("a death");
    // In one process the dead holder looks alive.
    world.lake.delete("_lakebed/reading/lease.json").expect("a removal");
    let journal = table_runs(world.lake.as_ref(), "reading").expect("a journal");
    assert_eq!(journal.standing(&journal.runs[0]), Standing::CutShort);
    let found = survey(world.lake.as_ref(), "reading").expect("a survey");
    assert!(found.leftovers.iter().any(|leftover| leftover.path.starts_with("reading/")), "{found:?}");
    let access = world.options(&world.lake, &[]).access;
    let removed = clean(&world.lake, &found, &access).expect("a clean lake");
    assert_eq!(removed, found.leftovers);
    assert_eq!(world.rows(), BTreeMap::new());
    world.has_no_orphans("cleaned");
}

/// A bucket in which a run died at its second output.
fn dead_at_the_second_output() -> (World, Arc<MemoryStore>, [PathBuf; 1]) {
    let prepare = || {
        let mut world = World::new(Kind::Bucket);
        let bucket = Arc::new(MemoryStore::new("bucket"));
        world.lake = Arc::<MemoryStore>::clone(&bucket);
        let inputs = [world.input("a.json", 0..6)];
        (world, bucket, inputs)
    };
    let (world, _, inputs) = prepare();
    let probe = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[]));
    world.convert_through(probe.clone(), &inputs, false).expect("a run");
    let first = probe.calls().iter().position(|call| call.starts_with("publish")).expect("an output");
    let (world, bucket, inputs) = prepare();
    let dies = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[(first + 1, Fault::DeathBefore)]));
    world.convert_through(dies, &inputs, false).expect_err("a death");
    world.let_the_lease_run_out();
    (world, bucket, inputs)
}

#[test]
fn uploads_that_a_run_left_are_ended_by_the_next_one_or_by_clean() {
    let (world, bucket, inputs) = dead_at_the_second_output();
    let journal = table_runs(world.lake.as_ref(), "reading").expect("a journal");
    for output in &journal.runs[0].outputs {
        bucket.begin_upload(output, 1);
    }
    bucket.begin_upload("reading/of-another-program", 2);
    let keys = || bucket.uploads().iter().map(|upload| upload.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys().len(), 4);
    world.convert(&inputs, false);
    assert_eq!(world.rows(), once(0..6));
    assert_eq!(keys(), ["reading/of-another-program"]);

    // No record knows these; one of them may be under way.
    bucket.begin_upload("reading/region=odd/0123456789abcdef-0.parquet", 3);
    bucket.begin_upload("reading/region=odd/fedcba9876543210-0.parquet", i64::MAX);
    let found = survey(world.lake.as_ref(), "reading").expect("a survey");
    let shown: Vec<&str> = found.leftovers.iter().map(|leftover| leftover.path.as_str()).collect();
    assert_eq!(shown, ["reading/region=odd/0123456789abcdef-0.parquet"]);
    let access = world.options(&world.lake, &[]).access;
    assert_eq!(clean(&world.lake, &found, &access).expect("a clean lake").len(), 1);
    assert_eq!(keys(), ["reading/of-another-program", "reading/region=odd/fedcba9876543210-0.parquet"]);
}

#[test]
fn uploads_that_may_not_be_listed_are_a_note() {
    let (world, _, inputs) = dead_at_the_second_output();
    let probe = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[]));
    world.convert_through(probe.clone(), &inputs, false).expect("a run");
    let at = probe.calls().iter().position(|call| call.starts_with("unfinished")).expect("a look");
    let (world, _, inputs) = dead_at_the_second_output();
    let denies = Arc::new(FaultyStore::new(Arc::clone(&world.lake), &[(at, Fault::Before)]));
    let report = world.convert_through(denies, &inputs, false).unwrap_or_else(|error| panic!("{error}"));
    assert!(report.notes.iter().any(|note| note.contains("may still take room")), "{:?}", report.notes);
    assert_eq!(world.rows(), once(0..6));
}
