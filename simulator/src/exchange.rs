//! What goes around every answer: its id, the fault it is to have, its record, and how long it takes.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::DATE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::sleep;

use crate::connection::ConnectionHandle;
use crate::fault::Fault;
use crate::journal::RecordedRequest;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::size_limits;
use crate::timestamps::http_date;

/// Answers a request as the service does, and as the rules in force would have it.
pub(crate) async fn exchange(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let now = service.clock.now();
    let request_id = service.next_request_id();
    let (mut parts, body) = request.into_parts();
    let fault = service.faults.strike(&parts);
    let mut record = RecordedRequest::arrived(&parts, now, &request_id);
    let connection = parts.extensions.remove::<ConnectionHandle>().unwrap_or_default();

    let replacement = fault.as_ref().and_then(|fault| fault.replacement(&request_id, now));
    let oversize = || size_limits::refusal(&parts).map(IntoResponse::into_response);
    let mut response = match replacement.or_else(oversize) {
        Some(response) => response,
        None => {
            let mut shape = service.settings.page_shape;
            if let Some(fault) = &fault {
                fault.bend(&mut shape);
            }
            parts.extensions.insert(shape);
            next.run(Request::from_parts(parts, body)).await
        }
    };
    if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
        response = refusal.render(&request_id);
    }
    if let Ok(request_id) = HeaderValue::try_from(request_id) {
        response.headers_mut().insert("x-request-id", request_id);
    }
    // By the simulator's clock, as hyper would take the machine's.
    if let Some(date) = http_date(service.clock.now()).and_then(|date| HeaderValue::try_from(date).ok()) {
        response.headers_mut().insert(DATE, date);
    }

    let latency = service.settings.latency.saturating_add(fault.as_ref().map(Fault::latency).unwrap_or_default());
    record.status = response.status().as_u16();
    record.fault.clone_from(&fault);
    // Before the wait, in which the caller may leave.
    service.journal.record(record);
    if !latency.is_zero() {
        sleep(latency).await;
    }
    match fault {
        Some(fault) => fault.spoil(response, &connection).await,
        None => response,
    }
}
