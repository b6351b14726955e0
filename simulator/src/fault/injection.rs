//! Where a fault gets at the answer: instead of it, in the page, in its JSON, in its body, or below HTTP.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_ENCODING, LOCATION};
use axum::http::{HeaderValue, response};
use axum::response::Response;
use dataarts_security::Timestamp;
use serde_json::Value;

use super::scripted_body::{Part, scripted};
use super::{Fault, ResetPoint, gzip, rewriting};
use crate::connection::{ConnectionHandle, Cut};
use crate::page_shape::PageShape;

/// How many bytes of an endless body come at once.
const SPACES: usize = 16 * 1024;

impl Fault {
    /// The answer that goes out in place of the service's, if the fault is one.
    pub(crate) fn replacement(&self, request_id: &str, now: Timestamp) -> Option<Response> {
        match self {
            Self::Canned(answer) => Some(answer.render(request_id, now)),
            Self::Redirect { status, location } => {
                let mut response = Response::default();
                *response.status_mut() = *status;
                response.headers_mut().insert(LOCATION, HeaderValue::try_from(location.to_string()).ok()?);
                Some(response)
            }
            _ => None,
        }
    }

    /// Bends the page that is about to be cut out of the list.
    pub(crate) fn bend(&self, shape: &mut PageShape) {
        match self {
            Self::OversizedPage(tasks) => shape.extra = *tasks,
            Self::CappedPage(tasks) => shape.cap = Some(*tasks),
            Self::RepeatedFirstPage => shape.repeat_first = true,
            _ => (),
        }
    }

    /// How much longer the answer takes.
    pub(crate) fn latency(&self) -> Duration {
        if let Self::Latency(latency) = self { *latency } else { Duration::ZERO }
    }

    /// Spoils an answer that is otherwise complete.
    pub(crate) async fn spoil(&self, response: Response, connection: &ConnectionHandle) -> Response {
        match self {
            Self::NullArrays => rewrite(response, rewriting::null_arrays).await,
            Self::UnknownValues => rewrite(response, rewriting::unknown_values).await,
            Self::WrongTypes => rewrite(response, rewriting::wrong_types).await,
            Self::WrongTotal(total) => rewrite(response, |value| rewriting::wrong_total(value, *total)).await,
            Self::Reset(point) => {
                connection.cut(point.cut());
                response
            }
            Self::TruncatedBody => {
                let (parts, body) = take_apart(response).await;
                connection.cut(Cut::InBody(body.len() / 2));
                Response::from_parts(parts, body.into())
            }
            Self::BodyLatency(_) | Self::Stall | Self::Gzip | Self::GzipBomb { .. } | Self::EndlessBody => {
                let (mut parts, body) = take_apart(response).await;
                if matches!(self, Self::Gzip | Self::GzipBomb { .. }) {
                    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                }
                Response::from_parts(parts, self.spoil_body(body))
            }
            _ => response,
        }
    }

    fn spoil_body(&self, body: Bytes) -> Body {
        let length = body.len();
        match self {
            Self::BodyLatency(latency) => scripted([Part::wait(*latency), Part::Once(body)], Some(length)),
            Self::Stall => scripted([Part::Once(body.slice(..length / 2)), Part::Hang], Some(length)),
            Self::Gzip => gzip::compress(&body).into(),
            Self::GzipBomb { mebibytes } => {
                let bomb = gzip::bomb(&body, *mebibytes);
                let length = bomb.length();
                let parts = [Part::Once(bomb.head), Part::Repeated(bomb.block, bomb.count), Part::Once(bomb.tail)];
                scripted(parts, Some(length))
            }
            Self::EndlessBody => {
                let spaces = Bytes::from_static(&[b' '; SPACES]);
                let start = body.slice(..length.saturating_sub(1));
                scripted([Part::Once(start), Part::Endless(spaces)], None)
            }
            _ => body.into(),
        }
    }
}

impl ResetPoint {
    fn cut(self) -> Cut {
        match self {
            Self::BeforeHeaders => Cut::BeforeHeaders,
            Self::WithinHeaders => Cut::WithinHeaders,
            Self::AfterHeaders => Cut::AfterHeaders,
        }
    }
}

/// Changes the JSON of an answer that went well; any other stays as it is.
async fn rewrite(response: Response, rewrite: impl FnOnce(&mut Value)) -> Response {
    if !response.status().is_success() {
        return response;
    }
    let (parts, mut body) = take_apart(response).await;
    if let Ok(mut value) = serde_json::from_slice(&body) {
        rewrite(&mut value);
        body = value.to_string().into();
    }
    Response::from_parts(parts, body.into())
}

/// The headers, which do not hold the length yet, and the whole body.
async fn take_apart(response: Response) -> (response::Parts, Bytes) {
    let (parts, body) = response.into_parts();
    // It lies in memory as it is, so that there is neither an end to wait for nor a failure.
    (parts, to_bytes(body, usize::MAX).await.unwrap_or_default())
}
