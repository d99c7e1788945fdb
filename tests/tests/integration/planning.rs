//! Plans between random tables, on a model of a catalog that holds what it is given.

use lakebed_cli::catalog::{GlueDatabase, StoredTable};
use lakebed_cli::plan::{Actual, Class, Code, OWNED, Plan, TablePlan, Wanted, contradictions, diff, follow};
use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};
use lakebed_tests::property::cases;
use lakebed_tests::random_table::{Foreign, THEIR_MEMBER, deployed, foreign, pair};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use std::collections::BTreeSet;

const PAIRS: u32 = 1_000;

fn wanted(table: GlueTable) -> Wanted {
    Wanted { database: GlueDatabase::new("mobility"), table, indexes: Vec::new(), adopt: false }
}

/// A catalog that holds the table in that version.
fn holds(table: GlueTable, version: u32) -> Actual {
    let stored = StoredTable {
        database: "mobility".into(),
        table,
        version: version.to_string(),
        updated: None,
        created_by: None,
        obstacles: Vec::new(),
    };
    Actual { database: Some(GlueDatabase::new("mobility")), table: Some(stored), ..Actual::default() }
}

/// What a catalog holds after a plan: its result, or what was there.
fn applied(plan: &TablePlan, actual: &Actual) -> GlueTable {
    let there = actual.table.as_ref().map(|stored| stored.table.clone());
    plan.result.clone().or(there).expect("a table that is there or made")
}

/// A registered partition with the columns and the format of a table.
fn partition(table: &GlueTable, value: &str) -> GluePartition {
    GluePartition {
        values: table.partition_keys.iter().map(|_| value.to_owned()).collect(),
        columns: table.columns.clone(),
        storage: table.storage.clone(),
        ..GluePartition::default()
    }
}

fn is_possible(plan: &TablePlan) -> bool {
    plan.changes.iter().all(|change| change.class != Class::Impossible)
}

/// The form in which tables are compared, without the note.
fn plain(table: &GlueTable) -> GlueTable {
    let mut table = table.normal();
    table.parameters.remove(OWNED);
    table
}

fn assert_reads_back(plan: &TablePlan) {
    let plan = Plan { catalog: "a model".into(), identity: "a model".into(), tables: vec![plan.clone()] };
    let text = plan.to_json().to_text();
    let back = Plan::from_json(&text).unwrap_or_else(|findings| panic!("{findings}\n{text}"));
    assert_eq!(back, plan);
    assert_eq!(back.to_json().to_text(), text);
}

/// The table after `before` was made, others added theirs, and `after` was applied; none when that is impossible.
fn evolved(
    before: &GlueTable,
    after: &GlueTable,
    theirs: Option<&Foreign>,
) -> Option<(GlueTable, TablePlan)> {
    let mut there = applied(&diff(&wanted(before.clone()), &Actual::default()), &Actual::default());
    if let Some(theirs) = theirs {
        theirs.put_into(&mut there);
    }
    let actual = holds(there, 4);
    let plan = diff(&wanted(after.clone()), &actual);
    assert_reads_back(&plan);
    assert_eq!(contradictions(&plan, &actual), [""; 0]);
    if !is_possible(&plan) {
        assert_eq!(plan.result, None);
        return None;
    }
    Some((applied(&plan, &actual), plan))
}

proptest! {
    #![proptest_config(cases(PAIRS))]

    #[test]
    fn the_result_of_a_plan_is_what_was_wanted((before, after) in pair()) {
        let (before, after) = (before.glue(), after.glue());
        let keys = |table: &GlueTable| -> Vec<(String, String)> {
            table.partition_keys.iter().map(|key| (key.name.clone(), key.ty.clone())).collect()
        };
        match evolved(&before, &after, None) {
            Some((result, plan)) => {
                prop_assert_eq!(plain(&result), plain(&after));
                prop_assert_eq!(plan.is_empty(), plain(&before) == plain(&after));
                prop_assert_eq!(&plan.foreign, &[""; 0]);
                let again = diff(&wanted(after), &holds(result, 5));
                prop_assert!(again.is_empty(), "{again:?}");
            }
            None => prop_assert_ne!(keys(&before), keys(&after)),
        }
    }

    #[test]
    fn what_others_added_survives((before, after) in pair(), theirs in foreign()) {
        let (before, after) = (before.glue(), after.glue());
        if let Some((result, plan)) = evolved(&before, &after, Some(&theirs)) {
            prop_assert_eq!(theirs.missing_in(&result), [""; 0], "{:?}", plan);
            // All that is wanted is there, in the wanted order.
            let ours: Vec<_> = result
                .columns
                .iter()
                .filter(|column| !column.name.starts_with("their_"))
                .map(|column| column.name.clone())
                .collect();
            let wanted_names: Vec<_> = after.columns.iter().map(|column| column.name.clone()).collect();
            prop_assert_eq!(ours, wanted_names);
            let kept = result.columns.iter().filter(|column| column.ty.contains(THEIR_MEMBER)).count();
            let listed: BTreeSet<_> = plan
                .foreign
                .iter()
                .filter(|phrase| phrase.contains(THEIR_MEMBER))
                .filter_map(|phrase| phrase.split(['`', '.', '[']).nth(1))
                .collect();
            prop_assert_eq!(listed.len(), kept, "{:?}", plan.foreign);
            let again = diff(&wanted(after), &holds(result, 5));
            prop_assert!(again.is_empty(), "{again:?}");
        }
    }

    #[test]
    fn a_table_without_the_note_is_not_touched_when_it_is_right(table in deployed(), theirs in foreign()) {
        let table = table.glue();
        let mut there = table.clone();
        theirs.put_into(&mut there);
        let plan = diff(&wanted(table), &holds(there, 0));
        prop_assert!(plan.is_empty() && plan.result.is_none(), "{plan:?}");
    }

    #[test]
    fn registered_partitions_follow_once((before, after) in pair(), theirs in foreign()) {
        let (before, after) = (before.glue(), after.glue());
        let mut older = before.clone();
        theirs.put_into(&mut older);
        let partitions = vec![partition(&before, "1"), partition(&older, "2"), partition(&after, "3")];
        let there = applied(&diff(&wanted(before), &Actual::default()), &Actual::default());
        let actual = Actual { partitions: Some(partitions.clone()), ..holds(there, 0) };
        let plan = diff(&wanted(after.clone()), &actual);
        assert_reads_back(&plan);
        assert_eq!(contradictions(&plan, &actual), [""; 0]);
        if is_possible(&plan) {
            let table = applied(&plan, &actual);
            let is_listed = |partition: &GluePartition| plan.partitions.contains(&partition.values);
            let moved: Vec<_> = partitions
                .iter()
                .map(|partition| match follow(partition, &table) {
                    Some(new) if is_listed(partition) => new,
                    Some(_) | None => partition.clone(),
                })
                .collect();
            for (old, new) in partitions.iter().zip(&moved) {
                prop_assert_eq!(&old.storage, &new.storage);
                prop_assert_eq!(&old.parameters, &new.parameters);
            }
            let again = Actual { partitions: Some(moved), ..holds(table, 1) };
            let again = diff(&wanted(after), &again);
            prop_assert!(again.is_empty(), "{again:?}");
        }
    }

    #[test]
    fn adopting_leaves_nothing_but_what_is_wanted((before, after) in pair()) {
        let (before, after) = (before.glue(), after.glue());
        let actual = holds(before, 0);
        let plan = diff(&Wanted { adopt: true, ..wanted(after.clone()) }, &actual);
        if is_possible(&plan) {
            prop_assert_eq!(plain(&applied(&plan, &actual)), plain(&after));
        }
    }
}

/// Every change has a reason, and one that is not safe says what to do; the pairs above show most kinds of changes.
#[test]
fn random_pairs_show_most_codes_and_every_change_explains_itself() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..300 {
        let (before, after) = pair().new_tree(&mut runner).expect("a pair").current();
        let made = applied(&diff(&wanted(before.glue()), &Actual::default()), &Actual::default());
        for change in diff(&wanted(after.glue()), &holds(made, 1)).changes {
            assert!(!change.reason.is_empty() && !change.place.is_empty(), "{change:?}");
            assert!(change.class == Class::Safe || change.remedy.is_some(), "{change:?}");
            assert_ne!(change.before, change.after, "{change:?}");
            seen.insert(change.code);
        }
    }
    let elsewhere = [
        Code::CreateDatabase,
        Code::CreateTable,
        Code::TableType,
        Code::PartitionDescriptors,
        Code::AddIndex,
    ];
    let missing: Vec<_> =
        Code::all().filter(|code| !seen.contains(code) && !elsewhere.contains(code)).collect();
    // Comments of partition keys follow from the time zone and the layout.
    assert_eq!(missing, [Code::PartitionKeyComment]);
}
