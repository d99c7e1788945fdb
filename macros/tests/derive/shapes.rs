//! Types of every shape: nested, flattened, generic, borrowed.

use crate::keys::columns;
use crate::recorder::{row, value};
use lakebed::def::{ElementDef, Member, TypeDef};
use lakebed::{Fields as _, Record as _, tables};
use lakebed_macros::{ColumnType, Record};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::marker::PhantomData;

/// A place.
#[derive(Clone, Default, ColumnType)]
struct Point {
    x: f64,
    #[serde(rename = "Y")]
    y: Option<f64>,
}

#[derive(ColumnType)]
struct Meters(u32);

#[derive(ColumnType)]
#[serde(transparent)]
struct Wrapped<T> {
    inner: Option<T>,
    #[serde(skip)]
    _marker: PhantomData<T>,
}

#[derive(ColumnType)]
struct Digest(#[lake(binary)] [u8; 2]);

#[derive(ColumnType)]
struct Counter(#[lake(as = "i64")] u64);

#[derive(Record)]
#[lake(table = "shapes")]
struct Shapes {
    point: Point,
    maybe_point: Option<Point>,
    points: Vec<Option<Point>>,
    lists: Option<Vec<Vec<u8>>>,
    by_name: BTreeMap<String, Point>,
    by_number: HashMap<i32, Option<bool>>,
    length: Meters,
    wrapped: Wrapped<Meters>,
    digest: Digest,
    counter: Option<Counter>,
    fixed: [i16; 2],
}

fn shapes() -> Shapes {
    let point = Point { x: 1.0, y: Some(2.0) };
    Shapes {
        point: point.clone(),
        maybe_point: None,
        points: vec![Some(Point::default()), None],
        lists: Some(vec![vec![1], vec![]]),
        by_name: [("a".to_owned(), point)].into(),
        by_number: [(2, None), (1, Some(true))].into(),
        length: Meters(7),
        wrapped: Wrapped { inner: None, _marker: PhantomData },
        digest: Digest([1, 2]),
        counter: Some(Counter(u64::MAX)),
        fixed: [3, 4],
    }
}

#[test]
fn shapes_nest() {
    let point = TypeDef::Struct(Point::MEMBERS);
    let types: Vec<_> = columns(Shapes::MEMBERS).iter().map(|c| (c.ty, c.nullable)).collect();
    assert_eq!(types[0], (point, false));
    assert_eq!(types[1], (point, true));
    const ELEMENT: &ElementDef = &ElementDef { ty: TypeDef::Struct(Point::MEMBERS), nullable: true };
    assert_eq!(types[2], (TypeDef::List { element: ELEMENT, length: None }, false));
    assert!(types[3].1);
    assert_eq!(types[6], (TypeDef::UInt32, false));
    assert_eq!(types[7], (TypeDef::UInt32, true));
    assert_eq!(types[8], (TypeDef::Binary, false));
    assert_eq!(types[9], (TypeDef::Int64, true));
    let element = &ElementDef { ty: TypeDef::Int16, nullable: false };
    assert_eq!(types[10], (TypeDef::List { element, length: Some(2) }, false));
    assert_eq!(columns(Point::MEMBERS)[1].key, "Y");
    assert_eq!(
        row(&shapes()).join(" "),
        "{ f64 1 f64 2 } null [2 { f64 0 null } null ] [2 [1 int 1 ] [0 ] ] \
         <1 text a { f64 1 f64 2 } > <2 int 1 bool true int 2 null > int 7 null bytes [1, 2] \
         refused: i64, not a u64 outside its range [2 int 3 int 4 ]"
    );
}

#[derive(Record)]
#[allow(non_snake_case)]
#[lake(table = "flat", key = "x, name", sort = "Y", partition(by = x, layout = "region={x}"))]
struct Unflat {
    x: u8,
    name: u8,
    #[serde(rename = "Y")]
    #[lake(name = "yy")]
    Y: u8,
}

#[derive(Clone, ColumnType)]
struct Spot {
    lat: f64,
    #[lake(null_if(0))]
    height: Option<i32>,
}

#[derive(Record)]
#[lake(table = "flat", key = "id, height", partition(by = height, layout = "spot={height}"))]
struct Flat {
    id: u8,
    #[serde(flatten)]
    spot: Spot,
    #[serde(flatten)]
    extra: Option<Extra>,
    #[lake(null_with = "height")]
    quality: Option<u8>,
}

#[derive(Clone, Record)]
#[lake(table = "extra")]
struct Extra {
    a: u8,
    #[serde(flatten)]
    deeper: Deeper,
}

#[derive(Clone, ColumnType)]
struct Deeper {
    b: String,
}

#[test]
fn flattened_structs_lend_their_columns() {
    let names: Vec<_> = columns(Flat::MEMBERS).iter().map(|column| column.name).collect();
    assert_eq!(names, ["id", "lat", "height", "a", "b", "quality"]);
    assert!(matches!(Flat::MEMBERS[1], Member::Flatten { optional: false, .. }));
    assert!(matches!(Flat::MEMBERS[2], Member::Flatten { optional: true, .. }));
    let spot = Spot { lat: 1.5, height: Some(2) };
    let flat = Flat { id: 1, spot: spot.clone(), extra: None, quality: None };
    assert_eq!(row(&flat), ["int 1", "f64 1.5", "int 2", "null", "null", "null"]);
    let extra = Some(Extra { a: 3, deeper: Deeper { b: "b".into() } });
    let flat = Flat { id: 1, spot, extra, quality: Some(4) };
    assert_eq!(row(&flat), ["int 1", "f64 1.5", "int 2", "int 3", "text b", "int 4"]);
}

#[test]
fn names_of_fields_become_names_of_columns() {
    assert_eq!(Unflat::TABLE.sort[0].column, "yy");
    assert_eq!(Unflat::TABLE.key, ["x", "name"]);
    assert_eq!(row(&Unflat { x: 1, name: 2, Y: 3 }), ["int 1", "int 2", "int 3"]);
}

/// `T::Unit` and `T` both get their bounds.
trait Sensor {
    type Unit;
}

struct Thermometer;

impl Sensor for Thermometer {
    type Unit = f32;
}

#[derive(Record)]
#[lake(table = "generic", key = "id")]
struct Generic<K, T: Sensor, X, const N: usize>
where
    K: Clone,
{
    id: K,
    unit: Vec<T::Unit>,
    #[serde(flatten)]
    flat: X,
    raw: [u8; N],
    #[lake(as = "string")]
    text: Option<K>,
    #[serde(skip)]
    _sensor: PhantomData<T>,
}

type Concrete = Generic<i64, Thermometer, Deeper, 2>;

#[test]
fn generic_records_are_checked_where_they_are_listed() {
    let tables = tables![Concrete, Flat,];
    assert_eq!(tables.map(|table| table.name), ["generic", "flat"]);
    let flat = Deeper { b: "b".into() };
    let record: Concrete =
        Generic { id: 5, unit: vec![0.5], flat, raw: [1, 2], text: Some(6), _sensor: PhantomData };
    assert_eq!(row(&record).join(" "), "int 5 [1 f32 0.5 ] text b [2 int 1 int 2 ] text 6");
}

#[derive(Record)]
#[lake(table = "borrowed", partition(by = region, layout = "region={region}", null = "unknown"))]
struct Borrowed<'a, 'b: 'a> {
    region: &'a str,
    owned: Cow<'b, str>,
    #[lake(binary)]
    bytes: &'a [u8],
}

#[test]
fn borrowed_records_need_no_copies() {
    let record = Borrowed { region: "vl", owned: "x".into(), bytes: b"12" };
    assert_eq!(row(&record), ["text vl", "text x", "bytes [49, 50]"]);
    assert_eq!(Borrowed::TABLE.partitions[0].null, Some("unknown"));
}

#[derive(Record)]
#[lake(table = "bounded", bound = "T: Display")]
struct Bounded<T> {
    #[lake(as = "string")]
    shown: T,
}

#[test]
fn bounds_can_be_given() {
    assert_eq!(row(&Bounded { shown: 1.5 }), ["text 1.5"]);
}

/// The crate under another name, and no name of the prelude where it is expected.
mod renamed {
    pub(crate) mod lake {
        pub(crate) use lakebed_schema::private;
    }

    #[allow(dead_code, reason = "only what the derive makes of it is looked at")]
    type Option = ();

    #[derive(lakebed_macros::Record)]
    #[lake(table = "renamed", crate = "lake", comment = "c")]
    pub(crate) struct Renamed {
        pub(crate) a: u8,
        #[lake(unit = "us", decimal_comma)]
        #[cfg(any())]
        pub(crate) b: u8,
    }
}

#[test]
fn the_crate_can_have_another_name() {
    assert_eq!(row(&renamed::Renamed { a: 1 }), ["int 1"]);
    assert_eq!(value(&renamed::Renamed { a: 1 }), ["{", "int 1", "}"]);
}

/// What a careful crate denies.
#[deny(warnings, missing_docs, unused, nonstandard_style, rust_2018_idioms, unreachable_pub)]
#[deny(unsafe_code, trivial_casts, unused_qualifications, single_use_lifetimes, variant_size_differences)]
#[deny(clippy::all, clippy::pedantic, clippy::nursery)]
#[allow(clippy::redundant_pub_crate)]
pub(crate) mod careful {
    use lakebed_macros::{ColumnType, Record};

    /// A kind.
    #[derive(Clone, Copy, ColumnType)]
    pub(crate) enum Kind {
        /// The old one.
        #[deprecated]
        Old,
        /// The new one.
        New,
    }

    /// A record.
    #[derive(Record)]
    #[lake(table = "careful", key = "kind", compression = "snappy")]
    pub(crate) struct Careful<'a, T> {
        /// Borrowed.
        #[lake(json)]
        pub(crate) text: &'a str,
        /// Generic.
        #[lake(as = "string")]
        pub(crate) value: T,
        /// An old field.
        #[deprecated]
        pub(crate) old: Option<u8>,
        /// A word.
        pub(crate) kind: Kind,
    }

    /// One of them.
    #[allow(deprecated)]
    pub(crate) const fn new(value: u8) -> Careful<'static, u8> {
        let _ = Kind::Old;
        Careful { text: "a", value, old: None, kind: Kind::New }
    }
}

#[test]
fn emitted_code_passes_strict_lints() {
    assert_eq!(row(&careful::new(1)), ["text \"a\"", "text 1", "null", "text New"]);
}

/// A struct made by a macro, whose fragments arrive in invisible groups.
macro_rules! record {
    ($name:ident, $table:literal, $by:ident: $ty:ty) => {
        #[derive(Record)]
        #[lake(table = $table, key = $table, partition(by = $by, layout = "p={speeds}"))]
        struct $name {
            $by: $ty,
            #[lake(null_if(1), name = "n")]
            other: Option<u8>,
        }
    };
}

record!(Made, "speeds", speeds: Cow<'static, str>);

#[test]
fn structs_can_come_from_macros() {
    assert_eq!(Made::TABLE.name, "speeds");
    assert_eq!(row(&Made { speeds: "a".into(), other: Some(2) }), ["text a", "int 2"]);
}
