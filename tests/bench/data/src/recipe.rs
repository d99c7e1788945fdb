//! What to write.

use crate::layout::Layout;
use crate::other;
use crate::random::Random;
use crate::record::Record;
use crate::traffic::Traffic;
use std::io::{self, Write};

/// What the records hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Traffic counts as the road administration's stream delivers them: every value but one is a string.
    Strings,
    /// The same with numbers.
    Numbers,
    /// The same with an array of structs and a struct.
    Nested,
    /// Five columns of long strings.
    Texts,
    /// 300 columns, of which a record has some ten.
    Sparse,
    /// Structs and arrays, eight levels deep.
    Deep,
    /// Strings and numbers that hardly ever come again.
    Distinct,
    /// Floating-point numbers of all lengths.
    Floats,
}

impl Shape {
    /// Every shape, by the name that commands use.
    pub const ALL: [(&'static str, Self); 8] = [
        ("strings", Self::Strings),
        ("numbers", Self::Numbers),
        ("nested", Self::Nested),
        ("texts", Self::Texts),
        ("sparse", Self::Sparse),
        ("deep", Self::Deep),
        ("distinct", Self::Distinct),
        ("floats", Self::Floats),
    ];
}

/// How much to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Records.
    Rows(u64),
    /// Bytes; the last record goes beyond.
    Bytes(u64),
}

/// Records to make. Shares are parts of 10 000.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// What the records hold.
    pub shape: Shape,
    /// Same seed, same records.
    pub seed: u64,
    /// Share of the values of nullable columns that are null.
    pub nulls: u32,
    /// Share of the members of nullable columns that are absent.
    pub missing: u32,
    /// Share of the records whose members come in an order of their own.
    pub jumbled: u32,
    /// Share of the records with one to three members that the table does not have.
    pub unknown: u32,
    /// Share of the strings that are written with escapes.
    pub escapes: u32,
    /// White space.
    pub layout: Layout,
    /// No newline between records.
    pub glued: bool,
}

impl Recipe {
    /// Complete records in the order of the columns, one a line.
    pub fn new(shape: Shape) -> Self {
        Self {
            shape,
            seed: 1,
            nulls: 0,
            missing: 0,
            jumbled: 0,
            unknown: 0,
            escapes: 0,
            layout: Layout::Spaced,
            glued: false,
        }
    }

    /// Writes records and tells how many.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, size: Size, out: &mut impl Write) -> io::Result<u64> {
        let mut record = Record::new(self.clone());
        let mut random = Random::new(self.seed);
        let mut traffic = Traffic::new(&mut random);
        let (mut buffer, mut rows, mut bytes) = (Vec::with_capacity(1 << 20), 0, 0_u64);
        loop {
            let enough = match size {
                Size::Rows(wanted) => rows >= wanted,
                Size::Bytes(wanted) => bytes + buffer.len() as u64 >= wanted,
            };
            if enough || buffer.len() >= 1 << 20 {
                out.write_all(&buffer)?;
                bytes += buffer.len() as u64;
                buffer.clear();
                if enough {
                    return Ok(rows);
                }
            }
            match self.shape {
                Shape::Strings | Shape::Numbers | Shape::Nested => {
                    traffic.write(self.shape, &mut random, &mut record);
                }
                Shape::Texts => other::texts(&mut random, &mut record),
                Shape::Sparse => other::sparse(rows, &mut random, &mut record),
                Shape::Deep => other::deep(rows, &mut random, &mut record),
                Shape::Distinct => other::distinct(&mut random, &mut record),
                Shape::Floats => other::floats(rows, &mut random, &mut record),
            }
            record.finish(&mut buffer);
            rows += 1;
        }
    }
}
