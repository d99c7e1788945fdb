//! Hearing what a reader does, and going on behind faults: the same code that converts also explains.

use crate::columns::ColumnId;
use crate::fault::{Fault, FaultKind, Step};
use std::ops::Range;

/// Hears a reader.
pub(crate) trait Trace {
    /// Whether reading goes on behind a bad value.
    const RECOVERS: bool;

    /// A fault at a stretch of the record; an error ends the record.
    fn fault(&mut self, fault: Box<Fault>, place: Range<usize>) -> Step;

    /// A value of a column was read.
    fn value(&mut self, id: ColumnId, place: Range<usize>);

    /// A key that the table does not declare was passed over.
    fn undeclared(&mut self, key: Range<usize>);
}

/// Hears nothing; the first fault is the end.
#[derive(Debug)]
pub(crate) struct Untraced;

impl Trace for Untraced {
    const RECOVERS: bool = false;

    #[inline]
    fn fault(&mut self, fault: Box<Fault>, _place: Range<usize>) -> Step {
        Err(fault)
    }

    #[inline]
    fn value(&mut self, _id: ColumnId, _place: Range<usize>) {}

    #[inline]
    fn undeclared(&mut self, _key: Range<usize>) {}
}

/// Notes everything.
#[derive(Debug, Default)]
pub(crate) struct Tracer {
    pub(crate) values: Vec<(ColumnId, Range<usize>)>,
    pub(crate) faults: Vec<(Fault, Range<usize>)>,
    pub(crate) undeclared: Vec<Range<usize>>,
}

impl Tracer {
    /// Notes the fault that ended the record.
    pub(crate) fn end(&mut self, fault: Fault) {
        let place = fault.at..fault.at + 1;
        self.faults.push((fault, place));
    }
}

impl Trace for Tracer {
    const RECOVERS: bool = true;

    fn fault(&mut self, fault: Box<Fault>, place: Range<usize>) -> Step {
        self.faults.push((*fault, place));
        Ok(())
    }

    fn value(&mut self, id: ColumnId, place: Range<usize>) {
        self.values.push((id, place));
    }

    fn undeclared(&mut self, key: Range<usize>) {
        self.undeclared.push(key);
    }
}

/// Whether what follows a fault can still be read.
pub(crate) fn is_in_value(kind: FaultKind) -> bool {
    match kind {
        FaultKind::Value
        | FaultKind::DuplicateKey
        | FaultKind::Missing
        | FaultKind::Partition
        | FaultKind::Unprojected
        | FaultKind::OtherPartition
        | FaultKind::Late
        | FaultKind::Early => true,
        FaultKind::Syntax
        | FaultKind::TooDeep
        | FaultKind::TooLong
        | FaultKind::BeforeLambda
        | FaultKind::AfterLambda
        | FaultKind::Incomplete => false,
    }
}
