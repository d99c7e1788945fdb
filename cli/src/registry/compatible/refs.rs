//! References within a document.

use serde_json::Value;

/// The schema that a reference such as `#/definitions/point` means; none of one that leaves the document.
pub(super) fn find<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let pointer = reference.strip_prefix('#')?;
    // An `$id` further in would change what the reference is relative to, and a name is no pointer.
    if pointer.contains('%') || !(pointer.is_empty() || pointer.starts_with('/')) {
        return None;
    }
    root.pointer(pointer)
}
