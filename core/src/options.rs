//! What can be set for one call, or for all calls of a client.

use std::time::Duration;

use crate::pipeline::limits::Limits;

/// Limits of a call: how long it may take, how often it is sent, how much is read. What is not set stays as the client has
/// it.
///
/// | limit | unless set |
/// | --- | --- |
/// | [`attempt_timeout`](Self::attempt_timeout) | 30 s |
/// | [`call_timeout`](Self::call_timeout) | 120 s |
/// | [`read_timeout`](Self::read_timeout) | 10 s |
/// | [`retries`](Self::max_retries) | 3 |
/// | [`max_response_size`](Self::max_response_size) | 16 MiB |
///
/// ```
/// use std::time::Duration;
///
/// use dataarts_security::{CallOptions, Client};
///
/// # async fn example(client: Client) -> Result<(), dataarts_security::Error> {
/// let quick = CallOptions::new().call_timeout(Duration::from_secs(5)).max_retries(0);
/// let page = client.list_member_sync_tasks().with_options(quick).send().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[must_use]
pub struct CallOptions {
    attempt_timeout: Option<Duration>,
    call_timeout: Option<Duration>,
    /// Bounds the time of a call, whatever that is: what is left of a listing's.
    at_most: Option<Duration>,
    read_timeout: Option<Duration>,
    in_flight: Option<u32>,
    retries: Option<u32>,
    max_response_size: Option<usize>,
}

impl CallOptions {
    /// Nothing is set yet.
    ///
    /// ```
    /// let options = dataarts_security::CallOptions::new();
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Longest time of one attempt, from the request to the last byte of the answer.
    ///
    /// ```
    /// let options = dataarts_security::CallOptions::new().attempt_timeout(std::time::Duration::from_secs(10));
    /// ```
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Longest time of a whole call, with its login, its retries and the waits between them. One page of a listing is one
    /// call.
    ///
    /// ```
    /// let options = dataarts_security::CallOptions::new().call_timeout(std::time::Duration::from_secs(60));
    /// ```
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = Some(timeout);
        self
    }

    /// Longest wait for the next byte of a body, the first included: it counts from the end of the headers.
    ///
    /// ```
    /// let options = dataarts_security::CallOptions::new().read_timeout(std::time::Duration::from_secs(5));
    /// ```
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = Some(timeout);
        self
    }

    /// How often a call is sent again after a failure that may pass; 0 for never. It is sent again only where that does no
    /// harm.
    ///
    /// ```
    /// let options = dataarts_security::CallOptions::new().max_retries(5);
    /// ```
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// Largest body that is read, in bytes, after decompression.
    ///
    /// ```
    /// let options = dataarts_security::CallOptions::new().max_response_size(1024 * 1024);
    /// ```
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = Some(bytes);
        self
    }

    /// Lets so many requests with one credential be in flight.
    pub(crate) fn in_flight(mut self, requests: u32) -> Self {
        self.in_flight = Some(requests);
        self
    }

    pub(crate) fn deadline(mut self, time: Duration) -> Self {
        self.at_most = Some(time);
        self
    }

    /// These options where they are set, and else `others`.
    pub(crate) fn over(self, others: Self) -> Self {
        Self {
            attempt_timeout: self.attempt_timeout.or(others.attempt_timeout),
            call_timeout: self.call_timeout.or(others.call_timeout),
            at_most: self.at_most.or(others.at_most),
            read_timeout: self.read_timeout.or(others.read_timeout),
            in_flight: self.in_flight.or(others.in_flight),
            retries: self.retries.or(others.retries),
            max_response_size: self.max_response_size.or(others.max_response_size),
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        let limits = Limits::default();
        let mut retry = limits.retry;
        retry.max_retries = self.retries.unwrap_or(retry.max_retries);
        Limits {
            attempt: self.attempt_timeout.unwrap_or(limits.attempt),
            call: self.call_timeout.unwrap_or(limits.call).min(self.at_most.unwrap_or(Duration::MAX)),
            stall: self.read_timeout.unwrap_or(limits.stall),
            body: self.max_response_size.unwrap_or(limits.body),
            in_flight: self.in_flight.unwrap_or(limits.in_flight),
            retry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_for_a_call_wins_and_the_rest_stays() {
        let of_client = CallOptions::new().max_retries(7).max_response_size(9);
        let limits = CallOptions::new().max_retries(1).over(of_client).limits();
        assert_eq!((limits.retry.max_retries, limits.body, limits.call), (1, 9, Duration::from_secs(120)));
    }
}
