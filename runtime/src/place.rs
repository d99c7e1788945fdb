//! Where a folder stands in a table's layout: the inverse of the paths that a run writes. `%XX` and
//! `__HIVE_DEFAULT_PARTITION__`, which other writers leave behind, are understood.

use lakebed_schema::civil::{Civil, is_valid_date};
use lakebed_schema::date_pattern::PatternItem;
use lakebed_schema::hive_path;
use lakebed_schema::layout::{Granularity, Part, Segment};
use lakebed_schema::{LogicalType, PartitionBy, Table};

/// The folders that a table's layout makes.
#[derive(Debug)]
pub(crate) struct Places {
    segments: Vec<Place>,
    /// The layout as declared.
    text: String,
    /// The finest unit of time in it, and whether that is the time of arrival.
    pub(crate) finest: Option<(Granularity, bool)>,
}

#[derive(Debug)]
struct Place {
    column: String,
    tokens: Vec<Token>,
    /// Text for null.
    null: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(String),
    /// A letter of a date pattern, and its count.
    Field(char, usize),
    /// `2026-11-23`
    Day,
    Value,
}

/// The parts of a time that a path tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Time {
    year: Option<i64>,
    month: Option<u8>,
    day: Option<u8>,
    hour: Option<u8>,
    minute: Option<u8>,
}

impl Places {
    pub(crate) fn new(table: &Table) -> Self {
        let mut places = Self { segments: Vec::new(), text: String::new(), finest: None };
        for partition in &table.partitions {
            let (days, arrival) = match &partition.by {
                PartitionBy::Arrival => (false, true),
                PartitionBy::Column(name) => {
                    (table.column(name).is_some_and(|column| column.ty == LogicalType::Date), false)
                }
            };
            for segment in &partition.layout.segments {
                let tokens = tokens(segment, days);
                let unit = tokens.iter().filter_map(Token::unit).max();
                if unit > places.finest.map(|(unit, _)| unit) {
                    places.finest = unit.map(|unit| (unit, arrival));
                }
                let null = partition.null.clone();
                places.segments.push(Place { column: segment.column.clone(), tokens, null });
            }
            places.text.push_str(partition.layout.text.trim_end_matches('/'));
            places.text.push('/');
        }
        places
    }

    /// When the partition in a folder begins, in seconds since 1970; `None` when its path tells no time.
    ///
    /// # Errors
    /// Why the folder is none of the layout's.
    pub(crate) fn read(&self, folder: &str) -> Result<Option<i64>, String> {
        let names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
        if names.len() != self.segments.len() {
            return Err(if self.segments.is_empty() {
                "the table has no partitions, so its files stand in its own folder".to_owned()
            } else {
                format!("{} where the layout is `{}`", levels(names.len()), self.text)
            });
        }
        let mut time = Some(Time::default());
        for (name, place) in names.iter().zip(&self.segments) {
            let (column, value) = name
                .split_once('=')
                .ok_or_else(|| format!("`{name}` is no `column=value`; the layout is `{}`", self.text))?;
            if hive_path::unescape(column) != place.column {
                return Err(format!("`{column}` where the layout `{}` has `{}`", self.text, place.column));
            }
            let value = hive_path::unescape(value);
            if value == hive_path::NULL || place.null.as_ref() == Some(&value) {
                time = None;
                continue;
            }
            let read = matched(&place.tokens, &value, time.unwrap_or_default())
                .ok_or_else(|| format!("`{name}` does not fit the layout `{}`", self.text))?;
            time = time.and(Some(read));
        }
        match time {
            Some(time) if !time.is_possible() => Err("its date does not exist".to_owned()),
            Some(time) if self.finest.is_some() => Ok(time.seconds()),
            Some(_) | None => Ok(None),
        }
    }
}

/// When a partition of an unknown layout begins, and its unit: `dt=2026-11-23`, `year=2026/month=11` and the like.
pub(crate) fn guess(folder: &str) -> Option<(i64, Granularity)> {
    let mut time = Time::default();
    for (column, value) in folder.split('/').filter_map(|name| name.split_once('=')) {
        let value = hive_path::unescape(value);
        if let Some(day) = matched(&[Token::Day], &value, time) {
            time = day;
            continue;
        }
        let number = || value.parse::<u8>().ok();
        match column.to_ascii_lowercase().as_str() {
            "year" => time.year = value.parse().ok().filter(|year| (1..=9999).contains(year)),
            "month" => time.month = number().filter(|month| (1..=12).contains(month)),
            "day" => time.day = number().filter(|day| (1..=31).contains(day)),
            "hour" => time.hour = number().filter(|hour| *hour < 24),
            "minute" => time.minute = number().filter(|minute| *minute < 60),
            _ => {}
        }
    }
    if !time.is_possible() {
        return None;
    }
    let parts = [time.month, time.day, time.hour, time.minute];
    let units = [Granularity::Month, Granularity::Day, Granularity::Hour, Granularity::Minute];
    let finest = units.into_iter().zip(parts).take_while(|(_, part)| part.is_some()).last();
    Some((time.seconds()?, finest.map_or(Granularity::Year, |(unit, _)| unit)))
}

fn levels(count: usize) -> String {
    match count {
        0 => "it stands outside any partition,".to_owned(),
        1 => "one level of folders".to_owned(),
        _ => format!("{count} levels of folders"),
    }
}

fn tokens(segment: &Segment, days: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    for part in &segment.parts {
        match part {
            Part::Literal(text) => tokens.push(Token::Literal(text.clone())),
            Part::Value => tokens.push(if days { Token::Day } else { Token::Value }),
            Part::Date(pattern) => tokens.extend(pattern.items.iter().map(|item| match item {
                PatternItem::Literal(text) => Token::Literal(text.clone()),
                PatternItem::Field { letter, count } => Token::Field(*letter, *count),
            })),
        }
    }
    tokens
}

impl Token {
    fn unit(&self) -> Option<Granularity> {
        match self {
            Self::Field('y' | 'u', _) => Some(Granularity::Year),
            Self::Field('M', _) => Some(Granularity::Month),
            Self::Field('d', _) | Self::Day => Some(Granularity::Day),
            Self::Field('H', _) => Some(Granularity::Hour),
            Self::Field('m', _) => Some(Granularity::Minute),
            Self::Field(..) | Self::Literal(_) | Self::Value => None,
        }
    }
}

/// Reads a whole value; what it tells of the time is added to what is known.
fn matched(tokens: &[Token], text: &str, time: Time) -> Option<Time> {
    let Some((token, rest)) = tokens.split_first() else {
        return text.is_empty().then_some(time);
    };
    match token {
        Token::Literal(literal) => matched(rest, text.strip_prefix(literal.as_str())?, time),
        Token::Field(letter, count) => {
            let (digits, tail) = text.split_at_checked(*count)?;
            matched(rest, tail, time.with(*letter, digits)?)
        }
        Token::Day => {
            let day = ['y', '-', 'M', '-', 'd'].map(|letter| match letter {
                '-' => Token::Literal("-".to_owned()),
                'y' => Token::Field('y', 4),
                letter => Token::Field(letter, 2),
            });
            let (day_text, tail) = text.split_at_checked("2026-11-23".len())?;
            matched(rest, tail, matched(&day, day_text, time)?)
        }
        Token::Value => {
            let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
            ends.rev().find_map(|end| matched(rest, text.get(end..)?, time))
        }
    }
}

impl Time {
    fn with(mut self, letter: char, digits: &str) -> Option<Self> {
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number = || digits.parse::<u8>().ok();
        match letter {
            'y' | 'u' => self.year = Some(digits.parse().ok()?),
            'M' => self.month = Some(number().filter(|month| (1..=12).contains(month))?),
            'd' => self.day = Some(number().filter(|day| (1..=31).contains(day))?),
            'H' => self.hour = Some(number().filter(|hour| *hour < 24)?),
            'm' => self.minute = Some(number().filter(|minute| *minute < 60)?),
            _ => {}
        }
        Some(self)
    }

    fn is_possible(self) -> bool {
        match (self.year, self.month, self.day) {
            (Some(year), Some(month), Some(day)) => is_valid_date(year, month, day),
            _ => true,
        }
    }

    fn seconds(self) -> Option<i64> {
        let civil = Civil {
            year: self.year?,
            month: self.month.unwrap_or(1),
            day: self.day.unwrap_or(1),
            hour: self.hour.unwrap_or(0),
            minute: self.minute.unwrap_or(0),
            second: 0,
        };
        Some(civil.to_seconds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lakebed_schema::{Column, Layout, Partition};

    fn places(layouts: &[(Option<&str>, &str)]) -> Places {
        let columns = [("region", LogicalType::String), ("day", LogicalType::Date)];
        let mut table = Table::new("t", columns.map(|(name, ty)| Column::new(name, ty)).into());
        for (by, layout) in layouts {
            let layout = Layout::parse(layout, *by).unwrap();
            let by = by.map_or(PartitionBy::Arrival, |name| PartitionBy::Column(name.to_owned()));
            table.partitions.push(Partition { by, layout, null: Some("unknown".into()) });
        }
        Places::new(&table)
    }

    #[test]
    fn folders_of_the_layout_tell_their_time() {
        let places = places(&[(Some("region"), "region=r-{region}"), (None, "dt={yyyy-MM-dd}/hour={HH}")]);
        assert_eq!(places.finest, Some((Granularity::Hour, true)));
        let read = |folder| places.read(folder);
        assert_eq!(read("region=r-a/dt=2026-11-23/hour=08/"), Ok(Some(1_795_420_800)));
        assert_eq!(read("region=r-%C3%A9%20x/dt=2026-11-23/hour=08/"), Ok(Some(1_795_420_800)));
        assert_eq!(read("region=r-a/dt=2026-11-23/hour=__HIVE_DEFAULT_PARTITION__/"), Ok(None));
        assert_eq!(read("region=unknown/dt=2026-11-23/hour=08/"), Ok(None));
        for (folder, why) in [
            ("", "outside any partition"),
            ("region=r-a/dt=2026-11-23/", "2 levels"),
            ("region=a/dt=2026-11-23/hour=08/", "`region=a` does not fit"),
            ("region=r-/dt=2026-11-23/hour=08/", "does not fit"),
            ("region=r-a/dt=2026-11-23/hour=24/", "`hour=24` does not fit"),
            ("region=r-a/dt=2026-11-23/hour=8/", "does not fit"),
            ("region=r-a/dt=2026-02-30/hour=08/", "does not exist"),
            ("region=r-a/day=2026-02-03/hour=08/", "`day` where"),
            ("region=r-a/2026-02-03/hour=08/", "no `column=value`"),
        ] {
            let error = read(folder).unwrap_err();
            assert!(error.contains(why), "{folder}: {error}");
        }
    }

    #[test]
    fn a_column_of_days_is_a_time_and_a_text_is_none() {
        let days = places(&[(Some("day"), "day={day}")]);
        assert_eq!(days.read("day=2026-11-23/"), Ok(Some(1_795_392_000)));
        assert!(days.read("day=23/").is_err());
        let regions = places(&[(Some("region"), "region={region}")]);
        assert_eq!((regions.read("region=a=b/"), regions.finest), (Ok(None), None));
        assert!(places(&[]).read("dt=2026-11-23/").is_err());
    }

    #[test]
    fn every_path_of_a_run_is_read_back() {
        let places = places(&[(None, "year={yyyy}/month={MM}/day={dd}/at={HH}h{mm}")]);
        for seconds in [0, 951_782_400, 1_795_421_700, 253_402_300_740] {
            let civil = Civil::from_seconds(seconds);
            let folder = format!(
                "year={:04}/month={:02}/day={:02}/at={:02}h{:02}/",
                civil.year, civil.month, civil.day, civil.hour, civil.minute
            );
            assert_eq!(places.read(&folder), Ok(Some(seconds)));
            assert!(guess(&folder).is_some_and(|(_, unit)| unit == Granularity::Day));
        }
    }

    #[test]
    fn common_layouts_are_guessed() {
        assert_eq!(guess("dt=2026-11-23/hour=08/"), Some((1_795_420_800, Granularity::Hour)));
        assert_eq!(guess("region=a/day=2026-11-23/"), Some((1_795_392_000, Granularity::Day)));
        assert_eq!(guess("year=2026/month=11/"), Some((1_793_491_200, Granularity::Month)));
        assert_eq!(guess("hour=08/"), None);
        assert_eq!(guess("region=a/"), None);
        assert_eq!(guess("x=\u{e9}2026-11-2/dt=2026-02-30/"), None);
    }
}
