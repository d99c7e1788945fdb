//! JSON of others that describes a table: a JSON Schema, a table of Glue, samples. The first byte tells which. Any
//! text is a table or findings; a table is valid, and can be written as Rust.

use lakebed_schema::Table;
use lakebed_schema::import::json_schema::{from_json_schema, read};
use lakebed_schema::import::samples::{SampleOptions, Samples, infer};
use lakebed_schema::import::{from_json, rust};

/// A byte that tells what the rest is.
pub fn check(data: &[u8]) {
    let Some((&kind, data)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(data) else { return };
    match kind % 3 {
        0 => {
            let Ok(schema) = read(text) else { return };
            if let Ok(inferred) = from_json_schema(&schema, Some("visit")).map_err(|found| found.to_string())
            {
                usable(&inferred.table);
            }
        }
        1 => {
            let Ok(value) = serde_json::from_str(text) else { return };
            if let Ok(imported) = from_json(&value).map_err(|found| found.to_string()) {
                usable(&imported.table);
            }
        }
        _ => {
            let samples = Samples::of(text);
            let options = SampleOptions { name: "visit".to_owned(), ..SampleOptions::default() };
            if let Ok(inferred) = infer(&samples, &options).map_err(|found| found.to_string()) {
                usable(&inferred.table);
            }
        }
    }
}

fn usable(table: &Table) {
    table.validate().unwrap_or_else(|problems| panic!("imported and not valid: {problems}"));
    assert_eq!(Table::from_contract(&table.to_contract()).as_ref(), Ok(table));
    let _ = rust::rust(table, &rust::RustOptions::default()).map_err(|found| found.to_string());
}
