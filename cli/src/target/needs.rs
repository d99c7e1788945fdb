//! Which artifacts need which settings, found out by asking them.

use super::list;
use super::value;
use lakebed_schema::artifacts::ARTIFACTS;
use lakebed_schema::{Table, Target};
use serde::Deserialize as _;
use std::collections::BTreeMap;

/// Artifacts that cannot be made for one of the tables without a setting, by the setting's key.
///
/// Each artifact is made with nothing set, then with what it missed, until it misses nothing more. A finding that
/// stands at a setting nobody has given means that it is missing.
pub(crate) fn needs(tables: &[Table]) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut needs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for artifact in ARTIFACTS {
        for table in tables {
            let mut values = toml::Table::new();
            while let Ok(target) = Target::deserialize(toml::Value::Table(values.clone())) {
                let refused =
                    artifact.parts().iter().filter_map(|part| artifact.render(part, table, &target).err());
                let missing: Vec<_> = refused
                    .flat_map(|findings| findings.0)
                    .filter_map(|finding| list::find(&finding.place))
                    .filter(|setting| !setting.is_default)
                    .filter(|setting| value::get(&values, setting.key).is_none())
                    .collect();
                if missing.is_empty() {
                    break;
                }
                for setting in missing {
                    value::put(&mut values, setting.key, value::example(setting));
                    let by = needs.entry(setting.key).or_default();
                    if !by.contains(&artifact.name()) {
                        by.push(artifact.name());
                    }
                }
            }
        }
    }
    needs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_stock_tables_need_is_found_by_asking() {
        let tables: Vec<Table> =
            crate::domain::tables().into_iter().map(|def| Table::try_from(def).expect("a table")).collect();
        let needs = needs(&tables);
        for key in ["lake", "database"] {
            assert!(needs.get(key).is_some_and(|artifacts| !artifacts.is_empty()), "{key}: {needs:?}");
        }
        assert!(!needs.contains_key("stream.file_extension"), "{needs:?}");
        assert_eq!(super::needs(&[]), BTreeMap::new());
    }
}
