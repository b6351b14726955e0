//! The bodies in which the platform, and what stands before it, says that something went wrong.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Value, json};

const MESSAGE: &str = "Injected by the simulator";

/// Shape of the body of a [`CannedAnswer`](crate::CannedAnswer): every one that was seen in the field.
///
/// ```
/// use dataarts_simulator::{CannedAnswer, ErrorBody, StatusCode};
///
/// let unknown_workspace = CannedAnswer::new(StatusCode::BAD_REQUEST).body(ErrorBody::CamelCase);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum ErrorBody {
    /// `error_code` and `error_msg`, by the service itself: `service`.
    Service,
    /// The same with `request_id`, by the gateway before it: `gateway`.
    #[default]
    Gateway,
    /// `errorCode` and `errorMsg`: `camel-case`.
    CamelCase,
    /// `code` and `message`: `code-message`.
    CodeMessage,
    /// `error` with `code`, `message` and `title`, the code a number unless set, by IAM: `iam`.
    Iam,
    /// `error` with `error_code` and `error_msg`: `nested`.
    Nested,
    /// `errorCode` and `errorMsg` three objects deep: `deeply-nested`.
    DeeplyNested,
    /// With `encoded_authorization_message`, as denied by a policy: `authorization-message`.
    AuthorizationMessage,
    /// A list `details` of `error_code` and `error_msg`: `details`.
    Details,
    /// A page for people, by a proxy: `html`.
    Html,
    /// No body at all: `empty`.
    Empty,
}

impl ErrorBody {
    /// Every shape with its name.
    pub(super) const NAMES: [(Self, &'static str); 11] = [
        (Self::Service, "service"),
        (Self::Gateway, "gateway"),
        (Self::CamelCase, "camel-case"),
        (Self::CodeMessage, "code-message"),
        (Self::Iam, "iam"),
        (Self::Nested, "nested"),
        (Self::DeeplyNested, "deeply-nested"),
        (Self::AuthorizationMessage, "authorization-message"),
        (Self::Details, "details"),
        (Self::Html, "html"),
        (Self::Empty, "empty"),
    ];

    /// Content type, if any, and the body itself; `code` is the error code to give, if one was set.
    pub(super) fn render(
        self,
        status: StatusCode,
        code: Option<&str>,
        request_id: &str,
    ) -> (Option<&'static str>, Bytes) {
        match self {
            Self::Html => (Some("text/html; charset=utf-8"), html(status).into()),
            Self::Empty => (None, Bytes::new()),
            _ => (Some("application/json"), self.json(status, code, request_id).to_string().into()),
        }
    }

    fn json(self, status: StatusCode, code: Option<&str>, request_id: &str) -> Value {
        let by_service = code.unwrap_or("DLS.1001");
        let by_gateway = code.unwrap_or_else(|| gateway_code(status));
        match self {
            Self::Service => json!({"error_code": by_service, "error_msg": MESSAGE}),
            Self::CamelCase => json!({"errorCode": code.unwrap_or("DLS.6036"), "errorMsg": MESSAGE}),
            Self::CodeMessage => json!({"code": by_service, "message": MESSAGE}),
            Self::Iam => {
                let code = code.map_or_else(|| Value::from(status.as_u16()), Value::from);
                json!({"error": {"code": code, "message": MESSAGE, "title": title(status)}})
            }
            Self::Nested => json!({"error": {"error_code": by_service, "error_msg": MESSAGE}}),
            Self::DeeplyNested => {
                json!({"response": {"result": {"failure": {"errorCode": by_service, "errorMsg": MESSAGE}}}})
            }
            Self::AuthorizationMessage => json!({
                "error_code": by_gateway, "error_msg": MESSAGE, "encoded_authorization_message": "QUJDREVGR0g="
            }),
            Self::Details => json!({"details": [{"error_code": by_service, "error_msg": MESSAGE}]}),
            _ => json!({"error_code": by_gateway, "error_msg": MESSAGE, "request_id": request_id}),
        }
    }
}

/// The code that the gateway gives most often with a status.
fn gateway_code(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "APIGW.0301",
        403 => "APIGW.0302",
        404 => "APIGW.0101",
        405 => "APIGW.0501",
        429 => "APIGW.0308",
        400 | 413 | 414 | 494 | 502 | 504 => "APIGW.0201",
        503 => "APIGW.0613",
        _ => "APIGW.0601",
    }
}

fn title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}

fn html(status: StatusCode) -> String {
    let title = format!("{} {}", status.as_u16(), title(status));
    format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
            <hr><center>proxy</center>\r\n</body>\r\n</html>\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(body: ErrorBody, status: u16, code: Option<&str>) -> Value {
        let (kind, bytes) = body.render(StatusCode::from_u16(status).unwrap(), code, "id");
        assert_eq!(kind, Some("application/json"));
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn every_shape_has_a_name_of_its_own_and_a_body_that_differs() {
        let names: std::collections::BTreeSet<_> = ErrorBody::NAMES.iter().map(|(_, name)| name).collect();
        let bodies = ErrorBody::NAMES.map(|(body, _)| body.render(StatusCode::FORBIDDEN, Some("X.1"), "id").1);
        assert_eq!(names.len(), ErrorBody::NAMES.len());
        assert_eq!(bodies.iter().collect::<std::collections::BTreeSet<_>>().len(), bodies.len());
    }

    #[test]
    fn the_code_is_the_one_set_or_the_usual_one() {
        assert_eq!(json(ErrorBody::Gateway, 429, None)["error_code"], "APIGW.0308");
        assert_eq!(json(ErrorBody::Gateway, 429, Some("APIG.9"))["error_code"], "APIG.9");
        assert_eq!(json(ErrorBody::CamelCase, 400, None)["errorCode"], "DLS.6036");
        assert_eq!(json(ErrorBody::Iam, 401, None)["error"]["code"], 401);
        assert_eq!(json(ErrorBody::Iam, 401, Some("IAM.0002"))["error"]["code"], "IAM.0002");
        assert_eq!(json(ErrorBody::Details, 400, Some("X.1"))["details"][0]["error_code"], "X.1");
        assert_eq!(
            json(ErrorBody::DeeplyNested, 400, Some("X.1"))["response"]["result"]["failure"]["errorCode"],
            "X.1"
        );
    }

    #[test]
    fn a_page_for_people_names_the_status() {
        let (kind, body) = ErrorBody::Html.render(StatusCode::BAD_GATEWAY, None, "id");
        assert_eq!(kind, Some("text/html; charset=utf-8"));
        assert!(String::from_utf8_lossy(&body).contains("502 Bad Gateway"));
        assert_eq!(ErrorBody::Empty.render(StatusCode::OK, None, "id"), (None, Bytes::new()));
    }
}
