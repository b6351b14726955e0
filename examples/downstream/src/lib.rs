//! Alerts on user synchronisation tasks of DataArts Studio that begin to fail, and that recover.

mod alert;
mod configuration;
mod service;
mod watch;

pub use alert::Alert;
pub use configuration::Configuration;
pub use service::Service;
pub use watch::Watch;
