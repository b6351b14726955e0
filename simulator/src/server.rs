//! Connections, all of which end with the future that accepts them.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinSet, spawn_blocking};

use crate::connection::Connection;
use crate::service::{Service, router};
use crate::unreadable;

/// So long after a failure the next connection is tried.
const PAUSE: Duration = Duration::from_millis(10);

/// Where connections come from.
pub(crate) trait Accept {
    /// The next one.
    fn accept(&mut self) -> impl Future<Output = io::Result<TcpStream>> + Send;
}

impl Accept for TcpListener {
    async fn accept(&mut self) -> io::Result<TcpStream> {
        Self::accept(self).await.map(|(stream, _)| stream)
    }
}

/// Serves whoever connects. When this future is dropped, so is every connection, in whatever state it is.
pub(crate) async fn serve(mut listener: impl Accept, service: Arc<Service>) {
    let router = router(service.clone());
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok(stream) => {
                connections.spawn(converse(stream, service.clone(), router.clone()));
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => (),
            // Mostly a lack of file descriptors, which someone will give back; to ask all the time would take the processor
            // from them. On another thread, as the runtime may have no timer.
            Err(_) => drop(spawn_blocking(|| thread::sleep(PAUSE)).await),
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, service: Arc<Service>, router: Router) {
    // Only costs time where it fails: an answer may wait for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let connection = Connection::new(stream, move |status| unreadable::answer(&service, status));
    let (handle, router) = (connection.handle(), TowerToHyperService::new(router));
    let service = service_fn(move |mut request: Request<Incoming>| {
        handle.begin_answer();
        request.extensions_mut().insert(handle.clone());
        router.call(request)
    });
    // Whatever ends a conversation early is the client's affair; the simulator goes on.
    let _ = http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(connection), service).await;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::authentication::Authentication;
    use crate::clock::Clock;
    use crate::store::Store;

    /// Fails in these ways, once it has accepted one connection.
    struct Failing {
        listener: TcpListener,
        is_first: bool,
        failures: Vec<io::ErrorKind>,
    }

    impl Accept for Failing {
        async fn accept(&mut self) -> io::Result<TcpStream> {
            if !std::mem::take(&mut self.is_first)
                && let Some(failure) = self.failures.pop()
            {
                return Err(failure.into());
            }
            Accept::accept(&mut self.listener).await
        }
    }

    fn service() -> Arc<Service> {
        let authentication = Authentication::new(BTreeMap::new(), BTreeMap::new(), 0);
        let store = Store::from_iter([]);
        Arc::new(Service::new(store, authentication, Clock::system(), "p".to_owned(), "w".to_owned()))
    }

    #[tokio::test]
    async fn a_connection_that_cannot_be_accepted_keeps_no_other_from_being_served() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        // Accepted first, and idle to the end.
        let _idle = TcpStream::connect(address).await.unwrap();
        let failures = vec![io::ErrorKind::ConnectionAborted, io::ErrorKind::OutOfMemory, io::ErrorKind::Other];
        let server = tokio::spawn(serve(Failing { listener, is_first: true, failures }, service()));
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut status = [0; 12];
        connection.read_exact(&mut status).await.unwrap();
        assert_eq!(&status, b"HTTP/1.1 404");
        server.abort();
    }
}
