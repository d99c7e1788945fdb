//! Names of fields, types and variants.

use std::collections::BTreeSet;

/// Words that are no identifier unless marked with `r#`.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names that no field can have, marked or not.
const NEVER: &[&str] = &["self", "super", "crate", "_"];

/// Type names that the source uses itself, or that everybody expects to mean something else.
const TAKEN: &[&str] = &[
    "Arc",
    "Array",
    "BTreeMap",
    "Box",
    "Bytes",
    "Char",
    "Clone",
    "ColumnType",
    "Copy",
    "Cow",
    "DateTime",
    "Debug",
    "Decimal",
    "Default",
    "Deserialize",
    "Eq",
    "Err",
    "Error",
    "FixedOffset",
    "HashMap",
    "Hash",
    "Iterator",
    "JsonSchema",
    "NaiveDate",
    "NaiveDateTime",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Rc",
    "Record",
    "Result",
    "Self",
    "Serialize",
    "Some",
    "String",
    "Uuid",
    "Utc",
    "Value",
    "Vec",
];

/// The field of a column: what stands in the source, and the name that it has there for `key`, `by` and the like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ident {
    pub(super) source: String,
    pub(super) name: String,
}

/// Fields of columns, in order.
pub(super) fn fields<'a>(columns: impl Iterator<Item = &'a str> + Clone, reserved: &[&str]) -> Vec<Ident> {
    let mut taken: BTreeSet<String> = columns.clone().map(str::to_owned).collect();
    columns
        .map(|column| {
            let mut name = column.to_owned();
            while NEVER.contains(&name.as_str()) || reserved.contains(&name.as_str()) {
                name.push('_');
                while name == "__" || taken.contains(&name) {
                    name.push('_');
                }
            }
            taken.insert(name.clone());
            let source = if KEYWORDS.contains(&name.as_str()) { format!("r#{name}") } else { name.clone() };
            Ident { source, name }
        })
        .collect()
}

/// Whether the compiler would complain about the spelling of a field.
pub(super) fn is_unusual(field: &str) -> bool {
    field.trim_matches('_').contains("__")
}

/// Most characters of a name that is made here.
const LONGEST: usize = 40;

/// `small car` and `small_car` as `SmallCar`.
pub(super) fn pascal(text: &str) -> String {
    let mut out = String::new();
    let (mut start, mut lower) = (true, false);
    for c in text.chars() {
        if !c.is_ascii_alphanumeric() {
            start = true;
        } else if start || lower && c.is_ascii_uppercase() {
            out.push(c.to_ascii_uppercase());
            start = false;
        } else if out.ends_with(|last: char| last.is_ascii_digit()) {
            out.push(c.to_ascii_uppercase());
        } else {
            out.push(c.to_ascii_lowercase());
        }
        lower = c.is_ascii_lowercase();
    }
    out.truncate(LONGEST);
    out
}

/// One of many: `classes` as `class`, `lists` as `list`.
pub(super) fn singular(name: &str) -> &str {
    let keeps = ["ss", "us", "is", "as", "os"].iter().any(|end| name.ends_with(end));
    match name.strip_suffix("sses") {
        Some(_) => name.strip_suffix("es").unwrap_or(name),
        None if keeps || name.len() < 4 => name,
        None => name.strip_suffix('s').unwrap_or(name),
    }
}

/// Names of types that are there already.
#[derive(Clone, Debug, Default)]
pub(super) struct TypeNames(BTreeSet<String>);

impl TypeNames {
    /// A name like this one that nothing else has; `within` is the type that it belongs to.
    pub(super) fn fresh(&mut self, wanted: &str, within: &str) -> String {
        let mut base = pascal(wanted);
        if !base.starts_with(|c: char| c.is_ascii_alphabetic()) {
            base.insert_str(0, "Of");
        }
        let clipped: String = within.chars().take(LONGEST).collect();
        let tries = [base.clone(), format!("{clipped}{base}")];
        let numbered = (2_u32..).map(|number| format!("{base}N{number}"));
        let free = tries.into_iter().chain(numbered).find(|name| self.is_free(name));
        let name = free.unwrap_or(base);
        self.0.insert(name.clone());
        name
    }

    /// Whether nothing has the name.
    pub(super) fn is_free(&self, name: &str) -> bool {
        !TAKEN.contains(&name) && !self.0.contains(name)
    }

    /// Takes a name, whatever it is.
    pub(super) fn take(&mut self, name: &str) {
        self.0.insert(name.to_owned());
    }
}

/// Names of variants, in the order of the words.
pub(super) fn variants<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    words
        .enumerate()
        .map(|(index, word)| {
            let mut name = pascal(word);
            if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                name.insert(0, 'V');
            }
            if name == "V" && !word.eq_ignore_ascii_case("v") {
                name = format!("Word{}", index + 1);
            }
            if name == "Self" {
                name = "SelfWord".to_owned();
            }
            let base = name.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{base}N{number}");
                number += 1;
            }
            name
        })
        .collect()
}

/// Whether a text can be the name of a struct.
pub(super) fn is_type_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
        && TypeNames::default().is_free(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_marked_and_impossible_names_change() {
        let columns = ["type", "self", "self_", "_", "gen", "arrival", "plain"];
        let fields = fields(columns.iter().copied(), &["arrival"]);
        let sources: Vec<_> = fields.iter().map(|field| field.source.as_str()).collect();
        assert_eq!(sources, ["r#type", "self__", "self_", "___", "r#gen", "arrival_", "plain"]);
        assert_eq!(fields[0].name, "type");
    }

    #[test]
    fn types_and_variants() {
        assert_eq!(pascal("HTTP_status-code"), "HttpStatusCode");
        assert_eq!(pascal("carSpeed2x"), "CarSpeed2X");
        assert_eq!(singular("classes"), "class");
        assert_eq!(singular("status"), "status");
        let words = ["2 wheels", "a", "A", "", "é", "self"];
        assert_eq!(variants(words.into_iter()), ["V2Wheels", "A", "AN2", "Word4", "Word5", "SelfWord"]);
        let mut names = TypeNames::default();
        assert_eq!(names.fresh("value", "Event"), "EventValue");
        assert_eq!(names.fresh("place", "Event"), "Place");
        assert_eq!(names.fresh("place", "Event"), "EventPlace");
        assert_eq!(names.fresh("place", "Event"), "PlaceN2");
    }
}
