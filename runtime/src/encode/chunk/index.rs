//! Statistics of a column chunk and of its pages.

use super::PageEnd;
use super::bounds::{Bound, Counts, Truncate, widen};
use parquet::basic::BoundaryOrder;
use parquet::errors::Result;
use parquet::file::metadata::{ColumnIndexBuilder, LevelHistogram};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescriptor;

/// What is known of the pages so far.
pub(super) struct Index<B> {
    builder: ColumnIndexBuilder,
    bounds: Option<(B, B)>,
    /// Of the last page that has values.
    last: Option<(B, B)>,
    ascending: bool,
    descending: bool,
    nulls: u64,
    nans: Option<u64>,
    text_bytes: Option<i64>,
    repetition: Option<LevelHistogram>,
    definition: Option<LevelHistogram>,
    is_float: bool,
    is_signed: bool,
}

/// What the footer says of the values.
pub(super) struct Summary {
    pub(super) column_index: ColumnIndexMetaData,
    pub(super) statistics: Statistics,
    pub(super) text_bytes: Option<i64>,
    pub(super) repetition: Option<LevelHistogram>,
    pub(super) definition: Option<LevelHistogram>,
}

impl<B: Bound> Index<B> {
    pub(super) fn new(column: &ColumnDescriptor) -> Self {
        use parquet::basic::Type;
        Self {
            builder: ColumnIndexBuilder::new(column.physical_type()),
            bounds: None,
            last: None,
            ascending: true,
            descending: true,
            nulls: 0,
            nans: None,
            text_bytes: None,
            repetition: LevelHistogram::try_new(column.max_rep_level()),
            definition: LevelHistogram::try_new(column.max_def_level()),
            is_float: matches!(column.physical_type(), Type::FLOAT | Type::DOUBLE),
            is_signed: column.sort_order().is_signed(),
        }
    }

    /// Takes in a page. One without values is a page of nulls, whatever the number of its rows.
    pub(super) fn add(
        &mut self,
        page: PageEnd<B>,
        nulls: usize,
        values: usize,
        (repetition, definition): (Option<Vec<i64>>, Option<Vec<i64>>),
        truncate: Truncate,
    ) {
        let nans = self.is_float.then(|| page.nans.unwrap_or_default() as i64);
        match &page.bounds {
            Some((least, greatest)) if values > 0 => {
                let (least, greatest) = B::index(least, greatest, truncate);
                self.builder.append(false, least, greatest, nulls as i64, nans);
            }
            _ => self.builder.append(true, Vec::new(), Vec::new(), nulls as i64, nans),
        }
        if let Some((least, greatest)) = page.bounds {
            if let Some((last_least, last_greatest)) = &self.last {
                self.ascending &= !last_least.exceeds(&least) && !last_greatest.exceeds(&greatest);
                self.descending &= !least.exceeds(last_least) && !greatest.exceeds(last_greatest);
            }
            self.last = Some((least.clone(), greatest.clone()));
            widen(&mut self.bounds, (least, greatest));
        }
        self.nulls += nulls as u64;
        if let Some(nans) = page.nans {
            *self.nans.get_or_insert(0) += nans;
        }
        if let Some(bytes) = page.text_bytes {
            *self.text_bytes.get_or_insert(0) += bytes;
        }
        let (repetition, definition) =
            (repetition.map(LevelHistogram::from), definition.map(LevelHistogram::from));
        self.builder.append_histograms(&repetition, &definition);
        for (all, page) in [(&mut self.repetition, &repetition), (&mut self.definition, &definition)] {
            if let (Some(all), Some(page)) = (all, page) {
                all.add(page);
            }
        }
    }

    pub(super) fn close(mut self, truncate: Truncate) -> Result<Summary> {
        self.builder.set_boundary_order(match (self.ascending, self.descending) {
            (true, _) => BoundaryOrder::ASCENDING,
            (false, true) => BoundaryOrder::DESCENDING,
            (false, false) => BoundaryOrder::UNORDERED,
        });
        let counts = Counts { nulls: self.nulls, nans: self.nans, signed: self.is_signed };
        Ok(Summary {
            column_index: self.builder.build()?,
            statistics: B::statistics(self.bounds, counts, truncate),
            text_bytes: self.text_bytes,
            repetition: self.repetition,
            definition: self.definition,
        })
    }
}
