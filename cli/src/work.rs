//! With what commands that decode records work, and what they refuse: shared by `convert` and `replay`.

use crate::quantity;
use lakebed::ConvertOptions;
use std::num::NonZeroUsize;

/// Threads and memory of a run.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct WorkArgs {
    /// Worker threads; the result is the same for any number [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,

    /// Memory for the run, at least 64MiB; what does not fit is set aside on disk [default: 512MiB]
    #[arg(long, value_name = "SIZE", value_parser = quantity::memory)]
    memory: Option<usize>,
}

impl WorkArgs {
    pub(crate) fn apply(&self, options: &mut ConvertOptions) {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        options.threads = self.threads.unwrap_or_else(cores).get();
        options.memory_bytes = self.memory.unwrap_or(options.memory_bytes);
    }
}

/// Bounds on single records.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct LimitArgs {
    /// Deepest nesting of a record, empty lists and objects included; deeper ones are refused [default: 128]
    #[arg(long, value_name = "LEVELS")]
    max_depth: Option<NonZeroUsize>,

    /// Longest record; longer ones are refused [default: 33554432]
    #[arg(long, value_name = "BYTES")]
    max_document_bytes: Option<NonZeroUsize>,
}

impl LimitArgs {
    pub(crate) fn apply(&self, options: &mut ConvertOptions) {
        let limits = &mut options.limits;
        limits.depth = self.max_depth.map_or(limits.depth, NonZeroUsize::get);
        limits.document_bytes = self.max_document_bytes.map_or(limits.document_bytes, NonZeroUsize::get);
    }
}
