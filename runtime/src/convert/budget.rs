//! How the memory of a run is shared out.

use crate::error::{Error, ErrorKind};

/// Bytes that a run holds when nothing else is asked for.
pub(super) const DEFAULT_MEMORY: usize = 512 << 20;
/// Fewer bytes are refused: below that the shares are too small to be kept to.
pub(super) const MIN_MEMORY: usize = 64 << 20;

/// The shares, in bytes. Only `row_group_bytes` and `document_bytes` can show in what is written; they follow from the
/// memory alone, not from the number of threads.
///
/// What each share is meant for at the peak, as fractions of the memory: rows held 3/8 less what the process itself has
/// (`PROGRAM_BYTES`), of which what files hold of row groups that are begun may have a third; a row group under way in the
/// encoder 1/4 at most, a third of that with data that compresses; workers and what they hand over 1/4; the program
/// itself, its stacks and the allocator's slack 1/8, of which the ranges of inputs on S3 have half at most. What goes to
/// S3 goes when nothing of the above is held any more, 32 MiB of it at a time. While spilled rows are merged no worker
/// runs and nothing
/// is held, and the blocks of the spill have a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Threads that fit.
    pub(crate) threads: usize,
    /// Bytes after which a batch is full.
    pub(crate) batch_bytes: usize,
    /// Bytes of what is decoded and not yet collected.
    pub(crate) ahead_bytes: usize,
    /// Bytes of rows held over all partitions before they are spilled.
    pub(crate) held_bytes: usize,
    /// Bytes of these that files may hold of row groups whose end is not in sight.
    pub(crate) begun_bytes: usize,
    /// Largest row group, whatever the table says.
    pub(crate) row_group_bytes: usize,
    /// Longest document.
    pub(crate) document_bytes: usize,
    /// Half of the bytes that a reader of S3 holds.
    pub(crate) range_bytes: u64,
    /// Bytes of rows in one block of a spill.
    pub(crate) spill_block_bytes: usize,
    /// Spills that are merged at once, each with one block in memory.
    pub(crate) spill_runs: usize,
}

/// Bytes that a thread needs at the least: what it reads at once, and its batch three times, growing and copied.
const THREAD_BYTES: usize = 8 << 20;
/// Bytes of a process before it holds a row, beyond the eighth that is left to it: measured with 64 and 128 MiB.
const PROGRAM_BYTES: usize = 16 << 20;

impl Budget {
    /// Shares out so many bytes among so many threads.
    ///
    /// # Errors
    /// Less than [`MIN_MEMORY`].
    pub(crate) fn new(memory: usize, threads: usize) -> Result<Self, Error> {
        if memory < MIN_MEMORY {
            let message = format!(
                "a run cannot keep to {memory} bytes of memory: it needs {MIN_MEMORY} ({} MiB) or more",
                MIN_MEMORY >> 20
            );
            return Err(Error::new(ErrorKind::Usage, message));
        }
        let workers = memory / 4;
        let threads = threads.clamp(1, (workers / THREAD_BYTES).max(1));
        // A thread has its batch three times over, and one more waits to be collected.
        let batch_bytes = ((workers / threads).saturating_sub(2 << 20) / 4).clamp(1 << 20, 16 << 20);
        let held_bytes = memory / 8 * 3 - PROGRAM_BYTES;
        let spill_block_bytes = (memory / 512).clamp(128 << 10, 1 << 20);
        Ok(Self {
            threads,
            batch_bytes,
            ahead_bytes: batch_bytes * threads,
            held_bytes,
            begun_bytes: held_bytes / 3,
            row_group_bytes: memory / 4,
            document_bytes: memory / 16,
            range_bytes: ((workers / threads / 8).clamp(256 << 10, 8 << 20)) as u64,
            spill_block_bytes,
            spill_runs: (memory / 4 / spill_block_bytes).clamp(2, 128),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_leaves_declared_sizes_alone() {
        let budget = Budget::new(DEFAULT_MEMORY, 2).unwrap();
        assert_eq!(budget.row_group_bytes as u64, lakebed_schema::Storage::default().row_group_bytes);
        assert_eq!(budget.document_bytes, crate::Limits::default().document_bytes);
    }

    #[test]
    fn shares_add_up_to_less_than_the_whole() {
        for memory in [MIN_MEMORY, 100 << 20, DEFAULT_MEMORY, 8 << 30] {
            for threads in [1, 2, 8, 64, 1000] {
                let budget = Budget::new(memory, threads).unwrap();
                let workers = budget.threads * (3 * budget.batch_bytes + (2 << 20)) + budget.ahead_bytes;
                let sum = budget.held_bytes + budget.row_group_bytes + workers;
                assert!(sum <= memory / 8 * 7, "{memory} bytes, {threads} threads: {budget:?}");
                let ranges = budget.threads as u64 * 2 * budget.range_bytes;
                assert!(ranges <= memory as u64 / 16, "{memory} bytes, {threads} threads: {budget:?}");
                let merge = budget.spill_runs * budget.spill_block_bytes;
                assert!(merge <= memory / 4, "{memory} bytes: {budget:?}");
                let alone = Budget::new(memory, 1).unwrap();
                assert_eq!(
                    (budget.row_group_bytes, budget.document_bytes),
                    (alone.row_group_bytes, alone.document_bytes)
                );
            }
        }
    }

    #[test]
    fn too_little_is_refused_with_the_least_that_will_do() {
        let error = Budget::new(MIN_MEMORY - 1, 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("64 MiB"), "{error}");
    }
}
