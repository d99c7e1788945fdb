//! A plan made ready for scanning: what can be read in place, column by column.

use super::names::Names;
use super::shape::Int;
use crate::columns::ColumnId;
use crate::plan::{Kind, Node, Plan};
use crate::time::TimePlan;
use lakebed_schema::TimeUnit;

/// For each column of a plan, how its values are read.
#[derive(Debug)]
pub(super) struct Program<'p> {
    pub(super) plan: &'p Plan,
    ops: Vec<Op<'p>>,
    /// For each record column, its keys.
    names: Vec<Names>,
    /// For each record column, its members that are read straight into their columns, or hold such ones.
    direct: Vec<Vec<ColumnId>>,
    /// For each column, the record that it is a member of.
    parents: Vec<Option<ColumnId>>,
    /// For each column, how deep its value stands.
    depths: Vec<usize>,
    /// Deepest nesting of objects and arrays that is scanned.
    pub(super) depth: usize,
}

/// How a value is read.
#[derive(Debug)]
pub(super) enum Op<'p> {
    Int(Int),
    Float64,
    Float32,
    Bool,
    Text(&'p [String]),
    Enum(&'p [(Vec<u8>, String)]),
    Time {
        plan: &'p TimePlan,
        unit: TimeUnit,
    },
    /// Read by the general decoder and put beside the others.
    Copied,
    /// Read by the general decoder, straight into its columns.
    Direct,
    List {
        length: Option<u64>,
    },
    Struct,
    /// Below a column that is read whole.
    Below,
}

impl Op<'_> {
    /// Whether its column may be one of texts that are staged.
    pub(super) fn has_bytes(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Enum(_) | Self::Copied)
    }
}

impl<'p> Program<'p> {
    /// Nothing when the table's documents are read by rules of their own: those of Firehose, of XML turned into JSON.
    pub(super) fn new(plan: &'p Plan) -> Option<Self> {
        if plan.deserializer.is_some() || plan.xml_json {
            return None;
        }
        let mut program = Self {
            plan,
            ops: Vec::new(),
            names: Vec::new(),
            direct: vec![Vec::new(); plan.nodes.len()],
            parents: vec![None; plan.nodes.len()],
            depths: Vec::new(),
            depth: 0,
        };
        program.ops.resize_with(plan.nodes.len(), || Op::Below);
        program.depths.resize(plan.nodes.len(), 0);
        program.names.resize_with(plan.nodes.len(), Names::default);
        program.add_struct(0, 1)?;
        Some(program)
    }

    #[inline(always)]
    pub(super) fn op(&self, id: ColumnId) -> &Op<'p> {
        self.ops.get(id).unwrap_or(&Op::Below)
    }

    /// Depth of the container in which values of a column stand.
    pub(super) fn depth_of(&self, id: ColumnId) -> usize {
        self.depths.get(id).copied().unwrap_or_default()
    }

    /// The keys of a record column.
    #[inline(always)]
    #[allow(clippy::indexing_slicing, reason = "ids come from the plan")]
    pub(super) fn names(&self, id: ColumnId) -> &Names {
        &self.names[id]
    }

    /// The members of a record column that are read straight into their columns, or hold such ones: their nulls must
    /// be pushed with each row.
    pub(super) fn direct(&self, id: ColumnId) -> &[ColumnId] {
        self.direct.get(id).map_or(&[], Vec::as_slice)
    }

    /// The record that a column is a member of; none for elements of lists.
    pub(super) fn parent(&self, id: ColumnId) -> Option<ColumnId> {
        self.parents.get(id).copied().flatten()
    }

    /// The integer column of that number.
    pub(super) fn int(&self, id: ColumnId) -> Option<Int> {
        #[allow(clippy::wildcard_enum_match_arm, reason = "asked for this one kind")]
        match self.op(id) {
            Op::Int(int) => Some(*int),
            _ => None,
        }
    }

    pub(super) fn ids(&self) -> std::ops::Range<ColumnId> {
        0..self.ops.len()
    }

    fn set(&mut self, id: ColumnId, op: Op<'p>, depth: usize) {
        if let (Some(slot), Some(own)) = (self.ops.get_mut(id), self.depths.get_mut(id)) {
            *slot = op;
            *own = depth;
        }
    }

    fn add_struct(&mut self, id: ColumnId, depth: usize) -> Option<()> {
        self.depth = self.depth.max(depth);
        self.set(id, Op::Struct, depth.saturating_sub(1));
        let plan = self.plan;
        if let Some(names) = self.names.get_mut(id) {
            *names = Names::new(&plan.record(id).keys);
        }
        let mut direct = Vec::new();
        for &member in &plan.record(id).members {
            self.add(member, depth)?;
            *self.parents.get_mut(member)? = Some(id);
            if matches!(self.op(member), Op::Direct) || !self.direct(member).is_empty() {
                direct.push(member);
            }
        }
        *self.direct.get_mut(id)? = direct;
        Some(())
    }

    fn add(&mut self, id: ColumnId, depth: usize) -> Option<()> {
        let node = self.plan.nodes.get(id)?;
        let op = match &node.kind {
            Kind::Struct(_) if node.reading.by_position => Op::Direct,
            Kind::Struct(_) => return self.add_struct(id, depth + 1),
            Kind::List { length } => {
                if self.plan.nodes.get(id + 1).is_some_and(|node| is_staged(id + 1, node)) {
                    self.depth = self.depth.max(depth + 1);
                    self.set(id, Op::List { length: *length }, depth);
                    return self.add(id + 1, depth + 1);
                }
                Op::Direct
            }
            Kind::Boolean
            | Kind::Int { .. }
            | Kind::Float32
            | Kind::Float64
            | Kind::Decimal { .. }
            | Kind::String
            | Kind::Char
            | Kind::Uuid
            | Kind::Enum(_)
            | Kind::Json
            | Kind::Binary
            | Kind::Date(_)
            | Kind::Time { .. }
            | Kind::Map => leaf(id, node),
        };
        self.set(id, op, depth);
        Some(())
    }
}

/// Whether values of a column stand in the stage, so that lists of it can.
fn is_staged(id: ColumnId, node: &Node) -> bool {
    !matches!(leaf(id, node), Op::Direct) || matches!(node.kind, Kind::List { .. } | Kind::Struct(_))
}

fn leaf(id: ColumnId, node: &Node) -> Op<'_> {
    let sentinels = &node.sentinels;
    match &node.kind {
        Kind::Int { min, max } => {
            let sentinel = match sentinels.ints.as_slice() {
                // One that is never read here: numbers end one before it.
                [] => i64::MIN,
                [one] => i64::try_from(*one).unwrap_or(i64::MIN),
                _ => return Op::Copied,
            };
            // A text that means null may be made of digits: then texts are compared before they are numbers.
            let quoted = node.reading.quoted_numbers && sentinels.texts.is_empty();
            Op::Int(Int {
                id,
                quoted,
                in_quotes: false,
                min: *min,
                span: max.wrapping_sub(*min).cast_unsigned(),
                sentinel,
                nullable: node.nullable,
            })
        }
        Kind::Float64 if sentinels.is_empty() => Op::Float64,
        Kind::Float32 if sentinels.is_empty() => Op::Float32,
        Kind::Boolean if sentinels.is_empty() => Op::Bool,
        Kind::String => Op::Text(&sentinels.texts),
        Kind::Enum(words) if sentinels.is_empty() => Op::Enum(words),
        Kind::Time { plan, unit } if sentinels.is_empty() && !plan.wraps() => Op::Time { plan, unit: *unit },
        Kind::Float64
        | Kind::Float32
        | Kind::Boolean
        | Kind::Enum(_)
        | Kind::Time { .. }
        | Kind::Char
        | Kind::Uuid
        | Kind::Date(_) => Op::Copied,
        Kind::Decimal { .. }
        | Kind::Json
        | Kind::Binary
        | Kind::List { .. }
        | Kind::Map
        | Kind::Struct(_) => Op::Direct,
    }
}
