//! Pages of a list.

use super::error::ApiError;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The tokens given out so far. Each holds only for the request it was an answer to, and as often as it is shown: a
/// page whose answer was lost is asked for again. A list stays as it was when its first page was given.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    given: BTreeMap<String, Place>,
    count: u64,
}

#[derive(Clone, Debug)]
struct Place {
    /// The request without its token.
    request: String,
    /// The whole list.
    items: Arc<Vec<Value>>,
    /// How many were given.
    given: usize,
}

/// How long pages are.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageRule {
    /// Most items of a page, whatever the request asks for.
    pub(super) size: usize,
    /// Whether the first page of a list holds nothing and still goes on, which the API allows.
    pub(super) empty_first: bool,
}

/// The token of a request, when it goes on with a list.
pub(super) fn token(input: &Value) -> Option<&str> {
    input["NextToken"].as_str().filter(|token| !token.is_empty())
}

impl Pages {
    /// The first page of a list.
    pub(super) fn begin(
        &mut self,
        (operation, input): (&str, &Value),
        rule: PageRule,
        list: &str,
        items: Vec<Value>,
    ) -> Value {
        let empty = rule.empty_first && !items.is_empty();
        let place = Place { request: fingerprint(operation, input), items: Arc::new(items), given: 0 };
        self.page(place, if empty { 0 } else { size(input, rule) }, list)
    }

    /// The page of a token.
    pub(super) fn go_on(
        &mut self,
        (operation, input): (&str, &Value),
        rule: PageRule,
        list: &str,
    ) -> Result<Value, ApiError> {
        let place = token(input).and_then(|token| self.given.get(token)).cloned();
        match place.filter(|place| place.request == fingerprint(operation, input)) {
            Some(place) => Ok(self.page(place, size(input, rule), list)),
            None => Err(ApiError::invalid("Invalid NextToken")),
        }
    }

    fn page(&mut self, place: Place, size: usize, list: &str) -> Value {
        let end = place.items.len().min(place.given + size);
        let mut answer = json!({ list: place.items[place.given..end] });
        if end < place.items.len() {
            self.count += 1;
            let token = format!("{:016x}", fold(&format!("{}{}", self.count, place.request)));
            answer["NextToken"] = json!(token);
            self.given.insert(token, Place { given: end, ..place });
        }
        answer
    }
}

fn size(input: &Value, rule: PageRule) -> usize {
    let wanted = input["MaxResults"].as_u64().and_then(|wanted| usize::try_from(wanted).ok());
    wanted.unwrap_or(usize::MAX).min(rule.size).max(1)
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

    fn items() -> Vec<Value> {
        ["a", "b", "c", "d", "e"].map(Value::from).into()
    }

    #[test]
    fn pages_follow_each_other() {
        for empty_first in [false, true] {
            let (mut pages, rule) = (Pages::default(), PageRule { empty_first, ..RULE });
            let (mut input, mut seen, mut sizes) = (json!({ "DatabaseName": "d" }), Vec::new(), Vec::new());
            let mut page = pages.begin(("GetTables", &input), rule, "TableList", items());
            loop {
                let list = page["TableList"].as_array().expect("a list").clone();
                sizes.push(list.len());
                seen.extend(list);
                if page["NextToken"].is_null() {
                    break;
                }
                input["NextToken"] = page["NextToken"].clone();
                page = pages.go_on(("GetTables", &input), rule, "TableList").expect("a page");
            }
            assert_eq!(json!(seen), json!(["a", "b", "c", "d", "e"]));
            assert_eq!(sizes, if empty_first { vec![0, 2, 2, 1] } else { vec![2, 2, 1] });
        }
    }

    #[test]
    fn a_token_of_another_request_is_refused() {
        let mut pages = Pages::default();
        let first = json!({ "DatabaseName": "d", "MaxResults": 1 });
        let token = pages.begin(("GetTables", &first), RULE, "TableList", items())["NextToken"].clone();
        let same = json!({ "DatabaseName": "d", "NextToken": token });
        for _ in 0..2 {
            let page = pages.go_on(("GetTables", &same), RULE, "TableList").expect("a page");
            assert_eq!(page["TableList"], json!(["b", "c"]));
        }
        let other = json!({ "DatabaseName": "e", "NextToken": token });
        assert!(pages.go_on(("GetTables", &other), RULE, "TableList").is_err());
        assert!(pages.go_on(("GetDatabases", &same), RULE, "TableList").is_err());
        let made_up = json!({ "DatabaseName": "d", "NextToken": "b" });
        assert!(pages.go_on(("GetTables", &made_up), RULE, "TableList").is_err());
    }
}
