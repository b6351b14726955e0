//! The span of a whole listing, around those of its pages.

use tracing::Span;
use tracing::field::Empty;

use super::list_changes::ListChanges;
use crate::error::Error;

/// Opened when the first page is asked for; told once, at the end or when the listing is dropped, how the list changed.
pub(super) struct ListingSpan {
    operation: &'static str,
    state: State,
}

enum State {
    Waiting,
    Open(Span),
    Closed,
}

impl ListingSpan {
    pub(super) fn new(operation: &'static str) -> Self {
        Self { operation, state: State::Waiting }
    }

    pub(super) fn open(&mut self) -> Span {
        if let State::Waiting = self.state {
            self.state = State::Open(tracing::info_span!(
                "listing",
                huaweicloud.operation = self.operation,
                otel.status_code = Empty,
                huaweicloud.listing.delivered = Empty,
                huaweicloud.listing.duplicates = Empty,
                huaweicloud.listing.rewinds = Empty,
                huaweicloud.listing.first_total = Empty,
                huaweicloud.listing.last_total = Empty,
                error.type = Empty,
            ));
        }
        match &self.state {
            State::Open(span) => span.clone(),
            State::Waiting | State::Closed => Span::none(),
        }
    }

    pub(super) fn close(&mut self, delivered: u64, drift: &ListChanges, error: Option<&Error>) {
        let State::Open(span) = std::mem::replace(&mut self.state, State::Closed) else { return };
        // OpenTelemetry knows whole numbers with a sign alone.
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        span.record("huaweicloud.listing.delivered", number(delivered));
        span.record("huaweicloud.listing.duplicates", number(drift.duplicates));
        span.record("huaweicloud.listing.rewinds", number(drift.rewinds));
        span.record("huaweicloud.listing.first_total", drift.first_total.map(number));
        span.record("huaweicloud.listing.last_total", drift.last_total.map(number));
        if let Some(error) = error {
            span.record("error.type", error.kind().as_str());
            span.record("otel.status_code", "ERROR");
        }
    }
}
