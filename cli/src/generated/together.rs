//! The tables of one run against each other.

use super::FindingReport;
use crate::error::CliError;
use crate::target::{Resolved, Settings};
use lakebed_schema::Table;
use lakebed_schema::target::across;

/// What tables that are deployed together take from each other; nothing when they go together.
pub(crate) fn together(tables: &[Table], settings: &Settings) -> Result<Vec<FindingReport>, CliError> {
    let resolved: Vec<(&Table, Resolved)> = tables
        .iter()
        .map(|table| Ok((table, settings.resolve(Some(&table.name))?)))
        .collect::<Result<_, CliError>>()?;
    let pairs: Vec<_> = resolved.iter().map(|(table, resolved)| (*table, &resolved.target)).collect();
    let report = |finding: lakebed_schema::Finding| {
        // Places are "table NAME" or "SETTING of table NAME".
        let (setting, table) = finding.place.rsplit_once("table ").unwrap_or(("", &finding.place));
        let setting = setting.strip_suffix(" of ").unwrap_or("locations");
        let of = resolved.iter().find(|(other, _)| other.name == table);
        FindingReport {
            artifact: "all",
            table: table.to_owned(),
            rule: finding.rule,
            set_at: of.and_then(|(_, resolved)| resolved.origin(setting)).map(ToString::to_string),
            problem: finding.problem,
            fix: finding.fix,
            place: finding.place,
        }
    };
    Ok(across(&pairs).0.into_iter().map(report).collect())
}

/// Those that concern the catalog, not streams.
pub(crate) fn in_catalog(found: Vec<FindingReport>) -> Vec<FindingReport> {
    found
        .into_iter()
        .filter(|finding| !matches!(finding.rule, "stream-shared" | "log-group-shared"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surroundings::Surroundings;
    use crate::tables::samples::{ORDERS, TRAFFIC};
    use crate::target::TargetArgs;

    #[test]
    fn each_finding_tells_where_its_setting_stands() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = "lake = \"s3://lake\"\nlocations = { orders = \"s3://lake/traffic/x/\" }\n\
                    [stream]\nname = \"one\"\n";
        std::fs::write(folder.path().join("lakebed.toml"), text).expect("a file");
        let around = Surroundings { folder: folder.path().to_owned(), ..Surroundings::default() };
        let settings =
            Settings::load(&TargetArgs::default(), &around).unwrap_or_else(|e| panic!("{}", e.render()));
        let tables = [&TRAFFIC, &ORDERS].map(|def| Table::try_from(def).expect("a table"));
        let found = together(&tables, &settings).unwrap_or_else(|e| panic!("{}", e.render()));
        let text = anstream::adapter::strip_str(&crate::render::together(&found)).to_string();
        insta::assert_snapshot!(text, @"
        ! the tables do not go together: 2 findings
            table orders (lakebed.toml:2:1): table `orders` stands in `s3://lake/traffic/x/`, inside `s3://lake/traffic/` of table `traffic`, where readers of that one find it [location-nested]
                fix: no LOCATION may hold another one: move one of the two with `locations` or `lake`
            stream.name of table orders (lakebed.toml:4:1): `one` is the delivery stream of `traffic` too, and a stream fills one table [stream-shared]
                fix: give each table its own under [table.orders] stream.name, or leave the setting out
        ");
        assert_eq!(in_catalog(found).len(), 1);
        assert_eq!(crate::render::together(&[]), "");
    }
}
