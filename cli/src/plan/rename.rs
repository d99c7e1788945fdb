//! Columns that may have got another name. A catalog knows no renames: one column goes, another comes.

use super::describe::Named;
use lakebed_schema::name::nearest;

/// Old and new names of what looks renamed: the types are equal, and the names are near, the comments are the same,
/// or the place is. Each name is in one pair at most.
pub(super) fn pairs<'a>(before: &'a [Named], after: &'a [Named]) -> Vec<(&'a str, &'a str)> {
    let gone = |column: &&Named| !after.iter().any(|there| there.name == column.name);
    let come = |column: &&Named| !before.iter().any(|there| there.name == column.name);
    let place = |columns: &[Named], name: &str| columns.iter().position(|column| column.name == name);
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    // The strongest sign first.
    let signs = |old: &Named, new: &Named| {
        [
            old.comment.is_some() && old.comment == new.comment,
            nearest(&old.name, [new.name.as_str()]).is_some(),
            place(before, &old.name) == place(after, &new.name),
        ]
    };
    for sign in 0..3 {
        for old in before.iter().filter(gone) {
            let is_free = |old: &Named, new: &Named| {
                !pairs.iter().any(|(from, to)| *from == old.name || *to == new.name)
            };
            let new = after
                .iter()
                .filter(come)
                .find(|new| old.ty == new.ty && is_free(old, new) && signs(old, new)[sign]);
            if let Some(new) = new {
                pairs.push((&old.name, &new.name));
            }
        }
    }
    pairs
}

/// What to do instead of renaming.
pub(super) fn remedy(what: &str, old: &str) -> String {
    format!(
        "old files hold its values as `{old}`, and the new {what} is null for them; to keep both, leave the name in the lake with #[lake(name = \"{old}\")], or write the old files again"
    )
}
