//! Reading `CREATE EXTERNAL TABLE`.
//!
//! The statement is read as Hive and Athena write it: names plain or in backticks, texts in single or double quotes
//! with Hive's escapes, comments, clauses in any order. Types may be any that Hive knows, also those that no table of
//! ours has; whether a table can be described is another question.

mod parse;
mod token;

use crate::artifacts::glue::{GlueColumn, GlueSort, GlueStorage, GlueTable};
use std::collections::BTreeMap;

pub use parse::parse;
pub use token::unescape;

/// A statement, clause by clause.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateTable {
    /// Whether it says `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Database before the name.
    pub database: Option<String>,
    /// Name, as written.
    pub name: String,
    /// Columns; names as written, type text without white space and in lower case but for names of members.
    pub columns: Vec<GlueColumn>,
    /// `COMMENT`
    pub comment: Option<String>,
    /// `PARTITIONED BY`
    pub partition_keys: Vec<GlueColumn>,
    /// `CLUSTERED BY`
    pub buckets: Option<Buckets>,
    /// `ROW FORMAT`
    pub row_format: RowFormat,
    /// `STORED AS`
    pub stored_as: StoredAs,
    /// `LOCATION`
    pub location: Option<String>,
    /// `TBLPROPERTIES`
    pub properties: BTreeMap<String, String>,
}

/// `CLUSTERED BY (…) SORTED BY (…) INTO n BUCKETS`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buckets {
    /// Columns that rows are put into buckets by.
    pub columns: Vec<String>,
    /// Order within a bucket.
    pub sort: Vec<GlueSort>,
    /// How many.
    pub count: i64,
}

/// `ROW FORMAT`
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RowFormat {
    /// Not said.
    #[default]
    Default,
    /// `SERDE 'class' WITH SERDEPROPERTIES (…)`
    Serde {
        /// Java class.
        class: String,
        /// Its parameters.
        properties: BTreeMap<String, String>,
    },
    /// `DELIMITED`: what separates what, by the words of the clause: `FIELDS`, `COLLECTION ITEMS`, `MAP KEYS`,
    /// `LINES`, `ESCAPED BY`, `NULL DEFINED AS`.
    Delimited(BTreeMap<&'static str, String>),
}

/// `STORED AS`
#[derive(Clone, Debug, Default, PartialEq)]
pub enum StoredAs {
    /// Not said: text.
    #[default]
    Default,
    /// A word, in upper case: `PARQUET`.
    Named(String),
    /// `INPUTFORMAT 'class' OUTPUTFORMAT 'class'`
    Classes {
        /// Java class that reads.
        input: String,
        /// Java class that writes.
        output: String,
    },
}

/// What a word after `STORED AS` stands for: input format, output format, SerDe when none is given.
const FORMATS: [(&str, [&str; 3]); 8] = [
    (
        "PARQUET",
        [
            "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        ],
    ),
    (
        "ORC",
        [
            "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
            "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
            "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
        ],
    ),
    (
        "AVRO",
        [
            "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
            "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
            "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
        ],
    ),
    ("TEXTFILE", TEXT),
    ("JSONFILE", [TEXT[0], TEXT[1], "org.apache.hive.hcatalog.data.JsonSerDe"]),
    (
        "SEQUENCEFILE",
        [
            "org.apache.hadoop.mapred.SequenceFileInputFormat",
            "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat",
            TEXT[2],
        ],
    ),
    (
        "RCFILE",
        [
            "org.apache.hadoop.hive.ql.io.RCFileInputFormat",
            "org.apache.hadoop.hive.ql.io.RCFileOutputFormat",
            "org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe",
        ],
    ),
    (
        "ION",
        [
            "com.amazon.ionhiveserde.formats.IonInputFormat",
            "com.amazon.ionhiveserde.formats.IonOutputFormat",
            "com.amazon.ionhiveserde.IonHiveSerDe",
        ],
    ),
];
const TEXT: [&str; 3] = [
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
];
/// SerDe parameters of the words of `DELIMITED`.
const DELIMITERS: [(&str, &str); 6] = [
    ("FIELDS", "field.delim"),
    ("ESCAPED BY", "escape.delim"),
    ("COLLECTION ITEMS", "collection.delim"),
    ("MAP KEYS", "mapkey.delim"),
    ("LINES", "line.delim"),
    ("NULL DEFINED AS", "serialization.null.format"),
];

impl CreateTable {
    /// What the catalog holds after the statement. The comment becomes the description.
    pub fn to_glue(&self) -> GlueTable {
        let named = |word: &str| FORMATS.iter().find(|(name, _)| *name == word).map(|(_, classes)| classes);
        let (input, output, serde) = match &self.stored_as {
            StoredAs::Default => (TEXT[0], TEXT[1], TEXT[2]),
            StoredAs::Named(word) => {
                named(word).map_or(("", "", ""), |[input, output, serde]| (input, output, serde))
            }
            StoredAs::Classes { input, output } => (input.as_str(), output.as_str(), TEXT[2]),
        };
        let mut serde_parameters = BTreeMap::new();
        let serde = match &self.row_format {
            RowFormat::Default => serde,
            RowFormat::Serde { class, properties } => {
                serde_parameters.clone_from(properties);
                class
            }
            RowFormat::Delimited(words) => {
                for (word, key) in DELIMITERS {
                    if let Some(text) = words.get(word) {
                        serde_parameters.insert(key.to_owned(), text.clone());
                    }
                }
                if let Some(fields) = words.get("FIELDS") {
                    serde_parameters.insert("serialization.format".to_owned(), fields.clone());
                }
                TEXT[2]
            }
        };
        let buckets = self.buckets.clone().unwrap_or_default();
        GlueTable {
            name: self.name.clone(),
            description: self.comment.clone(),
            columns: self.columns.clone(),
            partition_keys: self.partition_keys.clone(),
            parameters: self.properties.clone(),
            storage: GlueStorage {
                location: self.location.clone(),
                input_format: Some(input.to_owned()),
                output_format: Some(output.to_owned()),
                serde_library: Some(serde.to_owned()),
                serde_parameters,
                number_of_buckets: buckets.count,
                bucket_columns: buckets.columns,
                sort_columns: buckets.sort,
                ..GlueStorage::default()
            },
            table_type: Some("EXTERNAL_TABLE".to_owned()),
            ..GlueTable::default()
        }
    }

    /// Whether a word can follow `STORED AS`.
    fn is_format(word: &str) -> bool {
        FORMATS.iter().any(|(name, _)| *name == word)
    }
}
