//! Which shards may be read: those whose parents have been read to their end.
//!
//! A key that moves from a shard to a child of it so keeps the order of its records.

use super::Shard;
use std::collections::BTreeSet;

/// Shards to begin with, in the order of their names: not those under way or finished, and none with a parent that is
/// still listed and not finished. A parent that is no longer listed has no records left.
pub(super) fn ready<'a>(
    listed: &'a [Shard],
    is_open: impl Fn(&str) -> bool,
    finished: &BTreeSet<String>,
) -> Vec<&'a Shard> {
    let names: BTreeSet<&str> = listed.iter().map(|shard| shard.id.as_str()).collect();
    let is_over =
        |parent: &String| finished.contains(parent) || (!names.contains(parent.as_str()) && !is_open(parent));
    let is_ready = |shard: &&Shard| {
        !finished.contains(&shard.id) && !is_open(&shard.id) && shard.parents.iter().all(is_over)
    };
    let mut ready: Vec<&Shard> = listed.iter().filter(is_ready).collect();
    ready.sort_by(|a, b| a.id.cmp(&b.id));
    ready.dedup_by(|a, b| a.id == b.id);
    ready
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(id: &str, parents: &[&str]) -> Shard {
        let parents = parents.iter().map(|&parent| parent.to_owned()).collect();
        Shard { id: id.to_owned(), parents, hash_keys: None }
    }

    fn ready_now(listed: &[Shard], open: &[&str], finished: &[&str]) -> Vec<String> {
        let finished = finished.iter().map(|&name| name.to_owned()).collect();
        let ready = ready(listed, |name| open.contains(&name), &finished);
        ready.into_iter().map(|shard| shard.id.clone()).collect()
    }

    #[test]
    fn children_wait_for_all_their_parents() {
        // a is split into b and c; b and c are merged into d; e stands alone.
        let all = [
            shard("d", &["b", "c"]),
            shard("b", &["a"]),
            shard("c", &["a"]),
            shard("a", &["long-gone"]),
            shard("e", &[]),
        ];
        assert_eq!(ready_now(&all, &[], &[]), ["a", "e"]);
        assert_eq!(ready_now(&all, &["a", "e"], &[]), [""; 0]);
        assert_eq!(ready_now(&all, &["e"], &["a"]), ["b", "c"]);
        assert_eq!(ready_now(&all, &["c", "e"], &["a", "b"]), [""; 0]);
        assert_eq!(ready_now(&all, &["e"], &["a", "b", "c"]), ["d"]);
        // What was trimmed from the list while it was read still comes first.
        assert_eq!(ready_now(&all[..3], &["a"], &[]), [""; 0]);
        assert_eq!(ready_now(&all[..3], &[], &[]), ["b", "c"]);
    }
}
