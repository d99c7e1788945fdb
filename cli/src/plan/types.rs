//! Hive types of a table in the catalog: read, and merged with those that are wanted.

use lakebed_schema::hive_type::HiveType;

/// The type, when the text is one that lakebed knows; in lower case, since catalogs keep members as they came.
pub(super) fn parse(text: &str) -> Option<HiveType> {
    text.to_lowercase().parse().ok()
}

/// The text by which types are compared: lower case, without white space.
pub(super) fn normal_type(text: &str) -> String {
    match parse(text) {
        Some(ty) => ty.to_string(),
        None => text.to_lowercase().split_whitespace().collect(),
    }
}

/// The wanted type with the members that others put into its records. `owned` is what was there of ours; members
/// that are neither wanted nor owned stay, each behind the one it stands behind now.
pub(super) fn merge(wanted: &HiveType, actual: &HiveType, owned: Option<&HiveType>) -> HiveType {
    match (wanted, actual) {
        (HiveType::Struct(wanted), HiveType::Struct(actual)) => {
            let owned = match owned {
                Some(HiveType::Struct(members)) => members.as_slice(),
                _ => &[],
            };
            let member = |members: &[(String, HiveType)], name: &str| {
                members.iter().find(|(found, _)| found == name).map(|(_, ty)| ty.clone())
            };
            let merged = wanted.iter().map(|(name, ty)| {
                let ty = match member(actual, name) {
                    Some(actual) => merge(ty, &actual, member(owned, name).as_ref()),
                    None => ty.clone(),
                };
                (name.clone(), ty)
            });
            let is_foreign = |name: &str| member(wanted, name).is_none() && member(owned, name).is_none();
            HiveType::Struct(keep_foreign(merged.collect(), actual, |(name, _)| name, is_foreign))
        }
        (HiveType::Array(wanted), HiveType::Array(actual)) => {
            let owned = match owned {
                Some(HiveType::Array(inner)) => Some(inner.as_ref()),
                _ => None,
            };
            HiveType::Array(Box::new(merge(wanted, actual, owned)))
        }
        (HiveType::Map(wanted_key, wanted), HiveType::Map(actual_key, actual)) => {
            let (owned_key, owned) = match owned {
                Some(HiveType::Map(key, value)) => (Some(key.as_ref()), Some(value.as_ref())),
                _ => (None, None),
            };
            HiveType::Map(
                Box::new(merge(wanted_key, actual_key, owned_key)),
                Box::new(merge(wanted, actual, owned)),
            )
        }
        _ => wanted.clone(),
    }
}

/// `ours` with the foreign ones of `actual`, each right behind the one that it stands behind there, if that is still
/// there, else the one before that.
pub(super) fn keep_foreign<T: Clone>(
    ours: Vec<T>,
    actual: &[T],
    name: impl Fn(&T) -> &str,
    is_foreign: impl Fn(&str) -> bool,
) -> Vec<T> {
    let mut merged = ours;
    for (at, foreign) in actual.iter().enumerate().filter(|(_, found)| is_foreign(name(found))) {
        let position = |before: &T| merged.iter().position(|there| name(there) == name(before));
        if position(foreign).is_some() {
            continue;
        }
        let behind = actual.iter().take(at).rev().find_map(position);
        merged.insert(behind.map_or(0, |at| at + 1), foreign.clone());
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(wanted: &str, actual: &str, owned: &str) -> String {
        merge(&parse(wanted).unwrap(), &parse(actual).unwrap(), parse(owned).as_ref()).to_string()
    }

    #[test]
    fn foreign_members_stay_where_they_stand_and_ours_go() {
        for (wanted, actual, owned, expected) in [
            ("int", "bigint", "", "int"),
            ("struct<a:int>", "struct<x:int,a:int,y:int,z:int>", "", "struct<x:int,a:int,y:int,z:int>"),
            ("struct<b:int,a:int>", "struct<a:int,x:int,b:int>", "", "struct<b:int,a:int,x:int>"),
            ("struct<a:int>", "struct<a:int,b:int,x:int>", "struct<a:int,b:int>", "struct<a:int,x:int>"),
            (
                "array<struct<a:map<string,struct<c:int>>>>",
                "array<struct<a:map<string,struct<b:int,x:int>>>>",
                "array<struct<a:map<string,struct<b:int>>>>",
                "array<struct<a:map<string,struct<x:int,c:int>>>>",
            ),
            ("struct<a:int>", "array<int>", "", "struct<a:int>"),
        ] {
            let first = merged(wanted, actual, owned);
            assert_eq!(first, expected);
            assert_eq!(merged(wanted, &first, wanted), first, "a second time changes nothing");
        }
    }
}
