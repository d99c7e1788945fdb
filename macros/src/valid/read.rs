//! What cannot be read back, as far as tokens tell; the rest is left to the read traits.

use crate::ast::{Container, Data, Field, Store};
use crate::ctxt::Ctxt;
use syn::Type;

/// Checks a sound model for what only the reading derives mind.
pub(crate) fn check_read(cx: &Ctxt, container: &Container<'_>) {
    for field in container.all_fields() {
        cx.enter(format!("field `{}`", field.rust));
        borrowed(cx, field);
    }
    if let Data::Enum(variants) = &container.data {
        cx.enter(format!("enum `{}`", container.ident));
        if let Some(variant) = variants.iter().find(|variant| !variant.skip && variant.unread) {
            let fix = "remove `skip_deserializing`, or the derive that reads";
            cx.error(
                variant.ident,
                format_args!("variant `{}` is written and never read: {fix}", variant.ident),
            );
        }
    }
}

/// A value that is read back has no owner to borrow from.
fn borrowed(cx: &Ctxt, field: &Field<'_>) {
    let stored = field.store() != Store::Skip && !field.serde.unread;
    if let Type::Reference(reference) = field.ty
        && stored
    {
        #[allow(clippy::wildcard_enum_match_arm, reason = "syn has many kinds of type, and adds more")]
        let owner = match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => "`String` or `Cow<'_, str>`",
            Type::Slice(_) => "`Vec`",
            _ => "the type itself",
        };
        let fix = format_args!("write {owner}, or leave out the derive that reads");
        cx.error(field.ty, format_args!("borrows, and a value read back has nothing to borrow from: {fix}"));
    }
}
