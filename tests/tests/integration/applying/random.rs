//! Random pairs of tables on real catalogs: what is applied is there, what others added stays, and a rollback brings
//! back what was.

use super::{name, register, run, stored};
use lakebed_cli::apply::{Ended, Job, Unobserved, apply, rollback};
use lakebed_cli::catalog::{Archive, Catalog, FolderCatalog, GlueDatabase, MemoryCatalog};
use lakebed_cli::plan::{Code, OWNED, Wanted};
use lakebed_schema::artifacts::glue::GlueTable;
use lakebed_tests::property::cases;
use lakebed_tests::random_table::{Foreign, foreign, pair};
use proptest::prelude::*;

pub(crate) const PAIRS: u32 = 1_000;

fn wanted(table: GlueTable) -> Wanted {
    Wanted { database: GlueDatabase::new("mobility"), table, indexes: Vec::new(), adopt: false }
}

fn plain(mut table: GlueTable) -> GlueTable {
    table.parameters.remove(OWNED);
    table.normal()
}

/// Makes `before`, lets others add theirs, applies `after`, and goes back.
pub(crate) fn lives(catalog: &dyn Catalog, before: &GlueTable, after: &GlueTable, theirs: Option<&Foreign>) {
    let all: Vec<Code> = Code::all().collect();
    assert!(run(catalog, &wanted(before.clone()), &[]).unwrap().is_good());
    if !before.partition_keys.is_empty() {
        register(catalog, 2);
    }
    if let Some(theirs) = theirs {
        let mut there = stored(catalog);
        theirs.put_into(&mut there.table);
        catalog.update_table("mobility", &there.table, &there.version, Archive::Keep).unwrap();
    }
    let old = stored(catalog);
    let report = run(catalog, &wanted(after.clone()), &all).unwrap();
    let present = stored(catalog);
    if let Ended::Refused(refusals) = &report.tables[0].ended {
        assert!(refusals.iter().all(|refusal| !refusal.can_be_allowed));
        assert_eq!(present, old);
        return;
    }
    assert!(report.is_good(), "{report:?}");
    match theirs {
        Some(theirs) => assert_eq!(theirs.missing_in(&present.table), [""; 0]),
        None => assert_eq!(plain(present.table.clone()), plain(after.clone())),
    }
    let report = run(catalog, &wanted(after.clone()), &all).unwrap();
    assert!(matches!(report.tables[0].ended, Ended::NothingToDo), "{report:?}");
    if present.version != old.version {
        let job = Job::new(catalog, |catalog| rollback(catalog, &name(), &old.version)).unwrap();
        let report = apply(catalog, vec![job], &super::options(&all), &mut Unobserved);
        assert!(report.is_good(), "{report:?}");
        assert_eq!(plain(stored(catalog).table), plain(old.table));
    }
}

proptest! {
    #![proptest_config(cases(PAIRS))]

    #[test]
    fn pairs_in_memory((before, after) in pair(), theirs in prop::option::of(foreign())) {
        lives(&MemoryCatalog::new(), &before.glue(), &after.glue(), theirs.as_ref());
    }

    #[test]
    fn pairs_in_a_folder((before, after) in pair(), theirs in prop::option::of(foreign())) {
        let folder = tempfile::tempdir().unwrap();
        let catalog = FolderCatalog::new(folder.path()).unflushed();
        lives(&catalog, &before.glue(), &after.glue(), theirs.as_ref());
    }
}
