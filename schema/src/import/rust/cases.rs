//! `rename_all`: the rule of serde that spares the most `rename`s.

/// A rule by its name, and what it makes of a field and of a variant.
pub(super) struct Rule {
    pub(super) name: &'static str,
    field: fn(&str) -> String,
    variant: fn(&str) -> String,
}

const RULES: &[Rule] = &[
    Rule { name: "camelCase", field: |field| lower_first(&pascal(field)), variant: lower_first },
    Rule { name: "PascalCase", field: pascal, variant: str::to_owned },
    Rule {
        name: "kebab-case",
        field: |field| field.replace('_', "-"),
        variant: |name| snake(name).replace('_', "-"),
    },
    Rule { name: "snake_case", field: str::to_owned, variant: snake },
    Rule { name: "lowercase", field: str::to_owned, variant: str::to_ascii_lowercase },
    Rule {
        name: "SCREAMING_SNAKE_CASE",
        field: str::to_ascii_uppercase,
        variant: |name| snake(name).to_ascii_uppercase(),
    },
    Rule { name: "UPPERCASE", field: str::to_ascii_uppercase, variant: str::to_ascii_uppercase },
];

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

fn pascal(field: &str) -> String {
    let mut out = String::new();
    let mut start = true;
    for c in field.chars() {
        if c == '_' {
            start = true;
        } else {
            out.push(if start { c.to_ascii_uppercase() } else { c });
            start = false;
        }
    }
    out
}

fn snake(variant: &str) -> String {
    let mut out = String::new();
    for (at, c) in variant.char_indices() {
        if at > 0 && c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The rule under which most of `pairs`, Rust name and wire name, need no word of their own; none when it spares
/// fewer than two.
pub(super) fn rule(pairs: &[(&str, &str)], of: Of) -> Option<&'static Rule> {
    // serde trips over names without a letter.
    if pairs.iter().any(|(name, _)| !name.contains(|c: char| c.is_ascii_alphanumeric())) {
        return None;
    }
    let plain = pairs.iter().filter(|(name, wire)| name == wire).count();
    let spared = |rule: &Rule| pairs.iter().filter(|(name, wire)| of.apply(rule, name) == *wire).count();
    let best = RULES.iter().rev().max_by_key(|rule| spared(rule))?;
    (spared(best) > plain + 1).then_some(best)
}

/// What is renamed.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Fields,
    Variants,
}

impl Of {
    /// The wire name of a Rust name.
    pub(super) fn apply(self, rule: &Rule, name: &str) -> String {
        match self {
            Self::Fields => (rule.field)(name),
            Self::Variants => (rule.variant)(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_that_spares_the_most() {
        let found = |pairs: &[(&str, &str)], of| rule(pairs, of).map(|rule| rule.name);
        assert_eq!(found(&[("a_b", "aB"), ("c_d", "cD"), ("e", "E")], Of::Fields), Some("camelCase"));
        assert_eq!(found(&[("a_b", "aB"), ("c", "c")], Of::Fields), None);
        assert_eq!(found(&[("SmallCar", "small-car"), ("Van", "van")], Of::Variants), Some("kebab-case"));
        assert_eq!(found(&[("A", "A"), ("B", "B")], Of::Variants), None);
        assert_eq!(found(&[("_", "_"), ("a_b", "aB"), ("c_d", "cD")], Of::Fields), None);
    }
}
