//! Peers in Rust, for the benchmarks: a schema, records, a Parquet file or a folder for each hour.
//!
//! `lakebed-bench-peers TOOL --shape SHAPE --contract FILE --out PATH [--threads 2] INPUT...`
//!
//! TOOL: `arrow-json`, `sonic` (sonic-rs into structs, serde_arrow into columns), or `inflate`, which reads compressed
//! inputs and does nothing with them.

mod schema;
mod sink;
mod sonic;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use flate2::bufread::MultiGzDecoder;
use schema::Contract;
use sink::Sink;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::thread;

/// Rows of a batch: the default of arrow-json and more, as its writer likes large ones.
const ROWS: usize = 8192;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let mut args = std::env::args().skip(1);
    let tool = args.next().ok_or("which tool?")?;
    let (mut shape, mut contract, mut out, mut threads, mut inputs) =
        (String::new(), String::new(), String::new(), 1_usize, Vec::new());
    while let Some(word) = args.next() {
        let mut value = || args.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--shape" => shape = value()?,
            "--contract" => contract = value()?,
            "--out" => out = value()?,
            "--threads" => threads = value()?.parse()?,
            _ => inputs.push(word),
        }
    }
    if tool == "inflate" {
        return inflate(inputs, threads);
    }
    let contract = Contract::read(&contract)?;
    let mut sink = Sink::new(&out, &contract)?;
    let schema = contract.schema.clone();
    let parse = move |give: &mut dyn FnMut(RecordBatch) -> Outcome<()>| -> Outcome<()> {
        for input in &inputs {
            let reader = open(input)?;
            match tool.as_str() {
                "arrow-json" => arrow_json(reader, schema.clone(), give)?,
                "sonic" => sonic::parse(&shape, reader, &schema, give)?,
                _ => return Err(format!("no tool {tool}").into()),
            }
        }
        Ok(())
    };
    if threads == 1 {
        parse(&mut |batch| sink.write(batch))?;
    } else {
        // One thread parses, the other encodes.
        thread::scope(|scope| -> Outcome<()> {
            let (give, take) = std::sync::mpsc::sync_channel(8);
            let parser = scope.spawn(move || parse(&mut |batch| Ok(give.send(batch)?)));
            for batch in take {
                sink.write(batch)?;
            }
            parser.join().map_err(|_| "the parser ended early")?
        })?;
    }
    sink.close()
}

/// An input as plain bytes.
fn open(path: &str) -> io::Result<Box<dyn BufRead>> {
    let plain = BufReader::with_capacity(1 << 20, File::open(path)?);
    if path.ends_with(".gz") {
        return Ok(Box::new(BufReader::with_capacity(1 << 20, MultiGzDecoder::new(plain))));
    }
    Ok(Box::new(plain))
}

fn arrow_json(
    reader: Box<dyn BufRead>,
    schema: SchemaRef,
    give: &mut dyn FnMut(RecordBatch) -> Outcome<()>,
) -> Outcome<()> {
    for batch in arrow_json::ReaderBuilder::new(schema).with_batch_size(ROWS).build(reader)? {
        give(batch?)?;
    }
    Ok(())
}

/// Reads the inputs, each thread one after the other.
fn inflate(inputs: Vec<String>, threads: usize) -> Outcome<()> {
    let inputs = &inputs;
    let read = move |first: usize| -> Outcome<()> {
        let mut block = vec![0; 1 << 18];
        for input in inputs.iter().skip(first).step_by(threads) {
            let mut reader = open(input)?;
            while reader.read(&mut block)? > 0 {}
        }
        Ok(())
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|first| scope.spawn(move || read(first))).collect();
        running.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a thread ended early")?)
    })
}
