//! The addresses of the metadata service.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::identifier::dashed_identifier;
use crate::refusal::Refusal;
use crate::service::Service;

/// The longest time that a token can be asked for.
const MAXIMUM_TTL_SECONDS: u64 = 21_600;

pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/meta-data/latest/api/token", put(token))
        .route("/openstack/latest/securitykey", get(security_key))
        .route("/openstack/latest/meta_data.json", get(meta_data))
        .method_not_allowed_fallback(async || Refusal::unknown_api())
}

/// The token as plain text, for as long as it is asked for.
async fn token(State(service): State<Arc<Service>>, headers: HeaderMap) -> Result<Response, Refusal> {
    if let Some(status) = service.instance.metadata.without_token_mode {
        return Err(Refusal::Metadata { status, message: "Metadata tokens are not available" });
    }
    let life = text(&headers, "x-metadata-token-ttl-seconds").and_then(|seconds| seconds.parse().ok());
    let life = life.filter(|seconds| (1..=MAXIMUM_TTL_SECONDS).contains(seconds)).ok_or(Refusal::Metadata {
        status: StatusCode::BAD_REQUEST,
        message: "X-Metadata-Token-Ttl-Seconds must be a whole number from 1 to 21600",
    })?;
    let origin = service.next_request_id();
    Ok(service.instance.issue_token(&origin, Duration::from_secs(life), service.clock.now()).into_response())
}

/// Temporary keys of the machine's agency.
async fn security_key(State(service): State<Arc<Service>>, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    admit(&service, &headers)?;
    if !service.instance.metadata.has_agency {
        // Clients look for these words, to tell this from a token that they need to renew.
        let message = "Please configure Cloud Service Agency first";
        return Err(Refusal::Metadata { status: StatusCode::UNAUTHORIZED, message });
    }
    Ok(Json(service.instance.key(&service.authentication, service.clock.now()).to_json()))
}

/// What a machine can learn of itself.
async fn meta_data(State(service): State<Arc<Service>>, headers: HeaderMap) -> Result<Json<Value>, Refusal> {
    admit(&service, &headers)?;
    let region = &service.instance.metadata.region;
    Ok(Json(json!({
        "uuid": dashed_identifier("machine"),
        "name": "ecs-simulated",
        "hostname": "ecs-simulated.novalocal",
        "availability_zone": format!("{region}a"),
        "region_id": region,
        "project_id": service.project_id,
        "launch_index": 0,
        "meta": {},
    })))
}

fn admit(service: &Service, headers: &HeaderMap) -> Result<(), Refusal> {
    if service.instance.admits(text(headers, "x-metadata-token"), service.clock.now()) {
        Ok(())
    } else {
        Err(Refusal::Metadata {
            status: StatusCode::UNAUTHORIZED,
            message: "The metadata token is missing or has expired",
        })
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
