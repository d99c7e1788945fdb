//! SQL of an existing table: any text is a table or findings; a table is valid, and generating it gives SQL that
//! reads as the same.

use lakebed_schema::artifacts;
use lakebed_schema::import::{ddl, from_ddl};

/// Any bytes.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = ddl::parse(text).map_err(|finding| finding.to_string());
    let imported = match from_ddl(text) {
        Ok(imported) => imported,
        Err(findings) => {
            assert!(!findings.to_string().is_empty());
            return;
        }
    };
    imported.table.validate().unwrap_or_else(|problems| panic!("imported and not valid: {problems}"));
    let Some(artifact) = artifacts::find("athena-ddl") else { panic!("no such artifact") };
    let [part, ..] = artifact.parts() else { panic!("no part") };
    let Ok(Some(rendered)) = artifact.render(part, &imported.table, &imported.target) else { return };
    let written = rendered.content.to_text();
    let again = from_ddl(&written).unwrap_or_else(|findings| panic!("{findings}\n{written}"));
    assert_eq!(again.table, imported.table, "{written}");
}
