//! What any catalog must do, done by Glue's client against the strict fake: every case.

use super::isolated::{ACCESS_KEY, isolated};
use super::{open, start};
use lakebed_cli::catalog::Catalog;
use lakebed_tests::catalog_suite;
use lakebed_tests::fake_glue::{Outcome, Settings};
use lakebed_tests::server::REGION;

/// Runs every case, and gives those that failed with what they said.
pub(super) fn failures(catalog: &dyn Catalog) -> Vec<(&'static str, String)> {
    let cases = catalog_suite::cases().iter();
    cases.filter_map(|case| (case.run)(catalog).err().map(|failure| (case.name, failure))).collect()
}

fn passes(settings: Settings) {
    let settings = Settings { region: Some(REGION.to_owned()), ..settings };
    let fake = start(settings);
    let failures = failures(&open(fake.url(), 1));
    let said: Vec<_> = failures.iter().map(|(case, failure)| format!("{case}: {failure}")).collect();
    assert!(said.is_empty(), "{} cases:\n{}", said.len(), said.join("\n"));

    let journal = fake.journal();
    let signed = format!("AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/");
    assert!(
        journal
            .iter()
            .all(|call| call.authorization.as_deref().is_some_and(|text| text.starts_with(&signed)))
    );
    // Whatever the client sends has the form that the API wants.
    let malformed = Outcome::Refused("SerializationException".to_owned());
    let malformed: Vec<_> = journal.iter().filter(|call| call.outcome == malformed).collect();
    assert!(malformed.is_empty(), "{malformed:?}");
}

#[test]
fn every_case_passes_with_small_pages() {
    isolated(module_path!(), "every_case_passes_with_small_pages", || passes(Settings::default()));
}

#[test]
fn every_case_passes_with_large_pages() {
    isolated(module_path!(), "every_case_passes_with_large_pages", || {
        passes(Settings {
            page_size: 1000,
            empty_first_page: false,
            keys_at_once: 1000,
            ..Settings::default()
        });
    });
}
