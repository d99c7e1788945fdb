//! Sequence numbers, which are too long for any integer.

use std::cmp::Ordering;
use std::fmt;

/// Longest number, in digits,
/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html>.
const MAX_DIGITS: usize = 129;

/// The number of a record in its shard. Later records have greater ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SequenceNumber(String);

impl SequenceNumber {
    /// Reads decimal digits; nothing when there are none or other characters.
    ///
    /// ```
    /// use lakebed::source::kinesis::SequenceNumber;
    ///
    /// let number = |text| SequenceNumber::new(text).expect("digits");
    /// assert!(number("9") < number("10"));
    /// assert!(SequenceNumber::new("shard").is_none());
    /// ```
    pub fn new(text: &str) -> Option<Self> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let digits = text.trim_start_matches('0');
        let digits = if digits.is_empty() { "0" } else { digits };
        (is_number && digits.len() <= MAX_DIGITS).then(|| Self(digits.to_owned()))
    }

    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Ord for SequenceNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        // Without zeros in front, the longer number is the greater one.
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for SequenceNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for SequenceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
