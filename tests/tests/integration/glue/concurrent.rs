//! Many at the same time, each with its own client.

use super::isolated::isolated;
use super::{open, start};
use crate::applying::concurrent::{many_tables, one_table};
use lakebed_tests::fake_glue::{Outcome, Settings};

fn settings() -> Settings {
    Settings { page_size: 100, ..Settings::default() }
}

#[test]
fn twenty_appliers_and_colleagues_on_one_table() {
    isolated(module_path!(), "twenty_appliers_and_colleagues_on_one_table", || {
        let fake = start(settings());
        one_table(&open(fake.url(), 1));
        let late = Outcome::Refused("ConcurrentModificationException".to_owned());
        assert!(fake.journal().iter().any(|call| call.outcome == late), "nobody was in the way of another");
    });
}

#[test]
fn twenty_appliers_of_tables_of_their_own() {
    isolated(module_path!(), "twenty_appliers_of_tables_of_their_own", || {
        let fake = start(settings());
        many_tables(&open(fake.url(), 1));
    });
}
