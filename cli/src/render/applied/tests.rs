use super::*;
use crate::catalog::CatalogErrorKind;
use crate::plan::{Base, Class, Code, TablePlan};

fn report(ended: Ended, done: &[Step], not_done: &[Step]) -> TableReport {
    let name = TableName::new("mobility", "traffic");
    let plan = TablePlan {
        name: name.clone(),
        base: Base::Absent,
        create_database: false,
        changes: Vec::new(),
        foreign: Vec::new(),
        result: None,
        partitions: Vec::new(),
        indexes: Vec::new(),
    };
    TableReport { name, ended, done: done.to_vec(), not_done: not_done.to_vec(), plan }
}

fn shown(tables: Vec<TableReport>) -> String {
    anstream::adapter::strip_str(&applied(&Report { tables })).to_string()
}

fn update() -> Step {
    Step::UpdateTable { replaced: "3".into() }
}

#[test]
fn a_failure_half_way_says_what_was_done_what_not_and_what_to_do() {
    let error = CatalogError::new(
        CatalogErrorKind::Denied,
        "BatchUpdatePartition",
        "table `mobility.traffic`",
        "AccessDeniedException: not authorized",
    )
    .with_permission(
        "glue:BatchUpdatePartition on arn:aws:glue:eu-west-1:111122223333:table/mobility/traffic",
    );
    let denied = report(
        Ended::Failed(Failure::Call { error, may_be_done: false, partitions: Vec::new() }),
        &[update(), Step::UpdatePartitions { count: 200 }],
        &[Step::UpdatePartitions { count: 31 }, Step::CreateIndex { name: "by_day".into() }],
    );
    let error =
        CatalogError::new(CatalogErrorKind::Network, "UpdateTable", "table `a.b`", "connection reset");
    let reset = report(
        Ended::Failed(Failure::Call { error, may_be_done: true, partitions: Vec::new() }),
        &[],
        &[update()],
    );
    insta::assert_snapshot!(shown(vec![report(Ended::Applied, &[update()], &[]), denied, reset]), @r#"
    ! mobility.traffic: BatchUpdatePartition of table `mobility.traffic`: AccessDeniedException: not authorized
        needs: glue:BatchUpdatePartition on arn:aws:glue:eu-west-1:111122223333:table/mobility/traffic
        done: updated the table (replaces version 3), updated 200 partitions
        not done: update 31 partitions, ask for the partition index `by_day`
        what to do: ask who runs the catalog for the permission, then run the same command again: it does what is left, and nothing twice
    ! mobility.traffic: UpdateTable of table `a.b`: connection reset
        whether the catalog did it all the same is not known; the next run finds out
        not done: update the table (replaces version 3)
        what to do: check the network, the region and the proxy, then run the same command again: it does what is left, and nothing twice
    Failed: 1 table changed, 0 as planned already, 2 failed
    "#);
}

#[test]
fn partitions_that_stay_behind_are_named_and_many_are_counted() {
    let fault = |day: usize| PartitionFault {
        values: vec![format!("2024-01-{day:02}"), "07".into()],
        kind: CatalogErrorKind::Invalid,
        message: "InvalidInputException: a value is \u{1b}[2J too long".into(),
    };
    let faults = (1..=12).map(fault).collect();
    let failed = report(
        Ended::Failed(Failure::Partitions(faults)),
        &[update(), Step::UpdatePartitions { count: 1 }],
        &[Step::UpdatePartitions { count: 12 }],
    );
    insta::assert_snapshot!(shown(vec![failed]), @r#"
    ! mobility.traffic: 12 partitions could not be updated
        2024-01-01/07: InvalidInputException: a value is \u{1b}[2J too long
        2024-01-02/07: InvalidInputException: a value is \u{1b}[2J too long
        2024-01-03/07: InvalidInputException: a value is \u{1b}[2J too long
        2024-01-04/07: InvalidInputException: a value is \u{1b}[2J too long
        2024-01-05/07: InvalidInputException: a value is \u{1b}[2J too long
        2024-01-06/07: InvalidInputException: a value is \u{1b}[2J too long
        2024-01-07/07: InvalidInputException: a value is \u{1b}[2J too long
        2024-01-08/07: InvalidInputException: a value is \u{1b}[2J too long
        2024-01-09/07: InvalidInputException: a value is \u{1b}[2J too long
        2024-01-10/07: InvalidInputException: a value is \u{1b}[2J too long
        and 2 more partitions; --json lists them all
        done: updated the table (replaces version 3), updated 1 partition
        not done: update 12 partitions
        what to do: run the same command again: it does those that are left, and nothing twice
    Failed: 0 tables changed, 0 as planned already, 1 failed
    "#);
}

#[test]
fn plans_that_were_not_carried_out_say_why() {
    let change = |code, class, before: &str, remedy: Option<&str>| Change {
        code,
        place: "column `lanes`".into(),
        class,
        before: Some(before.into()),
        after: None,
        reason: "a rule of the engine".into(),
        remedy: remedy.map(str::to_owned),
    };
    let impossible = change(Code::PartitionKeys, Class::Impossible, "dt", Some("make a new table"));
    let breaking = change(Code::RemoveColumn, Class::Breaking, "int", Some("tell the readers"));
    let refused = Ended::Refused(vec![
        Refusal { change: breaking.clone(), can_be_allowed: true },
        Refusal { change: impossible, can_be_allowed: false },
    ]);
    let stale = Ended::Stale { then: "version 3".into(), now: "version 5".into(), since: vec![breaking] };
    let last =
        CatalogError::new(CatalogErrorKind::Conflict, "UpdateTable", "table `a.b`", "it has version 9");
    let contested = Ended::Contested { attempts: 20, last: Some(last) };
    let tables = [refused, stale, Ended::Declined, contested, Ended::AlreadyDone];
    let tables = tables.map(|ended| report(ended, &[], &[update()])).into();
    insta::assert_snapshot!(shown(tables), @r#"
    ! mobility.traffic: refused, because of
        - column `lanes`  int  LB102  breaking
            why: a rule of the engine
            what to do: tell the readers
        - column `lanes`  dt   LB201  impossible
            why: a rule of the engine
            what to do: make a new table
        not done: update the table (replaces version 3)
        what to do: do what is said above: no catalog can make such a change in place, and --allow does not help
    ! mobility.traffic: the plan is stale: it was made for version 3, and now there is version 5
        changed since:
            - column `lanes`  int
        not done: update the table (replaces version 3)
        what to do: plan again, look at the new plan, and apply that
    ! mobility.traffic: the plan as it had become was not confirmed
        not done: update the table (replaces version 3)
        what to do: look at the new plan, and run the same command again if it is right
    ! mobility.traffic: others changed it before each of 20 attempts
        the last answer: UpdateTable of table `a.b`: it has version 9
        not done: update the table (replaces version 3)
        what to do: find out who else writes this table, then run the same command again
    = mobility.traffic: as planned already, nothing was done
    Failed: 0 tables changed, 1 as planned already, 3 not carried out, 1 failed
    "#);
    insta::assert_snapshot!(shown(vec![report(Ended::AlreadyDone, &[], &[])]), @r#"
    = mobility.traffic: as planned already, nothing was done
    Nothing to do: 1 table as planned already
    "#);
}
