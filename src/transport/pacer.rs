//! Pacing driven by a clock: callers wait in a queue for their turn.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::select;
use tokio::sync::Notify;

use super::pacing::{Pacing, Rate, Ticket, Turn};
use crate::clock::Time;

/// The pace that the clones of a client share.
#[derive(Debug)]
pub(crate) struct Pacer {
    pacing: Mutex<Pacing>,
    /// Whoever holds it is first in the queue, which is in the order of arrival.
    turn: tokio::sync::Mutex<()>,
    ticket_back: Notify,
    time: Time,
}

impl Pacer {
    pub(crate) fn new(rate: Rate, time: Time) -> Arc<Self> {
        let pacing = Mutex::new(Pacing::new(rate));
        Arc::new(Self { pacing, turn: tokio::sync::Mutex::default(), ticket_back: Notify::new(), time })
    }

    /// Waits for the right to send one request. Returns it, and how long that took.
    pub(crate) async fn turn(self: &Arc<Self>) -> (Slot, Duration) {
        let begin = self.time.elapsed();
        let _first = self.turn.lock().await;
        loop {
            let back = self.ticket_back.notified();
            let turn = self.pacing().reserve(self.time.elapsed());
            match turn {
                Turn::Now(ticket) => {
                    let waited = self.time.elapsed().saturating_sub(begin);
                    return (Slot { pacer: self.clone(), ticket: Some(ticket), sent: false }, waited);
                }
                Turn::At(at) => {
                    let wait = self.time.sleep(at.saturating_sub(self.time.elapsed()));
                    // In this order, so that a clock that is turned by waiting is not turned in vain.
                    select(pin!(back), pin!(wait)).await;
                }
                Turn::AfterTicket => back.await,
            }
        }
    }

    fn pacing(&self) -> MutexGuard<'_, Pacing> {
        self.pacing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to send one request. Dropped, it goes back: as one that counts, where the request was sent.
#[derive(Debug)]
pub(crate) struct Slot {
    pacer: Arc<Pacer>,
    ticket: Option<Ticket>,
    sent: bool,
}

impl Slot {
    /// The request may reach the gateway from now on.
    pub(crate) fn sending(&mut self) {
        self.sent = true;
    }

    /// Nothing was sent after all.
    pub(crate) fn unsent(mut self) {
        self.sent = false;
    }

    /// The answer was 429.
    pub(crate) fn throttled(mut self, retry_after: Option<Duration>) {
        if let Some(ticket) = self.ticket.take() {
            self.pacer.pacing().throttled(ticket, self.pacer.time.elapsed(), retry_after);
            self.pacer.ticket_back.notify_one();
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket.take() else { return };
        if self.sent {
            self.pacer.pacing().finished(ticket, self.pacer.time.elapsed());
        } else {
            self.pacer.pacing().returned(ticket);
        }
        self.pacer.ticket_back.notify_one();
    }
}
