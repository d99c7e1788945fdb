//! Legal names of tables, columns, members and partition columns.
//!
//! One rule for all: `[a-z_][a-z0-9_]*`, at most 255 bytes. It is what Glue stores unchanged (it folds upper case),
//! what Athena reads without quotes, and what a Hive path holds without escapes.

use std::fmt;

/// Longest name that Glue and Athena take, in bytes.
pub const MAX_NAME_BYTES: usize = 255;

/// A name that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing is there.
    Empty,
    /// More than [`MAX_NAME_BYTES`].
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// A character that does not belong.
    Illegal {
        /// The name as written.
        name: String,
        /// The first such character.
        character: char,
        /// Where it stands, counted in characters from 0.
        position: usize,
    },
}

impl NameError {
    /// What to do: a legal name close to the one written, where there is one.
    pub fn fix(&self) -> String {
        match self {
            Self::Empty => "give it a name such as `observed_at`".into(),
            Self::TooLong { .. } => format!("shorten it to {MAX_NAME_BYTES} bytes or fewer"),
            Self::Illegal { name, .. } => format!("write `{}`", suggest_name(name)),
        }
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the name is empty: {}", self.fix()),
            Self::TooLong { bytes } => write!(f, "the name is {bytes} bytes long: {}", self.fix()),
            Self::Illegal { name, character, position } => {
                write!(f, "`{name}` is not a legal name: character {}, `{character}`, ", position + 1)?;
                if *position == 0 && character.is_ascii_digit() {
                    write!(f, "cannot come first")?;
                } else {
                    write!(f, "is not one of a-z, 0-9 and _")?;
                }
                write!(f, "; {}", self.fix())
            }
        }
    }
}

impl std::error::Error for NameError {}

/// Whether `name` can name a table, a column, a member of a nested record or a partition column.
///
/// # Errors
/// Says what is wrong, and suggests a legal name.
pub fn check_name(name: &str) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(NameError::TooLong { bytes: name.len() });
    }
    let illegal = name
        .chars()
        .enumerate()
        .find(|&(position, c)| !(c.is_ascii_lowercase() || c == '_' || (c.is_ascii_digit() && position > 0)));
    match illegal {
        Some((position, character)) => Err(NameError::Illegal { name: name.to_owned(), character, position }),
        None => Ok(()),
    }
}

/// A legal name close to `name`: `carSpeed` and `Car-Speed` become `car_speed`.
pub fn suggest_name(name: &str) -> String {
    let mut out = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && after_lower {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
            after_lower = !c.is_ascii_uppercase();
        } else {
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            after_lower = false;
        }
    }
    while out.len() > 1 && out.ends_with('_') && !name.ends_with('_') {
        out.pop();
    }
    if out.is_empty() || out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    out.truncate(MAX_NAME_BYTES);
    out
}

/// The candidate closest to `name`, if any is close enough to be a slip of the pen.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (distance(&name, &candidate.to_lowercase()), candidate))
        .filter(|(edits, candidate)| *edits <= 1 + candidate.chars().count() / 4)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, remove, replace, swap two neighbours) from one text to the other.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    let mut last_from = None;
    for (i, &one) in (1..).zip(&from) {
        let mut left = i;
        let mut row = vec![i];
        let mut last_to = None;
        // What stands above on the left, above, and two up on the left.
        let swaps =
            std::iter::once(None).chain(before.iter().copied().map(Some)).chain(std::iter::repeat(None));
        for ((&other, (&corner, &up)), swap) in
            to.iter().zip(above.iter().zip(above.iter().skip(1))).zip(swaps)
        {
            let mut edits = (corner + usize::from(one != other)).min(up + 1).min(left + 1);
            if let Some(swap) = swap
                && (last_to, last_from) == (Some(one), Some(other))
            {
                edits = edits.min(swap + 1);
            }
            row.push(edits);
            left = edits;
            last_to = Some(other);
        }
        (before, above) = (above, row);
        last_from = Some(one);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_names() {
        for name in ["a", "_", "_a1", "car_speed", &"x".repeat(255)] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn illegal_names_come_with_a_legal_one() {
        for (name, suggestion) in [
            ("carSpeed", "car_speed"),
            ("HTTPStatus", "httpstatus"),
            ("Car-Speed", "car_speed"),
            ("1a", "_1a"),
            ("über", "ber"),
            ("a b.c", "a_b_c"),
            ("日本", "_"),
        ] {
            let error = check_name(name).unwrap_err();
            assert_eq!(error.fix(), format!("write `{suggestion}`"));
            assert_eq!(check_name(suggestion), Ok(()));
        }
    }

    #[test]
    fn messages() {
        assert_eq!(
            check_name("aB").unwrap_err().to_string(),
            "`aB` is not a legal name: character 2, `B`, is not one of a-z, 0-9 and _; write `a_b`"
        );
        assert_eq!(
            check_name("7up").unwrap_err().to_string(),
            "`7up` is not a legal name: character 1, `7`, cannot come first; write `_7up`"
        );
        assert_eq!(check_name(&"é".repeat(200)), Err(NameError::TooLong { bytes: 400 }));
        assert_eq!(check_name(""), Err(NameError::Empty));
    }

    #[test]
    fn near_names() {
        assert_eq!(nearest("colum", ["column", "key"]), Some("column"));
        assert_eq!(nearest("nulable", ["name", "nullable"]), Some("nullable"));
        assert_eq!(nearest("unit8", ["int8", "uint8"]), Some("uint8"));
        assert_eq!(nearest("zebra", ["column", "key"]), None);
    }
}
