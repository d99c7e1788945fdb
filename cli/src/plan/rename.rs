//! Columns that may have got another name. A catalog knows no renames: one column goes, another comes.

use super::describe::Named;
use super::reading::Access;
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
    for sign in 0..3_usize {
        for old in before.iter().filter(gone) {
            let is_free = |old: &Named, new: &Named| {
                !pairs.iter().any(|(from, to)| *from == old.name || *to == new.name)
            };
            let new = after.iter().filter(come).find(|new| {
                old.ty == new.ty && is_free(old, new) && signs(old, new).get(sign) == Some(&true)
            });
            if let Some(new) = new {
                pairs.push((&old.name, &new.name));
            }
        }
    }
    pairs
}

/// What a rename means for the files that exist, and what to do instead.
pub(super) fn remedy(access: Access, what: &str, old: &str) -> String {
    let keep = format!("to keep the old name in the lake, write #[lake(name = \"{old}\")]");
    match access {
        Access::ParquetByName | Access::OrcByName => format!(
            "old files hold its values as `{old}`, and the new {what} is null for them; {keep}, or write the old files again"
        ),
        Access::Json => format!(
            "documents are read by key: old values are found where the key stays the same, and are null where it changes too; {keep}"
        ),
        Access::ByPosition => format!(
            "this table reads {what}s by position: old values are found where the place stays the same; {keep}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<Named> {
        let named = |text: &str| {
            let mut parts = text.split(':').map(str::to_owned);
            Named {
                name: parts.next().unwrap_or_default(),
                ty: parts.next().unwrap_or_default(),
                comment: parts.next(),
            }
        };
        text.split_whitespace().map(named).collect()
    }

    #[test]
    fn a_rename_is_told_by_comment_then_name_then_place() {
        for (before, after, expected) in [
            ("a:int speed:int", "a:int speeds:int", &[("speed", "speeds")][..]),
            ("a:int speed:int", "a:int speeds:bigint", &[]),
            ("lane:int point:int", "lane:int road:int", &[("point", "road")]),
            ("lane:int point:int", "road:int lane:int", &[]),
            ("lane:int:Lane. point:int", "section:int track:int:Lane.", &[("lane", "track")]),
            ("speed:int velo:int", "speeds:int x:int velo:int", &[("speed", "speeds")]),
            ("speed:int", "speed:int speeds:int", &[]),
            ("speed:int speeds:int", "speedy:int", &[("speed", "speedy")]),
        ] {
            assert_eq!(pairs(&named(before), &named(after)), expected, "{before} -> {after}");
        }
    }
}
