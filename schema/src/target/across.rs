//! Tables that are deployed together, against each other.

use super::Target;
use crate::finding::{Finding, Findings};
use crate::table::Table;

/// A place that a table takes up.
struct Place<'a> {
    table: &'a str,
    /// "table `orders`", "the rejects of `orders`"
    whose: String,
    plural: bool,
    /// With a slash at its end.
    path: String,
    /// Whether readers list all of it.
    is_location: bool,
}

/// What tables that are deployed together take from each other; empty when they go together.
///
/// Each rule needs more than one table, so no artifact of a single one can break it:
///
/// | Rule | Broken by |
/// |---|---|
/// | `location-shared` | two tables with one LOCATION |
/// | `location-nested` | a table, raw records or rejects inside the LOCATION of another table: readers list it whole |
/// | `raw-table-clash` | a table that has the name of another one's raw records, in the same database |
/// | `stream-shared` | one name of a delivery stream for several tables |
/// | `log-group-shared` | one log group for the streams of several tables |
///
/// A table whose target says too little to know its places is compared by what it does say; what is missing is for
/// the artifact to tell that needs it. Findings come in the order of the tables.
pub fn across(tables: &[(&Table, &Target)]) -> Findings {
    let mut findings = Findings::default();
    let places: Vec<Place<'_>> = tables.iter().flat_map(|(table, target)| places(table, target)).collect();
    for (at, place) in places.iter().enumerate() {
        for other in places.get(at + 1..).unwrap_or_default() {
            findings.0.extend(collision(place, other));
        }
    }
    for (at, (table, target)) in tables.iter().enumerate() {
        for (other, theirs) in tables.get(at + 1..).unwrap_or_default() {
            findings.0.extend(raw_clash(table, target, other, theirs));
            findings.0.extend(raw_clash(other, theirs, table, target));
            findings.0.extend(stream_clash(table, target, other, theirs));
        }
    }
    findings
}

fn places<'a>(table: &'a Table, target: &Target) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    let name = &table.name;
    let mut add = |path: Option<String>, (whose, plural): (&str, bool), is_location: bool| {
        let Some(path) = path else { return };
        let path = if path.ends_with('/') { path } else { format!("{path}/") };
        places.push(Place { table: name, whose: format!("{whose} `{name}`"), plural, path, is_location });
    };
    let below = |rest: String| target.lake().ok().map(|lake| format!("{lake}{rest}"));
    add(target.location(table).ok(), ("table", false), true);
    add(below(format!("_errors/{name}/")), ("the rejects of", true), false);
    add(below(format!("_lakebed/{name}/")), ("the journal of", false), false);
    if keeps_raw(table, target) {
        add(below(format!("{}/", Target::raw_table_name(table))), ("the raw records of", true), true);
    }
    places
}

fn keeps_raw(table: &Table, target: &Target) -> bool {
    target.stream.backup || target.delivers_raw(table)
}

fn collision(one: &Place<'_>, other: &Place<'_>) -> Option<Finding> {
    if one.table == other.table || !(one.is_location || other.is_location) {
        return None;
    }
    let place = format!("table {}", other.table);
    if one.path == other.path {
        return Some(Finding::new(
            "location-shared",
            place,
            format!("{} and {} both stand in `{}`", one.whose, other.whose, one.path),
            "give one of them a place of its own with `locations`, or rename it",
        ));
    }
    let (outer, inner) = if other.path.starts_with(&one.path) { (one, other) } else { (other, one) };
    let (stand, them) = if inner.plural { ("stand", "them") } else { ("stands", "it") };
    (outer.is_location && inner.path.starts_with(&outer.path)).then(|| {
        Finding::new(
            "location-nested",
            format!("table {}", inner.table),
            format!(
                "{} {stand} in `{}`, inside `{}` of {}, where readers of that one find {them}",
                inner.whose, inner.path, outer.path, outer.whose
            ),
            "no LOCATION may hold another one: move one of the two with `locations` or `lake`",
        )
    })
}

fn raw_clash(table: &Table, target: &Target, other: &Table, theirs: &Target) -> Option<Finding> {
    let raw = Target::raw_table_name(table);
    let same_database = || match (target.database(table), theirs.database(other)) {
        (Ok(ours), Ok(theirs)) => ours == theirs,
        (Err(_), _) | (_, Err(_)) => true,
    };
    (keeps_raw(table, target) && other.name == raw && same_database()).then(|| {
        Finding::new(
            "raw-table-clash",
            format!("table {raw}"),
            format!("the raw records of `{}` are kept in a table of this name", table.name),
            format!(
                "rename the table `{raw}`, or keep no raw records of `{}` (stream.backup, stream.convert)",
                table.name
            ),
        )
    })
}

fn stream_clash(table: &Table, target: &Target, other: &Table, theirs: &Target) -> Option<Finding> {
    // Streams of one name in two regions or accounts have nothing to do with each other.
    if (&target.region, &target.account) != (&theirs.region, &theirs.account) {
        return None;
    }
    let stream = target.stream_name(table);
    let place = |key: &str| format!("{key} of table {}", other.name);
    if stream == theirs.stream_name(other) {
        return Some(Finding::new(
            "stream-shared",
            place("stream.name"),
            format!(
                "`{stream}` is the delivery stream of `{}` too, and a stream fills one table",
                table.name
            ),
            format!(
                "give each table its own under [table.{}] stream.name, or leave the setting out",
                other.name
            ),
        ));
    }
    let group = target.log_group(table);
    (group == theirs.log_group(other)).then(|| {
        Finding::new(
            "log-group-shared",
            place("stream.log_group"),
            format!(
                "`{group}` is the log group of `{}` too: their errors cannot be told apart, and two stacks would \
                 make it",
                table.name
            ),
            format!("give each table its own under [table.{}] stream.log_group, or leave the setting out", other.name),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(lake: &str) -> Target {
        Target { lake: Some(lake.into()), database: Some("db".into()), ..Target::default() }
    }

    fn found(tables: &[(&Table, &Target)]) -> Vec<(&'static str, String)> {
        across(tables).0.into_iter().map(|finding| (finding.rule, finding.to_string())).collect()
    }

    fn rules(tables: &[(&Table, &Target)]) -> Vec<&'static str> {
        found(tables).into_iter().map(|(rule, _)| rule).collect()
    }

    fn tables(names: [&str; 2]) -> [Table; 2] {
        names.map(|name| Table::new(name, Vec::new()))
    }

    #[test]
    fn tables_with_places_of_their_own_go_together() {
        let [a, b] = tables(["orders", "orders_old"]);
        for lake in ["s3://my-lake", "s3://my-lake/x", "lake"] {
            let mut target = target(lake);
            assert_eq!(rules(&[(&a, &target), (&b, &target)]), [""; 0]);
            target.stream.backup = true;
            assert_eq!(rules(&[(&a, &target), (&b, &target)]), [""; 0]);
        }
        assert_eq!(rules(&[(&a, &Target::default()), (&b, &Target::default())]), [""; 0]);
    }

    #[test]
    fn one_location_for_two() {
        let [a, b] = tables(["orders", "refunds"]);
        let mut target = target("s3://my-lake");
        target.locations.insert("refunds".into(), "s3://my-lake/orders".into());
        assert_eq!(
            found(&[(&a, &target), (&b, &target)])[0].1,
            "table refunds: table `orders` and table `refunds` both stand in `s3://my-lake/orders/`: give one of them \
             a place of its own with `locations`, or rename it [location-shared]"
        );
    }

    #[test]
    fn one_location_inside_another_whichever_comes_first() {
        let [a, b] = tables(["orders", "refunds"]);
        let mut target = target("s3://my-lake");
        target.locations.insert("refunds".into(), "s3://my-lake/orders/refunds/".into());
        let message = "table refunds: table `refunds` stands in `s3://my-lake/orders/refunds/`, inside \
                       `s3://my-lake/orders/` of table `orders`, where readers of that one find it: no LOCATION may \
                       hold another one: move one of the two with `locations` or `lake` [location-nested]";
        assert_eq!(found(&[(&a, &target), (&b, &target)])[0].1, message);
        assert_eq!(found(&[(&b, &target), (&a, &target)])[0].1, message);
    }

    #[test]
    fn rejects_and_raw_records_inside_a_location() {
        let [a, b] = tables(["orders", "refunds"]);
        let mut target = target("s3://my-lake/x");
        target.locations.insert("refunds".into(), "s3://my-lake/".into());
        target.stream.backup = true;
        let found = found(&[(&a, &target), (&b, &target)]);
        assert!(found.iter().all(|(rule, _)| *rule == "location-nested"), "{found:?}");
        for said in [
            "the rejects of `orders` stand in",
            "the journal of `orders` stands in",
            "the raw records of `orders` stand in",
        ] {
            assert!(found.iter().any(|(_, text)| text.contains(said)), "{said}: {found:?}");
        }
    }

    #[test]
    fn a_table_named_like_raw_records() {
        let [a, b] = tables(["orders", "orders_raw"]);
        let mut target = target("s3://my-lake");
        assert_eq!(rules(&[(&a, &target), (&b, &target)]), [""; 0]);
        target.stream.backup = true;
        assert_eq!(rules(&[(&a, &target), (&b, &target)]), ["location-shared", "raw-table-clash"]);
        assert_eq!(rules(&[(&b, &target), (&a, &target)]), ["location-shared", "raw-table-clash"]);
        // In another database, at another place, it is a table of its own.
        let other = Target { database: Some("other".into()), ..self::target("s3://other-lake") };
        assert_eq!(rules(&[(&a, &target), (&b, &other)]), [""; 0]);
    }

    #[test]
    fn one_stream_or_log_group_for_two() {
        let [a, b] = tables(["orders", "refunds"]);
        let mut target = target("s3://my-lake");
        target.stream.log_group = Some("/logs".into());
        assert_eq!(rules(&[(&a, &target), (&b, &target)]), ["log-group-shared"]);
        target.stream.name = Some("one".into());
        assert_eq!(rules(&[(&a, &target), (&b, &target)]), ["stream-shared"]);
        let elsewhere = Target { region: Some("eu-west-1".into()), ..target.clone() };
        assert_eq!(rules(&[(&a, &target), (&b, &elsewhere)]), [""; 0]);
    }
}
