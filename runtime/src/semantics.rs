//! By which rules wire values become stored values.

use crate::fault::Wire;
use crate::plan::Kind;

/// By which rules wire values become stored values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::manual_non_exhaustive, reason = "the hidden one is real, for tests against the facts")]
pub enum Semantics {
    /// The table is the truth: coercions as Firehose's OpenX does them, the table's own rules, the Rust domain.
    #[default]
    Schema,
    /// What Firehose's OpenX conversion would store or refuse, with its codes and messages: no rule of ours.
    Firehose,
    /// As [`Firehose`](Self::Firehose), by the deserializer `HiveJsonSerDe`. Only what was probed of it differs:
    /// lists, records, numbers, texts and keys of maps. Times are read as OpenX reads them.
    #[doc(hidden)]
    FirehoseHive,
    /// The table's rules and no coercion: a text is no number, a number no text, a lone value no list.
    Strict,
}

/// Deserializer of Firehose's record format conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deserializer {
    OpenX,
    Hive,
}

/// Which coercions a column takes. Each node of a plan carries its own, so that no value asks for the semantics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "a table of switches, each on its own")]
pub(crate) struct Reading {
    /// A number in quotes is the number.
    pub(crate) quoted_numbers: bool,
    /// A truth value or an epoch number in quotes is what it says.
    pub(crate) quoted_words: bool,
    /// A text column takes numbers and truth values.
    pub(crate) scalar_as_text: bool,
    /// A text column takes objects and arrays, as their JSON text.
    pub(crate) parts_as_text: bool,
    /// A lone value is a list of one.
    pub(crate) lone_as_list: bool,
    /// An array fills the members of a record by position.
    pub(crate) by_position: bool,
    /// Keys of maps, and those within JSON texts, become lower case.
    pub(crate) lower_keys: bool,
    /// Decimals finer than their column are rounded half-up.
    pub(crate) rounds: bool,
    /// A record must have one of the declared keys.
    pub(crate) some_key: bool,
    /// Of numbers a text column takes only whole ones of at most 15 digits: a path is made of it, and Firehose's jq
    /// gives no others the same text.
    pub(crate) plain_numbers: bool,
}

impl Reading {
    const SCHEMA: Self = Self {
        quoted_numbers: true,
        quoted_words: true,
        scalar_as_text: true,
        parts_as_text: true,
        lone_as_list: true,
        by_position: false,
        lower_keys: false,
        rounds: true,
        some_key: false,
        plain_numbers: false,
    };
    const OPENX: Self = Self { by_position: true, lower_keys: true, ..Self::SCHEMA };
    const HIVE: Self =
        Self { quoted_numbers: false, parts_as_text: false, lone_as_list: false, ..Self::SCHEMA };
    const STRICT: Self = Self {
        quoted_numbers: false,
        quoted_words: false,
        scalar_as_text: false,
        parts_as_text: false,
        lone_as_list: false,
        rounds: false,
        some_key: true,
        ..Self::SCHEMA
    };
}

impl Semantics {
    pub(crate) fn reading(self) -> Reading {
        match self {
            Self::Schema => Reading::SCHEMA,
            Self::Firehose => Reading::OPENX,
            Self::FirehoseHive => Reading::HIVE,
            Self::Strict => Reading::STRICT,
        }
    }

    /// The deserializer whose words rejects carry.
    pub(crate) fn deserializer(self) -> Option<Deserializer> {
        match self {
            Self::Schema | Self::Strict => None,
            Self::Firehose => Some(Deserializer::OpenX),
            Self::FirehoseHive => Some(Deserializer::Hive),
        }
    }
}

/// What precedes the cause in Firehose's message for a record that is no JSON.
pub(crate) const MALFORMED_JSON: &str = "Encountered malformed JSON. ";
/// The same for a value that does not fit its column.
const MALFORMED_DATA: &str = "Data does not match the schema. ";

impl Deserializer {
    /// Firehose's message for a value that a column of that kind does not take; `own` is ours, for the cases whose
    /// wording nobody has published.
    pub(crate) fn message(self, kind: &Kind, wire: Option<&Wire>, own: &str) -> String {
        let number = matches!(kind, Kind::Int { .. } | Kind::Float32 | Kind::Float64 | Kind::Decimal { .. });
        let parsed = number || matches!(kind, Kind::Boolean | Kind::Date(_) | Kind::Time { .. });
        let cause = match (self, wire, kind) {
            (Self::OpenX, Some(Wire::Text(text)), _) if parsed => format!("For input string: \"{text}\""),
            (Self::OpenX, Some(wire), Kind::Struct(_)) => match wire.java() {
                Some((class, value)) => format!("Data is not JSONObject  but {class} with value {value}"),
                None => own.to_owned(),
            },
            (Self::Hive, Some(Wire::Text(_)), _) if number => {
                "Current token (VALUE_STRING) not numeric, can not use numeric value accessors".to_owned()
            }
            (Self::Hive, Some(_), Kind::List { .. }) => {
                "java.io.IOException: Start of Array expected".to_owned()
            }
            (Self::Hive, Some(_), Kind::Struct(_) | Kind::Map) => {
                "java.io.IOException: Start of Object expected".to_owned()
            }
            (Self::Hive, Some(Wire::Object | Wire::Array), Kind::String) => {
                return "One or more fields have incorrect format. Exception when validating field (root)"
                    .to_owned();
            }
            (Self::OpenX | Self::Hive, _, _) => own.to_owned(),
        };
        format!("{MALFORMED_DATA}{cause}")
    }
}
