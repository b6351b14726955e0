//! Which TLS and which HTTP is spoken with a server, by what it can.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http::header::CONTENT_TYPE;
use http::{Request, Response, Version};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ALL_VERSIONS;
use tokio_rustls::rustls::version::{TLS12, TLS13};

use crate::answers::{good, page};
use crate::certificates::Authority;
use crate::peer::{Peer, Script, Step};
use crate::support::{call, predicates};

/// What becomes of a call to a server that speaks no more than this, for the table in the documents.
pub(crate) const ROWS: [(&str, bool); 4] = [
    ("TLS 1.3 alone", true),
    ("TLS 1.2 alone", true),
    ("TLS 1.1 at most", false),
    ("TLS 1.1 at most, told by an alert", false),
];

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken() {
    let authority = Authority::new();
    for version in [&TLS13, &TLS12] {
        let peer = Peer::start_tls(authority.server_speaking(&[version], &[]), good());
        call(&authority.client(peer.address())).await.unwrap();
        assert_eq!((peer.connections(), peer.requests()), (1, 1), "{version:?}");
    }
}

/// The beginning of a server's answer in TLS 1.1: version 3.2, a random number, no session, a cipher of that time, no
/// compression.
fn hello_of_tls_1_1() -> Vec<u8> {
    let hello = [&[3, 2][..], &[0x5a; 32], &[0, 0xc0, 0x13, 0]].concat();
    let length = u8::try_from(hello.len()).unwrap();
    [&[0x16, 3, 2, 0, length + 4, 2, 0, 0, length][..], &hello].concat()
}

/// `protocol_version`, with which such a server may refuse to speak anything newer.
const ALERT: [u8; 7] = [0x15, 3, 2, 0, 2, 2, 70];

#[tokio::test]
async fn nothing_older_is_spoken_and_the_error_says_so() {
    let authority = Authority::new();
    for said in [hello_of_tls_1_1(), ALERT.to_vec()] {
        let script: Script = vec![Step::Send(said), Step::Hold];
        let peer = Peer::start(vec![], script);
        let error = call(&authority.client(peer.address())).await.unwrap_err();
        assert_eq!((predicates(&error), error.attempts()), (vec!["is_connect"], 1), "{error}");
        assert!(error.message().contains("it speaks neither TLS 1.2 nor 1.3"), "{error}");
        assert_eq!(peer.connections(), 1);
    }
}

/// A service in good order over TLS, in either version of HTTP. Writes down which it was asked in.
struct Service {
    address: SocketAddr,
    versions: Arc<Mutex<Vec<Version>>>,
    _tasks: JoinSet<()>,
}

impl Service {
    async fn start(tls: TlsAcceptor) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let versions = Arc::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, tls, Arc::clone(&versions)));
        Self { address, versions, _tasks: tasks }
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, versions: Arc<Mutex<Vec<Version>>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, versions) = (tls.clone(), versions.clone());
        connections.spawn(async move {
            let stream = tls.accept(stream).await.unwrap();
            let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let answer = service_fn(move |request: Request<Incoming>| {
                versions.lock().unwrap().push(request.version());
                let answer = Response::builder().header(CONTENT_TYPE, "application/json").body(page(1)).unwrap();
                async { Ok::<_, Infallible>(answer) }
            });
            // How the connection ends is of no interest.
            let _ = if is_http2 {
                http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), answer).await
            } else {
                http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await
            };
        });
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_offered_and_http_1_1_elsewhere() {
    let authority = Authority::new();
    let offers: [(&[&str], Version); 4] = [
        (&["h2", "http/1.1"], Version::HTTP_2),
        (&["h2"], Version::HTTP_2),
        (&["http/1.1"], Version::HTTP_11),
        (&[], Version::HTTP_11),
    ];
    for (offer, version) in offers {
        let service = Service::start(authority.server_speaking(ALL_VERSIONS, offer)).await;
        let client = authority.client(service.address);
        for _ in 0..2 {
            assert_eq!(call(&client).await.unwrap().total, Some(1), "{offer:?}");
        }
        assert_eq!(*service.versions.lock().unwrap(), [version; 2], "{offer:?}");
    }
}
