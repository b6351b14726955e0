//! A connection whose answer can be cut off below HTTP.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

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
pub(crate) struct ConnectionHandle(Arc<Mutex<Option<Cut>>>);

impl ConnectionHandle {
    /// Cuts off the answer that is about to be written.
    pub(crate) fn cut(&self, cut: Cut) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(cut);
    }

    fn pending(&self) -> Option<Cut> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A TCP connection that does what its handle is told.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    handle: ConnectionHandle,
    written: Written,
}

impl Connection {
    /// Takes a connection over.
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, handle: ConnectionHandle::default(), written: Written::default() }
    }

    /// What reaches it from a request.
    pub(crate) fn handle(&self) -> ConnectionHandle {
        self.handle.clone()
    }

    /// Ends the connection where the cut is due; dropping the stream, which follows from the error, does the rest.
    fn end_if_due(&self, cut: Cut) -> io::Result<()> {
        if !self.written.has_reached(cut) {
            return Ok(());
        }
        if !matches!(cut, Cut::InBody(_)) {
            // With nothing to linger for, closing sends RST.
            self.stream.set_zero_linger()?;
        }
        Err(io::ErrorKind::ConnectionAborted.into())
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
        let Some(cut) = self.handle.pending() else { return Pin::new(&mut self.stream).poll_write(context, bytes) };
        self.end_if_due(cut)?;
        let allowed = bytes.get(..self.written.allowed(cut, bytes)).unwrap_or_default();
        let count = ready!(Pin::new(&mut self.stream).poll_write(context, allowed))?;
        allowed.iter().take(count).for_each(|byte| self.written.advance(*byte));
        Poll::Ready(Ok(count))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.handle.pending().is_none() {
            return Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        }
        let first = slices.iter().find(|slice| !slice.is_empty());
        self.poll_write(context, first.map_or(&[], |slice| slice))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Here too, as an answer may end exactly where it is cut off.
        if let Some(cut) = self.handle.pending() {
            self.end_if_due(cut)?;
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
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
