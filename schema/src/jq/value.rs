//! Sources whose value itself stands in the path, and the values that mean null.

use super::literal;
use crate::firehose_view::firehose_view;
use crate::logical_type::{EnumWord, LogicalType};
use crate::table::{Column, Scalar, Table};

/// Whole numbers from which jq's doubles have no exact text.
const MAX_EXACT: i64 = 1_000_000_000_000_000;

/// A column as the normalising function leaves it: one key, Firehose's own spellings, null for sentinels. Texts that
/// stand for a domain (words, UUIDs) are canonical already.
pub(super) fn canonical(column: &Column) -> Column {
    let table = Table::new("t", vec![column.clone()]);
    let mut seen = firehose_view(&table).columns.remove(0);
    if column.ty.integer_range().is_some() {
        // Nothing beyond the range of the type comes out of the function.
        seen.ty = column.ty.clone();
    }
    seen.nullable = column.nullable;
    seen.default = column.default;
    seen
}

/// From the raw value, which is not null, to its text; and whether that text may hold what no path takes. Anything the
/// column does not take is an error.
pub(super) fn read(ty: &LogicalType, name: &str) -> Result<(String, bool), String> {
    if let Some((min, max)) = ty.integer_range() {
        if max > MAX_EXACT || min < -MAX_EXACT {
            return Err(format!("`{name}` has 64 bits, and jq 1.6 keeps 53 of them"));
        }
        let read =
            format!("{INTEGER}|if .>={min} and .<={max} and .==floor then .+0|tostring else error end");
        return Ok((read, false));
    }
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "validation has refused the others as sources of a value"
    )]
    Ok(match ty {
        LogicalType::String => (TEXT.to_owned(), true),
        LogicalType::Char => (r#"if type=="string" and length==1 then . else error end"#.into(), true),
        LogicalType::Uuid => (UUID.to_owned(), false),
        LogicalType::Boolean => (BOOLEAN.to_owned(), false),
        LogicalType::Enum(words) => (enumeration(words), true),
        other => return Err(format!("`{name}` holds {}, which has no text fit for a path", other.name())),
    })
}

/// Texts, and the scalars that a text column takes too.
const TEXT: &str = r#"if type=="string" then . elif type=="boolean" or (type=="number" and .==floor and .<1e15 and .>-1e15) then tostring else error end"#;

const BOOLEAN: &str = r#"if type=="string" then ascii_downcase else tostring end|if .=="true" or .=="false" then . else error end"#;

/// Numbers, and digits in quotes.
const INTEGER: &str = r#"if type=="number" then . elif type=="string" and test("\\A[+-]?[0-9]+\\z") then ltrimstr("+")|tonumber else error end"#;

const UUID: &str = r#"if type=="string" and test("\\A[0-9A-Fa-f]{8}(-?)[0-9A-Fa-f]{4}\\1[0-9A-Fa-f]{4}\\1[0-9A-Fa-f]{4}\\1[0-9A-Fa-f]{12}\\z") then ascii_downcase|gsub("-";"")|.[0:8]+"-"+.[8:12]+"-"+.[12:16]+"-"+.[16:20]+"-"+.[20:] else error end"#;

/// A word or one of its aliases, as the word.
fn enumeration(words: &[EnumWord]) -> String {
    let members: Vec<_> = words
        .iter()
        .flat_map(|word| {
            std::iter::once(&word.word).chain(&word.aliases).map(move |spelling| (spelling, &word.word))
        })
        .map(|(spelling, word)| format!("{}:{}", literal(spelling), literal(word)))
        .collect();
    let members = members.join(",");
    format!(r#"if type=="string" then {{{members}}}[.] else null end|if .==null then error else . end"#)
}

/// The condition on a raw value that tells whether it means null; `None` without sentinels.
pub(super) fn sentinel(column: &Column) -> Result<Option<String>, String> {
    let mut conditions = Vec::new();
    for scalar in &column.rules.null_if {
        conditions.push(match (scalar, &column.ty) {
            // As it is written on the wire; a text column takes scalars as their text.
            (Scalar::Text(text), LogicalType::String) => format!("({TEXT_OR_NULL})=={}", literal(text)),
            (Scalar::Text(text), _) => format!(".=={}", literal(text)),
            (Scalar::Bool(value), LogicalType::Boolean) => {
                format!(r#"(if type=="string" then ascii_downcase else tostring end)=="{value}""#)
            }
            (Scalar::Int(value), ty) if ty.integer_range().is_some() => {
                if value.unsigned_abs() > MAX_EXACT.unsigned_abs().into() {
                    return Err(format!(
                        "`{}` has the sentinel {value}, of which jq 1.6 keeps 53 bits",
                        column.name
                    ));
                }
                format!("({NUMBER_OR_NULL})=={value}")
            }
            (Scalar::Int(_) | Scalar::Float(_) | Scalar::Bool(_), ty) => {
                return Err(format!(
                    "the sentinels of `{}` are compared as {}, which jq 1.6 cannot do exactly",
                    column.name,
                    ty.name()
                ));
            }
        });
    }
    Ok(if conditions.is_empty() { None } else { Some(format!("({})", conditions.join(" or "))) })
}

const TEXT_OR_NULL: &str =
    r#"if type=="string" then . elif type=="boolean" or type=="number" then tostring else null end"#;

const NUMBER_OR_NULL: &str = r#"if type=="number" then . elif type=="string" and test("\\A[+-]?[0-9]+\\z") then ltrimstr("+")|tonumber else null end"#;
