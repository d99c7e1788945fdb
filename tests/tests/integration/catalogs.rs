//! Every catalog that needs no service does what the suite says.

use lakebed_cli::catalog::{Catalog, FolderCatalog, MemoryCatalog};
use lakebed_tests::catalog_suite;

fn passes_the_suite(catalog: &dyn Catalog) {
    let mut failures = Vec::new();
    for case in catalog_suite::cases() {
        if let Err(failure) = (case.run)(catalog) {
            failures.push(format!("{}: {failure}", case.name));
        }
    }
    assert!(failures.is_empty(), "{} in {}:\n{}", failures.len(), catalog.shown(), failures.join("\n"));
}

#[test]
fn memory_passes_the_suite() {
    passes_the_suite(&MemoryCatalog::new());
}

#[test]
fn a_folder_passes_the_suite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    passes_the_suite(&FolderCatalog::new(folder.path()).unflushed());
}
