//! The word `json`: any value that serde writes, stored as JSON text. Without the feature `serde_json` the same
//! names exist, and using them says which feature is missing.

use crate::sink::RowSink;

#[cfg(feature = "serde_json")]
mod on {
    use super::RowSink;

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
}

#[cfg(not(feature = "serde_json"))]
mod off {
    use super::RowSink;

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
}

#[cfg(not(feature = "serde_json"))]
pub use off::{Json, push_json, push_json_with};
#[cfg(feature = "serde_json")]
pub use on::{Json, push_json, push_json_with};
