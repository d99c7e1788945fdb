//! The progress bar of a conversion: on standard error, on a terminal, nowhere else.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lakebed::Progress;
use std::time::Duration;

const TEMPLATE: &str =
    "{bar:30} {percent:>3} %  {binary_bytes} of {binary_total_bytes}  {binary_bytes_per_sec}  {eta} left";
/// For the time between the last byte read and the last file in its place.
const WRITING: &str = "{bar:30} {binary_total_bytes} read, writing Parquet  {elapsed}";

/// A bar over the stored bytes of all inputs; taken away when dropped.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new(visible: bool) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        // The target itself stays silent when standard error is no terminal.
        let target =
            if visible && !dumb { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let bar = Self(bar);
        bar.show(TEMPLATE);
        bar
    }

    fn show(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style.progress_chars("█▉▊▋▌▍▎▏ "));
        }
    }
}

impl Progress for Bar {
    fn total(&self, bytes: u64) {
        self.0.set_length(bytes);
        self.0.reset_eta();
        self.0.enable_steady_tick(Duration::from_millis(200));
    }

    fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
        if bytes > 0 && Some(self.0.position()) >= self.0.length() {
            self.show(WRITING);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_ones_that_the_bar_understands() {
        for template in [TEMPLATE, WRITING] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn a_hidden_bar_counts_all_the_same() {
        let bar = Bar::new(false);
        bar.total(10);
        bar.advance(4);
        assert_eq!((bar.0.position(), bar.0.length()), (4, Some(10)));
    }
}
