//! The expressions of Terraform's language that our modules use: paths, texts, numbers, lists, objects, `a ? b : c`,
//! `a != b` and two functions.

use super::text;
use serde_json::{Map, Value};

/// Evaluates a text of the JSON syntax. `path` gives the value of `var.x` and the like.
pub(super) fn template(source: &str, path: &dyn Fn(&str) -> Value) -> Value {
    let chars: Vec<char> = source.chars().collect();
    let mut parser = Parser { chars: &chars, at: 0, path };
    let value = parser.template(None);
    assert_eq!(parser.at, chars.len(), "{source}");
    value
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    path: &'a dyn Fn(&str) -> Value,
}

impl Parser<'_> {
    /// Text and `${…}` up to the character, or to the end. One expression alone keeps its type.
    fn template(&mut self, until: Option<char>) -> Value {
        let mut parts = Vec::new();
        let mut literal = String::new();
        while self.at < self.chars.len() && Some(self.chars[self.at]) != until {
            if self.takes("$${") {
                literal.push_str("${");
            } else if self.takes("%%{") {
                literal.push_str("%{");
            } else if self.takes("${") {
                if !literal.is_empty() {
                    parts.push(Value::String(std::mem::take(&mut literal)));
                }
                parts.push(self.expression());
                self.expect("}");
            } else if until.is_some() && self.takes("\\") {
                literal.push(self.chars[self.at]);
                self.at += 1;
            } else {
                assert!(!self.looks_at("%{"), "a directive");
                literal.push(self.chars[self.at]);
                self.at += 1;
            }
        }
        if parts.is_empty() || !literal.is_empty() {
            parts.push(Value::String(literal));
        }
        match <[Value; 1]>::try_from(parts) {
            Ok([alone]) => alone,
            Err(parts) => Value::String(parts.iter().map(text).collect()),
        }
    }

    fn expression(&mut self) -> Value {
        let mut value = self.primary();
        if self.takes("!=") {
            let other = self.primary();
            value = Value::Bool(value != other);
        }
        if self.takes("?") {
            let yes = self.expression();
            self.expect(":");
            let no = self.expression();
            let holds = value.as_bool().unwrap_or_else(|| panic!("{value} is no truth value"));
            return if holds { yes } else { no };
        }
        value
    }

    fn primary(&mut self) -> Value {
        if self.takes("\"") {
            let value = self.template(Some('"'));
            self.at += 1;
            return value;
        }
        if self.takes("[") {
            let mut values = Vec::new();
            while !self.takes("]") {
                values.push(self.expression());
                self.takes(",");
            }
            return Value::Array(values);
        }
        if self.takes("{") {
            let mut members = Map::new();
            while !self.takes("}") {
                let key = text(&self.primary());
                self.expect("=");
                members.insert(key, self.expression());
                self.takes(",");
            }
            return Value::Object(members);
        }
        let word = self.word();
        match word.as_str() {
            "null" => Value::Null,
            "true" | "false" => Value::Bool(word == "true"),
            "element" => {
                self.expect("(");
                let list = self.expression();
                self.expect(",");
                let at = self.expression().as_u64().expect("an index");
                self.expect(")");
                list[usize::try_from(at).expect("a small index")].clone()
            }
            "split" => {
                self.expect("(");
                let separator = text(&self.expression());
                self.expect(",");
                let whole = text(&self.expression());
                self.expect(")");
                whole.split(separator.as_str()).map(str::to_owned).collect()
            }
            number if number.chars().all(|c| c.is_ascii_digit()) => {
                number.parse::<i64>().expect("digits").into()
            }
            path => (self.path)(path),
        }
    }

    /// `aws_s3_bucket.lake_bucket[0].arn`, a number or a name.
    fn word(&mut self) -> String {
        self.blanks();
        let start = self.at;
        while self.at < self.chars.len() {
            let c = self.chars[self.at];
            let index = c == '[' && self.at > start && self.chars.get(self.at + 2) == Some(&']');
            if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') {
                self.at += 1;
            } else if index {
                self.at += 3;
            } else {
                break;
            }
        }
        assert!(self.at > start, "nothing at {start} of {}", self.chars.iter().collect::<String>());
        self.chars[start..self.at].iter().collect()
    }

    fn looks_at(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(at, c)| self.chars.get(self.at + at) == Some(&c))
    }

    /// Takes the text when it comes next. In expressions blanks before it do not count.
    fn takes(&mut self, text: &str) -> bool {
        let start = self.at;
        if !matches!(text, "$${" | "%%{" | "${" | "\\") {
            self.blanks();
        }
        if self.looks_at(text) {
            self.at += text.chars().count();
            return true;
        }
        self.at = start;
        false
    }

    fn expect(&mut self, text: &str) {
        assert!(self.takes(text), "{text} at {} of {}", self.at, self.chars.iter().collect::<String>());
    }

    fn blanks(&mut self) {
        while self.chars.get(self.at) == Some(&' ') {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn templates() {
        let path = |path: &str| match path {
            "var.key" => json!(""),
            "var.days" => json!(90),
            "aws_x.y[0].arn" => json!("arn:x/y"),
            other => panic!("{other}"),
        };
        for (source, value) in [
            ("plain $${x} %%{y} !{z}", json!("plain ${x} %{y} !{z}")),
            ("${var.days}", json!(90)),
            ("a ${var.days} b${aws_x.y[0].arn}", json!("a 90 barn:x/y")),
            ("${var.key != \"\" ? var.key : \"a\\\"b\"}", json!("a\"b")),
            ("${true ? [1, \"x${var.days}\"] : null}", json!([1, "x90"])),
            ("${element(split(\"/\", aws_x.y[0].arn), 1)}", json!("y")),
            ("${{ \"a\" = 1, \"b\" = null }}", json!({"a": 1, "b": null})),
            ("", json!("")),
        ] {
            assert_eq!(template(source, &path), value, "{source}");
        }
    }
}
