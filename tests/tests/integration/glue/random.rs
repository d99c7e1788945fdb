//! Random pairs of tables, planned and applied through the SDK.

use super::isolated::isolated;
use super::{open, start};
use crate::applying::random::{PAIRS, lives};
use lakebed_tests::fake_glue::Settings;
use lakebed_tests::property::cases;
use lakebed_tests::random_table::{foreign, pair};
use proptest::option;
use proptest::test_runner::TestRunner;
use std::cell::Cell;

#[test]
fn pairs_through_the_sdk() {
    isolated(module_path!(), "pairs_through_the_sdk", || {
        let fake = start(Settings { page_size: 100, empty_first_page: false, ..Settings::default() });
        let catalog = open(fake.url(), 1);
        let nothing = fake.snapshot();
        let updates = Cell::new(0_u32);
        let mut runner = TestRunner::new(cases(PAIRS));
        let outcome = runner.run(&(pair(), option::of(foreign())), |((before, after), theirs)| {
            fake.restore(&nothing);
            lives(&catalog, &before.glue(), &after.glue(), theirs.as_ref());
            let journal = fake.take_journal();
            let updated = journal.iter().any(|call| call.operation == "UpdateTable" && call.was_done());
            updates.set(updates.get() + u32::from(updated));
            Ok(())
        });
        outcome.unwrap_or_else(|failure| panic!("{failure}"));
        assert!(
            updates.get() > runner.config().cases / 3,
            "{} pairs had a change that is possible",
            updates.get()
        );
    });
}
