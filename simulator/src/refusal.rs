//! How a request is refused: which status, which code, and which of the body shapes.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::throttle::Throttled;

/// A request that is not served, with the reason as the service would give it.
///
/// Gateway codes carry the prefix `APIGW.` or `APIG.` in the field; an unknown path is answered with the second, so that
/// a client that knows only one of them is found out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refusal {
    /// By the gateway in front of the service; the body repeats the request id.
    Gateway { status: StatusCode, code: &'static str, message: String },
    /// By the gateway, because there were too many before.
    Throttled(Throttled),
    /// By IAM, whose code is a text, or else the status as a number.
    Iam { status: StatusCode, code: Option<&'static str>, message: String },
    /// By the metadata service of a machine, in plain text.
    Metadata { status: StatusCode, message: &'static str },
    /// By the service itself, always with HTTP 400.
    Service { code: &'static str, message: String },
    /// By the service's check of the workspace, which spells its keys in camel case.
    UnknownWorkspace,
}

impl Refusal {
    /// No such path, or none for this method.
    pub(crate) fn unknown_api() -> Self {
        let message = "The API does not exist or is not published".to_owned();
        Self::Gateway { status: StatusCode::NOT_FOUND, code: "APIG.0101", message }
    }

    /// The gateway cannot tell who is calling; `reason` says why.
    pub(crate) fn unauthenticated(reason: impl AsRef<str>) -> Self {
        let message = format!("Incorrect IAM authentication information: {}", reason.as_ref());
        Self::Gateway { status: StatusCode::UNAUTHORIZED, code: "APIGW.0301", message }
    }

    /// The token was good once.
    pub(crate) fn expired_token() -> Self {
        let message = "The token must be updated".to_owned();
        Self::Gateway { status: StatusCode::UNAUTHORIZED, code: "APIGW.0307", message }
    }

    /// The same refusal in the words of IAM, with this code or the status in its place.
    pub(crate) fn by_iam(self, code: Option<&'static str>) -> Self {
        match self {
            Self::Gateway { status, message, .. } => Self::Iam { status, code, message },
            other => other,
        }
    }

    /// The caller is known and may not do this.
    pub(crate) fn forbidden(reason: &str) -> Self {
        Self::Gateway { status: StatusCode::FORBIDDEN, code: "APIGW.0302", message: reason.to_owned() }
    }

    /// A header that the API requires is not there.
    pub(crate) fn missing_header(name: &str) -> Self {
        let message = format!("Required header {name} is missing");
        Self::Gateway { status: StatusCode::BAD_REQUEST, code: "APIGW.0106", message }
    }

    /// A header that can say one thing alone is there more than once.
    pub(crate) fn repeated_header(name: &str) -> Self {
        let message = format!("Header {name} was sent more than once");
        Self::Gateway { status: StatusCode::BAD_REQUEST, code: "APIGW.0201", message }
    }

    /// The body is longer than the gateway takes.
    pub(crate) fn body_too_large() -> Self {
        let message = "Request body is larger than 12 MB or broke off".to_owned();
        Self::Gateway { status: StatusCode::PAYLOAD_TOO_LARGE, code: "APIGW.0201", message }
    }

    /// What came in is no HTTP.
    pub(crate) fn unreadable() -> Self {
        let message = "The request cannot be read as HTTP/1.1".to_owned();
        Self::Gateway { status: StatusCode::BAD_REQUEST, code: "APIGW.0201", message }
    }

    /// Path and query together are longer than the gateway takes.
    pub(crate) fn uri_too_long() -> Self {
        let message = "The request URI is longer than 32 KB".to_owned();
        Self::Gateway { status: StatusCode::URI_TOO_LONG, code: "APIGW.0201", message }
    }

    /// The headers are longer than the gateway takes, which has a status of its own for that.
    pub(crate) fn headers_too_large() -> Self {
        let status = StatusCode::from_u16(494).unwrap_or(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        let message =
            "A request header is larger than 32 KB, or all are larger than 128 KB or more than 100".to_owned();
        Self::Gateway { status, code: "APIGW.0201", message }
    }

    /// A query parameter that the service does not take; `wanted` says what it would.
    pub(crate) fn invalid_parameter(name: &str, wanted: impl AsRef<str>) -> Self {
        Self::Service { code: "DLS.1001", message: format!("Invalid parameter {name}: {}", wanted.as_ref()) }
    }

    /// No instance has this id.
    pub(crate) fn unknown_instance(id: &str) -> Self {
        Self::Service { code: "DAYU.4402", message: format!("The operation failed, detail msg no instance {id}.") }
    }

    /// No task has this id.
    pub(crate) fn unknown_task(id: &str) -> Self {
        Self::Service { code: "DLS.3100", message: format!("Member sync task {id} does not exist") }
    }

    /// The answer as it goes out, for the request that was given this id.
    pub(crate) fn render(&self, request_id: &str) -> Response {
        let (status, body) = self.status_and_body(request_id);
        match self {
            Self::Metadata { message, .. } => (status, *message).into_response(),
            Self::Throttled(Throttled { retry_after: Some(retry_after), .. }) => {
                (status, [(RETRY_AFTER, retry_after)], Json(body)).into_response()
            }
            _ => (status, Json(body)).into_response(),
        }
    }

    /// Status and JSON of the answer; the metadata service has its message alone for that.
    pub(crate) fn status_and_body(&self, request_id: &str) -> (StatusCode, Value) {
        match self {
            Self::Gateway { status, code, message } => (*status, gateway_body(code, message, request_id)),
            Self::Throttled(throttled) => {
                (StatusCode::TOO_MANY_REQUESTS, gateway_body("APIGW.0308", &throttled.message, request_id))
            }
            Self::Iam { status, code, message } => {
                let code = code.map_or_else(|| json!(status.as_u16()), Value::from);
                let title = status.canonical_reason();
                (*status, json!({"error": {"code": code, "message": message, "title": title}}))
            }
            Self::Metadata { status, message } => (*status, json!(message)),
            Self::Service { code, message } => {
                (StatusCode::BAD_REQUEST, json!({"error_code": code, "error_msg": message}))
            }
            Self::UnknownWorkspace => (StatusCode::BAD_REQUEST, unknown_workspace()),
        }
    }
}

impl IntoResponse for Refusal {
    /// Only carries the refusal to where the request id is known and [`Refusal::render`] can be called.
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(self);
        response
    }
}

fn gateway_body(code: &str, message: &str, request_id: &str) -> Value {
    json!({"error_code": code, "error_msg": message, "request_id": request_id})
}

fn unknown_workspace() -> Value {
    json!({"errorCode": "DLS.6036", "errorMsg": "Workspace does not exist"})
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn body(refusal: &Refusal) -> (u16, Value) {
        let response = refusal.render("id");
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    #[tokio::test]
    async fn the_gateway_repeats_the_request_id_in_its_body() {
        let (status, body) = body(&Refusal::missing_header("workspace")).await;
        assert_eq!(status, 400);
        assert_eq!(body["error_code"], "APIGW.0106");
        assert_eq!(body["request_id"], "id");
    }

    #[tokio::test]
    async fn the_service_does_not() {
        let (status, body) = body(&Refusal::unknown_task("t")).await;
        assert_eq!(status, 400);
        assert_eq!(body.get("request_id"), None);
        assert!(body["error_msg"].as_str().unwrap().contains('t'));
    }

    #[tokio::test]
    async fn iam_gives_its_code_as_a_text_or_as_a_number() {
        let refusal = |code| Refusal::Iam { status: StatusCode::UNAUTHORIZED, code, message: "m".to_owned() };
        for (code, expected) in [(None, json!(401)), (Some("IAM.0067"), json!("IAM.0067"))] {
            let (status, body) = body(&refusal(code)).await;
            assert_eq!(status, 401);
            assert_eq!(body, json!({"error": {"code": expected, "message": "m", "title": "Unauthorized"}}));
        }
    }

    #[tokio::test]
    async fn an_unknown_workspace_is_refused_in_camel_case() {
        let (status, body) = body(&Refusal::UnknownWorkspace).await;
        assert_eq!((status, body), (400, json!({"errorCode": "DLS.6036", "errorMsg": "Workspace does not exist"})));
    }
}
