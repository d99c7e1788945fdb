//! Names, types and texts as Hive's grammar writes them.

use crate::hive_type::HiveType;

/// A name in backticks.
pub(super) fn name(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text in single quotes, with Hive's escapes.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// A type with the names of members in backticks. Text that is no Hive type stays as it is.
pub(super) fn column_type(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |ty| quoted(&ty))
}

fn quoted(ty: &HiveType) -> String {
    match ty {
        HiveType::Array(inner) => format!("array<{}>", quoted(inner)),
        HiveType::Map(key, value) => format!("map<{},{}>", quoted(key), quoted(value)),
        HiveType::Struct(members) => {
            let members: Vec<_> =
                members.iter().map(|(member, ty)| format!("{}:{}", name(member), quoted(ty))).collect();
            format!("struct<{}>", members.join(","))
        }
        HiveType::Boolean
        | HiveType::TinyInt
        | HiveType::SmallInt
        | HiveType::Int
        | HiveType::BigInt
        | HiveType::Float
        | HiveType::Double
        | HiveType::Decimal { .. }
        | HiveType::String
        | HiveType::Varchar(_)
        | HiveType::Char(_)
        | HiveType::Binary
        | HiveType::Date
        | HiveType::Timestamp => ty.to_string(),
    }
}
