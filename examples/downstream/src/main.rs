//! The program; the README says how it is set up.

use std::error::Error;
use std::process::ExitCode;

use failing_task_alerts::{Configuration, Service};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let configuration = Configuration::read(|name| std::env::var(name).ok())?;
    let service = Service::new(configuration)?;
    tokio::select! {
        () = service.run() => Ok(()),
        stopped = tokio::signal::ctrl_c() => Ok(stopped?),
    }
}
