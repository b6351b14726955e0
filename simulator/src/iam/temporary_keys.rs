//! Temporary access keys in exchange for a token.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::bad_request;
use super::login::{Body, bytes};
use super::request::{KeyRequest, KeyToken, read};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::timestamps::after;

const DEFAULT_SECONDS: u64 = 900;
const MAXIMUM_SECONDS: u64 = 86_400;

/// CreateTemporaryAccessKeyByToken. The token stands in the body or, as the reference allows too, in the header.
pub(super) async fn issue(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let request: KeyRequest = read(&bytes(body)?)?;
    if request.identity.methods != ["token"] {
        return Err(bad_request("The only method is token"));
    }
    let KeyToken { id, duration_seconds } =
        request.identity.token.unwrap_or(KeyToken { id: None, duration_seconds: None });
    let life = duration_seconds.map_or(Some(DEFAULT_SECONDS), |seconds| u64::try_from(seconds).ok());
    let life = life.filter(|seconds| (DEFAULT_SECONDS..=MAXIMUM_SECONDS).contains(seconds));
    let life = life.ok_or_else(|| bad_request("duration_seconds is not between 900 and 86400"))?;
    let in_header = || headers.get("x-auth-token").map(|token| String::from_utf8_lossy(token.as_bytes()).into_owned());
    let now = service.clock.now();
    let token = id.or_else(in_header).unwrap_or_default();
    // This part of IAM gives its codes as texts.
    service.authentication.check_token(token, now).map_err(|refusal| refusal.by_iam(Some("IAM.0067")))?;
    let key = service.authentication.issue_access_key(after(now, Duration::from_secs(life)), now);
    Ok((StatusCode::CREATED, Json(key.to_json())).into_response())
}
