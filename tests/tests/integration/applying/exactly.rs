//! A plan out of a file: exactly that is done, or nothing.

use super::{again, by_hand, columns, options, register, run, stored, traffic, with_index};
use lakebed_cli::apply::{Ended, Failure, Job, Report, Step, Unobserved, apply};
use lakebed_cli::catalog::{Catalog, CatalogErrorKind, MemoryCatalog};
use lakebed_cli::plan::{Class, Code, TablePlan};
use lakebed_tests::faulty_catalog::{Fault, FaultyCatalog, Moment};

fn exactly(catalog: &dyn Catalog, plan: &TablePlan) -> Report {
    apply(catalog, vec![Job::exactly(plan.clone())], &options(&[]), &mut Unobserved)
}

/// A table with three partitions, and a plan that adds a column and an index.
fn planned() -> (MemoryCatalog, TablePlan) {
    let catalog = MemoryCatalog::new();
    run(&catalog, &traffic(&["id string"]), &[]).unwrap();
    register(&catalog, 3);
    let plan = again(&catalog, &with_index(traffic(&["id string", "lanes int"]))).unwrap();
    (catalog, plan)
}

#[test]
fn a_plan_is_carried_out_once() {
    let (catalog, plan) = planned();
    let report = exactly(&catalog, &plan);
    assert!(matches!(report.tables[0].ended, Ended::Applied), "{report:?}");
    assert_eq!(report.tables[0].done.len(), 3);
    let report = exactly(&catalog, &plan);
    assert!(matches!(report.tables[0].ended, Ended::AlreadyDone), "{report:?}");
    assert_eq!(stored(&catalog).version, "1");
}

#[test]
fn a_stale_plan_is_refused_and_says_what_changed_since() {
    let (catalog, plan) = planned();
    by_hand(&catalog, "owner", "mobility team");
    let report = exactly(&catalog, &plan);
    let Ended::Stale { then, now, since } = &report.tables[0].ended else { panic!("{report:?}") };
    assert_eq!((then.as_str(), now.as_str()), ("version 0", "version 1"));
    assert_eq!(since.len(), 1, "{since:?}");
    assert!(since[0].place.contains("owner"), "{since:?}");
    assert_eq!(report.tables[0].not_done.len(), 3);
    assert_eq!(columns(&stored(&catalog).table), ["id string"]);
}

#[test]
fn a_table_that_came_or_went_since_makes_a_plan_stale() {
    let (catalog, plan) = planned();
    catalog.delete_table(&plan.name).unwrap();
    let report = exactly(&catalog, &plan);
    let Ended::Stale { now, .. } = &report.tables[0].ended else { panic!("{report:?}") };
    assert_eq!(now, "no table");

    let empty = MemoryCatalog::new();
    let plan = again(&empty, &traffic(&["id string"])).unwrap();
    run(&empty, &traffic(&["id string", "lanes int"]), &[]).unwrap();
    let report = exactly(&empty, &plan);
    let Ended::Stale { then, now, .. } = &report.tables[0].ended else { panic!("{report:?}") };
    assert_eq!((then.as_str(), now.as_str()), ("no table", "version 0"));
}

#[test]
fn a_table_that_was_made_again_makes_a_plan_stale_though_its_version_is_the_same() {
    let (catalog, plan) = planned();
    catalog.delete_table(&plan.name).unwrap();
    run(&catalog, &traffic(&["id int"]), &[]).unwrap();
    assert_eq!(stored(&catalog).version, "0");
    let report = exactly(&catalog, &plan);
    let Ended::Stale { then, now, since } = &report.tables[0].ended else { panic!("{report:?}") };
    assert_eq!((then.as_str(), now.as_str()), ("version 0", "another table with the same version 0"));
    assert_eq!(since, &[], "what is not kept cannot be compared");
    assert_eq!(columns(&stored(&catalog).table), ["id int"]);
}

#[test]
fn a_plan_that_says_something_else_than_it_does_is_refused() {
    let catalog = MemoryCatalog::new();
    run(&catalog, &traffic(&["id string", "speed int"]), &[]).unwrap();
    let mut plan = again(&catalog, &traffic(&["id string"])).unwrap();
    assert!(matches!(exactly(&catalog, &plan).tables[0].ended, Ended::Refused(_)));
    // Whoever writes `safe` into the file does not get round --allow.
    plan.changes[0].class = Class::Safe;
    let report = exactly(&catalog, &plan);
    let Ended::Contradictory(differences) = &report.tables[0].ended else { panic!("{report:?}") };
    assert_eq!(differences, &["LB102 remove column, column `speed`: the plan says safe, and it is breaking"]);
    assert_eq!(report.tables[0].not_done, [Step::UpdateTable { replaced: "0".into() }]);
    assert_eq!(stored(&catalog).version, "0");
}

#[test]
fn a_database_that_went_away_is_not_made_behind_the_plan() {
    let catalog = MemoryCatalog::new();
    let mut plan = again(&catalog, &traffic(&["id string"])).unwrap();
    plan.create_database = false;
    plan.changes.retain(|change| change.code != Code::CreateDatabase);
    let report = exactly(&catalog, &plan);
    let Ended::Failed(Failure::Call { error, .. }) = &report.tables[0].ended else { panic!("{report:?}") };
    assert_eq!(error.kind(), CatalogErrorKind::NotFound);
    assert_eq!(report.tables[0].not_done, [Step::CreateTable]);
}

#[test]
fn a_plan_that_stopped_half_way_goes_on_where_it_stopped() {
    let (catalog, plan) = planned();
    let calls = {
        let (catalog, plan) = planned();
        let watched = FaultyCatalog::new(&catalog, &[]);
        exactly(&watched, &plan);
        watched.calls().len()
    };
    let mut stopped = 0;
    for call in 0..calls {
        for moment in [Moment::Before, Moment::After] {
            let (catalog, plan) = planned();
            let fault = Fault { call, moment, kind: CatalogErrorKind::Unavailable };
            let report = exactly(&FaultyCatalog::new(&catalog, &[fault]), &plan);
            stopped += u32::from(!report.is_good());
            let report = exactly(&catalog, &plan);
            assert!(report.is_good(), "{fault:?}: {report:?}");
            assert_eq!(stored(&catalog).version, "1", "{fault:?}");
            assert!(again(&catalog, &with_index(traffic(&["id string", "lanes int"]))).unwrap().is_empty());
        }
    }
    assert_eq!(stopped as usize, 2 * calls, "each planted fault stops a run");
    let report = exactly(&catalog, &plan);
    assert_eq!(report.tables[0].done[0], Step::UpdateTable { replaced: "0".into() });
}
