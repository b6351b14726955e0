//! The built program, run as a user runs it: against the simulator, and against peers that break.

// Always set here; it tells clippy that helpers are test code too.
#[cfg(test)]
mod support {
    pub(crate) mod golden;
    pub(crate) mod peer;
    pub(crate) mod place;
    pub(crate) mod program;
    pub(crate) mod proxy;
    #[cfg(unix)]
    pub(crate) mod terminal;
    pub(crate) mod tls;
}

#[cfg(test)]
mod api;
#[cfg(test)]
mod auth_check;
#[cfg(test)]
mod auth_show;
#[cfg(test)]
mod authorities;
#[cfg(test)]
mod broken_peers;
#[cfg(test)]
mod call_options;
#[cfg(test)]
mod colours;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod foreign_text;
#[cfg(test)]
mod health;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod letter;
#[cfg(test)]
mod listing;
#[cfg(test)]
mod output_file;
#[cfg(test)]
mod probe;
#[cfg(test)]
mod probe_report;
#[cfg(test)]
#[cfg(unix)]
mod progress_bar;
#[cfg(test)]
mod report;
#[cfg(test)]
#[cfg(unix)]
mod signals;
#[cfg(test)]
mod simulated;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod targets;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod wait;
#[cfg(test)]
#[cfg(unix)]
mod watch;
#[cfg(test)]
#[cfg(unix)]
mod watch_keys;
#[cfg(test)]
#[cfg(unix)]
mod watch_lines;
