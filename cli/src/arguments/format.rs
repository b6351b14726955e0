//! The format that was asked for, which one command alone may know.

use clap::ValueEnum;

use crate::failure::Failure;
use crate::output::Format;

/// A way to print, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum AskedFormat {
    /// For reading, fitted to the terminal
    Table,
    /// One array, or one object where there is one thing to show
    Json,
    /// One JSON object a line
    Jsonl,
    /// A header row, then one row each
    Csv,
    /// Metrics of Prometheus and OpenMetrics; of `sync-tasks health` alone
    Prometheus,
}

impl AskedFormat {
    /// The format of a command that prints no metrics.
    pub(crate) fn without_metrics(self) -> Result<Format, Failure> {
        self.of_records().ok_or_else(|| {
            let message =
                "-o prometheus is a format of `dataarts sync-tasks health` alone; choose table, json, jsonl or csv";
            Failure::usage(message.to_owned())
        })
    }

    /// The format, unless it is that of metrics.
    pub(crate) fn of_records(self) -> Option<Format> {
        match self {
            Self::Table => Some(Format::Table),
            Self::Json => Some(Format::Json),
            Self::Jsonl => Some(Format::Jsonl),
            Self::Csv => Some(Format::Csv),
            Self::Prometheus => None,
        }
    }
}
