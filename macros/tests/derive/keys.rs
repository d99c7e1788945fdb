//! JSON keys and words are serde's.

use crate::recorder::{row, value};
use lakebed::def::{ColumnDef, EnumWordDef, Member, TypeDef};
use lakebed::{ColumnType as _, Fields as _};
use lakebed_macros::{ColumnType, Record};
use serde::{Deserialize, Serialize};

pub(crate) fn columns(members: &'static [Member]) -> Vec<&'static ColumnDef> {
    members
        .iter()
        .flat_map(|member| match member {
            Member::Column(column) => vec![column],
            Member::Flatten { members, .. } => columns(members),
        })
        .collect()
}

#[derive(Serialize, Deserialize, Record)]
#[lake(table = "t")]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Keys {
    plain_name: u8,
    #[serde(rename = "Other", alias = "o", alias = "Other")]
    other_name: u8,
    #[serde(rename(serialize = "out", deserialize = "in"), alias = "x")]
    sides: u8,
    #[serde(rename(deserialize = "read"))]
    #[serde(rename(serialize = "readSide"))]
    read_side: u8,
    r#type: u8,
    #[serde(skip)]
    skipped: std::cell::Cell<u8>,
    #[serde(skip_serializing, skip_deserializing)]
    skipped_twice: std::cell::Cell<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sometimes: Option<u8>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            plain_name: 1,
            other_name: 2,
            sides: 3,
            read_side: 4,
            r#type: 5,
            skipped: 6.into(),
            skipped_twice: 7.into(),
            sometimes: Some(8),
        }
    }
}

#[test]
fn keys_are_those_that_serde_writes_and_reads() {
    let found: Vec<_> = columns(Keys::MEMBERS).iter().map(|c| (c.name, c.key, c.aliases)).collect();
    assert_eq!(
        found,
        [
            ("plain_name", "plainName", &[] as &[&str]),
            ("other_name", "Other", &["o"]),
            ("sides", "out", &["in", "x"]),
            ("read_side", "readSide", &["read"]),
            ("type", "type", &[]),
            ("sometimes", "sometimes", &[]),
        ]
    );
    let json = serde_json::to_value(Keys::default()).unwrap();
    let written: Vec<&String> = json.as_object().unwrap().keys().collect();
    let mut keys: Vec<&str> = found.iter().map(|(_, key, _)| *key).collect();
    keys.sort_unstable();
    assert_eq!(written, keys);
    assert_eq!(row(&Keys::default()), ["int 1", "int 2", "int 3", "int 4", "int 5", "int 8"]);
}

#[test]
fn a_default_of_the_struct_is_one_of_every_column() {
    assert!(columns(Keys::MEMBERS).iter().all(|column| column.default));
}

#[derive(Record)]
#[lake(table = "t")]
#[allow(dead_code, reason = "only what the derive makes of it is looked at")]
struct Defaults {
    required: u8,
    #[serde(default)]
    filled: u8,
    #[serde(default = "five")]
    computed: u8,
    #[serde(skip_deserializing)]
    unread: u8,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    list: Vec<u8>,
}

#[test]
fn defaults_are_marked() {
    let defaults: Vec<bool> = columns(Defaults::MEMBERS).iter().map(|column| column.default).collect();
    assert_eq!(defaults, [false, true, true, true, true]);
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, ColumnType)]
#[serde(rename_all(serialize = "SCREAMING-KEBAB-CASE", deserialize = "snake_case"))]
enum Kind {
    SmallCar,
    #[serde(rename = "lorry", alias = "truck", alias = "hgv")]
    Lorry,
    #[serde(skip)]
    Unknown(#[allow(dead_code, reason = "only what the derive makes of it is looked at")] u8),
}

#[test]
fn enum_words_are_those_that_serde_writes_and_reads() {
    let TypeDef::Enum(words) = Kind::TYPE else { panic!("{:?}", Kind::TYPE) };
    assert_eq!(
        words,
        [
            EnumWordDef { word: "SMALL-CAR", aliases: &["small_car"] },
            EnumWordDef { word: "lorry", aliases: &["truck", "hgv"] },
        ]
    );
    assert_eq!(serde_json::to_string(&Kind::SmallCar).unwrap(), "\"SMALL-CAR\"");
    assert_eq!(value(&Kind::SmallCar), ["text SMALL-CAR"]);
    assert_eq!(value(&Kind::Unknown(3)), ["refused: a word that serde writes, not Unknown"]);
}
