//! Types of the standard library.

use super::{ColumnType, Fields};
use crate::def::{ElementDef, Member, TypeDef};
use crate::private::push_nulls;
use crate::sink::RowSink;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

macro_rules! scalar {
    ($($rust:ty => $def:ident, |$v:ident, $sink:ident| $push:expr;)*) => {$(
        impl ColumnType for $rust {
            const TYPE: TypeDef = TypeDef::$def;
            fn push_value<S: RowSink + ?Sized>(&self, $sink: &mut S) {
                let $v = self;
                $push
            }
        }
    )*};
}

scalar! {
    bool => Boolean, |v, sink| sink.bool(*v);
    i8 => Int8, |v, sink| sink.int(i64::from(*v));
    i16 => Int16, |v, sink| sink.int(i64::from(*v));
    i32 => Int32, |v, sink| sink.int(i64::from(*v));
    i64 => Int64, |v, sink| sink.int(*v);
    u8 => UInt8, |v, sink| sink.int(i64::from(*v));
    u16 => UInt16, |v, sink| sink.int(i64::from(*v));
    u32 => UInt32, |v, sink| sink.int(i64::from(*v));
    u64 => UInt64, |v, sink| sink.wide_int(i128::from(*v));
    i128 => Int128, |v, sink| sink.wide_int(*v);
    u128 => UInt128, |v, sink| match i128::try_from(*v) {
        Ok(v) => sink.wide_int(v),
        Err(_) => sink.refuse("an integer of at most 38 digits", &v.to_string()),
    };
    f32 => Float32, |v, sink| sink.float32(*v);
    f64 => Float64, |v, sink| sink.float64(*v);
    String => String, |v, sink| sink.text(v);
    str => String, |v, sink| sink.text(v);
    char => Char, |v, sink| sink.text(v.encode_utf8(&mut [0; 4]));
}

macro_rules! pointer {
    ($($pointer:ty),*) => {$(
        impl<T: ColumnType + ?Sized> ColumnType for $pointer {
            const TYPE: TypeDef = T::TYPE;
            const NULLABLE: bool = T::NULLABLE;
            fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
                T::push_value(self, sink);
            }
        }
        impl<T: Fields + ?Sized> Fields for $pointer {
            const MEMBERS: &'static [Member] = T::MEMBERS;
            const OPTIONAL: bool = T::OPTIONAL;
            fn push_fields<S: RowSink + ?Sized>(&self, sink: &mut S) {
                T::push_fields(self, sink);
            }
        }
    )*};
}

pointer!(&T, Box<T>, Rc<T>, Arc<T>);

impl<T: ColumnType + ToOwned + ?Sized> ColumnType for Cow<'_, T> {
    const TYPE: TypeDef = T::TYPE;
    const NULLABLE: bool = T::NULLABLE;
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        T::push_value(self, sink);
    }
}

impl<T: ColumnType> ColumnType for Option<T> {
    const TYPE: TypeDef = T::TYPE;
    const NULLABLE: bool = true;
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        match self {
            Some(value) => value.push_value(sink),
            None => sink.null(),
        }
    }
}

impl<T: Fields> Fields for Option<T> {
    const MEMBERS: &'static [Member] = T::MEMBERS;
    const OPTIONAL: bool = true;
    fn push_fields<S: RowSink + ?Sized>(&self, sink: &mut S) {
        match self {
            Some(value) => value.push_fields(sink),
            None => push_nulls(T::MEMBERS, sink),
        }
    }
}

fn push_list<'a, T, S>(len: usize, items: impl Iterator<Item = &'a T>, sink: &mut S)
where
    T: ColumnType + 'a,
    S: RowSink + ?Sized,
{
    sink.begin_list(len);
    for item in items {
        item.push_value(sink);
    }
    sink.end_list();
}

macro_rules! list {
    ($([$($generics:tt)*] $rust:ty;)*) => {$(
        impl<$($generics)*> ColumnType for $rust {
            const TYPE: TypeDef = TypeDef::List {
                element: &ElementDef { ty: T::TYPE, nullable: T::NULLABLE },
                length: None,
            };
            fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
                push_list(self.len(), self.iter(), sink);
            }
        }
    )*};
}

list! {
    [T: ColumnType] Vec<T>;
    [T: ColumnType] [T];
    [T: ColumnType] VecDeque<T>;
    [T: ColumnType] LinkedList<T>;
    [T: ColumnType] BTreeSet<T>;
}

impl<T: ColumnType, const N: usize> ColumnType for [T; N] {
    const TYPE: TypeDef =
        TypeDef::List { element: &ElementDef { ty: T::TYPE, nullable: T::NULLABLE }, length: Some(N) };
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        push_list(N, self.iter(), sink);
    }
}

impl<T: ColumnType + Ord, H> ColumnType for HashSet<T, H> {
    const TYPE: TypeDef =
        TypeDef::List { element: &ElementDef { ty: T::TYPE, nullable: T::NULLABLE }, length: None };
    /// Elements go out in their own order, so that equal sets make equal files.
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        let mut items: Vec<&T> = self.iter().collect();
        items.sort_unstable();
        push_list(items.len(), items.into_iter(), sink);
    }
}

impl<K: ColumnType, V: ColumnType> ColumnType for BTreeMap<K, V> {
    const TYPE: TypeDef =
        TypeDef::Map { key: &K::TYPE, value: &ElementDef { ty: V::TYPE, nullable: V::NULLABLE } };
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        sink.begin_map(self.len());
        for (key, value) in self {
            key.push_value(sink);
            value.push_value(sink);
        }
        sink.end_map();
    }
}

impl<K: ColumnType + Ord, V: ColumnType, H> ColumnType for HashMap<K, V, H> {
    const TYPE: TypeDef =
        TypeDef::Map { key: &K::TYPE, value: &ElementDef { ty: V::TYPE, nullable: V::NULLABLE } };
    /// Entries go out in the order of their keys, so that equal maps make equal files.
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        let mut entries: Vec<(&K, &V)> = self.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        sink.begin_map(entries.len());
        for (key, value) in entries {
            key.push_value(sink);
            value.push_value(sink);
        }
        sink.end_map();
    }
}
