//! A line for each tick.

use crate::render;
use lakebed::ingest::TickReport;

/// How ticks are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// A line for people
    Human,
    /// A JSON document a line
    Json,
}

impl LogFormat {
    /// The line of a tick, with its end.
    pub(crate) fn line(self, tick: &TickReport) -> String {
        match self {
            Self::Human => render::tick(tick),
            Self::Json => serde_json::to_string(tick).unwrap_or_default() + "\n",
        }
    }

    /// A line that is no tick's.
    pub(crate) fn message(self, text: &str) -> String {
        match self {
            Self::Human => format!("{}\n", render::plain(text)),
            Self::Json => serde_json::json!({ "message": text }).to_string() + "\n",
        }
    }
}
