//! A peer that does with each connection what its script says, and nothing by the clock.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// One thing that the peer does.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Reads a request to the end of its headers.
    Request,
    Send(Vec<u8>),
    /// Sends this again and again, until the client hangs up.
    Flood(Vec<u8>),
    /// Sends nothing until the client hangs up.
    Hold,
    /// Waits until the gate is opened.
    Wait(Gate),
    /// Opens the gate.
    Open(Gate),
    /// Ends the connection with RST.
    Reset,
}

/// Closed until someone opens it, once for each who waits.
pub(crate) type Gate = Arc<Notify>;

/// What happens on one connection. At its end the connection is closed in good order.
pub(crate) type Script = Vec<Step>;

/// What was seen so far.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) connections: AtomicU64,
    pub(crate) requests: AtomicU64,
    /// Connections that have come to their end.
    pub(crate) ended: AtomicU64,
    /// Bytes that left through [`Step::Flood`].
    pub(crate) flooded: AtomicU64,
}

#[derive(Debug)]
pub(crate) struct Peer {
    address: SocketAddr,
    counts: Arc<Counts>,
    /// Ends with the peer.
    _tasks: JoinSet<()>,
}

impl Peer {
    /// Follows `first` on the first connections, one script each, and `then` on all others.
    pub(crate) fn start(first: Vec<Script>, then: Script) -> Self {
        let listener = listen(Ipv4Addr::LOCALHOST.into());
        Self::serve(listener, None, first, then)
    }

    /// The same over TLS.
    pub(crate) fn start_tls(acceptor: TlsAcceptor, then: Script) -> Self {
        Self::serve(listen(Ipv4Addr::LOCALHOST.into()), Some(acceptor), Vec::new(), then)
    }

    pub(crate) fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, first: Vec<Script>, then: Script) -> Self {
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(Counts::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, tls, first, then, counts.clone()));
        Self { address, counts, _tasks: tasks }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn connections(&self) -> u64 {
        self.counts.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> u64 {
        self.counts.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn ended(&self) -> u64 {
        self.counts.ended.load(Ordering::SeqCst)
    }

    pub(crate) fn flooded(&self) -> u64 {
        self.counts.flooded.load(Ordering::SeqCst)
    }
}

fn listen(address: std::net::IpAddr) -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((address, 0))).unwrap();
    socket.listen(64).unwrap()
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    first: Vec<Script>,
    then: Script,
    counts: Arc<Counts>,
) {
    let mut first = first.into_iter();
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        counts.connections.fetch_add(1, Ordering::SeqCst);
        let script = first.next().unwrap_or_else(|| then.clone());
        let (tls, counts) = (tls.clone(), counts.clone());
        connections.spawn(async move {
            // Whether the client let the script come to its end says nothing.
            let _ = match tls {
                None => follow(stream, script, &counts).await,
                // A client that does not like the certificate hangs up here.
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => follow(stream, script, &counts).await,
                    Err(_) => Ok(()),
                },
            };
            counts.ended.fetch_add(1, Ordering::SeqCst);
        });
    }
}

/// A stream that can be ended with RST.
trait Resets: AsyncRead + AsyncWrite + Unpin {
    fn reset_on_drop(&self) -> std::io::Result<()>;
}

impl Resets for TcpStream {
    fn reset_on_drop(&self) -> std::io::Result<()> {
        self.set_zero_linger()
    }
}

impl Resets for tokio_rustls::server::TlsStream<TcpStream> {
    fn reset_on_drop(&self) -> std::io::Result<()> {
        self.get_ref().0.set_zero_linger()
    }
}

/// Ends early where the client has hung up.
async fn follow(mut stream: impl Resets, script: Script, counts: &Counts) -> std::io::Result<()> {
    for step in script {
        match step {
            Step::Request => {
                read_request(&mut stream).await?;
                counts.requests.fetch_add(1, Ordering::SeqCst);
            }
            Step::Send(bytes) => stream.write_all(&bytes).await?,
            Step::Flood(bytes) => loop {
                stream.write_all(&bytes).await?;
                counts.flooded.fetch_add(bytes.len() as u64, Ordering::SeqCst);
            },
            Step::Hold => {
                tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
            }
            Step::Wait(gate) => gate.notified().await,
            Step::Open(gate) => gate.notify_one(),
            Step::Reset => return stream.reset_on_drop(),
        }
    }
    stream.shutdown().await
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await?);
    }
    Ok(())
}
