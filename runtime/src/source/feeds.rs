//! Feeds that are known by name.

/// A feed that is known by name, for one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its name, such as `miv`.
    pub name: &'static str,
    /// The table that its records belong to.
    pub table: &'static str,
    /// Where it is.
    pub url: &'static str,
    /// What it is.
    pub about: &'static str,
}

/// All feeds that are known by name. `miv` is Meten-in-Vlaanderen, the counts of Flemish road traffic that
/// Agentschap Wegen en Verkeer and Vlaams Verkeerscentrum publish each minute (Modellicentie Gratis Hergebruik).
pub const FEEDS: &[Feed] = &[
    Feed {
        name: "miv",
        table: "traffic_measurement",
        url: "http://miv.opendata.belfla.be/miv/verkeersdata",
        about: "Flemish road traffic, each minute",
    },
    Feed {
        name: "miv",
        table: "traffic_snapshot",
        url: "http://miv.opendata.belfla.be/miv/verkeersdata",
        about: "Flemish road traffic, each minute",
    },
    Feed {
        name: "miv",
        table: "measuring_point",
        url: "http://miv.opendata.belfla.be/miv/configuratie/xml",
        about: "where the points are that measure it",
    },
];

/// The feed of that name for a table; nothing when there is none.
///
/// ```
/// let feed = lakebed::source::feeds::find("miv", "traffic_measurement");
/// assert!(feed.is_some_and(|feed| feed.url.ends_with("/miv/verkeersdata")));
/// ```
pub fn find(name: &str, table: &str) -> Option<&'static Feed> {
    FEEDS.iter().find(|feed| feed.name == name && feed.table == table)
}

/// Tables that have a feed of that name; none when it is no feed.
pub fn tables(name: &str) -> Vec<&'static str> {
    FEEDS.iter().filter(|feed| feed.name == name).map(|feed| feed.table).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_a_feed_for_each_of_its_tables() {
        assert_eq!(tables("miv"), ["traffic_measurement", "traffic_snapshot", "measuring_point"]);
        let points = find("miv", "measuring_point").map(|feed| feed.url);
        assert_eq!(points, Some("http://miv.opendata.belfla.be/miv/configuratie/xml"));
        assert_eq!((find("miv", "orders"), tables("other").len()), (None, 0));
    }
}
