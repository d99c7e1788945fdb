//! What any [`Store`] must do, one case a behaviour.
//!
//! A runner makes a store and calls every case on it, in any order; each works below a prefix of its own. A store that
//! is known to get something wrong skips that case by its name, with the reason.

use lakebed::store::{Content, Meta, Put, Store, StoreError, StoreErrorKind, When};
use std::fs;
use std::io::Read as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::scope;

/// A behaviour, and how to see it.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its name.
    pub name: &'static str,
    /// Looks whether a store has it; says what is wrong if it has not.
    pub run: fn(&dyn Store) -> Result<(), String>,
}

type Result<T = (), E = String> = std::result::Result<T, E>;

macro_rules! cases {
    ($($case:ident,)*) => {
        /// Every case.
        pub fn cases() -> &'static [Case] {
            &[$(Case {
                name: stringify!($case),
                run: |store| $case(&Below { store, folder: concat!("suite/", stringify!($case), "/") }),
            }),*]
        }
    };
}

cases![
    what_was_never_put_is_not_there,
    what_was_put_is_there_whole,
    an_empty_object_is_there,
    a_put_replaces,
    a_put_of_what_must_be_absent_replaces_nothing,
    a_put_of_what_must_be_unchanged_replaces_that_alone,
    a_put_of_what_must_be_unchanged_makes_nothing_of_what_is_gone,
    a_list_is_in_order_and_of_the_prefix_alone,
    names_are_those_directly_below,
    keys_may_hold_odd_characters,
    a_key_cannot_lead_out,
    an_object_is_read_from_any_byte,
    an_object_of_many_ranges_is_read_whole,
    a_changed_object_is_not_read_on,
    a_small_file_is_published,
    a_large_file_is_published_in_place_of_another,
    a_copy_is_whole_and_replaces,
    what_is_deleted_is_gone_and_may_be_deleted_again,
    of_twenty_who_put_what_must_be_absent_one_is_done,
    updates_of_many_threads_are_not_lost,
    conditions_hold,
    nothing_is_left_unfinished,
];

/// A store with the folder that a case has for itself.
struct Below<'a> {
    store: &'a dyn Store,
    folder: &'static str,
}

fn told(error: StoreError) -> String {
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
    format!("{:?}: {error}{}", error.kind, cause.unwrap_or_default())
}

fn same<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Result {
    if found == expected { Ok(()) } else { Err(format!("expected {expected:?}, found {found:?}")) }
}

impl Below<'_> {
    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.folder)
    }

    fn put(&self, name: &str, bytes: &[u8], when: When) -> Result<Put> {
        self.store.put(&self.key(name), bytes, when).map_err(told)
    }

    fn always(&self, name: &str, bytes: &[u8]) -> Result {
        same(self.put(name, bytes, When::Always)?, Put::Done)
    }

    fn read(&self, name: &str) -> Result<Option<Content>> {
        self.store.read(&self.key(name)).map_err(told)
    }

    fn holds(&self, name: &str, bytes: &[u8]) -> Result {
        let found = self.read(name)?.ok_or_else(|| format!("{name} is not there"))?;
        if found.bytes == bytes { Ok(()) } else { Err(format!("{name} holds other bytes")) }
    }

    fn head(&self, name: &str) -> Result<Option<Meta>> {
        self.store.head(&self.key(name)).map_err(told)
    }

    fn there(&self, name: &str) -> Result<Meta> {
        self.head(name)?.ok_or_else(|| format!("{name} is not there"))
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>> {
        let listed = self.store.list(&self.key(prefix)).map_err(told)?;
        listed
            .into_iter()
            .map(|meta| meta.key.strip_prefix(self.folder).map(str::to_owned).ok_or(meta.key))
            .collect::<Result<_, _>>()
            .map_err(|key| format!("{key} is listed, and not below {}", self.folder))
    }

    fn open(&self, meta: &Meta, start: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut reader = self.store.open(meta, start).map_err(told)?;
        reader.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        Ok(bytes)
    }

    fn publish(&self, name: &str, bytes: &[u8]) -> Result {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let file = folder.path().join("file");
        fs::write(&file, bytes).map_err(|error| error.to_string())?;
        self.store.publish(&file, &self.key(name)).map_err(told)?;
        same(file.exists(), false)
    }
}

/// Bytes that are different everywhere.
fn bytes(count: u32) -> Vec<u8> {
    (0..count / 4).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

fn what_was_never_put_is_not_there(of: &Below<'_>) -> Result {
    same(of.head("x")?, None)?;
    same(of.read("x")?, None)?;
    same(of.list("")?, vec![])?;
    same(of.store.names(&of.key("")).map_err(told)?, vec![])
}

fn what_was_put_is_there_whole(of: &Below<'_>) -> Result {
    of.always("a/x", b"some bytes")?;
    of.holds("a/x", b"some bytes")?;
    let meta = of.there("a/x")?;
    same((meta.key.as_str(), meta.bytes), (of.key("a/x").as_str(), 10))?;
    // 2020: nobody's clock is that far off.
    same(meta.modified > 1_577_836_800, true)?;
    let listed = of.store.list(&of.key("")).map_err(told)?;
    same(listed.first().map(|meta| (meta.bytes, meta.version.clone())), Some((10, meta.version.clone())))?;
    same(of.read("a/x")?.map(|content| content.version), Some(meta.version))?;
    // A folder is no file.
    same(of.head("a")?, None)?;
    same(of.read("a").ok().flatten(), None)
}

fn an_empty_object_is_there(of: &Below<'_>) -> Result {
    of.always("empty", b"")?;
    of.holds("empty", b"")?;
    let meta = of.there("empty")?;
    same(meta.bytes, 0)?;
    same(of.open(&meta, 0)?, vec![])
}

fn a_put_replaces(of: &Below<'_>) -> Result {
    of.always("x", b"one, which is longer")?;
    of.always("x", b"two")?;
    of.holds("x", b"two")
}

fn a_put_of_what_must_be_absent_replaces_nothing(of: &Below<'_>) -> Result {
    same(of.put("x", b"one", When::Absent)?, Put::Done)?;
    same(of.put("x", b"two", When::Absent)?, Put::Refused)?;
    // The same bytes by somebody else are refused, too: nobody's answer was lost.
    same(of.put("x", b"one", When::Absent)?, Put::Refused)?;
    of.holds("x", b"one")
}

fn a_put_of_what_must_be_unchanged_replaces_that_alone(of: &Below<'_>) -> Result {
    of.always("x", b"one")?;
    let before = of.read("x")?.ok_or("x is not there")?;
    same(of.put("x", b"two", When::Unchanged(before.clone()))?, Put::Done)?;
    same(of.put("x", b"three", When::Unchanged(before))?, Put::Refused)?;
    of.holds("x", b"two")
}

fn a_put_of_what_must_be_unchanged_makes_nothing_of_what_is_gone(of: &Below<'_>) -> Result {
    of.always("x", b"one")?;
    let before = of.read("x")?.ok_or("x is not there")?;
    of.store.delete(&of.key("x")).map_err(told)?;
    same(of.put("x", b"two", When::Unchanged(before))?, Put::Refused)?;
    same(of.read("x")?, None)
}

fn a_list_is_in_order_and_of_the_prefix_alone(of: &Below<'_>) -> Result {
    for name in ["a/b", "a.b", "a/c/d", "ab/x", "a/B", "z"] {
        of.always(name, name.as_bytes())?;
    }
    same(of.list("")?, ["a.b", "a/B", "a/b", "a/c/d", "ab/x", "z"].map(str::to_owned).to_vec())?;
    same(of.list("a/")?, ["a/B", "a/b", "a/c/d"].map(str::to_owned).to_vec())?;
    same(of.list("nothing/")?, vec![])
}

fn names_are_those_directly_below(of: &Below<'_>) -> Result {
    for name in ["a/b", "a/c/d", "a/c/e", "f"] {
        of.always(name, b"x")?;
    }
    let names = |prefix: &str| of.store.names(&of.key(prefix)).map_err(told);
    same(names("")?, ["a/", "f"].map(str::to_owned).to_vec())?;
    same(names("a/")?, ["b", "c/"].map(str::to_owned).to_vec())?;
    same(names("nothing/")?, vec![])
}

fn keys_may_hold_odd_characters(of: &Below<'_>) -> Result {
    let odd =
        ["dt=2026-11-23/hour=00/a b+c.json", "100%/%41", "é/ü", "a&b/<c>", "a..b/..c", "q'\"/[x]", "#/?a=b"];
    for name in odd {
        of.always(name, name.as_bytes())?;
    }
    for name in odd {
        of.holds(name, name.as_bytes())?;
        let meta = of.there(name)?;
        same(of.open(&meta, 0)?, name.as_bytes().to_vec())?;
    }
    let mut expected = odd.map(str::to_owned).to_vec();
    expected.sort();
    same(of.list("")?, expected)?;
    for name in odd {
        of.store.delete(&of.key(name)).map_err(told)?;
    }
    same(of.list("")?, vec![])
}

fn a_key_cannot_lead_out(of: &Below<'_>) -> Result {
    for key in ["../x", "a/../../x", "/x", "./x"] {
        for result in [
            of.store.put(key, b"x", When::Always).map(|_| ()),
            of.store.read(key).map(|_| ()),
            of.store.delete(key),
        ] {
            match result {
                Err(error) => same(error.kind, StoreErrorKind::Unsupported)?,
                Ok(()) => return Err(format!("{key} is taken")),
            }
        }
    }
    Ok(())
}

fn an_object_is_read_from_any_byte(of: &Below<'_>) -> Result {
    let bytes = bytes(200_000);
    of.always("x", &bytes)?;
    let meta = of.there("x")?;
    for start in [0, 1, 65_535, 65_536, 199_999, 200_000] {
        let rest = bytes.iter().skip(start).copied().collect::<Vec<_>>();
        same(of.open(&meta, start as u64)? == rest, true).map_err(|_| format!("other bytes from {start}"))?;
    }
    Ok(())
}

fn an_object_of_many_ranges_is_read_whole(of: &Below<'_>) -> Result {
    let bytes = bytes(14 << 20);
    of.publish("x", &bytes)?;
    let meta = of.there("x")?;
    same(meta.bytes, 14 << 20)?;
    same(of.open(&meta, 0)? == bytes, true).map_err(|_| "other bytes".to_owned())
}

fn a_changed_object_is_not_read_on(of: &Below<'_>) -> Result {
    of.always("x", &bytes(300_000))?;
    let meta = of.there("x")?;
    if meta.version.0.is_empty() {
        // It has no versions: who needs one hashes the content.
        return Ok(());
    }
    let mut reader = of.store.open(&meta, 0).map_err(told)?;
    reader.read_exact(&mut [0; 100]).map_err(|error| error.to_string())?;
    of.always("x", &bytes(300_004))?;
    let error = reader.read_to_end(&mut Vec::new()).err().ok_or("it is read on")?;
    let error = error.get_ref().and_then(|inner| inner.downcast_ref::<StoreError>());
    same(error.map(|error| error.kind), Some(StoreErrorKind::Changed))
}

fn a_small_file_is_published(of: &Below<'_>) -> Result {
    of.publish("a/x", b"one")?;
    of.publish("a/x", b"two")?;
    of.holds("a/x", b"two")?;
    same(of.list("")?, vec!["a/x".to_owned()])
}

fn a_large_file_is_published_in_place_of_another(of: &Below<'_>) -> Result {
    // More than two parts, the last one a short one.
    let bytes = bytes((17 << 20) + 4);
    of.publish("x", b"small")?;
    of.publish("x", &bytes)?;
    of.holds("x", &bytes)?;
    same(of.list("")?, vec!["x".to_owned()])
}

fn a_copy_is_whole_and_replaces(of: &Below<'_>) -> Result {
    let bytes = bytes(100_000);
    of.always("from x", &bytes)?;
    of.always("to", b"before")?;
    of.store.copy(&of.key("from x"), &of.key("to")).map_err(told)?;
    of.store.copy(&of.key("from x"), &of.key("new/to")).map_err(told)?;
    of.holds("to", &bytes)?;
    of.holds("new/to", &bytes)?;
    of.holds("from x", &bytes)?;
    match of.store.copy(&of.key("nothing"), &of.key("to")) {
        Err(error) => same(error.kind, StoreErrorKind::NotFound),
        Ok(()) => Err("nothing was copied".to_owned()),
    }
}

fn what_is_deleted_is_gone_and_may_be_deleted_again(of: &Below<'_>) -> Result {
    of.always("a/x", b"x")?;
    of.always("a/y", b"y")?;
    for _ in 0..2 {
        of.store.delete(&of.key("a/x")).map_err(told)?;
        same(of.list("")?, vec!["a/y".to_owned()])?;
    }
    of.store.delete(&of.key("never/there")).map_err(told)
}

fn of_twenty_who_put_what_must_be_absent_one_is_done(of: &Below<'_>) -> Result {
    for round in 0..3 {
        let (done, name) = (AtomicU32::new(0), format!("x{round}"));
        let failed: Vec<String> = scope(|scope| {
            let threads: Vec<_> = (0..20)
                .map(|n| {
                    let (done, name) = (&done, &name);
                    scope.spawn(move || {
                        if of.put(name, format!("{n}").as_bytes(), When::Absent)? == Put::Done {
                            done.fetch_add(1, Ordering::Relaxed);
                        }
                        Ok(())
                    })
                })
                .collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()?.err()).collect()
        });
        same(failed, vec![])?;
        same(done.into_inner(), 1)?;
    }
    Ok(())
}

fn updates_of_many_threads_are_not_lost(of: &Below<'_>) -> Result {
    if of.there("x").is_err() {
        of.always("x", b"0")?;
    }
    if of.read("x")?.is_some_and(|content| content.version.0.is_empty()) {
        // Without versions it holds for who has the lock alone.
        return Ok(());
    }
    let add = || -> Result {
        loop {
            let before = of.read("x")?.ok_or("x is not there")?;
            let count: u32 = String::from_utf8_lossy(&before.bytes).parse().map_err(|_| "no number")?;
            if of.put("x", (count + 1).to_string().as_bytes(), When::Unchanged(before))? == Put::Done {
                return Ok(());
            }
        }
    };
    let failed: Vec<String> = scope(|scope| {
        let threads: Vec<_> = (0..5).map(|_| scope.spawn(|| (0..4).try_for_each(|_| add()))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()?.err()).collect()
    });
    same(failed, vec![])?;
    of.holds("x", b"20")
}

fn conditions_hold(of: &Below<'_>) -> Result {
    same(of.store.has_conditions(), true)?;
    // Trying it out leaves nothing behind.
    same(of.store.list("_lakebed/").map_err(told)?, vec![])
}

fn nothing_is_left_unfinished(of: &Below<'_>) -> Result {
    of.publish("x", &bytes(9 << 20))?;
    same(of.store.unfinished(of.folder).map_err(told)?, vec![])
}
