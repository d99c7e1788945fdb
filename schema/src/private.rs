//! What emitted code may touch besides the traits. Not part of the public interface.

use crate::def::Member;
use crate::sink::RowSink;

pub use crate::check;

/// One null for each column of a flattened struct that is absent.
pub fn push_nulls<S: RowSink + ?Sized>(members: &[Member], sink: &mut S) {
    for member in members {
        match member {
            Member::Column(_) => sink.null(),
            Member::Flatten { members, .. } => push_nulls(members, sink),
        }
    }
}

/// Fails the compilation with `message` unless `holds`; evaluated in a constant spanned at the user's type.
#[track_caller]
pub const fn require(holds: bool, message: &'static str) {
    if !holds {
        panic!("{}", message);
    }
}
