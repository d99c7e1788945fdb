//! What the derives emit: table constants, and the pushes of records into a sink.

extern crate lakebed_schema as lakebed;

mod keys;
mod read;
mod recorder;
mod shapes;
mod stored;
mod table;
