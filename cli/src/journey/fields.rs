//! The named values of a span or an event, as texts.

use std::fmt::{Debug, Write as _};

use tracing::field::{Field, Visit};

const DELAY: &str = "delay";

/// In the order in which they were told.
#[derive(Default)]
pub(super) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// Takes one out.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let position = self.0.iter().position(|(own, _)| *own == name)?;
        Some(self.0.remove(position).1)
    }

    /// The words of an event.
    pub(super) fn message(&self) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == "message").map(|(_, value)| value.as_str())
    }

    /// Whether these are the source of an identity and a message, and nothing else.
    pub(super) fn is_warning_of_identity(&self) -> bool {
        self.0.len() == 2 && self.0.iter().all(|(name, _)| matches!(*name, "source" | "message"))
    }

    /// Whether these tell of a wait too short to notice.
    pub(super) fn is_no_wait(&self) -> bool {
        let delay = self.0.iter().find(|(name, _)| *name == DELAY);
        delay.is_some_and(|(_, delay)| delay.ends_with("µs") || delay.ends_with("ns"))
    }

    /// All that is left, behind `lead`; empty where nothing is.
    pub(super) fn rest(&self, lead: &str) -> String {
        let mut text = String::new();
        for (name, value) in &self.0 {
            let lead = if text.is_empty() { lead } else { ", " };
            // Writing into a text cannot fail.
            let _ = write!(text, "{lead}{name} {value}");
        }
        text
    }

    fn set(&mut self, field: &Field, value: String) {
        match self.0.iter_mut().find(|(name, _)| *name == field.name()) {
            Some((_, old)) => *old = value,
            None => self.0.push((field.name(), value)),
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // A duration, of which its unit and one digit behind the point are enough.
        let text = if field.name() == DELAY { format!("{value:.1?}") } else { format!("{value:?}") };
        self.set(field, text);
    }
}
