//! Sequence numbers, which are too long for any integer.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// Longest number, in digits,
/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html>.
const MAX_DIGITS: usize = 129;

/// The number of a record in its shard. Later records have greater ones.
#[derive(Clone, Debug)]
pub struct SequenceNumber(String);

impl SequenceNumber {
    /// Reads decimal digits; nothing when there are none or other characters.
    ///
    /// ```
    /// use lakebed::source::kinesis::SequenceNumber;
    ///
    /// let number = |text| SequenceNumber::new(text).expect("digits");
    /// assert!(number("9") < number("10"));
    /// assert_eq!(number("10"), number("010"));
    /// assert!(SequenceNumber::new("shard").is_none());
    /// ```
    pub fn new(text: &str) -> Option<Self> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && text.len() <= MAX_DIGITS).then(|| Self(text.to_owned()))
    }

    /// Its digits as they were given. Kinesis writes no zeros in front of them, some that play it do.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Digits that count.
    fn value(&self) -> &str {
        self.0.trim_start_matches('0')
    }
}

impl PartialEq for SequenceNumber {
    fn eq(&self, other: &Self) -> bool {
        self.value() == other.value()
    }
}

impl Eq for SequenceNumber {}

impl Hash for SequenceNumber {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value().hash(state);
    }
}

impl Ord for SequenceNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        // Without zeros in front, the longer number is the greater one.
        let (this, other) = (self.value(), other.value());
        this.len().cmp(&other.len()).then_with(|| this.cmp(other))
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
