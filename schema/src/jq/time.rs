//! Sources that are times: from the raw value to seconds since 1970, by the declared spellings.
//!
//! The order and the limits are those of the decoder: an ISO text that is accepted, else digits as an epoch, else the
//! patterns in turn; years 1 to 9999.

use super::literal;
use crate::date_pattern::{DatePattern, PatternItem};
use crate::logical_type::LogicalType;
use crate::table::TimeFormat;
use std::fmt::Write as _;

const MONTH: &str = "(?<m>0[1-9]|1[0-2])";
const MONTH_SHORT: &str = "(?<m>0?[1-9]|1[0-2])";
const DAY: &str = "(?<d>0[1-9]|[12][0-9]|3[01])";
const DAY_SHORT: &str = "(?<d>0?[1-9]|[12][0-9]|3[01])";
const HOUR: &str = "(?<H>[01][0-9]|2[0-3])";
const HOUR_SHORT: &str = "(?<H>[01]?[0-9]|2[0-3])";
const MINUTE: &str = "(?<M>[0-5][0-9])";
const MINUTE_SHORT: &str = "(?<M>[0-5]?[0-9])";
const SECOND: &str = "(?<S>[0-5][0-9])";
const SECOND_SHORT: &str = "(?<S>[0-5]?[0-9])";

/// From a raw value that is not null to seconds since 1970; an error when it is no time of the accepted spellings.
pub(super) fn read(ty: &LogicalType, formats: &[TimeFormat]) -> String {
    let date = *ty == LogicalType::Date;
    let spellings = Spellings::new(ty, formats);
    // A text that is no time of one spelling is tried in the next: `//` goes on after nothing and after an error.
    let mut texts: Vec<String> = spellings.texts.iter().map(|text| alternative(text)).collect();
    let mut number = String::from("error");
    if let Some(epoch) = spellings.epoch() {
        // Behind ISO texts and before the patterns, as digits are tried.
        let digits = r#"(if test("\\A[+-]?0*[0-9]{1,19}\\z") then ltrimstr("+")|tonumber|"#;
        texts.insert(spellings.iso, format!("{digits}{epoch} else null end)//"));
        number = format!("if .==floor then {epoch} else error end");
    }
    let text = texts.concat() + "error";
    let calendar = if spellings.texts.is_empty() { "" } else { CALENDAR };
    let day = if date { "/86400|floor*86400" } else { "" };
    format!(
        r#"{calendar}(if type=="number" then {number} elif type=="string" then {text} else error end)|if .>=-62135596800 and .<=253402300799 then .{day} else error end"#
    )
}

/// One spelling of a text, and what comes when the text does not have it.
fn alternative(pattern: &str) -> String {
    format!("(capture({})|t)//", literal(&format!("\\A{pattern}\\z")))
}

/// Seconds from the parts of a time; a day that its month does not have is an error. Offsets are at most 23:59, or 18:00
/// in patterns, as their expressions see to it.
const CALENDAR: &str = r#"def n:if .==null then 0 else tonumber end;def t:. as $t|[(.y|n),(.m|n)-1,(.d|n),(.H|n),(.M|n),0,0,0]|mktime+($t.S|n)|if gmtime[2]==($t.d|n) then .-($t.z//""|if length<3 then 0 else (.[1:3]|n)*3600+(if length>3 then .[-2:]|n else 0 end)*60|if $t.z[0:1]=="-" then -. else . end end) else error end;"#;

/// What a column accepts.
struct Spellings {
    seconds: bool,
    millis: bool,
    /// Expressions of texts; the first `iso` of them are ISO 8601.
    texts: Vec<String>,
    iso: usize,
}

impl Spellings {
    fn new(ty: &LogicalType, formats: &[TimeFormat]) -> Self {
        let mut texts = Vec::new();
        let time = |separator: &str, tail: &str| {
            format!("(?<y>[0-9]{{4}})-{MONTH}-{DAY}{separator}{HOUR}:{MINUTE}:{SECOND}{tail}")
        };
        let mut rfc3339 = formats.contains(&TimeFormat::Rfc3339);
        if formats.is_empty() {
            if let LogicalType::Timestamp { instant, offset, .. } = ty {
                rfc3339 = *offset;
                texts.push(format!(
                        r"(?<y>[0-9]{{4}})-{MONTH_SHORT}-{DAY_SHORT} {HOUR_SHORT}:{MINUTE_SHORT}:{SECOND_SHORT}(\.[0-9]{{1,9}})?"
                    ));
                let zone = if *instant { "[Zz]" } else { "[Zz]?" };
                texts.push(time("[Tt]", &format!(r"(\.[0-9]{{1,9}})?{zone}")));
            } else {
                texts.push(format!("(?<y>[0-9]{{4}})-{MONTH_SHORT}-{DAY_SHORT}"));
            }
        }
        if rfc3339 {
            let offset = "(?<z>[Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
            texts.push(time("[Tt ]", &format!(r"(\.[0-9]+)?{offset}")));
        }
        let iso = texts.len();
        let patterns = formats.iter().filter_map(|format| match format {
            TimeFormat::Pattern(pattern) => DatePattern::parse(pattern).ok(),
            TimeFormat::Rfc3339 | TimeFormat::EpochSeconds | TimeFormat::EpochMillis => None,
        });
        texts.extend(patterns.map(|pattern| expression(&pattern)));
        let undeclared_time = formats.is_empty() && *ty != LogicalType::Date;
        Self {
            seconds: undeclared_time || formats.contains(&TimeFormat::EpochSeconds),
            millis: undeclared_time || formats.contains(&TimeFormat::EpochMillis),
            texts,
            iso,
        }
    }

    /// From a whole number to seconds.
    fn epoch(&self) -> Option<&'static str> {
        match (self.seconds, self.millis) {
            (true, true) => Some("if .<1e12 and .>-1e12 then . else ./1000|floor end"),
            (true, false) => Some("."),
            (false, true) => Some("(./1000|floor)"),
            (false, false) => None,
        }
    }
}

/// The regular expression of a date pattern.
fn expression(pattern: &DatePattern) -> String {
    let mut out = String::new();
    for item in &pattern.items {
        match item {
            PatternItem::Literal(text) => {
                for c in text.chars() {
                    // Oniguruma takes a backslash before any sign that is no letter or digit.
                    if c.is_ascii_punctuation() || c == ' ' {
                        out.push('\\');
                    }
                    out.push(c);
                }
            }
            PatternItem::Field { letter, count } => match (letter, count) {
                // Year 0 is a year of `u` alone, and outside the accepted years in any case.
                ('y' | 'u', _) => out.push_str("(?<y>[0-9]{4})"),
                ('M', 1) => out.push_str(MONTH_SHORT),
                ('M', _) => out.push_str(MONTH),
                ('d', 1) => out.push_str(DAY_SHORT),
                ('d', _) => out.push_str(DAY),
                ('H', 1) => out.push_str(HOUR_SHORT),
                ('H', _) => out.push_str(HOUR),
                ('m', 1) => out.push_str(MINUTE_SHORT),
                ('m', _) => out.push_str(MINUTE),
                ('s', 1) => out.push_str(SECOND_SHORT),
                ('s', _) => out.push_str(SECOND),
                ('S', _) => {
                    let _ = write!(out, "[0-9]{{{count}}}");
                }
                _ => out.push_str(&offset(*letter, *count)),
            },
        }
    }
    out
}

/// The offset letters `X`, `x` and `Z`, to 18 hours.
fn offset(letter: char, count: usize) -> String {
    let hours_and_minutes = |colon: &str| format!("(0[0-9]|1[0-7]){colon}[0-5][0-9]|18{colon}00");
    let sizes = match (letter, count) {
        ('X' | 'x', 1) => "(0[0-9]|1[0-7])([0-5][0-9])?|18(00)?".to_owned(),
        ('X' | 'x', 3) => hours_and_minutes(":"),
        _ => hours_and_minutes(""),
    };
    let zulu = if letter == 'X' { "Z|" } else { "" };
    format!("(?<z>{zulu}[+-]({sizes}))")
}
