//! The word `json`: any value that serde writes, stored as JSON text and read back from it. Without the feature `serde_json` the same
//! names exist, and using them says which feature is missing.

use crate::sink::RowSink;
use crate::source::{ReadFault, RowSource};

#[cfg(feature = "serde_json")]
mod on {
    use super::{ReadFault, RowSink, RowSource};

    /// What the word `json` takes.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be written as JSON",
        label = "`json` does not fit",
        note = "`#[lake(json)]` takes any type that is `serde::Serialize`: derive it"
    )]
    pub trait Json {
        /// The JSON text.
        fn to_json(&self) -> serde_json::Result<String>;
    }

    #[diagnostic::do_not_recommend]
    impl<T: serde::Serialize + ?Sized> Json for T {
        fn to_json(&self) -> serde_json::Result<String> {
            serde_json::to_string(self)
        }
    }

    /// Pushes a value as its JSON text; `null` is a null.
    pub fn push_json<T: Json + ?Sized, S: RowSink + ?Sized>(value: &T, sink: &mut S) {
        push(value.to_json(), sink);
    }

    /// The same with the function of `#[serde(with = "…")]` or `#[serde(serialize_with = "…")]`.
    pub fn push_json_with<S, F>(serialize: F, sink: &mut S)
    where
        S: RowSink + ?Sized,
        F: FnOnce(&mut serde_json::Serializer<&mut Vec<u8>>) -> serde_json::Result<()>,
    {
        let mut text = Vec::new();
        let written = serialize(&mut serde_json::Serializer::new(&mut text));
        push(written.map(|()| String::from_utf8_lossy(&text).into_owned()), sink);
    }

    fn push<S: RowSink + ?Sized>(text: serde_json::Result<String>, sink: &mut S) {
        match text.as_deref() {
            Ok("null") => sink.null(),
            Ok(text) => sink.text(text),
            Err(error) => sink.refuse("a value that can be written as JSON", &error.to_string()),
        }
    }

    /// What the word `json` reads back.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be read from JSON",
        label = "`json` cannot be undone",
        note = "reading back a `#[lake(json)]` field takes a type that is `serde::Deserialize` and borrows nothing: derive it"
    )]
    pub trait FromJson: Sized {
        /// The value of a JSON text.
        fn from_json(text: &str) -> serde_json::Result<Self>;
    }

    #[diagnostic::do_not_recommend]
    impl<T: serde::de::DeserializeOwned> FromJson for T {
        fn from_json(text: &str) -> serde_json::Result<Self> {
            serde_json::from_str(text)
        }
    }

    /// Reads a value from its JSON text; a null is the text `null`.
    ///
    /// # Errors
    /// When the text is none of the type.
    pub fn read_json<T: FromJson, S: RowSource + ?Sized>(source: &mut S) -> Result<T, ReadFault> {
        read(source, T::from_json)
    }

    /// The same with the function of `#[serde(with = "…")]` or `#[serde(deserialize_with = "…")]`.
    ///
    /// # Errors
    /// When the function refuses the text.
    pub fn read_json_with<T, S, F>(deserialize: F, source: &mut S) -> Result<T, ReadFault>
    where
        S: RowSource + ?Sized,
        F: for<'a, 'de> FnOnce(
            &'a mut serde_json::Deserializer<serde_json::de::StrRead<'de>>,
        ) -> serde_json::Result<T>,
    {
        read(source, |text| {
            let mut deserializer = serde_json::Deserializer::from_str(text);
            let value = deserialize(&mut deserializer)?;
            deserializer.end()?;
            Ok(value)
        })
    }

    fn read<T, S: RowSource + ?Sized>(
        source: &mut S,
        parse: impl FnOnce(&str) -> serde_json::Result<T>,
    ) -> Result<T, ReadFault> {
        let text = if source.null() { "null" } else { source.text()? };
        parse(text).map_err(|error| {
            let start: String = text.chars().take(80).collect();
            ReadFault::new(format!("JSON of a {}", std::any::type_name::<T>()), format!("`{start}`: {error}"))
        })
    }
}

#[cfg(not(feature = "serde_json"))]
mod off {
    use super::{ReadFault, RowSink, RowSource};

    /// Says which feature is missing.
    #[diagnostic::on_unimplemented(
        message = "`#[lake(json)]` needs the feature `serde_json` of lakebed",
        label = "the feature `serde_json` is off",
        note = "in Cargo.toml: `lakebed = {{ version = \"…\", features = [\"serde_json\"] }}`"
    )]
    pub trait Json {}

    /// Never called: nothing is [`Json`].
    pub fn push_json<T: Json + ?Sized, S: RowSink + ?Sized>(_: &T, sink: &mut S) {
        sink.null();
    }

    /// Never called: nothing is [`Json`].
    pub fn push_json_with<F: Json, S: RowSink + ?Sized>(_: F, sink: &mut S) {
        sink.null();
    }

    /// Says which feature is missing, as [`Json`] does.
    #[diagnostic::on_unimplemented(
        message = "reading back `#[lake(json)]` needs the feature `serde_json` of lakebed",
        label = "the feature `serde_json` is off"
    )]
    pub trait FromJson: Sized {}

    /// Never called: nothing is [`FromJson`].
    ///
    /// # Errors
    /// Always.
    pub fn read_json<T: FromJson, S: RowSource + ?Sized>(_: &mut S) -> Result<T, ReadFault> {
        Err(ReadFault::new("the feature `serde_json`", "it is off"))
    }

    /// Never called: nothing is [`FromJson`].
    ///
    /// # Errors
    /// Always.
    pub fn read_json_with<T, S: RowSource + ?Sized, F: FromJson>(_: F, _: &mut S) -> Result<T, ReadFault> {
        Err(ReadFault::new("the feature `serde_json`", "it is off"))
    }
}

#[cfg(not(feature = "serde_json"))]
pub use off::{FromJson, Json, push_json, push_json_with, read_json, read_json_with};
#[cfg(feature = "serde_json")]
pub use on::{FromJson, Json, push_json, push_json_with, read_json, read_json_with};
