//! Connections, all of which end with the future that accepts them.

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinSet, yield_now};

use crate::connection::Connection;

/// Serves whoever connects. When this future is dropped, so is every connection, in whatever state it is.
pub(crate) async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(converse(stream, router.clone()));
            }
            // Mostly a lack of file descriptors: the end of a connection frees one.
            Err(_) => {
                if connections.join_next().await.is_none() {
                    yield_now().await;
                }
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, router: Router) {
    // Only costs time where it fails: an answer may wait for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let connection = Connection::new(stream);
    let (handle, router) = (connection.handle(), TowerToHyperService::new(router));
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(handle.clone());
        router.call(request)
    });
    // Whatever ends a conversation early is the client's affair; the simulator goes on.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(connection), service).await;
}
