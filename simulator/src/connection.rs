//! A connection whose answer can be cut off below HTTP, and on which no answer is without an id.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::unreadable;

/// The status line and the beginning of a header, of whatever answer.
const WITHIN_HEADERS: usize = 24;

/// Where an answer is cut off, and how.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cut {
    /// Reset before the first byte.
    BeforeHeaders,
    /// Reset within the headers.
    WithinHeaders,
    /// Reset behind the headers.
    AfterHeaders,
    /// Closed behind so many bytes of the body.
    InBody(usize),
}

/// Reaches the connection of a request, which carries it in its extensions.
///
/// What a cut counts is the answer to that request, as long as the caller waits for each answer before asking again.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectionHandle(Arc<Mutex<Option<Cutting>>>);

/// A cut that is to come, and how much got through before.
#[derive(Clone, Copy, Debug)]
struct Cutting {
    cut: Cut,
    written: Written,
}

impl ConnectionHandle {
    /// Cuts off the answer that is about to be written.
    pub(crate) fn cut(&self, cut: Cut) {
        *self.cutting() = Some(Cutting { cut, written: Written::default() });
    }

    /// Forgets a cut that the last answer did not come to, such as one in the body of an answer to HEAD.
    pub(crate) fn begin_answer(&self) {
        *self.cutting() = None;
    }

    fn cutting(&self) -> MutexGuard<'_, Option<Cutting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A TCP connection that does what its handle is told.
pub(crate) struct Connection {
    stream: TcpStream,
    handle: ConnectionHandle,
    refuse: Box<dyn Fn(StatusCode) -> Bytes + Send>,
    /// What is left of a refusal that goes out in place of hyper's.
    refusal: Bytes,
    refused: Refused,
}

/// How far the end of a connection has come on which hyper refused something.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Refused {
    /// It did not.
    #[default]
    Nothing,
    /// The refusal is on its way.
    Something,
    /// Nothing more goes out, and what still comes in is thrown away.
    Lingering,
}

impl Connection {
    /// Takes a connection over. `refuse` makes the answer to what hyper refuses with this status.
    pub(crate) fn new(stream: TcpStream, refuse: impl Fn(StatusCode) -> Bytes + Send + 'static) -> Self {
        let (handle, refuse, refusal) = (ConnectionHandle::default(), Box::new(refuse), Bytes::new());
        Self { stream, handle, refuse, refusal, refused: Refused::default() }
    }

    /// What reaches it from a request.
    pub(crate) fn handle(&self) -> ConnectionHandle {
        self.handle.clone()
    }

    /// Ends the connection where the cut is due; dropping the stream, which follows from the error, does the rest.
    fn end_if_due(&self, Cutting { cut, written }: Cutting) -> io::Result<()> {
        if !written.has_reached(cut) {
            return Ok(());
        }
        if !matches!(cut, Cut::InBody(_)) {
            // With nothing to linger for, closing sends RST.
            self.stream.set_zero_linger()?;
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    /// Writes as much of these bytes as the cut lets through, if there is one.
    fn poll_write_cut(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Some(mut cutting) = *self.handle.cutting() else {
            return Pin::new(&mut self.stream).poll_write(context, bytes);
        };
        self.end_if_due(cutting)?;
        let allowed = bytes.get(..cutting.written.allowed(cutting.cut, bytes)).unwrap_or_default();
        let count = ready!(Pin::new(&mut self.stream).poll_write(context, allowed))?;
        allowed.iter().take(count).for_each(|byte| cutting.written.advance(*byte));
        *self.handle.cutting() = Some(cutting);
        Poll::Ready(Ok(count))
    }

    fn poll_refusal(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.refusal.is_empty() {
            let count = ready!(Pin::new(&mut self.stream).poll_write(context, &self.refusal))?;
            drop(self.refusal.split_to(count));
        }
        Poll::Ready(Ok(()))
    }

    /// Reads to the end. To hang up before would send RST, which overtakes the refusal.
    fn poll_drain(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut buffer = [0; 8 * 1_024];
        loop {
            let mut read = ReadBuf::new(&mut buffer);
            let result = ready!(Pin::new(&mut self.stream).poll_read(context, &mut read));
            if result.is_err() || read.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    }
}

/// How much of the answer to be cut off is out.
#[derive(Clone, Copy, Debug, Default)]
struct Written {
    bytes: usize,
    /// Length of the headers, with the empty line behind them, once they are out.
    headers: Option<usize>,
    /// How many bytes of that empty line the last bytes may be.
    line_ends: u8,
}

impl Written {
    fn has_reached(&self, cut: Cut) -> bool {
        match (cut, self.headers) {
            (Cut::BeforeHeaders, _) => true,
            (Cut::WithinHeaders, _) => self.bytes >= WITHIN_HEADERS,
            (Cut::AfterHeaders, headers) => headers.is_some(),
            (Cut::InBody(length), headers) => headers.is_some_and(|headers| self.bytes >= headers + length),
        }
    }

    /// How many of these bytes may still go out.
    fn allowed(mut self, cut: Cut, bytes: &[u8]) -> usize {
        let due = bytes.iter().position(|byte| {
            let due = self.has_reached(cut);
            self.advance(*byte);
            due
        });
        due.unwrap_or(bytes.len())
    }

    fn advance(&mut self, byte: u8) {
        self.bytes += 1;
        self.line_ends = match (byte, self.line_ends) {
            (b'\r', 2) => 3,
            (b'\r', _) => 1,
            (b'\n', ends @ (1 | 3)) => ends + 1,
            _ => 0,
        };
        if self.line_ends == 4 && self.headers.is_none() {
            self.headers = Some(self.bytes);
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match unreadable::find(bytes) {
            // Taken as written here; hyper flushes it before it hangs up.
            Some((0, status)) => {
                self.handle.begin_answer();
                (self.refusal, self.refused) = ((self.refuse)(status), Refused::Something);
                Poll::Ready(Ok(bytes.len()))
            }
            Some((start, _)) => self.poll_write_cut(context, bytes.get(..start).unwrap_or_default()),
            None => self.poll_write_cut(context, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = slices.iter().find(|slice| !slice.is_empty()).map_or(&[][..], |slice| slice);
        if self.handle.cutting().is_some() || unreadable::find(first).is_some() {
            self.poll_write(context, first)
        } else {
            Pin::new(&mut self.stream).poll_write_vectored(context, slices)
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Here too, as an answer may end exactly where it is cut off.
        let cutting = *self.handle.cutting();
        cutting.map_or(Ok(()), |cutting| self.end_if_due(cutting))?;
        ready!(self.poll_refusal(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_refusal(context))?;
        if self.refused != Refused::Lingering {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
            if self.refused == Refused::Nothing {
                return Poll::Ready(Ok(()));
            }
            self.refused = Refused::Lingering;
        }
        self.poll_drain(context).map(Ok)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nx: \r\r\n\r\nbody\r\n\r\n";

    /// What gets through, written in pieces of this size.
    fn through(cut: Cut, piece: usize) -> Vec<u8> {
        let (mut written, mut output) = (Written::default(), Vec::new());
        for bytes in ANSWER.chunks(piece) {
            let allowed = &bytes[..written.allowed(cut, bytes)];
            allowed.iter().for_each(|byte| written.advance(*byte));
            output.extend(allowed);
            if written.has_reached(cut) {
                break;
            }
        }
        output
    }

    #[test]
    fn what_gets_through_does_not_depend_on_the_pieces() {
        for piece in 1..ANSWER.len() {
            assert_eq!(through(Cut::BeforeHeaders, piece), b"");
            assert_eq!(through(Cut::WithinHeaders, piece), &ANSWER[..24]);
            assert_eq!(through(Cut::AfterHeaders, piece), b"HTTP/1.1 200 OK\r\nx: \r\r\n\r\n");
            assert_eq!(through(Cut::InBody(2), piece), b"HTTP/1.1 200 OK\r\nx: \r\r\n\r\nbo");
            assert_eq!(through(Cut::InBody(99), piece), ANSWER);
        }
    }
}
