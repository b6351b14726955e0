//! An answer together with what the transport knows of it.

use http::{HeaderMap, StatusCode};

use crate::redaction::{Redactor, ServerText};

/// In characters.
const LONGEST_REQUEST_ID: usize = 128;

/// What `send_with_response` of an operation returns: the decoded answer, and its status, headers and request id.
///
/// ```no_run
/// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
/// let response = client.show_member_sync_task().task_id("088c2b59114405ab4fbc0df5bd05202b").send_with_response().await?;
/// println!("{} {:?}", response.status(), response.request_id());
/// let task = response.into_value();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    project_id: Option<String>,
    redactor: Redactor,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, status: StatusCode, headers: HeaderMap, redactor: Redactor) -> Self {
        Self { value, status, headers, project_id: None, redactor }
    }

    pub(crate) fn with_project_id(self, project_id: Option<String>) -> Self {
        Self { project_id, ..self }
    }

    /// What makes texts of this response fit to be shown.
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// The request ID as it may be shown or logged.
    pub(crate) fn shown_request_id(&self) -> Option<ServerText> {
        shown_request_id(&self.headers, &self.redactor)
    }

    /// The project that the request was about, set or looked up.
    pub(crate) fn project_id(&self) -> Option<&str> {
        self.project_id.as_deref()
    }

    /// The decoded answer.
    ///
    /// ```
    /// # fn example(response: &dataarts_security::Response<dataarts_security::types::MemberSyncTask>) {
    /// println!("{:?}", response.value().cluster_name);
    /// # }
    /// ```
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The decoded answer, by value.
    ///
    /// ```
    /// # fn example(response: dataarts_security::Response<dataarts_security::types::MemberSyncTask>) {
    /// let task = response.into_value();
    /// # }
    /// ```
    pub fn into_value(self) -> T {
        self.value
    }

    /// The HTTP status, always a 2xx.
    ///
    /// ```
    /// # fn example(response: &dataarts_security::Response<dataarts_security::types::MemberSyncTask>) {
    /// assert!(response.status().is_success());
    /// # }
    /// ```
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the answer.
    ///
    /// ```
    /// # fn example(response: &dataarts_security::Response<dataarts_security::types::MemberSyncTask>) {
    /// println!("{:?}", response.headers().get("date"));
    /// # }
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The value of `X-Request-Id`, by which Huawei Cloud support finds the call.
    ///
    /// ```
    /// # fn example(response: &dataarts_security::Response<dataarts_security::types::MemberSyncTask>) {
    /// println!("{}", response.request_id().unwrap_or("none"));
    /// # }
    /// ```
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }
}

/// The request ID of the gateway, or of IAM if the gateway gave none.
fn request_id(headers: &HeaderMap) -> Option<&str> {
    ["x-request-id", "x-iam-trace-id"].iter().find_map(|name| headers.get(*name)).and_then(|value| value.to_str().ok())
}

/// That ID as it may be shown or logged.
pub(crate) fn shown_request_id(headers: &HeaderMap, redactor: &Redactor) -> Option<ServerText> {
    request_id(headers).map(|id| redactor.line(id, LONGEST_REQUEST_ID))
}
