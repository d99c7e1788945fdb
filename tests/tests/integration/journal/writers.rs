//! Several writers of one table: one has it, the others are told, wait or find that they are late.

use super::*;

/// A writer pauses before one of its calls until another has taken the table over, done its own work and ended.
fn paused_at_every_call(same_input: bool, semantics: Semantics) {
    const LEASE: Duration = Duration::from_millis(100);
    let numbers = |same: bool| if same { 0..6 } else { 100..104 };
    let all: BTreeMap<i64, usize> = if same_input { once(0..6) } else { once((0..6).chain(numbers(false))) };
    let mut taken_over = 0;
    for at in 0.. {
        let world = Arc::new(World::new(Kind::Bucket));
        let a = world.input("a.json", 0..6);
        let b = if same_input { a.clone() } else { world.input("b.json", numbers(false)) };
        let done: Arc<Mutex<Option<Report>>> = Arc::default();
        let (other, told) = (Arc::clone(&world), Arc::clone(&done));
        let inner = Arc::clone(&world.lake);
        let paused = FaultyStore::new(inner, &[]).before_each(move |number, _| {
            if number != at {
                return;
            }
            let mut options = other.options(&other.lake, std::slice::from_ref(&b));
            options.semantics = semantics;
            options.access.lease = LEASE;
            options.access.wait = Duration::from_secs(60);
            let report = lakebed::convert(&readings(), &options, &NoProgress);
            *told.lock().expect("no panic") = Some(report.unwrap_or_else(|error| panic!("{error}")));
        });
        let paused = Arc::new(paused);
        let mut options = world.options(&(paused.clone() as Arc<dyn Store>), std::slice::from_ref(&a));
        options.access.lease = LEASE;
        let result = lakebed::convert(&readings(), &options, &NoProgress);
        let what =
            format!("same input {same_input}, {semantics:?}, paused at {at}: {:?}", paused.calls().get(at));
        if done.lock().expect("no panic").is_none() {
            // There is no such call any more.
            assert!(result.is_ok(), "{what}: {result:?}");
            break;
        }
        let notes = done.lock().expect("no panic").take().expect("a report").notes;
        taken_over += usize::from(notes.iter().any(|note| note.contains("taken over")));
        if let Err(error) = &result {
            assert!(
                matches!(error.kind(), ErrorKind::Locked) && error.retryable(),
                "{what}: {error}: {:?}",
                std::error::Error::source(error)
            );
        }
        // Nobody has run since: the late writer has left nothing behind.
        world.has_no_orphans(&what);
        let again = world.convert(&[a], false);
        assert!(again.total.balances(), "{what}");
        assert_eq!(world.rows(), all, "{what}");
        world.has_no_orphans(&what);
    }
    assert!(taken_over > 5, "the lease was taken over {taken_over} times");
}

#[test]
fn a_late_writer_of_the_same_input_neither_loses_nor_doubles() {
    paused_at_every_call(true, Semantics::Schema);
}

#[test]
fn a_late_writer_of_the_same_input_with_other_options_neither_loses_nor_doubles() {
    paused_at_every_call(true, Semantics::Strict);
}

#[test]
fn a_lease_of_another_machine_that_nobody_renews_seems_over() {
    let world = World::new(Kind::Bucket);
    let now = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs().cast_signed() * 1_000;
    for (until, is_over) in [(now + 60_000, false), (now - 30_000, false), (now - 61_000, true)] {
        let lease = serde_json::json!({
            "lakebed_lease": 1, "id": "0", "holder": {"host": "elsewhere", "boot": "b", "pid": 7},
            "since_ms": now - 200_000, "until_ms": until, "period_ms": 60_000, "renewals": 3, "released": false,
        });
        let key = "_lakebed/reading/lease.json";
        world.lake.put(key, lease.to_string().as_bytes(), lakebed::store::When::Always).expect("a lease");
        let runs = table_runs(world.lake.as_ref(), "reading").expect("a journal");
        assert_eq!((runs.writer.is_some(), runs.seems_over.is_some()), (!is_over, is_over), "{until}");
        let found = survey(world.lake.as_ref(), "reading").expect("a survey");
        assert_eq!(found.writer.is_some(), !is_over);
    }
}

#[test]
fn a_late_writer_of_another_input_neither_loses_nor_doubles() {
    paused_at_every_call(false, Semantics::Schema);
}

#[test]
fn the_second_writer_is_told_who_holds_the_table_and_since_when() {
    for kind in [Kind::Folder, Kind::Bucket] {
        let world = Arc::new(World::new(kind));
        let inputs = [world.input("a.json", 0..6)];
        let (other, seen) = (Arc::clone(&world), Arc::new(Mutex::new(Vec::new())));
        let told = Arc::clone(&seen);
        let inner = Arc::clone(&world.lake);
        let lake = FaultyStore::new(inner, &[]).before_each(move |_, call| {
            if call.starts_with("publish") {
                let inputs = [other.input("b.json", 6..9)];
                let second = other.convert_through(Arc::clone(&other.lake), &inputs, false);
                told.lock().expect("no panic").push(second.expect_err("a refusal"));
                let found = survey(other.lake.as_ref(), "reading").expect("a survey");
                assert!(found.leftovers.is_empty(), "what is being written is nobody's leftover: {found:?}");
                assert!(found.writer.is_some());
                let journal = table_runs(other.lake.as_ref(), "reading").expect("a journal");
                assert_eq!(journal.standing(&journal.runs[0]), Standing::UnderWay);
            }
        });
        let report = world.convert_through(Arc::new(lake), &inputs, false).expect("a run");
        let seen = seen.lock().expect("no panic");
        assert_eq!(seen.len(), 3);
        for error in seen.iter() {
            let text = error.to_string();
            assert_eq!(error.kind(), ErrorKind::Locked);
            let pid = format!("process {}", std::process::id());
            for said in ["`reading`", "ann@", &pid, "(`lakebed convert`)", "since 2", "UTC", &report.run] {
                assert!(text.contains(said), "{said:?} is missing in {text}");
            }
            assert_eq!(text.contains("its lease ends at 2"), matches!(kind, Kind::Bucket), "{text}");
        }
    }
}

#[test]
fn a_writer_that_waits_gets_the_table_when_it_is_free() {
    for kind in [Kind::Folder, Kind::Bucket] {
        let world = Arc::new(World::new(kind));
        let writers = 20_i64;
        thread::scope(|scope| {
            for writer in 0..writers {
                let world = &world;
                scope.spawn(move || {
                    let inputs = [world.input(&format!("{writer}.json"), writer * 10..writer * 10 + 4)];
                    let mut options = world.options(&world.lake, &inputs);
                    options.access.wait = Duration::from_secs(300);
                    options.access.lease = Duration::from_secs(2);
                    options.access.renew = Duration::from_millis(500);
                    lakebed::convert(&readings(), &options, &NoProgress).unwrap_or_else(|e| panic!("{e}"))
                });
            }
        });
        let all = (0..writers).flat_map(|writer| writer * 10..writer * 10 + 4);
        assert_eq!(world.rows(), once(all), "{kind:?}");
        world.has_no_orphans(&format!("{kind:?}"));
    }
}

/// Without waiting, each is told, and each that was not told has stored all of its input.
#[test]
fn writers_at_once_on_s3_do_not_mix() {
    let server =
        Server::start(Emulator::Moto, env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"));
    let place = format!("LocationConstraint={REGION}");
    let create = ["s3api", "create-bucket", "--bucket", "lakes", "--create-bucket-configuration", &place];
    server.aws(&create).unwrap_or_else(|error| panic!("{error}"));
    let options = [("aws_access_key_id", "test"), ("aws_secret_access_key", "test")];
    let stores = Stores::with_s3(lakebed::store::S3Settings {
        endpoint: Some(server.url()),
        region: Some(REGION.to_owned()),
        options: options.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..lakebed::store::S3Settings::default()
    });
    let root = Location::from_s3_uri("s3://lakes/lake").expect("an address");
    let world = World::new(Kind::Folder);
    let writers = 20_i64;
    let convert = &|writer: i64, wait: Duration| {
        let input = world.input(&format!("{writer}.json"), writer * 10..writer * 10 + 4);
        let mut options = ConvertOptions::new([input], root.clone());
        options.stores = stores.clone();
        options.access.scratch = Some(world.folder.path().join("scratch"));
        options.access.wait = wait;
        options.access.lease = Duration::from_secs(5);
        options.access.renew = Duration::from_secs(1);
        lakebed::convert(&readings(), &options, &NoProgress)
    };
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..writers).map(|writer| scope.spawn(move || convert(writer, Duration::ZERO))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let lake = stores.open(&root).expect("a store");
    let stored: BTreeSet<i64> =
        (0..writers).zip(&results).filter(|(_, result)| result.is_ok()).map(|(writer, _)| writer).collect();
    assert!(!stored.is_empty(), "{results:?}");
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    }
    assert_eq!(rows(lake.as_ref()), once(stored.iter().flat_map(|writer| writer * 10..writer * 10 + 4)));
    thread::scope(|scope| {
        for writer in (0..writers).filter(|writer| !stored.contains(writer)) {
            scope.spawn(move || convert(writer, Duration::from_secs(300)).unwrap_or_else(|e| panic!("{e}")));
        }
    });
    assert_eq!(rows(lake.as_ref()), once((0..writers).flat_map(|writer| writer * 10..writer * 10 + 4)));
    has_no_orphans(lake.as_ref(), "after all");
}

#[test]
fn a_store_without_conditions_says_that_its_lease_only_advises() {
    let mut world = World::new(Kind::Bucket);
    world.lake = Arc::new(MemoryStore::new("old").without_conditions());
    let inputs = [world.input("a.json", 0..6)];
    let mut options = world.options(&world.lake, &inputs);
    options.access.read_back = Duration::from_millis(10);
    let report =
        lakebed::convert(&readings(), &options, &NoProgress).unwrap_or_else(|error| panic!("{error}"));
    assert!(report.notes.iter().any(|note| note.contains("only advises")), "{:?}", report.notes);
    assert_eq!(world.rows(), once(0..6));
    world.has_no_orphans("no conditions");
}
