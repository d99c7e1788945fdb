//! Where values stand in an XML record.

use crate::ctxt::Ctxt;
use lakebed_schema::xml_path::{XmlPath, is_xml_name};
use syn::LitStr;

/// The element of a record.
pub(super) fn check_element(cx: &Ctxt, element: &LitStr) {
    let name = element.value();
    if !is_xml_name(&name) {
        let fix = "write the name of the element that holds a record, such as `xml = \"meetpunt\"`";
        cx.error(element, format_args!("`xml`: `{name}` is not the name of an element: {fix}"));
    }
}

/// The path of a column.
pub(super) fn check_path(cx: &Ctxt, path: &LitStr) {
    if let Err(error) = path.value().parse::<XmlPath>() {
        let fix = "write a path such as `@attr`, `a/b`, `a/@attr` or `a[@k='1']/b`";
        cx.error(path, format_args!("`xml`, {error}: {fix}"));
    }
}
