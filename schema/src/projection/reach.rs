//! What a projection reaches of what an earlier one reached.

#[cfg(test)]
mod tests;

use super::Projection;
use super::bound::Bound;
use super::column::{Column, Dates, Kind};
use super::interval::Unit;

/// Numbers of two spellings that are compared one by one, at most.
const MAX_NUMBERS: i64 = 10_000;

impl Projection {
    /// What queries no longer find of what they found with `earlier`, one sentence for each partition column, which
    /// comes first. None when every partition that `earlier` reaches is reached, whenever the query runs. Where
    /// partitions are is compared by [`has_template_of`](Self::has_template_of).
    ///
    /// ```
    /// use lakebed_schema::projection::Projection;
    ///
    /// let keys = [("dt".to_owned(), "string".to_owned())];
    /// let projection = |range: &str| {
    ///     let properties = [
    ///         ("projection.enabled", "true"),
    ///         ("projection.dt.type", "date"),
    ///         ("projection.dt.format", "yyyy-MM-dd"),
    ///         ("projection.dt.range", range),
    ///     ];
    ///     let properties = properties.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    ///     Projection::from_properties(&keys, "s3://lake/traffic/", &properties).unwrap().unwrap()
    /// };
    /// let (long, short) = (projection("2025-01-01,NOW"), projection("2026-01-01,NOW"));
    /// assert_eq!(long.losses(&short), []);
    /// let (column, loss) = &short.losses(&long)[0];
    /// assert_eq!((column.as_str(), loss.as_str()), ("dt", "dates before the new range are no longer read"));
    /// ```
    pub fn losses(&self, earlier: &Self) -> Vec<(String, String)> {
        let mut losses = Vec::new();
        for old in &earlier.columns {
            let loss = match self.columns.iter().find(|new| new.name == old.name) {
                Some(new) => loss(old, new),
                None => Some(
                    "partitions by it are no longer read, as it is no partition column any more".to_owned(),
                ),
            };
            losses.extend(loss.map(|loss| (old.name.clone(), loss)));
        }
        losses
    }

    /// Whether partitions with the same values are at the same places.
    pub fn has_template_of(&self, other: &Self) -> bool {
        self.template == other.template
            && self
                .columns
                .iter()
                .map(|column| &column.name)
                .eq(other.columns.iter().map(|column| &column.name))
    }
}

fn loss(old: &Column, new: &Column) -> Option<String> {
    if old.shown_as != new.shown_as {
        return Some("the type of the column changes".to_owned());
    }
    match (&old.kind, &new.kind) {
        (Kind::Injected, Kind::Injected) => None,
        (_, Kind::Injected) => Some("every query has to name its value, others fail".to_owned()),
        (Kind::Injected, _) => Some("values that are not listed are no longer read".to_owned()),
        (Kind::Enum(words), Kind::Enum(_) | Kind::Integer { .. }) => {
            let lost: Vec<_> =
                words.iter().filter(|word| !new.contains(word, 0)).map(|word| format!("`{word}`")).collect();
            (!lost.is_empty()).then(|| {
                format!("{} {} no longer read", lost.join(", "), if lost.len() == 1 { "is" } else { "are" })
            })
        }
        (Kind::Integer { .. }, Kind::Enum(_) | Kind::Integer { .. }) => numbers(&old.kind, new),
        (Kind::Date(old), Kind::Date(new)) => dates(old, new),
        (Kind::Date(_), Kind::Enum(_) | Kind::Integer { .. })
        | (Kind::Enum(_) | Kind::Integer { .. }, Kind::Date(_)) => {
            Some("the type of the projection changes, and with it the texts that are looked for".to_owned())
        }
    }
}

fn numbers(old: &Kind, new: &Column) -> Option<String> {
    let Kind::Integer { first, last, interval, digits } = *old else { return None };
    if let Kind::Integer { first: from, last: to, interval: step, digits: new_digits } = new.kind
        && new_digits == digits
    {
        let steps_in = |number: i64| (i128::from(number) - i128::from(from)) % i128::from(step) == 0;
        let in_range = from <= first && last <= to;
        // The last number that is really there may stand before the end of the range.
        if in_range && steps_in(first) && (first == last || interval % step == 0) {
            return None;
        }
        if !in_range {
            return Some(format!("{first} to {last} was read, {from} to {to} is"));
        }
        return Some("numbers between the new steps are no longer read".to_owned());
    }
    let count = (i128::from(last) - i128::from(first)) / i128::from(interval);
    if count > i128::from(MAX_NUMBERS) {
        return Some(
            "numbers are written with other digits, and the old texts are no longer read".to_owned(),
        );
    }
    let old = Column { name: String::new(), shown_as: None, kind: old.clone() };
    let lost = old.texts(0)?.find(|text| !new.contains(text, 0));
    lost.map(|text| format!("the text `{text}` is no longer read"))
}

fn dates(old: &Dates, new: &Dates) -> Option<String> {
    if old.format != new.format {
        return Some(format!(
            "paths with dates like {} are no longer read, only those like {}",
            old.format.pattern(),
            new.format.pattern()
        ));
    }
    // Steps of one unit that the format can tell reach every date, wherever they begin.
    let finest = new.format.finest();
    let reaches_all = new.interval == 1 && new.unit <= finest;
    let same_steps = (new.interval, new.unit) == (old.interval, old.unit) && new.from == old.from;
    if !reaches_all && !same_steps {
        return Some("dates between the new steps are no longer read".to_owned());
    }
    if !at_or_before(&new.from, &old.from) {
        return Some("dates before the new range are no longer read".to_owned());
    }
    if !at_or_before(&old.to, &new.to) {
        return Some("dates behind the new range are no longer read".to_owned());
    }
    None
}

/// Whether one end of a range is never later than another, at whatever time.
fn at_or_before(one: &Bound, other: &Bound) -> bool {
    match (one, other) {
        (Bound::At(one), Bound::At(other)) => one <= other,
        (Bound::Now { count, unit }, Bound::Now { count: other, unit: other_unit }) => {
            let months = |count: i64, unit: Unit| match unit {
                Unit::Years => count.checked_mul(12),
                Unit::Months => Some(count),
                Unit::Milliseconds
                | Unit::Seconds
                | Unit::Minutes
                | Unit::Hours
                | Unit::Days
                | Unit::Weeks => None,
            };
            let millis = |count: i64, unit: Unit| count.checked_mul(unit.millis()?);
            match (months(*count, *unit), months(*other, *other_unit)) {
                (Some(one), Some(other)) => one <= other,
                _ => match (millis(*count, *unit), millis(*other, *other_unit)) {
                    (Some(one), Some(other)) => one <= other,
                    // Before now and behind it, or now itself.
                    _ => *count <= 0 && 0 <= *other,
                },
            }
        }
        (Bound::At(_), Bound::Now { .. }) | (Bound::Now { .. }, Bound::At(_)) => false,
    }
}
