//! A struct for each shape, read by sonic-rs and turned into columns by serde_arrow.

mod records;
mod values;

use crate::{Outcome, ROWS};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use records::{Deep, Distinct, Flat, Floats, Nested, Texts};
use serde::{Deserialize, Serialize};
use std::io::BufRead;
use values::Loose;

type Give<'a> = &'a mut dyn FnMut(RecordBatch) -> Outcome<()>;

macro_rules! lines {
    ($record:ty, $reader:expr, $schema:expr, $give:expr) => {{
        let (mut reader, mut text, mut ends) = ($reader, Vec::new(), Vec::with_capacity(ROWS));
        loop {
            text.clear();
            ends.clear();
            while ends.len() < ROWS && reader.read_until(b'\n', &mut text)? > 0 {
                ends.push(text.len());
            }
            if ends.is_empty() {
                return Ok(());
            }
            let mut start = 0;
            let mut records = Vec::with_capacity(ROWS);
            for &end in &ends {
                let record: $record = sonic_rs::from_slice(&text[start..end])?;
                records.push(record);
                start = end;
            }
            $give(columns(&records, $schema)?)?;
        }
    }};
}

pub fn parse(shape: &str, reader: Box<dyn BufRead>, schema: &SchemaRef, give: Give<'_>) -> Outcome<()> {
    match shape {
        "strings" => lines!(Flat<'_, Loose>, reader, schema, give),
        "numbers" => lines!(Flat<'_, i32>, reader, schema, give),
        "nested" => lines!(Nested<'_>, reader, schema, give),
        "texts" => lines!(Texts<'_>, reader, schema, give),
        "deep" => lines!(Deep<'_>, reader, schema, give),
        "distinct" => lines!(Distinct<'_>, reader, schema, give),
        "floats" => lines!(Floats, reader, schema, give),
        _ => Err(format!("no struct for {shape}").into()),
    }
}

fn columns<'de, T: Serialize + Deserialize<'de>>(records: &[T], schema: &SchemaRef) -> Outcome<RecordBatch> {
    let mut builder = serde_arrow::ArrayBuilder::from_arrow(schema.fields())?;
    builder.extend(records)?;
    Ok(RecordBatch::try_new(schema.clone(), builder.to_arrow()?)?)
}
