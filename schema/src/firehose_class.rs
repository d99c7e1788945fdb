//! How each rule of a table stands against Firehose's own record format conversion (OpenX, keys in any case).
//!
//! A rule is [`Equal`](FirehoseClass::Equal) when both do the same with every record of the forms that AWS documents.
//! Edges stay outside it and are named in the reason: epochs beyond 1677 and 2262, which Firehose wraps, and arrays
//! for records, which it fills by position.

mod types;

#[cfg(test)]
mod tests;

use crate::logical_type::LogicalType;
use crate::table::{Column, Rules, Table};

/// How a rule stands against Firehose, from harmless to harmful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "contract", derive(serde::Serialize))]
#[cfg_attr(feature = "contract", serde(rename_all = "snake_case"))]
pub enum FirehoseClass {
    /// The same rows and the same refusals.
    Equal,
    /// We refuse what Firehose stores.
    OursIsStricter,
    /// Firehose refuses what we store.
    FirehoseRefuses,
    /// Both store it, and the values differ.
    FirehoseStoresAnother,
}

impl FirehoseClass {
    /// In words, for messages.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::OursIsStricter => "ours is stricter",
            Self::FirehoseRefuses => "Firehose refuses",
            Self::FirehoseStoresAnother => "Firehose stores another value",
        }
    }
}

/// One rule of a column, with its class.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize))]
pub struct RuleClass {
    /// The rule, as the struct writes it or as its type is called: `null_if`, `time(rfc3339)`, `uint8`.
    pub rule: String,
    /// Its class.
    pub class: FirehoseClass,
    /// Why, in one sentence.
    pub why: String,
}

/// A column, member, list element, map key or map value, with its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize))]
pub struct ColumnClass {
    /// `speed`, `rekendata.unrest`, `items[]`, `attrs key`, `attrs{}`.
    pub path: String,
    /// Its rules, at least the one of its type.
    pub rules: Vec<RuleClass>,
}

impl ColumnClass {
    /// The most harmful class among its rules.
    pub fn worst(&self) -> FirehoseClass {
        self.rules.iter().map(|rule| rule.class).max().unwrap_or(FirehoseClass::Equal)
    }

    /// Its rules that are not equal, the most harmful first.
    pub fn unequal(&self) -> Vec<&RuleClass> {
        let mut rules: Vec<_> = self.rules.iter().filter(|rule| rule.class != FirehoseClass::Equal).collect();
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.class));
        rules
    }
}

/// Every column of a table with the class of its rules, nested ones after the column they belong to.
///
/// ```
/// use lakebed_schema::firehose_class::{FirehoseClass, classify, worst};
/// use lakebed_schema::{Column, LogicalType, Scalar, Table};
///
/// let mut speed = Column::new("speed", LogicalType::Int16);
/// speed.nullable = true;
/// let mut table = Table::new("traffic", vec![speed]);
/// assert_eq!(worst(&classify(&table)), FirehoseClass::Equal);
///
/// table.columns[0].rules.null_if = vec![Scalar::Int(252)];
/// let classes = classify(&table);
/// assert_eq!(worst(&classes), FirehoseClass::FirehoseStoresAnother);
/// assert_eq!(classes[0].unequal()[0].rule, "null_if");
/// ```
pub fn classify(table: &Table) -> Vec<ColumnClass> {
    let mut classes = Vec::new();
    members(&table.columns, "", &mut classes);
    classes
}

/// The most harmful class of a table.
pub fn worst(classes: &[ColumnClass]) -> FirehoseClass {
    classes.iter().map(ColumnClass::worst).max().unwrap_or(FirehoseClass::Equal)
}

fn members(columns: &[Column], prefix: &str, classes: &mut Vec<ColumnClass>) {
    for column in columns {
        let mut rules = Vec::new();
        key_rules(column, prefix.is_empty(), &mut rules);
        value(&column.ty, &column.rules, format!("{prefix}{}", column.name), rules, classes);
    }
}

/// Rules of a value of some type; `rules` has those of the column around it.
fn value(
    ty: &LogicalType,
    of_column: &Rules,
    path: String,
    mut rules: Vec<RuleClass>,
    classes: &mut Vec<ColumnClass>,
) {
    types::type_rules(ty, &mut rules);
    types::word_rules(ty, of_column, &mut rules);
    classes.push(ColumnClass { path: path.clone(), rules });
    let element = |nullable: bool| {
        let why = "a null inside is refused; Firehose stores it";
        let rule = (!nullable).then(|| rule("element without null", FirehoseClass::OursIsStricter, why));
        rule.into_iter().collect()
    };
    #[allow(clippy::wildcard_enum_match_arm, reason = "the other types have no parts")]
    match ty {
        LogicalType::List { element: inner, .. } => {
            value(&inner.ty, of_column, format!("{path}[]"), element(inner.nullable), classes);
        }
        LogicalType::Map { key, value: inner } => {
            value(key, &Rules::default(), format!("{path} key"), types::map_key(key), classes);
            value(&inner.ty, of_column, format!("{path}{{}}"), element(inner.nullable), classes);
        }
        LogicalType::Struct { columns } => members(columns, &format!("{path}."), classes),
        _ => {}
    }
}

fn rule(rule: impl Into<String>, class: FirehoseClass, why: impl Into<String>) -> RuleClass {
    RuleClass { rule: rule.into(), class, why: why.into() }
}

/// Where a column's value is found, and what happens without it.
fn key_rules(column: &Column, top: bool, rules: &mut Vec<RuleClass>) {
    use FirehoseClass::{Equal, FirehoseStoresAnother, OursIsStricter};
    let (key, name) = (&column.key, &column.name);
    rules.push(if key.to_lowercase() == name.to_lowercase() {
        rule("key", Equal, "both find the key whatever its case")
    } else if top {
        rule("key", Equal, format!("ColumnToJsonKeyMappings finds `{key}`, whatever its case"))
    } else {
        let why = format!(
            "key mappings reach columns only: Firehose looks for `{name}` in the record, not `{key}`, and stores null"
        );
        rule("key", FirehoseStoresAnother, why)
    });
    if !column.aliases.is_empty() {
        let aliases = column.aliases.join("`, `");
        let why = format!("Firehose has one key for a column: it ignores `{aliases}` and stores null");
        rules.push(rule("alias", FirehoseStoresAnother, why));
    }
    if !column.nullable && !column.default {
        rules.push(rule("required", OursIsStricter, "a record without it is refused; Firehose stores null"));
    }
    if column.rules.null_with.is_some() {
        let why = "Firehose stores the number, also where a sentinel in the other column says that it means nothing";
        rules.push(rule("null_with", FirehoseStoresAnother, why));
    }
}
