//! Reading files without holding up the runtime.

use crate::error::Error;

/// Runs `work`, which reads files, on a separate thread. Not by `spawn_blocking`, which panics if no thread can be had.
pub(super) async fn reading_files<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (sender, outcome) = tokio::sync::oneshot::channel();
    // A caller that no longer waits does not need it.
    let work = move || drop(sender.send(work()));
    std::thread::Builder::new().name("huaweicloud-files".to_owned()).spawn(work).map_err(no_thread)?;
    outcome.await.unwrap_or_else(|error| Err(Error::credentials("reading a file panicked").with_source(error)))
}

fn no_thread(error: std::io::Error) -> Error {
    Error::credentials(format!("no thread can be started to read a file: {error}")).with_shown_source(error)
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_is_an_error_if_no_thread_can_be_had_to_read_it() {
        const ITSELF: &str = "auth::files::tests::a_file_is_an_error_if_no_thread_can_be_had_to_read_it";
        const STACK: &str = "RUST_MIN_STACK";
        // Such a stack is never there, so that the process below has no thread but its first.
        let too_large = (1_u64 << 60).to_string();
        if std::env::var(STACK).is_ok_and(|stack| stack == too_large) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let error = runtime.block_on(super::reading_files(|| Ok(()))).unwrap_err();
            assert!(error.to_string().contains("no thread can be started to read a file"), "{error}");
            return;
        }
        let mut itself = std::process::Command::new(std::env::current_exe().unwrap());
        let output = itself.args(["--exact", ITSELF]).env(STACK, too_large).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }
}
