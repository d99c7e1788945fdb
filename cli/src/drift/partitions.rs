//! Folders of the lake against the partitions that engines know.

use super::{Code, Drift, Finding, Sides};
use crate::partitions::{self, PartitionFolders};
use crate::render::counted;
use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};
use lakebed_schema::projection::Projection;

pub(super) fn compare(sides: &Sides<'_>, folders: &PartitionFolders, drift: &mut Drift) {
    let program = sides.program;
    for folder in &folders.misplaced {
        let place = match folder.path.as_str() {
            "" => "the table's own folder".to_owned(),
            path => format!("`{path}`"),
        };
        drift.findings.push(
            Finding::new(
                Code::NoPartition,
                place,
                format!("holds {} and is no partition: {}", counted(folder.files, "file"), folder.problem),
                "move the files into a folder of the table's layout, or out of its LOCATION",
            )
            .with(std::iter::once(folder.path.clone())),
        );
    }
    let Some((wanted, actual, _)) = sides.catalog else { return };
    // What is not there has no partitions; that it is not there is a finding already.
    let Some(stored) = &actual.table else { return };
    if wanted.table.partition_keys.is_empty() {
        return;
    }
    if partitions::is_projected(&stored.table) {
        return projected(&stored.table, folders, sides, drift);
    }
    let registered = actual.partitions.as_deref().unwrap_or_default();
    let comparison = partitions::compare(&stored.table, folders, registered);
    let values = |partitions: &[GluePartition]| {
        let shown: Vec<String> = partitions.iter().map(|partition| partition.values.join("/")).collect();
        shown
    };
    if let [first, ..] = comparison.missing.as_slice() {
        let all = folders.partitions.len() as u64;
        drift.findings.push(
            Finding::new(
                Code::NotRegistered,
                format!("{} of {}", comparison.missing.len(), counted(all, "folder")),
                format!(
                    "{} not registered and read by nobody; the first is {}",
                    are(comparison.missing.len()),
                    first.values.join("/")
                ),
                format!("run `{program} partitions sync`"),
            )
            .with(values(&comparison.missing).into_iter()),
        );
    }
    if let [first, ..] = comparison.gone.as_slice() {
        drift.findings.push(
            Finding::new(
                Code::PartitionGone,
                format!(
                    "{} of {}",
                    comparison.gone.len(),
                    counted(registered.len() as u64, "registered partition")
                ),
                format!(
                    "{} no file; the first is {}",
                    if comparison.gone.len() == 1 { "has" } else { "have" },
                    first.values.join("/")
                ),
                format!("run `{program} partitions sync --prune`, if the files are gone on purpose"),
            )
            .with(values(&comparison.gone).into_iter()),
        );
    }
    for elsewhere in comparison.elsewhere {
        let values = elsewhere.values.join("/");
        match elsewhere.unread {
            Some(folder) => drift.findings.push(Finding::new(
                Code::ReadElsewhere,
                format!("partition {values}"),
                format!("is read from `{}`, and its folder `{folder}` by nobody", elsewhere.location),
                "move the files to where the catalog reads them, or correct the partition's location",
            )),
            None => drift.notes.push(format!(
                "partition {values} is read from `{}`, outside the folders of the table: not compared",
                elsewhere.location
            )),
        }
    }
}

fn projected(table: &GlueTable, folders: &PartitionFolders, sides: &Sides<'_>, drift: &mut Drift) {
    let keys: Vec<(String, String)> =
        table.partition_keys.iter().map(|key| (key.name.clone(), key.ty.clone())).collect();
    let location = table.storage.location.as_deref().unwrap_or_default();
    let projection = match Projection::from_properties(&keys, location, &table.parameters) {
        Ok(Some(projection)) => projection,
        // Not projected; or every query fails, which is what the parameters are changed for by `apply`.
        Ok(None) => return,
        Err(findings) => {
            drift.findings.extend(findings.0.into_iter().map(|finding| {
                Finding::new(Code::NotProjected, finding.place, finding.problem, finding.fix)
            }));
            return;
        }
    };
    let misses: Vec<_> = folders
        .partitions
        .iter()
        .filter_map(|folder| {
            let place = format!("{}/{}", location.trim_end_matches('/'), folder.path);
            Some((&folder.path, projection.matches(&place, sides.now).err()?))
        })
        .collect();
    let Some((first, miss)) = misses.first() else { return };
    drift.findings.push(
        Finding::new(
            Code::NotProjected,
            format!("{} of {}", misses.len(), counted(folders.partitions.len() as u64, "folder")),
            format!("{} outside the projection, where Athena never looks; the first is `{first}`: {miss}", are(misses.len())),
            format!(
                "widen the projection (projection.from and its like in lakebed.toml) and run `{} apply`, or move the \
                 files",
                sides.program
            ),
        )
        .with(misses.iter().map(|(path, _)| (*path).clone())),
    );
}

fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
