//! Reading a table from what the API, a template or a file says.

use super::{GlueColumn, GluePartition, GlueSort, GlueStorage, GlueTable};
use crate::finding::{Finding, Findings};
use crate::json::Json;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

const TABLE: &[&str] = &[
    "Name",
    "Description",
    "Owner",
    "LastAccessTime",
    "LastAnalyzedTime",
    "Retention",
    "StorageDescriptor",
    "PartitionKeys",
    "ViewOriginalText",
    "ViewExpandedText",
    "TableType",
    "Parameters",
];
const STORAGE: &[&str] = &[
    "Columns",
    "Location",
    "InputFormat",
    "OutputFormat",
    "Compressed",
    "NumberOfBuckets",
    "SerdeInfo",
    "BucketColumns",
    "SortColumns",
    "Parameters",
    "SkewedInfo",
    "StoredAsSubDirectories",
];
const SERDE: &[&str] = &["Name", "SerializationLibrary", "Parameters"];
const COLUMN: &[&str] = &["Name", "Type", "Comment", "Parameters"];
const SORT: &[&str] = &["Column", "SortOrder"];
const PROPERTIES: &[&str] = &["CatalogId", "DatabaseName", "Name", "TableInput"];
/// Members that make a table something else than columns over files.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("TargetTable", "a link to a table of another catalog"),
    ("FederatedTable", "a table of a federated catalog"),
    ("ViewDefinition", "a view in several dialects"),
    ("OpenTableFormatInput", "an Iceberg table"),
    ("SchemaReference", "a table whose columns stand in the schema registry"),
    ("AdditionalLocations", "a table in several places"),
];

impl GlueTable {
    /// Reads a `TableInput`, the `Properties` of an `AWS::Glue::Table` or the resource itself, or the answer of
    /// `aws glue get-table`.
    ///
    /// Members are taken by an allow-list. In an answer of the service any other member is passed over, since that
    /// list grows; in an input it is a finding, since nothing would read it.
    ///
    /// ```
    /// use lakebed_schema::artifacts::glue::GlueTable;
    ///
    /// let answer = serde_json::json!({"Table": {"Name": "traffic", "VersionId": "3", "CreatedBy": "somebody"}});
    /// assert_eq!(GlueTable::from_json(&answer).unwrap().name, "traffic");
    /// ```
    ///
    /// # Errors
    /// Every member that is not what it should be, with its place.
    pub fn from_json(value: &Value) -> Result<Self, Findings> {
        let mut reader = Reader::default();
        let (table, place) = reader.locate(value);
        let Some(table) = reader.object(table, &place) else { return Err(reader.findings) };
        let table = reader.table(table, &place);
        reader.findings.or(|| table)
    }
}

impl GluePartition {
    /// Reads a `PartitionInput`, or a partition as `aws glue get-partition` answers it (the object below `Partition`).
    ///
    /// Members are taken by an allow-list; any other is passed over.
    ///
    /// # Errors
    /// Every member that is not what it should be, with its place.
    pub fn from_json(value: &Value) -> Result<Self, Findings> {
        let mut reader = Reader { answer: true, ..Reader::default() };
        let place = "Partition";
        let Some(object) = reader.object(value, place) else { return Err(reader.findings) };
        let at = format!("{place}.StorageDescriptor");
        let empty = Map::new();
        let storage =
            object.get("StorageDescriptor").and_then(|value| reader.object(value, &at)).unwrap_or(&empty);
        reader.known(storage, &at, STORAGE);
        let partition = Self {
            values: reader
                .list(object, place, "Values")
                .filter_map(|(value, place)| reader.scalar(value, &place))
                .collect(),
            columns: reader.columns(storage, &at, "Columns"),
            storage: reader.storage(storage, &at),
            parameters: reader.texts(object, place, "Parameters"),
            last_access_time: reader.text(object, place, "LastAccessTime"),
            last_analyzed_time: reader.text(object, place, "LastAnalyzedTime"),
        };
        reader.findings.or(|| partition)
    }
}

/// Name of the database in the `Properties` of a template or the answer of the service; a `TableInput` has none.
pub(crate) fn database(value: &Value) -> Option<&str> {
    let value = value.get("Properties").unwrap_or(value);
    value.get("DatabaseName").or_else(|| value.get("Table")?.get("DatabaseName"))?.as_str()
}

#[derive(Default)]
struct Reader {
    findings: Findings,
    /// Whether the value is an answer of the service.
    answer: bool,
}

impl Reader {
    /// The table in whatever stands around it, and what to call it.
    fn locate<'a>(&mut self, value: &'a Value) -> (&'a Value, String) {
        if let Some(table) = value.get("Table") {
            self.answer = true;
            return (table, "Table".into());
        }
        let properties = value.get("Properties").unwrap_or(value);
        let Some(table) = properties.get("TableInput") else { return (value, "TableInput".into()) };
        if let Some(members) = properties.as_object() {
            self.known(members, "Properties", PROPERTIES);
        }
        (table, "TableInput".into())
    }

    fn table(&mut self, table: &Map<String, Value>, place: &str) -> GlueTable {
        self.known(table, place, TABLE);
        let empty = Map::new();
        let at = format!("{place}.StorageDescriptor");
        let storage =
            table.get("StorageDescriptor").and_then(|value| self.object(value, &at)).unwrap_or(&empty);
        self.known(storage, &at, STORAGE);
        let name = self.text(table, place, "Name");
        if name.is_none() {
            self.wrong(&format!("{place}.Name"), "is missing", "give the table a name");
        }
        GlueTable {
            name: name.unwrap_or_default(),
            description: self.text(table, place, "Description"),
            columns: self.columns(storage, &at, "Columns"),
            partition_keys: self.columns(table, place, "PartitionKeys"),
            parameters: self.texts(table, place, "Parameters"),
            table_type: self.text(table, place, "TableType"),
            retention: self.number(table, place, "Retention"),
            view_original_text: self.text(table, place, "ViewOriginalText"),
            view_expanded_text: self.text(table, place, "ViewExpandedText"),
            owner: self.text(table, place, "Owner"),
            last_access_time: self.text(table, place, "LastAccessTime"),
            last_analyzed_time: self.text(table, place, "LastAnalyzedTime"),
            storage: self.storage(storage, &at),
        }
    }

    fn storage(&mut self, storage: &Map<String, Value>, at: &str) -> GlueStorage {
        let empty = Map::new();
        let serde_at = format!("{at}.SerdeInfo");
        let serde =
            storage.get("SerdeInfo").and_then(|value| self.object(value, &serde_at)).unwrap_or(&empty);
        self.known(serde, &serde_at, SERDE);
        GlueStorage {
            location: self.text(storage, at, "Location"),
            input_format: self.text(storage, at, "InputFormat"),
            output_format: self.text(storage, at, "OutputFormat"),
            compressed: self.truth(storage, at, "Compressed"),
            number_of_buckets: self.number(storage, at, "NumberOfBuckets"),
            serde_name: self.text(serde, &serde_at, "Name"),
            serde_library: self.text(serde, &serde_at, "SerializationLibrary"),
            serde_parameters: self.texts(serde, &serde_at, "Parameters"),
            bucket_columns: self
                .list(storage, at, "BucketColumns")
                .filter_map(|(value, place)| self.scalar(value, &place))
                .collect(),
            sort_columns: self.sort(storage, at),
            skewed: storage.get("SkewedInfo").filter(|value| has_content(value)).map(Json::from),
            parameters: self.texts(storage, at, "Parameters"),
            stored_as_sub_directories: self.truth(storage, at, "StoredAsSubDirectories"),
        }
    }

    fn columns(&mut self, object: &Map<String, Value>, at: &str, key: &str) -> Vec<GlueColumn> {
        let mut columns = Vec::new();
        for (value, place) in self.list(object, at, key) {
            let Some(column) = self.object(value, &place) else { continue };
            self.known(column, &place, COLUMN);
            let (name, ty) = (self.text(column, &place, "Name"), self.text(column, &place, "Type"));
            for (key, value) in [("Name", &name), ("Type", &ty)] {
                if value.is_none() {
                    self.wrong(&format!("{place}.{key}"), "is missing", "write it");
                }
            }
            columns.push(GlueColumn {
                name: name.unwrap_or_default(),
                ty: ty.unwrap_or_default(),
                comment: self.text(column, &place, "Comment"),
                parameters: self.texts(column, &place, "Parameters"),
            });
        }
        columns
    }

    fn sort(&mut self, storage: &Map<String, Value>, at: &str) -> Vec<GlueSort> {
        let mut sort = Vec::new();
        for (value, place) in self.list(storage, at, "SortColumns") {
            let Some(column) = self.object(value, &place) else { continue };
            self.known(column, &place, SORT);
            sort.push(GlueSort {
                column: self.text(column, &place, "Column").unwrap_or_default(),
                order: self.number(column, &place, "SortOrder"),
            });
        }
        sort
    }

    /// Reports members that nothing reads.
    fn known(&mut self, object: &Map<String, Value>, at: &str, known: &[&str]) {
        for (key, value) in object {
            let place = format!("{at}.{key}");
            if let Some((_, what)) = UNSUPPORTED.iter().find(|(name, _)| name == key) {
                if has_content(value) {
                    let problem = format!("makes this {what}, which lakebed does not describe");
                    self.findings.push(Finding::new(
                        "import-unsupported",
                        place,
                        problem,
                        "take a table over files",
                    ));
                }
            } else if !self.answer && !known.contains(&key.as_str()) {
                let fix = match crate::name::nearest(key, known.iter().copied()) {
                    Some(near) => format!("write {near}"),
                    None if TABLE.contains(&key.as_str()) => "move it into TableInput".into(),
                    None => "leave it out".into(),
                };
                self.wrong(&place, "nothing reads this member", &fix);
            }
        }
    }

    fn wrong(&mut self, place: &str, problem: &str, fix: &str) {
        self.findings.push(Finding::new("glue-input", place, problem, fix));
    }

    fn object<'a>(&mut self, value: &'a Value, place: &str) -> Option<&'a Map<String, Value>> {
        let object = value.as_object();
        if object.is_none() {
            self.wrong(place, &format!("expected an object, found {}", shown(value)), "write it in braces");
        }
        object
    }

    fn list<'a>(
        &mut self,
        object: &'a Map<String, Value>,
        at: &str,
        key: &str,
    ) -> impl Iterator<Item = (&'a Value, String)> + use<'a> {
        let place = format!("{at}.{key}");
        let values = match object.get(key) {
            None | Some(Value::Null) => &[][..],
            Some(Value::Array(values)) => values,
            Some(other) => {
                self.wrong(
                    &place,
                    &format!("expected a list, found {}", shown(other)),
                    "write it in brackets",
                );
                &[]
            }
        };
        values.iter().enumerate().map(move |(i, value)| (value, format!("{place}[{i}]")))
    }

    fn text(&mut self, object: &Map<String, Value>, at: &str, key: &str) -> Option<String> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        self.scalar(value, &format!("{at}.{key}"))
    }

    /// A text; templates also have numbers and truth values, which the service takes as texts.
    fn scalar(&mut self, value: &Value, place: &str) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(value) => Some(value.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                let fix = "write the text that a template's function gives";
                self.wrong(place, &format!("expected a text, found {}", shown(value)), fix);
                None
            }
        }
    }

    fn texts(&mut self, object: &Map<String, Value>, at: &str, key: &str) -> BTreeMap<String, String> {
        let place = format!("{at}.{key}");
        let Some(value) = object.get(key).filter(|value| !value.is_null()) else { return BTreeMap::new() };
        let Some(object) = self.object(value, &place) else { return BTreeMap::new() };
        object
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), self.scalar(value, &format!("{place}.{key}"))?)))
            .collect()
    }

    fn truth(&mut self, object: &Map<String, Value>, at: &str, key: &str) -> bool {
        let text = self.text(object, at, key);
        match text.as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => {
                let problem = format!("expected true or false, found `{other}`");
                self.wrong(&format!("{at}.{key}"), &problem, "write true or false");
                false
            }
        }
    }

    fn number(&mut self, object: &Map<String, Value>, at: &str, key: &str) -> i64 {
        let Some(text) = self.text(object, at, key) else { return 0 };
        text.parse().unwrap_or_else(|_| {
            let problem = format!("expected a whole number, found `{text}`");
            self.wrong(&format!("{at}.{key}"), &problem, "write a number");
            0
        })
    }
}

/// Whether there is anything in a value: nothing but empty lists and objects is nothing.
fn has_content(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(values) => !values.is_empty(),
        Value::Object(members) => members.values().any(has_content),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

fn shown(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
