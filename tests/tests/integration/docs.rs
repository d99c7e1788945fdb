//! What the documentation lists is what there is.

use lakebed::artifacts::ARTIFACTS;
use lakebed_tests::{committed, workspace};
use std::fmt::Write as _;

#[test]
fn the_readme_lists_every_artifact() {
    let mut table = "| Artifact | What it is | Files |\n|---|---|---|\n".to_owned();
    for artifact in ARTIFACTS {
        let parts: Vec<String> = match artifact.parts() {
            [part] => vec![format!("`TABLE.{}`", part.suffix)],
            parts => parts.iter().map(|part| format!("`TABLE.{}` ({})", part.suffix, part.about)).collect(),
        };
        let _ = writeln!(table, "| `{}` | {} | {} |", artifact.name(), artifact.about(), parts.join(", "));
    }
    let readme = workspace::root().join("README.md");
    committed::assert_between(&readme, ("<!-- artifacts -->", "<!-- /artifacts -->"), &table);
}
