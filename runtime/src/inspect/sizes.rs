//! What the sizes of files and partitions call for.

use super::report::{PartitionSummary, SizeVerdict, Sizes, Skew, Spread};

/// Bytes that a file should have, so that reading it outweighs opening it.
const GOOD_FILE: u64 = 128 << 20;
/// Files in a partition that need no merging, however small they are.
const FEW_FILES: u64 = 4;
/// Partitions below which no one of them can be called an exception.
const FEW_PARTITIONS: usize = 4;
/// Times that a partition is larger than the one in the middle before it is worth a word.
const SKEW: u64 = 10;

pub(super) fn sizes(partitions: &[PartitionSummary]) -> Sizes {
    let files: u64 = partitions.iter().map(|partition| partition.files).sum();
    let bytes: u64 = partitions.iter().map(|partition| partition.bytes).sum();
    let average_bytes = bytes.checked_div(files).unwrap_or_default();
    let small = |partition: &&PartitionSummary| {
        partition.files > FEW_FILES && partition.bytes / partition.files < GOOD_FILE
    };
    let partitions_to_merge = partitions.iter().filter(small).count() as u64;
    let after = |partition: &PartitionSummary| {
        if small(&partition) { partition.bytes.div_ceil(GOOD_FILE).max(1) } else { partition.files }
    };
    let verdict = match (partitions_to_merge, average_bytes < GOOD_FILE) {
        (1.., _) => SizeVerdict::ManySmallFiles,
        (0, true) if files > 0 => SizeVerdict::LittleData,
        (0, _) => SizeVerdict::Fine,
    };
    Sizes {
        average_bytes,
        most_files: partitions.iter().map(|partition| partition.files).max().unwrap_or_default(),
        verdict,
        partitions_to_merge,
        files_after_merging: partitions.iter().map(after).sum(),
    }
}

pub(super) fn skew(partitions: &[PartitionSummary]) -> Option<Skew> {
    let largest = partitions.iter().rev().max_by_key(|partition| partition.rows)?;
    let median_rows = Spread::of(partitions.iter().map(|partition| partition.rows).collect()).median;
    let skewed =
        partitions.len() >= FEW_PARTITIONS && largest.rows >= median_rows.max(1).saturating_mul(SKEW);
    skewed.then(|| Skew { path: largest.path.clone(), rows: largest.rows, median_rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(rows: u64, files: u64, bytes: u64) -> PartitionSummary {
        PartitionSummary { path: format!("p={rows}/"), rows, files, bytes }
    }

    #[test]
    fn small_files_are_a_matter_of_their_number() {
        let verdict = |partitions: &[PartitionSummary]| sizes(partitions).verdict;
        assert_eq!(verdict(&[]), SizeVerdict::Fine);
        assert_eq!(verdict(&[partition(1, 1, 200 << 20)]), SizeVerdict::Fine);
        assert_eq!(verdict(&[partition(1, 4, 4 << 10); 1]), SizeVerdict::LittleData);
        let many = [partition(1, 60, 300 << 20), partition(2, 2, 1 << 20)];
        let found = sizes(&many);
        assert_eq!(found.verdict, SizeVerdict::ManySmallFiles);
        assert_eq!((found.partitions_to_merge, found.files_after_merging, found.most_files), (1, 3 + 2, 60));
    }

    #[test]
    fn one_partition_among_few_is_no_skew() {
        assert_eq!(skew(&[partition(1, 1, 1), partition(1000, 1, 1)]), None);
        let even: Vec<_> = (0..9).map(|i| partition(100 + i, 1, 1)).collect();
        assert_eq!(skew(&even), None);
        let one_large: Vec<_> =
            (0..9).map(|i| partition(100 + i, 1, 1)).chain([partition(5000, 1, 1)]).collect();
        assert_eq!(skew(&one_large).map(|skew| (skew.rows, skew.median_rows)), Some((5000, 104)));
    }
}
