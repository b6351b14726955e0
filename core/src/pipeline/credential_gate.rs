//! Whether a request may be sent with one credential. No I/O and no clock.
//!
//! More than five failures in a row lock an access key for five minutes. So the first request of a credential is sent
//! alone, and the others wait for its response. If that takes long, one more is sent, so that an endpoint that does not
//! respond does not hold up all others. After HTTP 401 nothing more is sent with an access key for five minutes,
//! and then one request alone. A token is not locked: it gets a second chance, alone, because one 401 may be a stray one.

use std::collections::BTreeSet;
use std::time::Duration;

use http::StatusCode;

use crate::error::Error;

/// How long a rejected credential is not sent: as long as the service locks an access key.
const LOCKED: Duration = Duration::from_secs(300);

/// After so long without a response to the first request, a second one is sent.
const PATIENCE: Duration = Duration::from_millis(500);

/// One request in flight.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[must_use = "a request that is not handed back counts until its attempt times out"]
pub(crate) struct InFlight {
    /// When its attempt times out.
    end: Duration,
    number: u64,
}

/// Whether a request may be sent.
#[derive(Debug)]
#[must_use]
pub(crate) enum Admission {
    Granted(InFlight),
    /// Not before a request in flight is handed back, or this moment has come.
    WhenHandedBack(Duration),
    /// Not before this moment: the service rejected the credential with this error.
    Rejected(Duration, Error),
}

/// What the service has said of a credential.
#[derive(Debug)]
enum Standing {
    /// Nothing.
    Unproven,
    /// It accepted it.
    Proven,
    /// It rejected a token once, and has not accepted it since.
    Doubtful,
    Rejected(Duration, Error),
}

/// The requests with one credential, to any endpoint.
#[derive(Debug)]
pub(crate) struct CredentialGate {
    in_flight: BTreeSet<InFlight>,
    standing: Standing,
    /// When the last request was admitted.
    admitted: Duration,
    /// Rejections lock it.
    is_access_key: bool,
    number: u64,
}

impl CredentialGate {
    pub(crate) fn new(is_access_key: bool) -> Self {
        Self {
            in_flight: BTreeSet::new(),
            standing: Standing::Unproven,
            admitted: Duration::ZERO,
            is_access_key,
            number: 0,
        }
    }

    /// Admits a request whose attempt times out at `end`, if fewer than `most` are in flight at `now`.
    pub(crate) fn admit(&mut self, most: u32, now: Duration, end: Duration) -> Admission {
        self.expire(now);
        let most = match &self.standing {
            Standing::Rejected(until, error) => return Admission::Rejected(*until, error.clone()),
            Standing::Proven => usize::try_from(most).unwrap_or(usize::MAX),
            Standing::Unproven if self.in_flight.len() == 1 => {
                let second = self.admitted.saturating_add(PATIENCE);
                if now < second {
                    return Admission::WhenHandedBack(second);
                }
                2
            }
            Standing::Unproven | Standing::Doubtful => 1,
        };
        if let Some(first) = self.in_flight.first().filter(|_| self.in_flight.len() >= most) {
            return Admission::WhenHandedBack(first.end);
        }
        self.admitted = now;
        self.number = self.number.wrapping_add(1);
        let request = InFlight { end: end.max(now), number: self.number };
        self.in_flight.insert(request);
        Admission::Granted(request)
    }

    /// A response came, and this is its status; `error` tells of one that is HTTP 401.
    pub(crate) fn answered(
        &mut self,
        request: InFlight,
        status: StatusCode,
        now: Duration,
        error: impl FnOnce() -> Error,
    ) {
        self.handed_back(request);
        if status == StatusCode::UNAUTHORIZED {
            let is_last_chance = self.is_access_key || matches!(self.standing, Standing::Doubtful);
            match self.standing {
                Standing::Rejected(..) => {}
                _ if is_last_chance => self.standing = Standing::Rejected(now.saturating_add(LOCKED), error()),
                _ => self.standing = Standing::Doubtful,
            }
        } else if tells_of_the_credential(status) && !matches!(self.standing, Standing::Rejected(..)) {
            self.standing = Standing::Proven;
        }
    }

    /// No response came, or nothing was sent.
    pub(crate) fn handed_back(&mut self, request: InFlight) {
        self.in_flight.remove(&request);
    }

    /// Whether forgetting it changes nothing.
    pub(crate) fn is_idle(&mut self, now: Duration) -> bool {
        self.expire(now);
        self.in_flight.is_empty() && !matches!(self.standing, Standing::Rejected(..))
    }

    fn expire(&mut self, now: Duration) {
        while self.in_flight.first().is_some_and(|request| request.end <= now) {
            self.in_flight.pop_first();
        }
        if matches!(self.standing, Standing::Rejected(until, _) if until <= now) {
            self.standing = Standing::Unproven;
        }
    }
}

/// Whether a gateway that sends this status has looked at the credential. It may be overloaded before it does.
pub(super) fn tells_of_the_credential(status: StatusCode) -> bool {
    !status.is_server_error() && !matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTEMPT: Duration = Duration::from_secs(30);

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    fn granted(gate: &mut CredentialGate, now: u64) -> InFlight {
        match gate.admit(4, seconds(now), seconds(now) + ATTEMPT) {
            Admission::Granted(request) => request,
            other => panic!("at {now} s: {other:?}"),
        }
    }

    fn waits(gate: &mut CredentialGate, now: u64) -> bool {
        matches!(gate.admit(4, seconds(now), seconds(now) + ATTEMPT), Admission::WhenHandedBack(_))
    }

    fn rejected_until(gate: &mut CredentialGate, now: u64) -> Option<Duration> {
        match gate.admit(4, seconds(now), seconds(now) + ATTEMPT) {
            Admission::Rejected(until, error) => {
                assert_eq!(error.message(), "no");
                Some(until)
            }
            Admission::Granted(request) => {
                gate.handed_back(request);
                None
            }
            Admission::WhenHandedBack(_) => None,
        }
    }

    fn answer(gate: &mut CredentialGate, request: InFlight, status: u16, now: u64) {
        let status = StatusCode::from_u16(status).unwrap();
        gate.answered(request, status, seconds(now), || Error::credentials("no"));
    }

    #[test]
    fn the_first_request_goes_alone_and_the_others_after_its_response() {
        let mut gate = CredentialGate::new(true);
        let first = granted(&mut gate, 0);
        assert!(waits(&mut gate, 0));
        answer(&mut gate, first, 200, 2);
        let more: Vec<_> = (0..4).map(|_| granted(&mut gate, 2)).collect();
        assert!(waits(&mut gate, 2));
        more.into_iter().for_each(|request| gate.handed_back(request));
        assert!(gate.is_idle(seconds(2)));
    }

    #[test]
    fn one_more_goes_if_the_first_request_gets_no_response_and_then_none() {
        let mut gate = CredentialGate::new(true);
        let _hangs = granted(&mut gate, 0);
        assert!(matches!(
            gate.admit(4, PATIENCE / 2, ATTEMPT),
            Admission::WhenHandedBack(second) if second == PATIENCE
        ));
        let second = granted(&mut gate, 1);
        assert!(waits(&mut gate, 20));
        answer(&mut gate, second, 401, 21);
        assert!(rejected_until(&mut gate, 22).is_some());
    }

    #[test]
    fn a_response_that_says_nothing_of_the_credential_lets_one_more_go_alone() {
        for status in [429, 408, 500, 503] {
            let mut gate = CredentialGate::new(true);
            let first = granted(&mut gate, 0);
            answer(&mut gate, first, status, 1);
            let _second = granted(&mut gate, 1);
            assert!(waits(&mut gate, 1), "{status}");
        }
    }

    #[test]
    fn a_rejected_access_key_is_not_sent_for_five_minutes_and_then_once() {
        let mut gate = CredentialGate::new(true);
        let first = granted(&mut gate, 0);
        answer(&mut gate, first, 401, 1);
        assert_eq!(rejected_until(&mut gate, 2), Some(seconds(301)));
        assert_eq!(rejected_until(&mut gate, 300), Some(seconds(301)));
        assert!(!gate.is_idle(seconds(300)));
        let again = granted(&mut gate, 301);
        assert!(waits(&mut gate, 301));
        answer(&mut gate, again, 200, 302);
        let _both = (granted(&mut gate, 302), granted(&mut gate, 302));
    }

    #[test]
    fn where_an_access_key_stops_working_only_what_was_in_flight_is_rejected() {
        let mut gate = CredentialGate::new(true);
        let first = granted(&mut gate, 0);
        answer(&mut gate, first, 200, 0);
        let in_flight: Vec<_> = (0..4).map(|_| granted(&mut gate, 1)).collect();
        for (number, request) in in_flight.into_iter().enumerate() {
            answer(&mut gate, request, if number == 1 { 200 } else { 401 }, 2);
            assert_eq!(rejected_until(&mut gate, 2), Some(seconds(302)), "a late success does not open it");
        }
    }

    #[test]
    fn a_token_gets_a_second_chance_alone() {
        let mut gate = CredentialGate::new(false);
        let first = granted(&mut gate, 0);
        answer(&mut gate, first, 200, 0);
        let stray = granted(&mut gate, 1);
        answer(&mut gate, stray, 401, 1);
        let second = granted(&mut gate, 2);
        assert!(waits(&mut gate, 2));
        answer(&mut gate, second, 200, 3);
        for now in [4, 5] {
            assert_eq!(rejected_until(&mut gate, now), None);
            let request = granted(&mut gate, now);
            answer(&mut gate, request, 401, now);
        }
        assert_eq!(rejected_until(&mut gate, 6), Some(seconds(305)));
    }

    #[test]
    fn a_request_that_is_never_handed_back_is_forgotten_when_its_attempt_times_out() {
        let mut gate = CredentialGate::new(true);
        let lost = granted(&mut gate, 0);
        answer(&mut gate, lost, 200, 0);
        let _lost: Vec<_> = (0..4).map(|_| granted(&mut gate, 1)).collect();
        assert!(waits(&mut gate, 30));
        let _next = granted(&mut gate, 31);
    }
}
