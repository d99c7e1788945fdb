//! One value into its column: range, sentinels, scale and unit, the same for every feeder.

use crate::batch::Stats;
use crate::columns::{ColumnId, Columns};
use crate::decimal::{Scaled, power_of_ten, rescale};
use crate::fault::{Fault, FaultKind, Step, Wire};
use crate::plan::{Kind, Node, Plan};
use crate::time::{Moment, in_range};

/// The columns of a row under way, and the plan that says what they hold.
pub(crate) struct Cells<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) columns: &'a mut Columns,
    pub(crate) stats: &'a mut Stats,
}

impl<'a> Cells<'a> {
    #[allow(
        clippy::indexing_slicing,
        reason = "ids come from the plan itself; every value goes through here"
    )]
    pub(crate) fn node(&self, id: ColumnId) -> &'a Node {
        &self.plan.nodes[id]
    }

    /// The fault of a value that its column cannot hold.
    pub(crate) fn refuse(&self, id: ColumnId, found: impl Into<String>) -> Box<Fault> {
        Fault::new(FaultKind::Value, 0, self.node(id).expected(), found).in_column(id)
    }

    /// The fault of a JSON value that its column does not take.
    pub(crate) fn refuse_wire(&self, id: ColumnId, wire: Wire) -> Box<Fault> {
        let mut fault = self.refuse(id, wire.to_string());
        fault.wire = Some(wire);
        fault
    }

    /// A value that means null.
    pub(crate) fn sentinel(&mut self, id: ColumnId) -> Step {
        self.columns.mark_sentinel(id);
        self.columns.push_null(id);
        Ok(())
    }

    pub(crate) fn null(&mut self, id: ColumnId) -> Step {
        if !self.node(id).nullable {
            return Err(self.refuse(id, "null"));
        }
        self.columns.push_null(id);
        Ok(())
    }

    pub(crate) fn bool(&mut self, id: ColumnId, value: bool) -> Step {
        let node = self.node(id);
        #[allow(clippy::wildcard_enum_match_arm, reason = "no other type takes a truth value")]
        match &node.kind {
            Kind::Boolean if node.sentinels.bools.contains(&value) => self.sentinel(id),
            Kind::Boolean => {
                self.columns.push_bool(id, value);
                Ok(())
            }
            Kind::String if node.reading.scalar_as_text => {
                self.string(id, if value { b"true" } else { b"false" })
            }
            _ => Err(self.refuse_wire(id, Wire::Bool(value))),
        }
    }

    /// An integer, into any column that can hold one exactly.
    pub(crate) fn int(&mut self, id: ColumnId, value: i128) -> Step {
        let node = self.node(id);
        #[allow(clippy::wildcard_enum_match_arm, reason = "no other type takes an integer")]
        match &node.kind {
            Kind::Int { min, max } => {
                if node.sentinels.ints.contains(&value) {
                    return self.sentinel(id);
                }
                match i64::try_from(value) {
                    Ok(value) if (*min..=*max).contains(&value) => {
                        self.columns.push_int(id, value);
                        Ok(())
                    }
                    _ => Err(self.refuse(id, value.to_string())),
                }
            }
            Kind::Decimal { .. } => self.decimal(id, value, 0),
            Kind::Time { plan, .. } | Kind::Date(Some(plan)) => {
                let moment = i64::try_from(value).ok().and_then(|value| plan.parse_number(value));
                match moment {
                    Some(moment) => self.moment(id, moment),
                    None => Err(self.refuse(id, value.to_string())),
                }
            }
            _ => Err(self.refuse(id, value.to_string())),
        }
    }

    pub(crate) fn float64(&mut self, id: ColumnId, value: f64) -> Step {
        if !matches!(self.node(id).kind, Kind::Float64) {
            return Err(self.refuse(id, value.to_string()));
        }
        if self.node(id).sentinels.floats.contains(&value) {
            return self.sentinel(id);
        }
        self.columns.push_f64(id, value);
        Ok(())
    }

    pub(crate) fn float32(&mut self, id: ColumnId, value: f32) -> Step {
        if !matches!(self.node(id).kind, Kind::Float32) {
            return Err(self.refuse(id, value.to_string()));
        }
        #[allow(
            clippy::cast_possible_truncation,
            reason = "the constant is compared at the column's precision"
        )]
        if self.node(id).sentinels.floats.iter().any(|&sentinel| sentinel as f32 == value) {
            return self.sentinel(id);
        }
        self.columns.push_f32(id, value);
        Ok(())
    }

    pub(crate) fn binary(&mut self, id: ColumnId, value: &[u8]) -> Step {
        if !matches!(self.node(id).kind, Kind::Binary) {
            return Err(self.refuse(id, format!("{} bytes", value.len())));
        }
        self.columns.push_bytes(id, value);
        Ok(())
    }

    /// `unscaled · 10^-from`, brought to the column's scale.
    pub(crate) fn decimal(&mut self, id: ColumnId, unscaled: i128, from: u32) -> Step {
        let Kind::Decimal { precision, scale } = self.node(id).kind else {
            return Err(self.refuse(id, format!("the decimal {unscaled}e-{from}")));
        };
        match rescale(unscaled, from, precision, scale) {
            Some(scaled) => self.scaled(id, scaled),
            None => Err(self.refuse(id, format!("{unscaled}e-{from}"))),
        }
    }

    pub(crate) fn scaled(&mut self, id: ColumnId, scaled: Scaled) -> Step {
        if self.node(id).sentinels.ints.contains(&scaled.unscaled) {
            return self.sentinel(id);
        }
        if scaled.rounded && !self.node(id).reading.rounds {
            let Kind::Decimal { scale, .. } = self.node(id).kind else {
                return Err(self.refuse(id, "a decimal"));
            };
            return Err(self.refuse(id, format!("more than {scale} digits after the point")));
        }
        self.stats.rounded_decimals += u64::from(scaled.rounded);
        self.columns.push_decimal(id, scaled.unscaled);
        Ok(())
    }

    /// A moment into a timestamp or date column.
    pub(crate) fn moment(&mut self, id: ColumnId, moment: Moment) -> Step {
        let node = self.node(id);
        #[allow(clippy::wildcard_enum_match_arm, reason = "no other type takes a moment")]
        let value = match &node.kind {
            Kind::Time { unit, .. } => in_range(moment).and_then(|moment| moment.to_unit(*unit)),
            Kind::Date(_) => in_range(moment).map(|moment| (moment.seconds.div_euclid(86_400), false)),
            _ => None,
        };
        let Some((value, floored)) = value else {
            return Err(self
                .refuse(id, format!("{} seconds since 1970, outside the years 1 to 9999", moment.seconds)));
        };
        self.stats.floored_times += u64::from(floored);
        self.columns.push_int(id, value);
        Ok(())
    }

    pub(crate) fn date(&mut self, id: ColumnId, days: i32) -> Step {
        self.moment(id, Moment { seconds: i64::from(days) * 86_400, nanos: 0 })
    }

    /// Text into a column that stores text, unchecked but for sentinels.
    pub(crate) fn string(&mut self, id: ColumnId, text: &[u8]) -> Step {
        if self.node(id).sentinels.texts.iter().any(|sentinel| sentinel.as_bytes() == text) {
            return self.sentinel(id);
        }
        self.columns.push_bytes(id, text);
        Ok(())
    }

    /// Closes a record: every required member there, nulls where the partner held a sentinel.
    pub(crate) fn close_record(&mut self, id: ColumnId) -> Step {
        self.close_record_with(id, &mut Err)
    }

    /// As [`close_record`](Self::close_record), where `note` hears each fault and tells whether it is the end.
    pub(crate) fn close_record_with(
        &mut self,
        id: ColumnId,
        note: &mut dyn FnMut(Box<Fault>) -> Step,
    ) -> Step {
        let record = self.plan.record(id);
        if self.node(id).reading.some_key && !record.members.iter().any(|&id| self.columns.is_filled(id)) {
            let fault = Fault::new(FaultKind::Missing, 0, "one of the keys that the table declares", "none");
            note(fault.in_column(id))?;
        }
        for &member in &record.required {
            if !self.columns.is_filled(member) {
                let fault = Fault::new(FaultKind::Missing, 0, self.node(member).expected(), "no such key");
                note(fault.in_column(member))?;
            }
        }
        for &(member, source) in &record.null_with {
            if self.columns.is_sentinel(source) {
                self.columns.make_null(member);
            }
        }
        Ok(())
    }

    /// Closes a list, whose fixed length is checked.
    pub(crate) fn close_list(&mut self, id: ColumnId) -> Step {
        let len = self.columns.open_elements(id) as u64;
        if let Kind::List { length: Some(length) } = self.node(id).kind
            && length != len
        {
            return Err(self.refuse(id, format!("{len} elements")));
        }
        self.columns.end_list(id);
        Ok(())
    }
}

impl Node {
    /// What the column takes, for messages.
    pub(crate) fn expected(&self) -> String {
        match &self.kind {
            Kind::Boolean => "true or false".into(),
            Kind::Int { min: i64::MIN, max: i64::MAX } => "a 64-bit integer".into(),
            Kind::Int { min, max } => format!("an integer from {min} to {max}"),
            Kind::Float32 => "a finite number that fits single precision".into(),
            Kind::Float64 => "a finite number".into(),
            Kind::Decimal { precision, scale } => {
                let limit = power_of_ten(u32::from(*precision)) - 1;
                format!("a decimal({precision},{scale}), at most {limit}e-{scale}")
            }
            Kind::String if self.reading.plain_numbers => {
                "text for a path, or a whole number of at most 15 digits".into()
            }
            Kind::String => "text".into(),
            Kind::Char => "text of one character".into(),
            Kind::Uuid => "a UUID".into(),
            Kind::Enum(words) => {
                let mut list: Vec<&str> = Vec::new();
                for (_, word) in words {
                    if !list.contains(&word.as_str()) {
                        list.push(word);
                    }
                }
                format!("one of {}", list.join(", "))
            }
            Kind::Json => "a JSON value".into(),
            Kind::Binary => "base64 text or an array of bytes".into(),
            Kind::Date(None) => "a date such as 2026-11-23".into(),
            Kind::Date(Some(plan)) | Kind::Time { plan, .. } => plan.expected(),
            Kind::List { length: Some(length) } => format!("a list of {length} elements"),
            Kind::List { length: None } => "a list".into(),
            Kind::Map => "an object".into(),
            Kind::Struct(_) => "an object".into(),
        }
    }
}
