//! Where values stand in an XML record: `@attr`, `a/b`, `a/@attr`, `a[@k='1']/b`.

use crate::ctxt::Ctxt;
use syn::LitStr;

/// The element of a record.
pub(super) fn check_element(cx: &Ctxt, element: &LitStr) {
    if !is_name(&element.value()) {
        cx.error(
            element,
            format_args!("`xml` takes the name of the element that holds a record, and `{}` is none: write, for example, `xml = \"meetpunt\"`", element.value()),
        );
    }
}

/// The path of a column.
pub(super) fn check_path(cx: &Ctxt, path: &LitStr) {
    if let Some(problem) = problem(&path.value()) {
        cx.error(
            path,
            format_args!("`xml`: {problem}; write a path such as `@attr`, `a/b`, `a/@attr` or `a[@k='1']/b`"),
        );
    }
}

fn problem(path: &str) -> Option<String> {
    if path.is_empty() {
        return Some("the path is empty".to_owned());
    }
    let steps = steps(path);
    let last = steps.len() - 1;
    for (i, step) in steps.iter().enumerate() {
        if step.is_empty() {
            return Some("a path has one slash between two steps, and none at its ends".to_owned());
        }
        match step.strip_prefix('@') {
            Some(_) if i < last => {
                return Some(format!("`{step}` is an attribute, which can only come last"));
            }
            Some(attribute) if is_name(attribute) => {}
            Some(_) => return Some(format!("`{step}` is not the name of an attribute")),
            None if is_element(step) => {}
            None => {
                return Some(format!("`{step}` is neither an element nor an element with `[@k='1']`"));
            }
        }
    }
    None
}

/// The parts between slashes outside brackets.
fn steps(path: &str) -> Vec<&str> {
    let mut inside = false;
    path.split(|c| {
        inside = (inside || c == '[') && c != ']';
        c == '/' && !inside
    })
    .collect()
}

/// `name`, or `name[@key='value']`.
fn is_element(step: &str) -> bool {
    let Some((name, predicate)) = step.split_once('[') else {
        return is_name(step);
    };
    let Some((key, value)) = predicate.strip_suffix(']').and_then(|inside| inside.split_once('=')) else {
        return false;
    };
    let quoted = |quote: char| {
        value
            .strip_prefix(quote)
            .and_then(|value| value.strip_suffix(quote))
            .is_some_and(|v| !v.contains(quote))
    };
    is_name(name) && key.strip_prefix('@').is_some_and(is_name) && (quoted('\'') || quoted('"'))
}

/// A name of XML, with or without a prefix.
fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn paths() {
        for good in [
            "a",
            "@unieke_id",
            "a/b",
            "a/@b",
            "meetdata[@klasse_id='1']/verkeersintensiteit",
            "ns:a/b",
            "a[@k='x/y']/b",
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
        for bad in [
            "", "/", "/a", "a/", "a//b", "@a/b", "@", "1a", "a b", "a[1]", "a[@k=1]", "a[@k='1'", "a[k='1']",
            "a/text()",
        ] {
            assert!(problem(bad).is_some(), "{bad}");
        }
    }
}
