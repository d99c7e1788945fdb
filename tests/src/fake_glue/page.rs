//! Pages of a list.

use super::error::ApiError;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The tokens given out so far. Each holds only for the request it was an answer to.
#[derive(Debug, Default)]
pub(super) struct Pages {
    given: BTreeMap<String, Place>,
    count: u64,
}

#[derive(Debug)]
struct Place {
    /// The request without its token.
    request: String,
    /// The last key that was given.
    after: String,
    /// Whether the page before was left empty.
    empty: bool,
}

/// How long pages are.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageRule {
    /// Most items of a page, whatever the request asks for.
    pub(super) size: usize,
    /// Whether the first page of a list holds nothing and still goes on, which the API allows.
    pub(super) empty_first: bool,
}

impl Pages {
    /// The page of `items` that a request asks for. `items` stand in the order of their keys; each key is unique.
    pub(super) fn page(
        &mut self,
        operation: &str,
        input: &Value,
        rule: PageRule,
        list: &str,
        items: Vec<(String, Value)>,
    ) -> Result<Value, ApiError> {
        let request = fingerprint(operation, input);
        let token = input["NextToken"].as_str().filter(|token| !token.is_empty());
        let (after, was_empty) = match token {
            None => (None, false),
            Some(token) => match self.given.get(token) {
                Some(place) if place.request == request => (Some(place.after.clone()), place.empty),
                Some(_) | None => return Err(ApiError::invalid("Invalid NextToken")),
            },
        };
        let wanted = input["MaxResults"].as_u64().and_then(|wanted| usize::try_from(wanted).ok());
        let mut size = wanted.unwrap_or(usize::MAX).min(rule.size).max(1);
        let empty = rule.empty_first && token.is_none() && !was_empty && !items.is_empty();
        if empty {
            size = 0;
        }
        let after = after.unwrap_or_default();
        let mut rest = items.into_iter().filter(|(key, _)| after.is_empty() || *key > after).peekable();
        let mut page = Vec::new();
        let mut last = after.clone();
        while page.len() < size
            && let Some((key, item)) = rest.next()
        {
            last = key;
            page.push(item);
        }
        let mut answer = json!({ list: page });
        if rest.peek().is_some() {
            self.count += 1;
            let token = format!("{:016x}", fold(&format!("{}{last}{request}", self.count)));
            answer["NextToken"] = json!(token);
            self.given.insert(token, Place { request, after: last, empty });
        }
        Ok(answer)
    }
}

/// What a token holds for: everything of the request but where to go on and how far.
fn fingerprint(operation: &str, input: &Value) -> String {
    let mut input = input.clone();
    if let Some(members) = input.as_object_mut() {
        members.remove("NextToken");
        members.remove("MaxResults");
    }
    format!("{operation} {input}")
}

/// FNV-1a: tokens mean nothing to those who get them.
pub(super) fn fold(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: PageRule = PageRule { size: 2, empty_first: false };

    fn items() -> Vec<(String, Value)> {
        ["a", "b", "c", "d", "e"].map(|key| (key.to_owned(), json!(key))).into()
    }

    #[test]
    fn pages_follow_each_other() {
        for empty_first in [false, true] {
            let (mut pages, rule) = (Pages::default(), PageRule { empty_first, ..RULE });
            let (mut input, mut seen, mut sizes) = (json!({ "DatabaseName": "d" }), Vec::new(), Vec::new());
            loop {
                let page = pages.page("GetTables", &input, rule, "TableList", items()).expect("a page");
                let list = page["TableList"].as_array().expect("a list");
                sizes.push(list.len());
                seen.extend(list.clone());
                if page["NextToken"].is_null() {
                    break;
                }
                input["NextToken"] = page["NextToken"].clone();
            }
            assert_eq!(json!(seen), json!(["a", "b", "c", "d", "e"]));
            assert_eq!(sizes, if empty_first { vec![0, 2, 2, 1] } else { vec![2, 2, 1] });
        }
    }

    #[test]
    fn a_token_of_another_request_is_refused() {
        let mut pages = Pages::default();
        let first = json!({ "DatabaseName": "d", "MaxResults": 1 });
        let page = pages.page("GetTables", &first, RULE, "TableList", items()).expect("a page");
        let token = page["NextToken"].clone();
        let same = json!({ "DatabaseName": "d", "NextToken": token });
        assert_eq!(
            pages.page("GetTables", &same, RULE, "TableList", items()).expect("a page")["TableList"],
            json!(["b", "c"])
        );
        let other = json!({ "DatabaseName": "e", "NextToken": token });
        assert!(pages.page("GetTables", &other, RULE, "TableList", items()).is_err());
        assert!(pages.page("GetDatabases", &same, RULE, "TableList", items()).is_err());
        let made_up = json!({ "DatabaseName": "d", "NextToken": "b" });
        assert!(pages.page("GetTables", &made_up, RULE, "TableList", items()).is_err());
    }
}
