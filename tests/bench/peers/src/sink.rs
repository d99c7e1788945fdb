//! Parquet files: one, or one for each hour.

use crate::Outcome;
use crate::schema::{Contract, OBSERVED};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, RecordBatch, TimestampMillisecondArray, UInt32Array};
use arrow_schema::{Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::sync::Arc;

pub struct Sink {
    out: String,
    by_hour: bool,
    properties: WriterProperties,
    /// By hours since 1970; a single one without partitions.
    writers: BTreeMap<i64, ArrowWriter<File>>,
}

impl Sink {
    pub fn new(out: &str, contract: &Contract) -> Outcome<Self> {
        let properties = WriterProperties::builder().set_compression(contract.compression).build();
        Ok(Self { out: out.into(), by_hour: contract.by_hour, properties, writers: BTreeMap::new() })
    }

    pub fn write(&mut self, batch: RecordBatch) -> Outcome<()> {
        if !self.by_hour {
            return self.put(0, &batch);
        }
        let (hours, batch) = observed(&batch)?;
        let mut places: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
        for (place, hour) in (0..).zip(hours) {
            places.entry(hour).or_default().push(place);
        }
        for (hour, places) in places {
            if places.len() == batch.num_rows() {
                self.put(hour, &batch)?;
            } else {
                let rows = arrow_select::take::take_record_batch(&batch, &UInt32Array::from(places))?;
                self.put(hour, &rows)?;
            }
        }
        Ok(())
    }

    fn put(&mut self, hour: i64, batch: &RecordBatch) -> Outcome<()> {
        if !self.writers.contains_key(&hour) {
            let file = if self.by_hour {
                let folder =
                    format!("{}/day={}/hour={:02}", self.out, hour.div_euclid(24), hour.rem_euclid(24));
                fs::create_dir_all(&folder)?;
                File::create(format!("{folder}/part.parquet"))?
            } else {
                File::create(&self.out)?
            };
            let writer = ArrowWriter::try_new(file, batch.schema(), Some(self.properties.clone()))?;
            self.writers.insert(hour, writer);
        }
        if let Some(writer) = self.writers.get_mut(&hour) {
            writer.write(batch)?;
        }
        Ok(())
    }

    pub fn close(self) -> Outcome<()> {
        for writer in self.writers.into_values() {
            writer.close()?;
        }
        Ok(())
    }
}

/// The hour of each row, and the batch with its seconds as an instant.
fn observed(batch: &RecordBatch) -> Outcome<(Vec<i64>, RecordBatch)> {
    let at = batch.schema().index_of(OBSERVED)?;
    let seconds = batch.column(at).as_primitive::<Int64Type>();
    let hours = seconds.values().iter().map(|second| second.div_euclid(3600)).collect();
    let instants: TimestampMillisecondArray = seconds.unary(|second| second * 1000);
    let mut columns = batch.columns().to_vec();
    columns[at] = Arc::new(instants.with_timezone("UTC")) as ArrayRef;
    let schema = batch.schema();
    let fields = schema
        .fields()
        .iter()
        .zip(&columns)
        .map(|(field, column)| Field::new(field.name(), column.data_type().clone(), field.is_nullable()));
    Ok((hours, RecordBatch::try_new(Arc::new(Schema::new(fields.collect::<Vec<_>>())), columns)?))
}
