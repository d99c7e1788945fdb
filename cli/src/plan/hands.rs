//! What somebody else changed after the last apply, as far as the note of that apply can tell.

use super::change::{Change, Code};
use super::owned::Owned;
use super::types::normal_type;
use lakebed_schema::artifacts::glue::GlueTable;

/// Whether a change undoes what somebody else did after the last apply: `owned` is the note that it left.
///
/// The note has types of columns, and of texts and parameters only that they were there. So it tells who changed a
/// type, and who removed a column, a comment or a parameter, but not who gave one of these another value.
pub(crate) fn is_by_others(wanted: &GlueTable, owned: &Owned, change: &Change) -> bool {
    let named = change.place.split('`').nth(1).unwrap_or_default();
    let is_gone = change.before.is_none();
    match change.code {
        Code::AddColumn | Code::ColumnType | Code::AddMember | Code::RemoveMember | Code::MemberType => {
            let top = named.split(['.', '[']).next().unwrap_or(named);
            let declared = wanted.columns.iter().find(|column| column.name.eq_ignore_ascii_case(top));
            declared.is_some_and(|declared| owned.column(top) == Some(normal_type(&declared.ty).as_str()))
        }
        Code::ColumnComment | Code::PartitionKeyComment => is_gone && owned.comment(named),
        Code::TableParameter => is_gone && owned.parameter(named),
        Code::SerdeParameter => is_gone && owned.serde_parameter(named),
        Code::Description => is_gone && owned.description(),
        Code::CreateDatabase
        | Code::CreateTable
        | Code::RemoveColumn
        | Code::ReorderColumns
        | Code::ReorderMembers
        | Code::PartitionKeys
        | Code::Projection
        | Code::Location
        | Code::Format
        | Code::TableType
        | Code::PartitionDescriptors
        | Code::AddIndex => false,
    }
}

/// Says so in the reasons of such changes.
pub(super) fn tell(wanted: &GlueTable, owned: &Owned, changes: &mut [Change]) {
    for change in changes.iter_mut().filter(|change| is_by_others(wanted, owned, change)) {
        change.reason.push_str("; somebody changed it after the last apply, and this puts it back");
    }
}
