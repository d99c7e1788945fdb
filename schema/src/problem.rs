//! What can be wrong with a table: a place, what is wrong there, and what to do.

use crate::date_pattern::PatternError;
use crate::def::Encoding;
use crate::layout::LayoutError;
use crate::name::NameError;
use crate::xml_path::XmlPathError;
use std::fmt;

/// Everything that is wrong with a table; never empty when it is an error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problems(pub Vec<Problem>);

/// One thing that is wrong with a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where: ``table `traffic` ``, ``column `car_speed` ``, ``column `weather.wind` ``,
    /// ``partition `dt={yyyy-MM-dd}` ``.
    pub path: String,
    /// What.
    pub kind: ProblemKind,
}

impl fmt::Display for Problems {
    /// One line for each problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.path, self.kind, self.kind.fix())
    }
}

impl std::error::Error for Problem {}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// A name is not legal.
    Name(NameError),
    /// Another column has this name.
    RepeatedName,
    /// A table or a nested record without columns.
    NoColumns,
    /// Partitions take every column out of the file.
    NoFileColumns,
    /// Nesting beyond [`MAX_DEPTH`](crate::validate::MAX_DEPTH).
    TooDeep,
    /// A JSON key that is empty, has white space, or is longer than 1,024 characters.
    BadKey {
        /// The key.
        key: String,
    },
    /// Two columns read the same JSON key, upper and lower case being the same.
    RepeatedKey {
        /// The key.
        key: String,
        /// The other column.
        other: String,
    },
    /// A decimal that Hive does not have.
    BadDecimal {
        /// Digits in all.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// A decimal or 128-bit type without `decimal(p, s)`.
    NeedsDecimal {
        /// The Rust type.
        rust: &'static str,
        /// Whether it is the key of a map, which takes no words.
        map_key: bool,
    },
    /// A word with nothing to apply to.
    UnusedWord {
        /// The word.
        word: &'static str,
        /// What the column holds.
        found: String,
    },
    /// An enum without words, or with an empty one.
    EmptyWord,
    /// A word of an enum that stands there twice.
    RepeatedWord {
        /// The word.
        word: String,
    },
    /// A type that cannot be the key of a map.
    MapKey {
        /// The type.
        found: String,
    },
    /// A limit of zero.
    Zero {
        /// `row_group_rows` or `row_group_bytes`.
        setting: &'static str,
    },
    /// A parameter key of 0 or more than 255 characters.
    ParameterKey {
        /// The key.
        key: String,
    },
    /// A parameter value beyond 512,000 characters.
    ParameterValue {
        /// Its key.
        key: String,
    },
    /// A word names a column that does not exist.
    UnknownColumn {
        /// The word.
        word: &'static str,
        /// The name.
        column: String,
        /// A column with nearly that name.
        near: Option<String>,
    },
    /// A word names a column with parts.
    NotScalar {
        /// The word.
        word: &'static str,
        /// The column.
        column: String,
        /// What it holds.
        found: String,
    },
    /// A word names a column twice.
    NamedTwice {
        /// The word.
        word: &'static str,
        /// The column.
        column: String,
    },
    /// Rows cannot be sorted by a column that is not in the file.
    SortOutsideFile {
        /// The column.
        column: String,
    },
    /// A partition by a column that is called `arrival`.
    ArrivalColumn,
    /// A layout that cannot be used.
    Layout(LayoutError),
    /// A layout whose segments are not those of its text.
    LayoutDiffers,
    /// A date pattern for a column that holds no time.
    SourceHasNoTime {
        /// The column.
        column: String,
        /// What it holds.
        found: String,
    },
    /// Hours or minutes of a column that holds days.
    SourceHasNoHour {
        /// The column.
        column: String,
    },
    /// A value in a path of a type that has no short text.
    SourceHasNoText {
        /// The column.
        column: String,
        /// What it holds.
        found: String,
    },
    /// Two partitions make the same column.
    RepeatedPartition {
        /// The column.
        column: String,
    },
    /// A partition column with the name of a file column.
    PartitionIsColumn {
        /// The column.
        column: String,
    },
    /// A partition text for null that cannot stand in a path.
    NullText {
        /// The text.
        text: String,
    },
    /// A partition text for null where the source is never null.
    ArrivalIsNeverNull,
    /// A word that makes nulls on a column that has none.
    NotNullable {
        /// The word.
        word: &'static str,
    },
    /// A sentinel that the column cannot hold.
    Sentinel {
        /// The value.
        value: String,
        /// What the column holds.
        found: String,
    },
    /// A sentinel beyond 64 bits or no number at all.
    SentinelRange {
        /// The value.
        value: String,
    },
    /// `null_with` names a column without `null_if`.
    NullWithoutSentinel {
        /// The column.
        column: String,
    },
    /// Time formats on a column that holds no time.
    TimeOnOther {
        /// What it holds.
        found: String,
    },
    /// A time pattern that cannot be used.
    TimePattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        error: PatternError,
    },
    /// A time pattern of digits alone beside epoch numbers: digits are read as an epoch number, and never in the
    /// pattern.
    TimeDigits {
        /// The pattern.
        pattern: String,
    },
    /// `decimal_comma` on a column that holds no number.
    CommaOnOther {
        /// What it holds.
        found: String,
    },
    /// A Bloom filter on a type that has none.
    Bloom {
        /// What the column holds.
        found: String,
    },
    /// An encoding that the type does not have.
    BadEncoding {
        /// The encoding.
        encoding: Encoding,
        /// What the column holds.
        found: String,
    },
    /// An XML path that cannot be read.
    XmlPath {
        /// The path.
        path: String,
        /// What is wrong with it.
        error: XmlPathError,
    },
    /// A path to the records of a document that is no path, or that begins with the key of a column.
    RecordsPath {
        /// What was written.
        path: String,
    },
    /// No name of an XML element.
    XmlElement {
        /// What was written.
        name: String,
    },
    /// A JSON Schema keyword that the column cannot carry.
    Keyword {
        /// The keyword.
        keyword: String,
        /// What it is for, or what its value has to be.
        expected: &'static str,
        /// What the column holds.
        found: String,
    },
    /// A property in the type's own JSON Schema that is no JSON key here.
    SchemaProperty {
        /// Its name.
        name: String,
    },
}

impl ProblemKind {
    /// What to do about it.
    pub fn fix(&self) -> String {
        match self {
            Self::Name(error) => error.fix(),
            Self::RepeatedName => "give one of them another name".into(),
            Self::NoColumns => "add a column".into(),
            Self::NoFileColumns => "keep at least one column that is no partition".into(),
            Self::TooDeep => "store the inner part as JSON text".into(),
            Self::BadKey { .. } => "keys have 1 to 1,024 characters and no white space".into(),
            Self::RepeatedKey { .. } => "rename one of them, or drop the alias".into(),
            Self::BadDecimal { .. } => "take 1 to 38 digits, no more of them after the point".into(),
            Self::NeedsDecimal { map_key: true, .. } => "use keys of at most 64 bits, signed, or text".into(),
            Self::NeedsDecimal { rust: "u64", .. } => {
                "add decimal(20, 0), or as = \"i64\" where every value fits".into()
            }
            Self::NeedsDecimal { rust: "u128" | "i128", .. } => {
                "add decimal(38, 0), or as = \"i64\" where every value fits".into()
            }
            Self::NeedsDecimal { .. } => "add decimal(precision, scale), for example decimal(12, 2)".into(),
            Self::UnusedWord { .. } => "leave it out".into(),
            Self::EmptyWord => "give it a word".into(),
            Self::RepeatedWord { .. } => "keep one of them".into(),
            Self::MapKey { .. } => "use text or integers as keys".into(),
            Self::Zero { .. } => "write 1 or more".into(),
            Self::ParameterKey { .. } => "keys have 1 to 255 characters".into(),
            Self::ParameterValue { .. } => "shorten it to 512,000 characters".into(),
            Self::UnknownColumn { near: Some(near), .. } => format!("write `{near}`"),
            Self::UnknownColumn { .. } => "name one of the columns".into(),
            Self::NotScalar { .. } => "name a column without parts".into(),
            Self::NamedTwice { .. } => "keep the first".into(),
            Self::SortOutsideFile { .. } => "leave it out: all rows of a file have the same value".into(),
            Self::ArrivalColumn => "give the column another name and keep its JSON key".into(),
            Self::Layout(error) => error.problem.fix(),
            Self::LayoutDiffers => "make layouts with Layout::parse".into(),
            Self::SourceHasNoTime { column, .. } => {
                format!("write {{{column}}}, or partition by a timestamp or date")
            }
            Self::SourceHasNoHour { .. } => "end the layout at the day, dd".into(),
            Self::SourceHasNoText { .. } => "partition by text, an integer, a truth value or a date".into(),
            Self::RepeatedPartition { .. } => "give one of them another name".into(),
            Self::PartitionIsColumn { column } => {
                format!(
                    "name it differently, or write {column}={{{column}}} to take the column out of the file"
                )
            }
            Self::NullText { .. } => "use 1 to 128 of a-z, A-Z, 0-9, dot, underscore and hyphen".into(),
            Self::ArrivalIsNeverNull => "leave null out".into(),
            Self::NotNullable { .. } => "make the type an Option".into(),
            Self::Sentinel { .. } => "write a value of the column's type".into(),
            Self::SentinelRange { .. } => "write a finite number of at most 64 bits".into(),
            Self::NullWithoutSentinel { .. } => "add null_if to that column".into(),
            Self::TimeOnOther { .. } => "leave time(…) out, or use a date or time type".into(),
            Self::TimePattern { error, .. } => error.problem.fix(),
            Self::TimeDigits { .. } => "keep the pattern or the epoch, in a column each if both are sent".into(),
            Self::CommaOnOther { .. } => "leave decimal_comma out".into(),
            Self::Bloom { .. } => "leave bloom out".into(),
            Self::BadEncoding { encoding, .. } => match encoding {
                Encoding::Dictionary | Encoding::Plain => "leave encoding out".into(),
                Encoding::DeltaBinaryPacked => "use it on integers, dates and timestamps".into(),
                Encoding::DeltaByteArray => "use it on text and bytes".into(),
                Encoding::ByteStreamSplit => "use it on floating-point numbers".into(),
            },
            Self::XmlPath { .. } => {
                "write @attribute, element/element or element[@name='value']/@attribute".into()
            }
            Self::RecordsPath { .. } => {
                "write the keys around the records, for example miv/meetpunt; the first may be no column's"
                    .into()
            }
            Self::XmlElement { .. } => "write the name of the element, for example meetpunt".into(),
            Self::Keyword { .. } => "correct the keyword, or leave it out".into(),
            Self::SchemaProperty { .. } => {
                "give the field one name, with serde's rename rather than schemars', or hide it from JsonSchema with \
                 #[schemars(skip)]"
                    .into()
            }
        }
    }
}

impl fmt::Display for ProblemKind {
    /// What is wrong, without place and fix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(NameError::Illegal { name, .. }) => {
                write!(f, "`{name}` is not a legal name")
            }
            Self::Name(NameError::TooLong { bytes }) => write!(f, "the name is {bytes} bytes long"),
            Self::Name(NameError::Empty) => write!(f, "the name is empty"),
            Self::RepeatedName => write!(f, "another column has this name"),
            Self::NoColumns => write!(f, "there are no columns"),
            Self::NoFileColumns => write!(f, "partitions take every column out of the file"),
            Self::TooDeep => write!(f, "lists, maps and records are nested too deep"),
            Self::BadKey { key } => write!(f, "`{}` cannot be a JSON key", key.escape_debug()),
            Self::RepeatedKey { key, other } => {
                write!(f, "the JSON key `{key}` is read by `{other}` too")
            }
            Self::BadDecimal { precision, scale } => {
                write!(f, "there is no decimal({precision},{scale})")
            }
            Self::NeedsDecimal { rust, map_key: true } => write!(f, "{rust} cannot be the key of a map"),
            Self::NeedsDecimal { rust, .. } => write!(f, "{rust} has no Hive type of its own"),
            Self::UnusedWord { word, found } => {
                write!(f, "{word} has nothing to apply to in {found}")
            }
            Self::EmptyWord => write!(f, "the enum has no words, or an empty one"),
            Self::RepeatedWord { word } => write!(f, "the word `{word}` stands in the enum twice"),
            Self::MapKey { found } => write!(f, "{found} cannot be the key of a map"),
            Self::Zero { setting } => write!(f, "{setting} is 0"),
            Self::ParameterKey { key } => write!(f, "`{key}` cannot be the key of a parameter"),
            Self::ParameterValue { key } => {
                write!(f, "the value of the parameter `{key}` is too long")
            }
            Self::UnknownColumn { word, column, .. } => {
                write!(f, "{word} names `{column}`, which is no column")
            }
            Self::NotScalar { word, column, found } => {
                write!(f, "{word} names `{column}`, which holds a {found}")
            }
            Self::NamedTwice { word, column } => write!(f, "{word} names `{column}` twice"),
            Self::SortOutsideFile { column } => {
                write!(f, "sort names `{column}`, which a partition takes out of the file")
            }
            Self::ArrivalColumn => {
                write!(f, "a column called arrival would be taken for the time of arrival")
            }
            Self::Layout(error) => {
                write!(f, "character {} of the layout: {}", error.position + 1, error.problem)
            }
            Self::LayoutDiffers => write!(f, "the layout's segments are not those of its text"),
            Self::SourceHasNoTime { column, found } => {
                write!(f, "a date pattern needs a time, and `{column}` holds {found}")
            }
            Self::SourceHasNoHour { column } => {
                write!(f, "`{column}` holds days, which have no hours")
            }
            Self::SourceHasNoText { column, found } => {
                write!(f, "`{column}` holds {found}, which has no text fit for a path")
            }
            Self::RepeatedPartition { column } => {
                write!(f, "`{column}` is a partition column already")
            }
            Self::PartitionIsColumn { column } => {
                write!(f, "`{column}` is a column of the file too")
            }
            Self::NullText { text } => {
                write!(f, "`{}` cannot stand in a path", text.escape_debug())
            }
            Self::ArrivalIsNeverNull => write!(f, "the time of arrival is never null"),
            Self::NotNullable { word } => write!(f, "{word} makes nulls, and the column has none"),
            Self::Sentinel { value, found } => {
                write!(f, "null_if has {value}, and the column holds {found}")
            }
            Self::SentinelRange { value } => {
                write!(f, "null_if has {value}, which cannot be compared exactly")
            }
            Self::NullWithoutSentinel { column } => {
                write!(f, "null_with names `{column}`, which has no null_if")
            }
            Self::TimeOnOther { found } => write!(f, "time(…) stands on {found}"),
            Self::TimePattern { pattern, error } => {
                write!(f, "time pattern `{pattern}`, character {}: {}", error.position + 1, error.problem)
            }
            Self::TimeDigits { pattern } => {
                write!(f, "times in the pattern `{pattern}` are digits alone, and so are epoch numbers")
            }
            Self::CommaOnOther { found } => write!(f, "decimal_comma stands on {found}"),
            Self::Bloom { found } => write!(f, "{found} has no Bloom filter"),
            Self::BadEncoding { encoding, found } => {
                write!(f, "{found} has no encoding {encoding:?}")
            }
            Self::XmlPath { path, error } => write!(f, "XML path `{path}`: {error}"),
            Self::RecordsPath { path } => write!(f, "`{path}` cannot be where records stand in a document"),
            Self::XmlElement { name } => write!(f, "`{name}` is not the name of an XML element"),
            Self::Keyword { keyword, expected, found } => {
                write!(
                    f,
                    "the JSON Schema keyword `{keyword}` on {found} is not as it should be ({expected})"
                )
            }
            Self::SchemaProperty { name } => {
                write!(
                    f,
                    "the type's own JSON Schema has the property `{name}`, which is no JSON key of this record"
                )
            }
        }
    }
}
