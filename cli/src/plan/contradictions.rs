//! A plan that does something else than it says: somebody edited its file, or another version of lakebed wrote it.

use super::change::{Change, Class, Code};
use super::describe::changes;
use super::diff::{corrected, made_database, made_index, made_table, obstructions};
use super::{Actual, TablePlan};

/// How the changes that a plan lists differ from what it does to the table that is there, one phrase each.
///
/// `actual` is the state that the plan was made for. Only what decides is compared: code, place, class, before and
/// after; not the words of reasons and remedies. A plan with an impossible change does nothing, so that there is
/// nothing to compare.
pub fn contradictions(plan: &TablePlan, actual: &Actual) -> Vec<String> {
    if plan.changes.iter().any(|change| change.class == Class::Impossible) {
        return Vec::new();
    }
    let mut done = done(plan, actual);
    let mut found = Vec::new();
    for said in &plan.changes {
        let is_same = |done: &Change| (done.code, &done.place) == (said.code, &said.place);
        match done.iter().position(is_same) {
            Some(at) => found.extend(difference(said, &done.remove(at))),
            None => found.push(format!("{}: the plan lists it and does not do it", title(said))),
        }
    }
    // The database is listed with one of its tables.
    done.retain(|done| done.code != Code::CreateDatabase);
    found.extend(done.iter().map(|done| {
        format!("{}: the plan does it ({}) and does not list it", title(done), done.class.name())
    }));
    found
}

/// What the plan does, whatever it says.
fn done(plan: &TablePlan, actual: &Actual) -> Vec<Change> {
    let mut done = Vec::new();
    if plan.create_database {
        done.push(made_database(&plan.name.database));
    }
    match (&actual.table, &plan.result) {
        (None, Some(result)) => done.push(made_table(&plan.name, result)),
        (Some(stored), Some(result)) => {
            done.extend(changes(&stored.table, result, actual.partitions.as_deref()));
            done.extend(corrected(&stored.table, result));
        }
        (_, None) => {}
    }
    if let Some(stored) = &actual.table {
        done.extend(obstructions(stored, &plan.name));
    }
    if !plan.partitions.is_empty() {
        done.push(super::diff::made_partitions(plan.partitions.len(), plan.partitions.len()));
    }
    done.extend(plan.indexes.iter().map(made_index));
    done
}

fn difference(said: &Change, done: &Change) -> Option<String> {
    // Whether rows vanish depends on the partitions that are registered, of which the plan may have known less.
    // The same is true of places that change while partitions were not listed.
    let may_be_stricter = matches!(
        said.code,
        Code::Projection | Code::AddColumn | Code::ReorderColumns | Code::AddMember | Code::ReorderMembers
    );
    let is_stricter = may_be_stricter && said.class > done.class;
    if said.class != done.class && !is_stricter {
        return Some(format!(
            "{}: the plan says {}, and it is {}",
            title(said),
            said.class.name(),
            done.class.name()
        ));
    }
    // How many partitions there are besides those that follow may have changed since.
    let is_same = (&said.before, &said.after) == (&done.before, &done.after);
    if is_same || said.code == Code::PartitionDescriptors {
        return None;
    }
    let shown = |change: &Change| {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
        format!("{} to {}", text(&change.before), text(&change.after))
    };
    Some(format!("{}: the plan says {}, and does {}", title(said), shown(said), shown(done)))
}

/// "LB104 change column type, column `speed`"
fn title(change: &Change) -> String {
    format!("{} {}, {}", change.code, change.code.title(), change.place)
}

#[cfg(test)]
mod tests {
    use super::super::diff;
    use super::super::tests::{holds, table, wanted};
    use super::*;
    use lakebed_schema::artifacts::glue::GlueColumn;

    /// A plan that changes a type and removes a column, with the state that it was made for.
    fn planned() -> (TablePlan, Actual) {
        let made = diff(&wanted(table("a:int b:int")), &Actual::default()).result.unwrap();
        let actual = holds(made);
        (diff(&wanted(table("a:bigint c:int")), &actual), actual)
    }

    #[test]
    fn a_plan_as_it_was_made_says_what_it_does() {
        let (plan, actual) = planned();
        assert_eq!(contradictions(&plan, &actual), [""; 0]);
        let new = diff(&wanted(table("a:int")), &Actual::default());
        assert_eq!(contradictions(&new, &Actual::default()), [""; 0]);
    }

    #[test]
    fn whatever_is_edited_is_named() {
        type Edit = fn(&mut TablePlan);
        let edits: [(Edit, &str); 6] = [
            (
                |plan| plan.changes[1].class = Class::Safe,
                "LB102 remove column, column `b`: the plan says safe, and it is breaking",
            ),
            (
                |plan| drop(plan.changes.remove(1)),
                "LB102 remove column, column `b`: the plan does it (breaking) and does not list it",
            ),
            (
                |plan| plan.changes[2].after = Some("smallint".into()),
                "LB104 change column type, column `a`: the plan says int to smallint, and does int to bigint",
            ),
            (
                |plan| {
                    let ty = "string".into();
                    let column = GlueColumn { name: "d".into(), ty, ..GlueColumn::default() };
                    plan.result.as_mut().unwrap().columns.push(column);
                },
                "LB101 add column, column `d`: the plan does it (safe) and does not list it",
            ),
            (
                |plan| plan.result.as_mut().unwrap().storage.location = Some("s3://other/".into()),
                "LB401 change location, location: the plan does it (breaking) and does not list it",
            ),
            (
                |plan| plan.partitions.push(vec!["1".into()]),
                "LB601 update partitions, partitions: the plan does it (safe) and does not list it",
            ),
        ];
        for (edit, expected) in edits {
            let (mut plan, actual) = planned();
            edit(&mut plan);
            assert_eq!(contradictions(&plan, &actual), [expected]);
        }
        let (mut plan, actual) = planned();
        plan.result = None;
        assert_eq!(contradictions(&plan, &actual).len(), 3);
    }
}
