//! Types of the standard library.

use super::{ReadColumn, ReadFields};
use crate::column_type::ColumnType;
use crate::private::column_count;
use crate::source::{ReadFault, RowSource};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::rc::Rc;
use std::sync::Arc;

macro_rules! scalar {
    ($($rust:ty, |$source:ident| $pull:expr;)*) => {$(
        impl ReadColumn for $rust {
            fn read_value<S: RowSource + ?Sized>($source: &mut S) -> Result<Self, ReadFault> {
                $pull
            }
        }
    )*};
}

scalar! {
    bool, |source| source.bool();
    i64, |source| source.int();
    i128, |source| source.wide_int();
    f32, |source| source.float32();
    f64, |source| source.float64();
    String, |source| source.text().map(str::to_owned);
    char, |source| one_char(source.text()?);
    Box<str>, |source| source.text().map(Into::into);
    Rc<str>, |source| source.text().map(Into::into);
    Arc<str>, |source| source.text().map(Into::into);
}

macro_rules! integer {
    ($($rust:ty, $pull:ident;)*) => {$(
        impl ReadColumn for $rust {
            fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
                let value = source.$pull()?;
                Self::try_from(value).map_err(|_| {
                    let expected = format!("an integer from {} to {}", Self::MIN, Self::MAX);
                    ReadFault::new(expected, value.to_string())
                })
            }
        }
    )*};
}

integer! {
    i8, int;
    i16, int;
    i32, int;
    u8, int;
    u16, int;
    u32, int;
    u64, wide_int;
    u128, wide_int;
}

fn one_char(text: &str) -> Result<char, ReadFault> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => {
            let start: String = text.chars().take(20).collect();
            let found = format!("{} characters: {start:?}", text.chars().count());
            Err(ReadFault::new("text of one character", found))
        }
    }
}

macro_rules! pointer {
    ($($pointer:ident),*) => {$(
        impl<T: ReadColumn> ReadColumn for $pointer<T> {
            fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
                T::read_value(source).map(Self::new)
            }
        }
        impl<T: ReadColumn> ReadColumn for $pointer<[T]> {
            fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
                read_list(source, Vec::with_capacity, Vec::push).map(Self::from)
            }
        }
        impl<T: ReadFields> ReadFields for $pointer<T> {
            fn read_fields<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
                T::read_fields(source).map(Self::new)
            }
        }
    )*};
}

pointer!(Box, Rc, Arc);

impl<T: ColumnType + ToOwned + ?Sized> ReadColumn for Cow<'_, T>
where
    T::Owned: ReadColumn,
{
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        T::Owned::read_value(source).map(Self::Owned)
    }
}

impl<T: ReadColumn> ReadColumn for Option<T> {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        if source.null() { Ok(None) } else { T::read_value(source).map(Some) }
    }
}

impl<T: ReadFields> ReadFields for Option<T> {
    /// `None` when all columns are null, which a struct whose fields are all `None` gives too.
    fn read_fields<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        if source.nulls(column_count(T::MEMBERS)) { Ok(None) } else { T::read_fields(source).map(Some) }
    }
}

/// More elements than this are not provided for in advance: the count comes from a file.
const MAX_RESERVED: usize = 1024;

/// Reads a list into a collection.
fn read_list<T, C, S>(
    source: &mut S,
    new: impl FnOnce(usize) -> C,
    mut add: impl FnMut(&mut C, T),
) -> Result<C, ReadFault>
where
    T: ReadColumn,
    S: RowSource + ?Sized,
{
    let len = source.begin_list()?;
    let mut items = new(len.min(MAX_RESERVED));
    for _ in 0..len {
        add(&mut items, T::read_value(source)?);
    }
    source.end_list()?;
    Ok(items)
}

impl<T: ReadColumn> ReadColumn for Vec<T> {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        read_list(source, Self::with_capacity, Self::push)
    }
}

impl<T: ReadColumn> ReadColumn for VecDeque<T> {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        read_list(source, Self::with_capacity, Self::push_back)
    }
}

impl<T: ReadColumn> ReadColumn for LinkedList<T> {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        read_list(source, |_| Self::new(), Self::push_back)
    }
}

impl<T: ReadColumn + Ord> ReadColumn for BTreeSet<T> {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        read_list(
            source,
            |_| Self::new(),
            |set, item| {
                set.insert(item);
            },
        )
    }
}

impl<T: ReadColumn + Ord + Hash, H: BuildHasher + Default> ReadColumn for HashSet<T, H> {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        let new = |len| Self::with_capacity_and_hasher(len, H::default());
        read_list(source, new, |set, item| {
            set.insert(item);
        })
    }
}

impl<T: ReadColumn, const N: usize> ReadColumn for [T; N] {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        let items = read_list(source, Vec::with_capacity, Vec::push)?;
        let len = items.len();
        Self::try_from(items)
            .map_err(|_| ReadFault::new(format!("a list of {N} elements"), format!("{len} elements")))
    }
}

/// Reads a map into a collection; of entries with one key the last stays, as with serde.
fn read_map<K, V, C, S>(
    source: &mut S,
    new: impl FnOnce(usize) -> C,
    mut add: impl FnMut(&mut C, K, V),
) -> Result<C, ReadFault>
where
    K: ReadColumn,
    V: ReadColumn,
    S: RowSource + ?Sized,
{
    let len = source.begin_map()?;
    let mut entries = new(len.min(MAX_RESERVED));
    for _ in 0..len {
        let key = K::read_value(source)?;
        add(&mut entries, key, V::read_value(source)?);
    }
    source.end_map()?;
    Ok(entries)
}

impl<K: ReadColumn + Ord, V: ReadColumn> ReadColumn for BTreeMap<K, V> {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        read_map(source, |_| Self::new(), |map, key, value| drop(map.insert(key, value)))
    }
}

impl<K: ReadColumn + Ord + Hash, V: ReadColumn, H: BuildHasher + Default> ReadColumn for HashMap<K, V, H> {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        let new = |len| Self::with_capacity_and_hasher(len, H::default());
        read_map(source, new, |map, key, value| drop(map.insert(key, value)))
    }
}
