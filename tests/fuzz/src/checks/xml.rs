//! The XML decoder: any bytes are rows and rejects that do not overlap, wherever blocks end.

use super::decoded::xml;
use lakebed::Plan;
use lakebed::convert::Limits;
use lakebed_schema::{Column, Element, LogicalType, Table};
use std::sync::LazyLock;

static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let column = |name: &str, path: &str, ty| Column {
        nullable: true,
        xml: Some(path.to_owned()),
        ..Column::new(name, ty)
    };
    let element = |ty| Box::new(Element { ty, nullable: true });
    let part = LogicalType::Struct {
        columns: vec![column("k", "@k", LogicalType::Int32), column("v", "v", LogicalType::String)],
    };
    let mut table = Table::new(
        "t",
        vec![
            column("id", "id", LogicalType::Int64),
            column("kind", "@kind", LogicalType::String),
            column("x", "a/b", LogicalType::Float64),
            column("l", "l", LogicalType::List { element: element(LogicalType::Int32), length: None }),
            column("p", "p", LogicalType::List { element: element(part), length: None }),
        ],
    );
    table.xml = Some("rec".to_owned());
    Plan::compile(&table).unwrap_or_else(|error| panic!("{error}"))
});

const LIMITS: Limits = Limits { depth: 16, document_bytes: 4096, number_digits: 100 };

/// Two bytes of settings, then the bytes: alone, or behind a sound record.
pub fn check(data: &[u8]) {
    let Some((&[settings, block], data)) = data.split_first_chunk() else { return };
    let plan = &*PLAN;
    let start: &[u8] = if settings & 1 == 0 { b"" } else { b"<root><rec><id>1</id></rec>" };
    let input = [start, data].concat();
    let whole = xml(plan, "rec", LIMITS, &input, &mut std::iter::empty());
    if !start.is_empty() {
        assert!(!whole.places.is_empty(), "the record before is gone: {:?}", String::from_utf8_lossy(data));
    }
    let size = usize::from(block).max(1);
    let blocks = xml(plan, "rec", LIMITS, &input, &mut std::iter::repeat(size));
    assert!(blocks == whole, "blocks of {size} give {blocks:?}, one gives {whole:?}");
}
