//! A compile error put together in a constant.

const CAPACITY: usize = 2048;

/// The problems of one thing.
pub(super) struct Report {
    text: [u8; CAPACITY],
    len: usize,
}

impl Report {
    pub(super) const fn new() -> Self {
        Self { text: [0; CAPACITY], len: 0 }
    }

    /// Adds a problem, in parts.
    pub(super) const fn problem(mut self, parts: &[&str]) -> Self {
        if self.len > 0 {
            self = self.text("; and ");
        }
        let mut i = 0;
        while i < parts.len() {
            self = self.text(parts[i]);
            i += 1;
        }
        self
    }

    /// Appends a number.
    pub(super) const fn number(self, number: i128) -> Self {
        // 39 digits are the most; the quotient of an unsigned absolute value cannot overflow.
        let mut digits = [0; 40];
        let (mut at, mut rest) = (digits.len(), number.unsigned_abs());
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let digits = match str::from_utf8(digits.split_at(at).1) {
            Ok(digits) => digits,
            Err(_) => "?",
        };
        self.text(if number < 0 { "-" } else { "" }).text(digits)
    }

    /// Appends a text if there is room for all of it.
    pub(super) const fn text(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        if self.len + bytes.len() <= CAPACITY {
            let mut i = 0;
            while i < bytes.len() {
                self.text[self.len + i] = bytes[i];
                i += 1;
            }
            self.len += bytes.len();
        }
        self
    }

    /// Fails the compilation if there are problems.
    #[track_caller]
    pub(super) const fn raise(self, kind: &str, name: &str) {
        if self.len == 0 {
            return;
        }
        let whole = Self::new().text(kind).text(" `").text(name).text("`: ").text(self.as_str());
        panic!("{}", whole.as_str());
    }

    /// Fails the compilation if there are problems, without naming a field.
    #[track_caller]
    pub(super) const fn raise_plain(self) {
        if self.len > 0 {
            panic!("{}", self.as_str());
        }
    }

    const fn as_str(&self) -> &str {
        match str::from_utf8(self.text.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "the check failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_out() {
        for number in [0, 7, -1, 251, i128::MAX, i128::MIN] {
            assert_eq!(Report::new().number(number).as_str(), number.to_string());
        }
    }

    #[test]
    fn problems_are_joined() {
        let report = Report::new().problem(&["a ", "b"]).problem(&["c"]);
        assert_eq!(report.as_str(), "a b; and c");
    }

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        let long = "é".repeat(CAPACITY / 2);
        assert_eq!(Report::new().text(&long).text("x").as_str(), long);
    }

    #[test]
    #[should_panic(expected = "field `speed`: too fast")]
    fn problems_panic() {
        Report::new().problem(&["too fast"]).raise("field", "speed");
    }
}
