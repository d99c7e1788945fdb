//! Rows over time, as bars in the terminal.

use super::bar::bar;
use super::number::{counted, thousands};
use super::{BOLD, DIM, GOOD, paint};
use lakebed::inspect::report::Timeline;
use lakebed_schema::civil::Civil;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Most lines of a chart: a month of days, and a gap or two.
const LINES: usize = 36;
/// Empty steps in a row that are still drawn one by one.
const SHORT_GAP: i64 = 2;
const NARROWEST_BAR: usize = 8;
const WIDEST_BAR: usize = 120;

/// What one line stands for, from fine to coarse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Minute,
    TenMinutes,
    Hour,
    SixHours,
    Day,
    Week,
    Month,
    Year,
}

const STEPS: [Step; 8] = [
    Step::Minute,
    Step::TenMinutes,
    Step::Hour,
    Step::SixHours,
    Step::Day,
    Step::Week,
    Step::Month,
    Step::Year,
];

/// The chart, in the finest step that fits; stretches without rows are told, not drawn.
pub(super) fn chart(timeline: &Timeline, width: usize) -> String {
    let unit = Step::of(timeline.unit);
    let points = || timeline.points.iter().map(|point| (point.seconds, point.rows));
    let charts = STEPS.into_iter().filter(|step| *step >= unit).map(|step| (step, step.sums(points())));
    let Some((step, sums)) =
        charts.into_iter().find(|(step, sums)| lines(sums) <= LINES || *step == Step::Year)
    else {
        return String::new();
    };
    let of_arrival = if timeline.arrival { " of arrival" } else { "" };
    let zone = if step < Step::Day { " (UTC)" } else { "" };
    let mut text = format!("\n{}", paint(BOLD, &format!("Rows per {}{of_arrival}{zone}:", step.word())));
    if step != unit {
        let _ = write!(
            text,
            " {} partitions' {}s, drawn together",
            thousands(timeline.points.len() as u64),
            unit.word()
        );
    }
    text.push('\n');
    let heaviest = sums.values().copied().max().unwrap_or_default();
    let digits = thousands(heaviest).len();
    let label = step.label(0).len();
    let room = width.saturating_sub(2 + label + 2 + digits + 2).clamp(NARROWEST_BAR, WIDEST_BAR);
    let mut last: Option<i64> = None;
    let shown = left_out(sums.len());
    for (number, (&index, &rows)) in sums.iter().enumerate() {
        if let Some((first, after)) = shown
            && (first..after).contains(&number)
        {
            if number == first {
                let note = format!("⋮ {} more", counted((after - first) as u64, step.word()));
                let _ = writeln!(text, "  {}", paint(DIM, &note));
            }
            last = Some(index);
            continue;
        }
        let gap = last.map_or(0, |last| index - last - 1);
        if gap > SHORT_GAP {
            let note = format!("⋮ {} without rows", counted(gap.unsigned_abs(), step.word()));
            let _ = writeln!(text, "  {}", paint(DIM, &note));
        } else {
            for empty in index - gap..index {
                let _ = writeln!(text, "  {}  {:>digits$}", step.label(empty), 0);
            }
        }
        let bar = paint(GOOD, &bar(rows, heaviest, room));
        let _ = writeln!(text, "  {}  {:>digits$}  {bar}", step.label(index), thousands(rows));
        last = Some(index);
    }
    if timeline.rows_without_time > 0 {
        let rows = counted(timeline.rows_without_time, "row");
        let _ = writeln!(text, "  and {rows} in partitions that tell no time");
    }
    text
}

/// Lines that these sums need, gaps included.
fn lines(sums: &BTreeMap<i64, u64>) -> usize {
    let gaps = sums.keys().zip(sums.keys().skip(1)).map(|(last, next)| match next - last - 1 {
        gap @ 0..=SHORT_GAP => usize::try_from(gap).unwrap_or_default(),
        _ => 1,
    });
    sums.len() + gaps.sum::<usize>()
}

/// Of more lines than fit even in years, the ones in the middle.
fn left_out(lines: usize) -> Option<(usize, usize)> {
    (lines > LINES).then(|| (LINES / 2, lines - LINES / 2))
}

impl Step {
    fn of(unit: &str) -> Self {
        match unit {
            "minute" => Self::Minute,
            "hour" => Self::Hour,
            "day" => Self::Day,
            "month" => Self::Month,
            _ => Self::Year,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::TenMinutes => "10 minute",
            Self::Hour => "hour",
            Self::SixHours => "6 hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    fn sums(self, points: impl Iterator<Item = (i64, u64)>) -> BTreeMap<i64, u64> {
        let mut sums = BTreeMap::new();
        for (seconds, rows) in points {
            let sum: &mut u64 = sums.entry(self.index(seconds)).or_default();
            *sum = sum.saturating_add(rows);
        }
        sums
    }

    /// Seconds of a step that is always as long; weeks begin on Mondays, and 1970 did on a Thursday.
    fn seconds(self) -> Option<(i64, i64)> {
        const DAY: i64 = 86_400;
        match self {
            Self::Minute => Some((60, 0)),
            Self::TenMinutes => Some((600, 0)),
            Self::Hour => Some((3600, 0)),
            Self::SixHours => Some((6 * 3600, 0)),
            Self::Day => Some((DAY, 0)),
            Self::Week => Some((7 * DAY, 3 * DAY)),
            Self::Month | Self::Year => None,
        }
    }

    fn index(self, seconds: i64) -> i64 {
        let civil = Civil::from_seconds(seconds);
        match (self.seconds(), self) {
            (Some((length, shift)), _) => (seconds + shift).div_euclid(length),
            (None, Self::Month) => civil.year * 12 + i64::from(civil.month) - 1,
            (None, _) => civil.year,
        }
    }

    fn label(self, index: i64) -> String {
        let Some((length, shift)) = self.seconds() else {
            return if self == Self::Month {
                format!("{:04}-{:02}", index.div_euclid(12), index.rem_euclid(12) + 1)
            } else {
                format!("{index:04}")
            };
        };
        let Civil { year, month, day, hour, minute, .. } = Civil::from_seconds(index * length - shift);
        let date = format!("{year:04}-{month:02}-{day:02}");
        if self >= Self::Day { date } else { format!("{date} {hour:02}:{minute:02}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lakebed::inspect::report::TimePoint;

    fn drawn(unit: &'static str, points: impl IntoIterator<Item = (i64, u64)>, width: usize) -> String {
        let point = |(seconds, rows)| TimePoint { at: String::new(), seconds, rows };
        let points = points.into_iter().map(point).collect();
        let timeline = Timeline { unit, points, ..Timeline::default() };
        anstream::adapter::strip_str(&chart(&timeline, width)).to_string().trim_start().to_owned()
    }

    const START: i64 = 1_795_392_000;

    #[test]
    fn one_partition() {
        insta::assert_snapshot!(drawn("hour", [(START, 1_234)], 50), @"
        Rows per hour (UTC):
          2026-11-23 00:00  1,234  ███████████████████████
        ");
    }

    #[test]
    fn short_gaps_are_drawn_and_long_ones_told() {
        let hour = |n: i64| START + n * 3600;
        let points = [(hour(0), 10), (hour(2), 80), (hour(700), 40), (hour(701), 1)];
        insta::assert_snapshot!(drawn("hour", points, 40), @"
        Rows per hour (UTC):
          2026-11-23 00:00  10  ██
          2026-11-23 01:00   0
          2026-11-23 02:00  80  ████████████████
          ⋮ 697 hours without rows
          2026-12-22 04:00  40  ████████
          2026-12-22 05:00   1  ▎
        ");
    }

    #[test]
    fn ten_thousand_hours_are_drawn_in_months() {
        let text = drawn("hour", (0..10_000).map(|n| (START + n * 3600, 7)), 80);
        assert!(text.lines().count() <= LINES + 2, "{text}");
        assert!(text.contains("Rows per month: 10,000 partitions' hours, drawn together"), "{text}");
        assert!(text.contains("  2026-12  5,208  ██"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }

    #[test]
    fn every_step_fits_and_adds_up() {
        for (length, steps) in [(60, 5_000), (3600, 300), (86_400, 365), (86_400, 40_000), (7 * 86_400, 90)] {
            let unit = if length == 60 {
                "minute"
            } else if length == 3600 {
                "hour"
            } else {
                "day"
            };
            let text = drawn(unit, (0..steps).map(|n| (START + n * length, 1)), 60);
            assert!(text.lines().count() <= LINES + 3, "{text}");
        }
        assert_eq!(Step::Week.label(Step::Week.index(START + 86_400)), "2026-11-23");
        assert_eq!(Step::Month.label(Step::Month.index(START)), "2026-11");
        assert_eq!(drawn("hour", [], 80), "Rows per hour (UTC):\n");
    }
}
