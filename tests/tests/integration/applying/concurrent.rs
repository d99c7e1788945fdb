//! Many at the same time: no update is lost, and nothing of others.

use super::{again, columns, name, options, run, stored, traffic};
use lakebed_cli::apply::{Ended, Job, Options, Pauses, Report, Step, Unobserved, apply};
use lakebed_cli::catalog::{Archive, Catalog, CatalogErrorKind, MemoryCatalog};
use std::thread;
use std::time::Duration;

const APPLIERS: usize = 20;
const COLLEAGUES: usize = 8;

/// Adds a parameter, again and again until nobody was faster.
fn add_by_hand(catalog: &dyn Catalog, key: &str) -> usize {
    for _ in 0..1000 {
        let mut there = stored(catalog);
        there.table.parameters.insert(key.into(), "by hand".into());
        match catalog.update_table("mobility", &there.table, &there.version, Archive::Keep) {
            Ok(()) => return 1,
            Err(error) => assert_eq!(error.kind(), CatalogErrorKind::Conflict, "{error}"),
        }
        thread::yield_now();
    }
    panic!("always too late")
}

fn updates(report: &Report) -> usize {
    report.tables[0].done.iter().filter(|step| matches!(step, Step::UpdateTable { .. })).count()
}

/// Appliers of two versions of a table that differ in a comment, and colleagues who write parameters by hand.
pub(super) fn one_table(catalog: &(dyn Catalog + Sync)) {
    run(catalog, &traffic(&["id string"]), &[]).unwrap();
    let patient = Options {
        attempts: 1000,
        pauses: Pauses { first: Duration::from_micros(200), longest: Duration::from_millis(5) },
        ..options(&[])
    };
    let applied = |number: usize| {
        let mut wanted = traffic(&["id string", "lanes int"]);
        wanted.table.columns[1].comment = Some(format!("as in version {}", number % 2));
        let job = Job::new(catalog, |catalog| again(catalog, &wanted)).unwrap();
        let report = apply(catalog, vec![job], &patient, &mut Unobserved);
        assert!(report.is_good(), "{report:?}");
        updates(&report)
    };
    let by_hand = |number: usize| add_by_hand(catalog, &format!("colleague-{number}"));
    let written: usize = thread::scope(|scope| {
        let appliers = (0..APPLIERS).map(|number| scope.spawn(move || applied(number))).collect::<Vec<_>>();
        let others = (0..COLLEAGUES).map(|number| scope.spawn(move || by_hand(number))).collect::<Vec<_>>();
        appliers.into_iter().chain(others).map(|thread| thread.join().unwrap()).sum()
    });
    let there = stored(catalog);
    assert_eq!(there.version, written.to_string(), "each update is a version of its own");
    for number in 0..COLLEAGUES {
        assert!(there.table.parameters.contains_key(&format!("colleague-{number}")), "{number}");
    }
    assert_eq!(columns(&there.table), ["id string", "lanes int"]);
    assert_eq!(catalog.table_versions(&name()).unwrap().len(), written + 1);
}

/// Appliers of tables of their own, whose database none of them finds.
pub(super) fn many_tables(catalog: &(dyn Catalog + Sync)) {
    let applied = |number: usize| {
        let mut wanted = traffic(&["id string"]);
        wanted.table.name = format!("table_{number}");
        let report = run(catalog, &wanted, &[]).unwrap();
        assert!(matches!(report.tables[0].ended, Ended::Applied), "{report:?}");
        report.tables[0].done.iter().filter(|step| **step == Step::CreateDatabase).count()
    };
    let made: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..APPLIERS).map(|number| scope.spawn(move || applied(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(made, 1, "one of them makes the database");
    assert_eq!(catalog.tables("mobility").unwrap().len(), APPLIERS);
}

#[test]
fn twenty_appliers_and_colleagues_on_one_table_in_memory() {
    one_table(&MemoryCatalog::new());
}

#[test]
fn twenty_appliers_of_tables_of_their_own_in_memory() {
    many_tables(&MemoryCatalog::new());
}
