//! A peer that answers when it is let, and with what a test wants.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::support::{builder, name, number};

/// Longer than anything here takes; only there so that nothing hangs for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one request asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// Requests before this one.
    pub(crate) before: usize,
    pub(crate) limit: u64,
    pub(crate) offset: u64,
}

/// Numbers of the tasks on a page, and its total.
pub(crate) type Answer = (Vec<u32>, Option<i64>);

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) arrived: usize,
    pub(crate) in_flight: usize,
    /// Most of them at the same time.
    pub(crate) peak: usize,
}

pub(crate) struct Peer {
    address: SocketAddr,
    counts: Arc<watch::Sender<Counts>>,
    gate: Arc<Gate>,
    _connections: JoinSet<()>,
}

impl Peer {
    /// One whose gate is open.
    pub(crate) async fn open(answer: impl FnMut(Asked) -> Answer + Send + 'static) -> Self {
        let peer = Self::shut(answer).await;
        peer.let_through(usize::MAX);
        peer
    }

    /// One that answers nothing before it is let.
    pub(crate) async fn shut(mut answer: impl FnMut(Asked) -> Answer + Send + 'static) -> Self {
        Self::shut_bodies(move |asked| tasks(answer(asked))).await
    }

    /// One whose gate is open, and that answers with these bodies.
    pub(crate) async fn bodies(answer: impl FnMut(Asked) -> String + Send + 'static) -> Self {
        let peer = Self::shut_bodies(answer).await;
        peer.let_through(usize::MAX);
        peer
    }

    async fn shut_bodies(answer: impl FnMut(Asked) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (counts, gate) = (Arc::new(watch::Sender::new(Counts::default())), Arc::new(Gate::default()));
        let handler =
            Arc::new(Handler { counts: counts.clone(), gate: gate.clone(), answer: Mutex::new(Box::new(answer)) });
        let mut connections = JoinSet::new();
        connections.spawn(async move {
            let mut served = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let handler = handler.clone();
                let service = service_fn(move |request| {
                    let handler = handler.clone();
                    async move { Ok::<_, Infallible>(handler.answer(&request).await) }
                });
                let connection =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                served.spawn(async move { drop(connection.await) });
            }
        });
        Self { address, counts, gate, _connections: connections }
    }

    /// A quiet list of so many tasks, behind a shut gate.
    pub(crate) async fn shut_list(count: u32) -> Self {
        Self::shut(move |asked| page(0..count, asked)).await
    }

    pub(crate) fn client(&self) -> dataarts_security::Client {
        self.builder().build().unwrap()
    }

    pub(crate) fn builder(&self) -> dataarts_security::ClientBuilder {
        builder(&self.url())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn let_through(&self, answers: usize) {
        self.gate.open(answers);
    }

    pub(crate) fn counts(&self) -> Counts {
        *self.counts.borrow()
    }

    pub(crate) async fn until(&self, reached: impl FnMut(&Counts) -> bool) {
        let mut counts = self.counts.subscribe();
        let reached = tokio::time::timeout(PATIENCE, counts.wait_for(reached)).await;
        reached.expect("it never came to that").unwrap();
    }
}

/// The page of a list that holds what was asked for and tells the truth.
pub(crate) fn page(list: impl ExactSizeIterator<Item = u32>, asked: Asked) -> Answer {
    let total = list.len() as i64;
    (list.skip(asked.offset as usize).take(asked.limit as usize).collect(), Some(total))
}

/// A page of tasks as JSON.
fn tasks((tasks, total): Answer) -> String {
    let tasks: Vec<String> = tasks
        .into_iter()
        .map(|number| format!(r#"{{"id":"{}","create_time":{}}}"#, name(number), 1_000 * u64::from(number / 3)))
        .collect();
    let total = total.map_or_else(|| "null".to_owned(), |total| total.to_string());
    format!(r#"{{"total":{total},"tasks":[{}]}}"#, tasks.join(","))
}

struct Handler {
    counts: Arc<watch::Sender<Counts>>,
    gate: Arc<Gate>,
    answer: Mutex<Box<dyn FnMut(Asked) -> String + Send>>,
}

impl Handler {
    async fn answer(&self, request: &Request<Incoming>) -> Response<Body> {
        let _request = InFlight::enter(&self.counts);
        let before = self.counts.borrow().arrived - 1;
        let query = request.uri().query().unwrap();
        let asked = Asked { before, limit: number(query, "limit"), offset: number(query, "offset") };
        self.gate.pass(asked).await;
        let body = (self.answer.lock().unwrap())(asked);
        Response::builder().header("content-type", "application/json").body(Body(Some(body.into()))).unwrap()
    }
}

/// Lets so many through; of those that wait, the one of the lowest position first, whichever connection was quicker.
#[derive(Default)]
struct Gate(watch::Sender<Queue>);

#[derive(Default)]
struct Queue {
    open: usize,
    /// Position, and what tells requests of the same one apart.
    waiting: BTreeSet<(u64, usize)>,
}

impl Gate {
    fn open(&self, answers: usize) {
        self.0.send_modify(|queue| queue.open = queue.open.saturating_add(answers));
    }

    async fn pass(&self, asked: Asked) {
        let waiting = Waiting { gate: self, place: (asked.offset, asked.before) };
        self.0.send_modify(|queue| {
            queue.waiting.insert(waiting.place);
        });
        let mut queue = self.0.subscribe();
        let mut passed = false;
        while !passed {
            let is_next = |queue: &Queue| queue.open > 0 && queue.waiting.first() == Some(&waiting.place);
            queue.wait_for(is_next).await.unwrap();
            self.0.send_if_modified(|queue| {
                passed = is_next(queue);
                queue.open -= usize::from(passed);
                passed
            });
        }
    }
}

/// Leaves the queue when it has passed, or is given up by the caller.
struct Waiting<'a> {
    gate: &'a Gate,
    place: (u64, usize),
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.gate.0.send_modify(|queue| {
            queue.waiting.remove(&self.place);
        });
    }
}

/// Counted until it is answered or given up by the caller.
struct InFlight(Arc<watch::Sender<Counts>>);

impl InFlight {
    fn enter(counts: &Arc<watch::Sender<Counts>>) -> Self {
        counts.send_modify(|counts| {
            counts.arrived += 1;
            counts.in_flight += 1;
            counts.peak = counts.peak.max(counts.in_flight);
        });
        Self(counts.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.send_modify(|counts| counts.in_flight -= 1);
    }
}

/// A body that is there at once.
struct Body(Option<Bytes>);

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
        std::task::Poll::Ready(self.0.take().map(|bytes| Ok(hyper::body::Frame::data(bytes))))
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        hyper::body::SizeHint::with_exact(self.0.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
