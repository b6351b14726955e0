//! A body that comes as it was written down: in parts, with waits, and not always to an end.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// A body of these parts in turn, whose headers claim this length.
pub(super) fn scripted(parts: impl IntoIterator<Item = Part>, length: Option<usize>) -> Body {
    let length = length.and_then(|length| u64::try_from(length).ok());
    Body::new(ScriptedBody { parts: parts.into_iter().collect(), length })
}

struct ScriptedBody {
    parts: VecDeque<Part>,
    /// What the headers say of its length; a body without it goes out in chunks.
    length: Option<u64>,
}

pub(super) enum Part {
    /// These bytes.
    Once(Bytes),
    /// These bytes, so many times.
    Repeated(Bytes, u32),
    /// These bytes again and again.
    Endless(Bytes),
    /// Nothing until the time is over.
    Wait(Pin<Box<Sleep>>),
    /// Nothing any more.
    Hang,
}

impl Part {
    pub(super) fn wait(duration: Duration) -> Self {
        Self::Wait(Box::pin(sleep(duration)))
    }
}

impl HttpBody for ScriptedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        loop {
            let bytes = match self.parts.front_mut() {
                None => return Poll::Ready(None),
                Some(Part::Hang) => return Poll::Pending,
                Some(Part::Endless(bytes)) => bytes.clone(),
                Some(Part::Repeated(bytes, left @ 1..)) => {
                    *left -= 1;
                    bytes.clone()
                }
                Some(Part::Once(bytes)) if !bytes.is_empty() => std::mem::take(bytes),
                Some(Part::Wait(sleep)) => {
                    ready!(sleep.as_mut().poll(context));
                    self.parts.pop_front();
                    continue;
                }
                Some(Part::Once(_) | Part::Repeated(..)) => {
                    self.parts.pop_front();
                    continue;
                }
            };
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map(SizeHint::with_exact).unwrap_or_default()
    }
}
