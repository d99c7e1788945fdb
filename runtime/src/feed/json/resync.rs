//! Where to go on after a broken document.
//!
//! Only at the end of the broken document's own level (the `}{` of glued documents among them), or at a `{` that
//! starts a line and is not inside it; never in the middle of it. The scan takes any bytes, in any number of blocks.

/// A scan over a broken document, from its first byte.
#[derive(Clone, Debug)]
pub(crate) struct Resync {
    /// Bytes of the document that were read before the fault; no place to go on lies before it.
    fault: u64,
    /// Whether the fault is one of syntax.
    syntax: bool,
    scanned: u64,
    depth: u64,
    in_string: bool,
    escaped: bool,
    previous: u8,
    /// Last byte that was no white space.
    significant: u8,
    /// Whether lines ended inside the document before the fault, as in pretty-printed ones.
    multi_line: bool,
    /// Whether the document is an element of a top-level array.
    in_array: bool,
}

impl Resync {
    pub(crate) fn new(fault: u64, syntax: bool, in_array: bool) -> Self {
        Self {
            fault,
            syntax,
            scanned: 0,
            depth: 0,
            in_string: false,
            escaped: false,
            previous: 0,
            significant: 0,
            multi_line: false,
            in_array,
        }
    }

    /// Goes over some more bytes; gives how many of them belong to the broken document once its end is known.
    pub(crate) fn scan(&mut self, bytes: &[u8]) -> Option<usize> {
        for (index, &byte) in bytes.iter().enumerate() {
            let past_fault = self.scanned >= self.fault;
            if self.in_string {
                if self.escaped && byte != b'\n' {
                    self.escaped = false;
                } else if byte == b'\\' {
                    self.escaped = true;
                } else if byte == b'"' || byte == b'\n' {
                    // No string goes on over a line end: it was left open.
                    self.in_string = false;
                    self.escaped = false;
                    self.significant = b'"';
                }
            } else {
                match byte {
                    b'"' => self.in_string = true,
                    b'{' if past_fault && self.starts_record() => return Some(index),
                    b'{' | b'[' => self.depth += 1,
                    b',' | b']' if self.in_array && self.depth == 0 && past_fault => return Some(index),
                    b'}' | b']' => {
                        self.depth = self.depth.saturating_sub(1);
                        if self.depth == 0 && past_fault {
                            return Some(index + 1);
                        }
                    }
                    b'\n' if !past_fault => self.multi_line = true,
                    _ => {}
                }
                if !byte.is_ascii_whitespace() {
                    self.significant = byte;
                }
            }
            self.previous = byte;
            self.scanned += 1;
        }
        None
    }

    /// Whether a `{` here starts a line and a record.
    fn starts_record(&self) -> bool {
        let starts_line = self.previous == b'\n' && self.scanned > 0;
        // A key was expected: the document was cut off before this line.
        let at_key = self.syntax && self.scanned == self.fault && matches!(self.significant, b',' | b'{');
        let inside = self.multi_line && self.depth > 0 && matches!(self.significant, b'[' | b',' | b':');
        starts_line && (at_key || !inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(text: &str, fault: usize) -> &str {
        for split in 0..text.len() {
            let whole = Resync::new(fault as u64, true, false).scan(text.as_bytes());
            let mut halves = Resync::new(fault as u64, true, false);
            let first = halves.scan(&text.as_bytes()[..split]);
            let end = first.or_else(|| halves.scan(&text.as_bytes()[split..]).map(|end| end + split));
            assert_eq!(end, whole, "split at {split}");
        }
        let end = Resync::new(fault as u64, true, false).scan(text.as_bytes());
        &text[end.unwrap_or(text.len())..]
    }

    #[test]
    fn goes_on_at_the_next_record() {
        assert_eq!(rest("{\"a\":tru}{\"b\":1}", 5), "{\"b\":1}");
        assert_eq!(rest("{\"a\":tru, \"c\":{}}{\"b\":1}", 5), "{\"b\":1}");
        assert_eq!(rest("{\"a\":1,\n{\"b\":1}", 8), "{\"b\":1}");
        assert_eq!(rest("{\"a\":\"x\n{\"b\":1}", 7), "{\"b\":1}");
        assert_eq!(rest("{\"a\":\"x\\\n{\"b\":1}", 8), "{\"b\":1}");
        assert_eq!(rest("junk\n{\"b\":1}", 0), "{\"b\":1}");
        assert_eq!(rest("junk", 0), "");
    }

    #[test]
    fn never_goes_on_inside() {
        let pretty = "{\n\"list\": [\n{\"x\": 1},\n{\"x\": tru}\n]\n}\n{\"b\":1}";
        let fault = pretty.find("tru").unwrap();
        assert_eq!(rest(pretty, fault), "\n{\"b\":1}");
        let braces = "{\"a\": x, \"b\": \"}{\"}{\"b\":1}";
        assert_eq!(rest(braces, 6), "{\"b\":1}");
    }

    #[test]
    fn elements_of_an_array_end_at_their_comma() {
        let text = b"1x, {\"a\":1}]";
        assert_eq!(Resync::new(1, true, true).scan(text), Some(2));
    }
}
