//! The text of one letter.

use super::super::weeks::{AMERICAN, Day, ISO, Weeks};
use super::{FormatProblem, ZonedTime, offset};
use jiff::Zoned;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const QUARTERS: [&str; 4] = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];

/// Days from 1858-11-17, where the modified Julian day counts from, to 1970-01-01.
const JULIAN_EPOCH: i64 = 40_587;

/// From this year on, the abbreviations of the time zone database are Java's short names, as far as they are letters.
/// Java has one name a zone for all years, so earlier ones differ. Compared for all zones and the months of 2023 to 2029.
const SAME_NAMES_FROM: i64 = 2023;

/// Zones whose short names in Java differ all the same.
const OTHER_NAMES: [&str; 5] =
    ["Africa/Windhoek", "America/Adak", "America/Atka", "Pacific/Johnston", "US/Aleutian"];

pub(super) fn text(letter: char, count: usize, time: &ZonedTime) -> Result<String, FormatProblem> {
    let zoned = &time.time;
    let year = i64::from(zoned.year());
    let (month, day) = (i64::from(zoned.month()), i64::from(zoned.day()));
    let (hour, minute, second) =
        (i64::from(zoned.hour()), i64::from(zoned.minute()), i64::from(zoned.second()));
    let nanos = i64::from(zoned.subsec_nanosecond());
    let second_of_day = hour * 3600 + minute * 60 + second;
    let offset_seconds = zoned.offset().seconds();
    Ok(match letter {
        'G' => match (year > 0, count) {
            (true, 4) => "Anno Domini".into(),
            (false, 4) => "Before Christ".into(),
            (true, 5) => "A".into(),
            (false, 5) => "B".into(),
            (true, _) => "AD".into(),
            (false, _) => "BC".into(),
        },
        'u' => year_text(year, count),
        'y' => year_text(if year > 0 { year } else { 1 - year }, count),
        'D' => number(zoned.day_of_year().into(), count),
        'M' | 'L' => match count {
            1 | 2 => number(month, count),
            3 => letters(of(&MONTHS, month), 3).to_owned(),
            4 => of(&MONTHS, month).to_owned(),
            _ => letters(of(&MONTHS, month), 1).to_owned(),
        },
        'Q' | 'q' => {
            let quarter = (month + 2) / 3;
            match count {
                1 | 2 => number(quarter, count),
                3 => format!("Q{quarter}"),
                4 => of(&QUARTERS, quarter).to_owned(),
                _ => quarter.to_string(),
            }
        }
        'd' => number(day, count),
        'g' => number(days(zoned) + JULIAN_EPOCH, count),
        'F' => number((day - 1) % 7 + 1, count),
        'E' => weekday(count, zoned),
        'e' | 'c' if count > 2 => weekday(count, zoned),
        'Y' | 'w' | 'W' | 'e' | 'c' => {
            let [american, iso] = [AMERICAN, ISO].map(|weeks| week_text(letter, count, weeks, zoned));
            if american != iso {
                return Err(FormatProblem::Weeks { letter, count, american, iso });
            }
            iso
        }
        'a' => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        'H' => number(hour, count),
        'k' => number(if hour == 0 { 24 } else { hour }, count),
        'K' => number(hour % 12, count),
        'h' => number(if hour % 12 == 0 { 12 } else { hour % 12 }, count),
        'm' => number(minute, count),
        's' => number(second, count),
        'S' => format!("{nanos:09}").chars().take(count).collect(),
        'A' => number(second_of_day * 1000 + nanos / 1_000_000, count),
        'n' => number(nanos, count),
        'N' => number(second_of_day * 1_000_000_000 + nanos, count),
        'V' => time.zone.clone(),
        'z' | 'v' => return zone_name(letter, count, time),
        'O' => offset::localized(count == 4, offset_seconds),
        'Z' if count == 4 => offset::localized(true, offset_seconds),
        'X' | 'x' | 'Z' => offset::numeric(letter, count, offset_seconds),
        _ => return Err(FormatProblem::Language { letter, count }),
    })
}

fn number(value: i64, width: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{:0width$}", value.unsigned_abs())
}

/// Two letters are the last two digits; from four on, a year with more digits than letters has a sign.
fn year_text(year: i64, count: usize) -> String {
    if count == 2 {
        return format!("{:02}", year.unsigned_abs() % 100);
    }
    let text = number(year, count);
    if count >= 4 && year >= 0 && text.len() > count { format!("+{text}") } else { text }
}

/// A number from 1 as a place in a list of that length.
fn of<'a>(names: &[&'a str], number: i64) -> &'a str {
    let index = usize::try_from(number - 1).unwrap_or_default();
    names.get(index).or(names.last()).copied().unwrap_or_default()
}

/// The first letters of a name.
fn letters(name: &str, count: usize) -> &str {
    name.get(..count).unwrap_or(name)
}

/// Days since 1970-01-01.
fn days(zoned: &Zoned) -> i64 {
    let (month, day) = (zoned.month().unsigned_abs(), zoned.day().unsigned_abs());
    crate::civil::days_from_civil(zoned.year().into(), month, day)
}

fn weekday(count: usize, zoned: &Zoned) -> String {
    let name = of(&DAYS, zoned.weekday().to_monday_one_offset().into());
    match count {
        4 => name,
        5 => letters(name, 1),
        _ => letters(name, 3),
    }
    .to_owned()
}

fn week_text(letter: char, count: usize, weeks: Weeks, zoned: &Zoned) -> String {
    let day = Day {
        year: zoned.year().into(),
        of_year: zoned.day_of_year().into(),
        of_month: zoned.day().into(),
        of_week: zoned.weekday().to_monday_one_offset().into(),
    };
    match letter {
        'Y' => year_text(weeks.of_year(day).0, count),
        'w' => number(weeks.of_year(day).1, count),
        'W' => number(weeks.of_month(day), count),
        _ => number(weeks.day_of_week(day), count),
    }
}

/// Names that need no more than the time zone database: UTC's, and short ones that are letters there.
fn zone_name(letter: char, count: usize, time: &ZonedTime) -> Result<String, FormatProblem> {
    if time.zone == "UTC" {
        return Ok(if count == 4 { "Coordinated Universal Time" } else { "UTC" }.to_owned());
    }
    let info = time.time.time_zone().to_offset_info(time.time.timestamp());
    let name = info.abbreviation();
    let known = i64::from(time.time.year()) >= SAME_NAMES_FROM
        && name.chars().all(|c| c.is_ascii_alphabetic())
        && !OTHER_NAMES.contains(&time.zone.as_str());
    if letter == 'z' && count < 4 && known {
        return Ok(name.to_owned());
    }
    Err(FormatProblem::Language { letter, count })
}
