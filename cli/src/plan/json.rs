//! A plan as a JSON document, and back: what `plan --out` writes and `apply` takes.

use super::{Base, Change, Class, Code, TablePlan};
use crate::catalog::{IndexState, PartitionIndex, TableName};
use lakebed_schema::artifacts::glue::GlueTable;
use lakebed_schema::json::Json;
use lakebed_schema::{Finding, Findings};
use serde::Deserialize;

/// Version of the document that is written, and the only one that is read.
const VERSION: u32 = 1;
const RULE: &str = "plan-file";
const AGAIN: &str = "make the plan again with lakebed plan --out";

/// Plans for several tables of one catalog.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The catalog they were made for, as [`Catalog::shown`](crate::catalog::Catalog::shown) calls it.
    pub catalog: String,
    /// Which catalog that is, as [`Catalog::identity`](crate::catalog::Catalog::identity) says.
    pub identity: String,
    /// One for each table.
    pub tables: Vec<TablePlan>,
}

impl Plan {
    /// The document: the same plan gives the same text.
    pub fn to_json(&self) -> Json {
        Json::object([
            ("version", Json::from(VERSION)),
            ("catalog", Json::from(&self.catalog)),
            ("identity", Json::from(&self.identity)),
            ("tables", Json::list(self.tables.iter().map(TablePlan::to_json))),
        ])
    }

    /// Reads the document.
    ///
    /// # Errors
    /// What is no such document, with line and column; and everything in it that no plan holds.
    pub fn from_json(text: &str) -> Result<Self, Findings> {
        let wrong = |problem: String, fix: &str| Finding::new(RULE, "plan", problem, fix);
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| wrong(format!("is no JSON: {error}"), AGAIN))?;
        // An other version may have other members: this is the one thing to say about it.
        let version = value.get("version").and_then(serde_json::Value::as_u64);
        if version != Some(u64::from(VERSION)) {
            let found = version.map_or("no version".to_owned(), |version| format!("version {version}"));
            let problem = format!("expected a plan of version {VERSION}, found {found}");
            return Err(wrong(problem, AGAIN).into());
        }
        let file: PlanFile = serde_json::from_str(text)
            .map_err(|error| wrong(format!("is no plan of lakebed's: {error}"), AGAIN))?;
        let mut findings = Findings::default();
        let mut tables = Vec::new();
        for table in file.tables {
            tables.extend(findings.take(table.read()));
        }
        for table in tables.iter().filter(|table| table.create_database) {
            let lists = |other: &&TablePlan| {
                other.name.database == table.name.database
                    && other.changes.iter().any(|change| change.code == Code::CreateDatabase)
            };
            if !tables.iter().any(|other| lists(&other)) {
                let problem =
                    format!("makes the database `{}`, and lists no such change", table.name.database);
                findings.push(Finding::new(RULE, format!("table `{}`", table.name), problem, AGAIN));
            }
        }
        findings.or(|| Self { catalog: file.catalog, identity: file.identity, tables })
    }
}

impl TablePlan {
    /// The plan of one table as JSON, a member of the [document](Plan::to_json).
    pub fn to_json(&self) -> Json {
        let text = |text: &Option<String>| text.as_ref().map_or(Json::Null, Json::from);
        let changes = self.changes.iter().map(|change| {
            Json::object([
                ("code", Json::from(change.code.number())),
                ("title", Json::from(change.code.title())),
                ("place", Json::from(&change.place)),
                ("class", Json::from(change.class.name())),
                ("before", text(&change.before)),
                ("after", text(&change.after)),
                ("reason", Json::from(&change.reason)),
                ("remedy", text(&change.remedy)),
            ])
        });
        let indexes = self.indexes.iter().map(|index| {
            Json::object([("name", Json::from(&index.name)), ("keys", Json::list(&index.keys))])
        });
        Json::object([
            ("database", Json::from(&self.name.database)),
            ("table", Json::from(&self.name.table)),
            (
                "base",
                match &self.base {
                    Base::Absent => Json::Null,
                    Base::Version { version, content } => {
                        Json::object([("version", Json::from(version)), ("content", Json::from(content))])
                    }
                },
            ),
            ("create_database", Json::from(self.create_database)),
            ("changes", Json::list(changes)),
            ("foreign", Json::list(&self.foreign)),
            ("result", self.result.as_ref().map_or(Json::Null, GlueTable::to_json)),
            ("partitions", Json::list(self.partitions.iter().map(Json::list))),
            ("indexes", Json::list(indexes)),
        ])
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    #[serde(rename = "version")]
    _version: u32,
    catalog: String,
    identity: String,
    tables: Vec<TableFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BaseFile {
    version: String,
    content: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    database: String,
    table: String,
    #[serde(deserialize_with = "present")]
    base: Option<BaseFile>,
    create_database: bool,
    changes: Vec<ChangeFile>,
    foreign: Vec<String>,
    #[serde(deserialize_with = "present")]
    result: Option<serde_json::Value>,
    partitions: Vec<Vec<String>>,
    indexes: Vec<IndexFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeFile {
    code: String,
    title: String,
    place: String,
    class: String,
    #[serde(deserialize_with = "present")]
    before: Option<String>,
    #[serde(deserialize_with = "present")]
    after: Option<String>,
    reason: String,
    #[serde(deserialize_with = "present")]
    remedy: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndexFile {
    name: String,
    keys: Vec<String>,
}

/// A value that may be null and must be there.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(from)
}

impl TableFile {
    fn read(self) -> Result<TablePlan, Findings> {
        let name = TableName { database: self.database, table: self.table };
        let place = format!("table `{name}`");
        let mut findings = Findings::default();
        let mut wrong = |problem: String| findings.push(Finding::new(RULE, &place, problem, AGAIN));
        let mut changes = Vec::new();
        for change in self.changes {
            let class = Class::ALL.into_iter().find(|class| class.name() == change.class);
            if class.is_none() {
                wrong(format!("`{}` is no class of a change", change.class));
            }
            let code = Code::from_number(&change.code).filter(|code| code.title() == change.title);
            if code.is_none() {
                wrong(format!("`{}` with the title `{}` is no change", change.code, change.title));
            }
            let (Some(code), Some(class)) = (code, class) else { continue };
            let ChangeFile { place, before, after, reason, remedy, .. } = change;
            changes.push(Change { code, place, class, before, after, reason, remedy });
        }
        let base = self
            .base
            .map_or(Base::Absent, |BaseFile { version, content }| Base::Version { version, content });
        if base == Base::Absent && self.result.is_none() && !changes.is_empty() {
            let impossible = changes.iter().any(|change| change.class == Class::Impossible);
            if !impossible {
                wrong("the table does not exist, and the plan does not say what it should be".to_owned());
            }
        }
        let result = self.result.and_then(|value| findings.take(GlueTable::from_json(&value)));
        if let Some(result) = result.as_ref().filter(|result| result.name.to_lowercase() != name.table) {
            let problem = format!("the result is the table `{}`", result.name);
            findings.push(Finding::new(RULE, &place, problem, AGAIN));
        }
        let index = |index: IndexFile| PartitionIndex {
            name: index.name,
            keys: index.keys,
            state: IndexState::Active,
        };
        let indexes = self.indexes.into_iter().map(index).collect();
        findings.or(|| TablePlan {
            name,
            base,
            create_database: self.create_database,
            changes,
            foreign: self.foreign,
            result,
            partitions: self.partitions,
            indexes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{holds, table, wanted};
    use super::super::{Actual, diff};
    use super::*;

    fn plan() -> Plan {
        let made = diff(&wanted(table("a:int")), &Actual::default());
        let mut there = made.result.clone().unwrap();
        there.owner = Some("mobility".into());
        there.retention = 7;
        let mut changed = diff(&wanted(table("b:int")), &holds(there));
        changed.partitions =
            vec![vec!["2026-01-01".into(), "07".into()], vec!["2026-01-02".into(), "é,".into()]];
        changed.indexes.push(PartitionIndex {
            name: "dt_hour".into(),
            keys: vec!["dt".into(), "hour".into()],
            state: IndexState::Active,
        });
        Plan {
            catalog: "the folder catalog/".into(),
            identity: "/lakes/catalog".into(),
            tables: vec![made, changed],
        }
    }

    #[test]
    fn a_plan_reads_back_to_itself() {
        let plan = plan();
        let text = plan.to_json().to_text();
        let back = Plan::from_json(&text).unwrap();
        assert_eq!(back, plan);
        assert_eq!(back.to_json().to_text(), text);
    }

    #[test]
    fn what_is_no_plan_is_refused_with_its_place() {
        let text = plan().to_json().to_text();
        for (from, to, expected) in [
            ("\"version\": 1", "\"version\": 2", "expected a plan of version 1, found version 2"),
            ("\"version\": 1,", "", "found no version"),
            ("\"LB001\"", "\"LB999\"", "`LB999` with the title `create database` is no change"),
            ("\"safe\"", "\"sure\"", "`sure` is no class of a change"),
            ("\"foreign\": [],", "", "missing field `foreign`"),
            ("\"base\": null,", "", "missing field `base`"),
            ("\"foreign\"", "\"foreigners\"", "unknown field `foreigners`"),
            ("\"content\"", "\"contents\"", "unknown field `contents`"),
            ("\"identity\"", "\"identities\"", "unknown field `identities`"),
            ("\"Name\": \"traffic\"", "\"Name\": \"trafic\"", "the result is the table `trafic`"),
            ("\"Retention\": 7", "\"Retention\": 7, \"Colour\": 1", "Colour"),
            ("{", "[", "is no JSON"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = Plan::from_json(&text.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(expected), "{from} -> {to}: {error}");
        }
    }
}
