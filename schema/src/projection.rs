//! Partition projection: Athena computes the partitions of a table from its parameters instead of asking the catalog.
//!
//! [`properties`] writes the parameters of a table of ours. [`Projection`] reads those of any table, and tells which
//! locations a query looks at and whether a location is among them: a folder that is not is never read, without any
//! error.

mod bound;
mod column;
mod date_format;
mod generate;
mod interval;
mod locations;
mod miss;
mod reach;
mod read;
mod template;

#[cfg(test)]
mod tests;

use crate::finding::{Finding, Findings};
use column::Column;
use std::collections::BTreeMap;
use template::Template;

pub use generate::{notes, properties};
pub use interval::Unit;
pub use locations::{Locations, Values};
pub use miss::Miss;

/// The partitions that Athena computes for a table.
///
/// Times are seconds since 1970, UTC; dates stay within the years 1 to 9999. Where the AWS guide says nothing, the
/// rules are those of Trino, on which Athena is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    columns: Vec<Column>,
    template: Template,
    notes: Vec<Finding>,
}

impl Projection {
    /// Reads the parameters of a table. `keys` are its partition columns in order, each with its type in the catalog;
    /// `location` is where the table is. Gives none when projection is not turned on.
    ///
    /// ```
    /// use lakebed_schema::projection::Projection;
    ///
    /// let keys = [("dt".to_owned(), "string".to_owned()), ("hour".to_owned(), "string".to_owned())];
    /// let properties = [
    ///     ("projection.enabled", "true"),
    ///     ("projection.dt.type", "date"),
    ///     ("projection.dt.format", "yyyy-MM-dd"),
    ///     ("projection.dt.range", "2026-11-22,NOW"),
    ///     ("projection.hour.type", "integer"),
    ///     ("projection.hour.range", "0,23"),
    ///     ("projection.hour.digits", "2"),
    /// ];
    /// let properties = properties.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    /// let projection = Projection::from_properties(&keys, "s3://lake/traffic/", &properties).unwrap().unwrap();
    ///
    /// let now = 1_795_392_000; // 2026-11-23T00:00:00Z
    /// assert_eq!(projection.count(now), Some(48));
    /// let values = projection.values_of("s3://lake/traffic/dt=2026-11-22/hour=07/", now);
    /// assert_eq!(values, Some(vec!["2026-11-22".to_owned(), "07".to_owned()]));
    /// let miss = projection.matches("s3://lake/traffic/dt=2026-11-22/hour=7/", now).unwrap_err();
    /// assert_eq!(miss.to_string(), "partition column `hour`: `7` is not projected, which is 00 to 23");
    /// ```
    ///
    /// # Errors
    /// Everything for which a query would fail, or for which Athena would look at other locations than was meant.
    pub fn from_properties(
        keys: &[(String, String)],
        location: &str,
        properties: &BTreeMap<String, String>,
    ) -> Result<Option<Self>, Findings> {
        read::projection(keys, location, properties)
    }

    /// What works and is probably not meant, such as a location template without a slash at its end.
    pub fn notes(&self) -> &[Finding] {
        &self.notes
    }

    /// Names of the partition columns in order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The values of a column for a query at `now`, each computed when it is asked for. None for a column that does
    /// not exist or is injected.
    pub fn values(&self, column: &str, now: i64) -> Option<Values<'_>> {
        let column = self.columns.iter().find(|found| found.name == column)?;
        Some(Values { column, texts: column.texts(millis(now))? })
    }

    /// How many partitions there are for a query at `now` without conditions; none when a column is injected.
    pub fn count(&self, now: i64) -> Option<u128> {
        self.columns
            .iter()
            .map(|column| column.count(millis(now)))
            .try_fold(1_u128, |product, count| Some(product.saturating_mul(count?)))
    }

    /// Values and location of each partition for a query at `now` without conditions, computed one by one.
    ///
    /// # Errors
    /// A column is injected: only a query says which values it has.
    pub fn locations(&self, now: i64) -> Result<Locations<'_>, Finding> {
        let mut all = Vec::new();
        for column in &self.columns {
            all.push(column.texts(millis(now)).ok_or_else(|| {
                Finding::new(
                    "projection-injected",
                    format!("partition column `{}`", column.name),
                    "is injected, so its values cannot be listed",
                    format!("say which one in the query, as Athena asks for: {} = '…'", column.name),
                )
            })?);
        }
        Ok(Locations::new(self, all))
    }

    /// The location of a partition, whether or not it is projected. A template takes values as they are; without one
    /// they are escaped as Hive does. None when there are more or fewer values than columns, or a value of a date
    /// column is no date.
    pub fn location_of<S: AsRef<str>>(&self, values: &[S]) -> Option<String> {
        if values.len() != self.columns.len() {
            return None;
        }
        let texts = self.columns.iter().zip(values).map(|(column, value)| column.text_of(value.as_ref()));
        Some(self.template.location(&texts.collect::<Option<Vec<_>>>()?))
    }

    /// What a query at `now` looks at, in words: each column with its values.
    pub fn describe(&self, now: i64) -> String {
        let column = |column: &Column| format!("{}: {}", column.name, column.describe(millis(now)));
        self.columns.iter().map(column).collect::<Vec<_>>().join("; ")
    }

    /// The values of a location, when it is projected for a query at `now`.
    pub fn values_of(&self, location: &str, now: i64) -> Option<Vec<String>> {
        self.matches(location, now).ok()
    }

    /// The values of a location, with or without a slash at its end.
    ///
    /// # Errors
    /// Why a query at `now` does not look there.
    pub fn matches(&self, location: &str, now: i64) -> Result<Vec<String>, Miss> {
        let texts = self.template.texts(location, &self.columns, millis(now))?;
        Ok(self.columns.iter().zip(texts).map(|(column, text)| column.shown(text)).collect())
    }
}

/// Milliseconds since 1970.
fn millis(seconds: i64) -> i64 {
    seconds.saturating_mul(1_000)
}
