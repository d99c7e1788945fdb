//! The contract file of each shape.

use crate::other::{FLOATS, LEVELS, SPARSE, TEXTS};
use crate::recipe::Shape;
use crate::traffic::{KEYS, MEANS, RATES, TOTALS};

/// Compression of the Parquet files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Codec {
    /// Snappy.
    #[default]
    Snappy,
    /// ZSTD, of which lakebed writes level 1.
    Zstd,
}

/// A table for the records of a shape.
#[derive(Clone, Copy, Debug)]
pub struct Contract {
    /// What the records hold.
    pub shape: Shape,
    /// Partitions by day and hour of the observation; of traffic counts only.
    pub by_hour: bool,
    /// Rows in the order of lane and time; of traffic counts only.
    pub sorted: bool,
    /// Compression.
    pub codec: Codec,
}

impl Contract {
    /// A table without partitions and order.
    pub fn new(shape: Shape) -> Self {
        Self { shape, by_hour: false, sorted: false, codec: Codec::Snappy }
    }

    /// The text of the file. The table is called `bench`.
    pub fn text(&self) -> String {
        let columns = self.columns().join(",\n");
        let codec = match self.codec {
            Codec::Snappy => r#""snappy""#,
            Codec::Zstd => r#""zstd""#,
        };
        let partitions = r#"
  "partitions": [{ "by": "tijd_waarneming", "layout": "date={yyyy-MM-dd}/hour={HH}" }],"#;
        let sort = r#"
  "sort": [{ "column": "unieke_id" }, { "column": "tijd_waarneming" }],"#;
        format!(
            r#"{{
  "lakebed_contract": 1,
  "name": "bench",{}{}
  "storage": {{ "compression": {codec} }},
  "columns": [
{columns}
  ]
}}
"#,
            if self.by_hour { partitions } else { "" },
            if self.sorted { sort } else { "" },
        )
    }

    fn columns(&self) -> Vec<String> {
        let id = || column("id", r#""int64""#);
        let all = |keys: &[&str], ty: &str| keys.iter().map(|key| nullable(key, ty)).collect::<Vec<_>>();
        match self.shape {
            Shape::Strings | Shape::Numbers => {
                let mut columns = self.heads();
                columns.extend(KEYS.into_iter().flatten().map(|key| nullable(key, INT)));
                columns.extend(all(&TOTALS, INT));
                columns
            }
            Shape::Nested => {
                let mut columns = self.heads();
                let mut class = vec![nullable("klasse_id", INT)];
                class.extend(all(&MEANS, INT));
                columns.push(nullable("meetdata", &list(&structure(&class))));
                columns.push(nullable("rekendata", &structure(&all(&RATES, INT))));
                columns
            }
            Shape::Texts => all(&TEXTS, TEXT),
            Shape::Sparse => {
                let kinds = [TEXT, INT, FLOAT];
                let sparse = (0..SPARSE).map(|number| {
                    let ty = kinds.get(number % kinds.len()).copied().unwrap_or_default();
                    nullable(&format!("c{number:03}"), ty)
                });
                std::iter::once(id()).chain(sparse).collect()
            }
            Shape::Deep => vec![id(), nullable("level1", &level(1))],
            Shape::Distinct => {
                let long = r#""int64""#;
                [
                    ("user", TEXT),
                    ("session", TEXT),
                    ("path", TEXT),
                    ("number", long),
                    ("code", long),
                    ("order", TEXT),
                ]
                .map(|(key, ty)| nullable(key, ty))
                .into()
            }
            Shape::Floats => std::iter::once(id()).chain(all(&FLOATS, FLOAT)).collect(),
        }
    }

    /// The columns that flat and nested traffic counts share.
    fn heads(&self) -> Vec<String> {
        let observed = if self.by_hour {
            format!(r#"{}, "time": ["epoch_seconds"] }}"#, open("tijd_waarneming", INSTANT))
        } else {
            column("tijd_waarneming", r#""int64""#)
        };
        let changed = format!(
            r#"{}, "nullable": true, "time": ["rfc3339"] }}"#,
            open("tijd_laatst_gewijzigd", INSTANT)
        );
        let mut columns = vec![
            nullable("beschrijvende_id", TEXT),
            nullable("unieke_id", INT),
            nullable("lve_nr", INT),
            observed,
            changed,
        ];
        columns
            .extend(["actueel_publicatie", "beschikbaar", "defect", "geldig"].map(|key| nullable(key, INT)));
        columns
    }
}

const INT: &str = r#""int32""#;
const FLOAT: &str = r#""float64""#;
const TEXT: &str = r#""string""#;
const INSTANT: &str = r#"{ "timestamp": { "unit": "millis", "instant": true } }"#;

fn open(key: &str, ty: &str) -> String {
    format!(r#"    {{ "name": "{key}", "key": "{key}", "type": {ty}"#)
}

fn column(key: &str, ty: &str) -> String {
    format!("{} }}", open(key, ty))
}

fn nullable(key: &str, ty: &str) -> String {
    format!(r#"{}, "nullable": true }}"#, open(key, ty))
}

fn list(element: &str) -> String {
    format!(r#"{{ "list": {{ "element": {{ "type": {element} }} }} }}"#)
}

fn structure(fields: &[String]) -> String {
    let fields: Vec<&str> = fields.iter().map(|field| field.trim_start()).collect();
    format!(r#"{{ "struct": [{}] }}"#, fields.join(", "))
}

fn level(depth: usize) -> String {
    let mut fields = vec![nullable("number", INT), nullable("name", TEXT)];
    if depth < LEVELS {
        fields.push(nullable(&format!("level{}", depth + 1), &level(depth + 1)));
    } else {
        let item = structure(&[nullable("key", INT), nullable("tags", &list(TEXT))]);
        fields.push(nullable("items", &list(&item)));
    }
    structure(&fields)
}
