//! Values that stand in the path of a file: `region=north%20west/`.

use lakebed_schema::hive_path;
use std::path::Path;

/// The partition values of a file, from the folders right above it: column, and text unless it is null. Text that
/// is no UTF-8 keeps replacement characters.
pub(super) fn values(file: &Path) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for folder in file.ancestors().skip(1) {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let Some((column, value)) = name.as_deref().and_then(|name| name.split_once('=')) else {
            break;
        };
        let value = Some(hive_path::unescape(value)).filter(|value| value != hive_path::NULL);
        found.push((hive_path::unescape(column), value));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_right_above_the_file_count() {
        let found = values(Path::new("/a=b/lake/t/dt=2026-11-23/region=x%2Fy%3D%C3%A9%zz/f.parquet"));
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(found, [("region".into(), text("x/y=é%zz")), ("dt".into(), text("2026-11-23"))]);
        assert_eq!(
            values(Path::new("t/r=__HIVE_DEFAULT_PARTITION__/q=/f")),
            [("q".into(), text("")), ("r".into(), None)]
        );
    }
}
