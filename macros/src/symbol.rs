//! The words of the attributes, each written once, and help for those written wrongly.

use lakebed_schema::name::nearest;

macro_rules! words {
    ($($(#[$doc:meta])* $list:ident { $($symbol:ident = $word:literal,)* })*) => {$(
        $(pub(crate) const $symbol: &str = $word;)*
        $(#[$doc])*
        pub(crate) const $list: &[&str] = &[$($symbol),*];
    )*};
}

/// Name of our attribute.
pub(crate) const LAKE: &str = "lake";
/// Name of serde's attribute.
pub(crate) const SERDE: &str = "serde";

words! {
    /// Words of `#[lake(…)]` on a struct that derives `Record`.
    TABLE_WORDS {
        TABLE = "table",
        DATABASE = "database",
        PARTITION = "partition",
        KEY = "key",
        LATEST_BY = "latest_by",
        SORT = "sort",
        ROW_GROUP = "row_group",
        COMPRESSION = "compression",
        PARAMETERS = "parameters",
        RECORDS = "records",
        XML_JSON = "xml_json",
        JSON_SCHEMA = "json_schema",
    }
    /// Words of `#[lake(…)]` on every type.
    CONTAINER_WORDS {
        CRATE = "crate",
        BOUND = "bound",
    }
    /// Words of `#[lake(…)]` on a field.
    COLUMN_WORDS {
        NAME = "name",
        NULL_IF = "null_if",
        NULL_WITH = "null_with",
        DECIMAL = "decimal",
        DECIMAL_COMMA = "decimal_comma",
        TIME = "time",
        UNIT = "unit",
        BINARY = "binary",
        JSON = "json",
        AS = "as",
        TAG = "tag",
        BLOOM = "bloom",
        ENCODING = "encoding",
    }
    /// Words of `#[lake(…)]` on a field and on a struct that derives `Record`.
    SHARED_WORDS {
        COMMENT = "comment",
        XML = "xml",
    }
    /// Words inside `partition(…)`.
    PARTITION_WORDS {
        BY = "by",
        LAYOUT = "layout",
        NULL = "null",
    }
    /// Words inside `row_group(…)`.
    ROW_GROUP_WORDS {
        ROWS = "rows",
        BYTES = "bytes",
    }
    /// Spellings of time inside `time(…)`.
    TIME_WORDS {
        RFC3339 = "rfc3339",
        EPOCH_SECONDS = "epoch_seconds",
        EPOCH_MILLIS = "epoch_millis",
    }
    /// Words of `#[serde(…)]` that change what lakebed stores.
    SERDE_WORDS {
        RENAME = "rename",
        RENAME_ALL = "rename_all",
        ALIAS = "alias",
        FLATTEN = "flatten",
        SKIP = "skip",
        SKIP_SERIALIZING = "skip_serializing",
        SKIP_DESERIALIZING = "skip_deserializing",
        SKIP_SERIALIZING_IF = "skip_serializing_if",
        DEFAULT = "default",
        TRANSPARENT = "transparent",
        WITH = "with",
        SERIALIZE_WITH = "serialize_with",
        DESERIALIZE_WITH = "deserialize_with",
    }
    /// Words of `#[serde(…)]` that lakebed cannot honour.
    SERDE_REFUSED {
        FROM = "from",
        TRY_FROM = "try_from",
        INTO = "into",
        SERDE_TAG = "tag",
        CONTENT = "content",
        UNTAGGED = "untagged",
        REMOTE = "remote",
        GETTER = "getter",
        OTHER = "other",
        VARIANT_IDENTIFIER = "variant_identifier",
        FIELD_IDENTIFIER = "field_identifier",
    }
    /// Words of `#[serde(…)]` that change nothing in the lake.
    SERDE_IGNORED {
        DENY_UNKNOWN_FIELDS = "deny_unknown_fields",
        SERDE_BOUND = "bound",
        SERDE_CRATE = "crate",
        BORROW = "borrow",
        EXPECTING = "expecting",
        RENAME_ALL_FIELDS = "rename_all_fields",
    }
    /// The two sides of `rename(…)` and `rename_all(…)`.
    SERDE_SIDES {
        SERIALIZE = "serialize",
        DESERIALIZE = "deserialize",
    }
}

/// Words from elsewhere, and what to write instead.
const HINTS: &[(&str, &str)] = &[
    ("partition_by", "write `partition(by = …, layout = \"…\")` on the struct"),
    ("partitioned_by", "write `partition(by = …, layout = \"…\")` on the struct"),
    ("primary_key", "write `key = \"…\"` on the struct"),
    ("order_by", "write `sort = \"…\"` on the struct"),
    ("nullable", "make the type an `Option`"),
    ("optional", "make the type an `Option`"),
    ("required", "leave it out: a field is required unless its type is an `Option` or serde has a `default`"),
    ("column", "write `name = \"…\"` for the column name"),
    ("column_name", "write `name = \"…\"`"),
    ("key_name", "the JSON key is serde's: write `#[serde(rename = \"…\")]`"),
    ("type", "write `as = \"…\"`"),
    ("format", "write `time(…)`"),
    ("description", "write a doc comment, or `comment = \"…\"`"),
    ("doc", "write a doc comment, or `comment = \"…\"`"),
    ("table_name", "write `table = \"…\"`"),
    ("precision", "write `decimal(p, s)`"),
    ("scale", "write `decimal(p, s)`"),
    ("codec", "write `compression = \"…\"`"),
    ("properties", "write `parameters(\"…\" = \"…\")`"),
];

/// What to write instead of a word that is none of `known`.
pub(crate) fn advice(word: &str, known: &[&[&str]]) -> String {
    if let Some((_, hint)) = HINTS.iter().find(|(wrong, _)| *wrong == word) {
        return (*hint).to_owned();
    }
    match nearest(word, known.iter().copied().flatten().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the words are {}", list(known.iter().copied().flatten().copied())),
    }
}

/// Names in backticks, with commas.
pub(crate) fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
