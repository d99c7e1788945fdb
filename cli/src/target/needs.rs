//! Which artifacts need which settings, found out by asking them.

use super::list;
use super::value;
use lakebed_schema::artifacts::ARTIFACTS;
use lakebed_schema::{Table, Target};
use serde::Deserialize as _;
use std::collections::BTreeMap;

/// Rule of a finding that a setting is missing.
pub(crate) const MISSING: &str = "setting";

/// Artifacts that cannot be made for one of the tables without a setting, by the setting's key.
///
/// Each artifact is made with nothing set, then with what it missed, until it misses nothing more.
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
                    .filter(|finding| finding.rule == MISSING)
                    .filter_map(|finding| list::find(&finding.place))
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
