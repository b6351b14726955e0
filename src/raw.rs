//! Calls of any operation by its name, with the body as it comes.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::credentials::Identity;
use crate::error::Error;
use crate::operation::{self, RequestError};
use crate::operations::{Operation, Place};
use crate::response::{Response, request_id};
use crate::transport::{Answer, Call};
use crate::{CallOptions, Client, redaction};

/// The parameters that a client knows by itself.
const PROJECT_ID: &str = "project_id";
const WORKSPACE: &str = "workspace";

/// A request for an operation that was chosen when the program runs. Made by [`Client::raw`].
///
/// ```no_run
/// # async fn example(client: dataarts_security::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let operation = dataarts_security::operations::find("ListDataconnections").ok_or("no such operation")?;
/// let request = client.raw(operation).parameter("type", "DWS").parameter("limit", "5");
/// println!("{}", request.send().await?.status());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RawRequest {
    client: Client,
    operation: &'static Operation,
    values: Vec<(String, String)>,
    body: Option<Bytes>,
    is_bounded: bool,
}

/// Status, headers and body of a refusal.
type Refused = (StatusCode, HeaderMap, Bytes);

/// What came back, whatever its status.
///
/// ```no_run
/// # async fn example(request: dataarts_security::RawRequest) -> Result<(), dataarts_security::Error> {
/// let response = request.send().await?;
/// println!("{}: {} bytes", response.status(), response.body().len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RawResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    error: Option<Error>,
}

impl Client {
    /// A request for this operation, which the table in [`operations`](crate::operations) has. It goes the way of every
    /// other: with an identity, paced, sent again after what passes, within the client's limits.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let operation = dataarts_security::operations::find("list_instances").ok_or("no such operation")?;
    /// let answer = client.raw(operation).parameter("limit", "5").send().await?;
    /// println!("{} {}", answer.status(), String::from_utf8_lossy(answer.body()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw(&self, operation: &'static Operation) -> RawRequest {
        RawRequest { client: self.clone(), operation, values: Vec::new(), body: None, is_bounded: true }
    }
}

impl RawRequest {
    /// Sets a parameter by its name on the wire; one that takes a list may be given more than once. What is wrong with it
    /// is told by [`send`](Self::send). The project and the workspace are the client's unless they are given.
    ///
    /// ```
    /// # fn example(request: dataarts_security::RawRequest) {
    /// let request = request.parameter("limit", "5").parameter("offset", "10");
    /// # }
    /// ```
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.push((name.into(), value.into()));
        self
    }

    /// Sets the body, which is sent as it is and said to be JSON.
    ///
    /// ```
    /// # fn example(request: dataarts_security::RawRequest) {
    /// let request = request.body("{}");
    /// # }
    /// ```
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sends values beyond the bounds of the document too, to see what the service makes of them. What would change the
    /// request around a value, such as a slash in a part of the path, is refused all the same.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let operation = dataarts_security::operations::find("list_instances").ok_or("no such operation")?;
    /// let answer = client.raw(operation).parameter("limit", "101").without_bounds().send().await?;
    /// println!("{}", answer.status());
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_bounds(mut self) -> Self {
        self.is_bounded = false;
        self
    }

    /// Limits for this call alone; what they leave unset stays as the client has it.
    ///
    /// ```
    /// # fn example(request: dataarts_security::RawRequest) {
    /// let request = request.with_options(dataarts_security::CallOptions::new().retries(0));
    /// # }
    /// ```
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.client = self.client.with_options(options);
        self
    }

    /// Sends the request and returns what came back, a refusal too.
    ///
    /// ```no_run
    /// # async fn example(request: dataarts_security::RawRequest) -> Result<(), dataarts_security::Error> {
    /// let answer = request.send().await?;
    /// println!("{}", answer.status());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`]: an unknown parameter, or one missing or out of its bounds (nothing was sent), no identity, no connection,
    /// no answer in time.
    pub async fn send(self) -> Result<RawResponse, Error> {
        let mut refused = None;
        let Operation { id, path, .. } = *self.operation;
        let outcome = operation::in_span(id, path, &self.client, self.call(&mut refused)).await;
        match (outcome, refused) {
            (Ok(answer), _) => {
                let (status, headers) = (answer.status(), answer.headers().clone());
                Ok(RawResponse { status, headers, body: answer.into_value(), error: None })
            }
            (Err(error), Some((status, headers, body))) => {
                Ok(RawResponse { status, headers, body, error: Some(error) })
            }
            (Err(error), None) => Err(error),
        }
    }

    /// Sends the request; what refuses it is left in `refused`.
    async fn call(&self, refused: &mut Option<Refused>) -> Result<Response<Bytes>, Error> {
        let known = self.known_values().await?;
        let request = self.request(&known).map_err(RequestError::into_error)?;
        let project_id = self.values.iter().chain(&known).find(|(name, _)| name == PROJECT_ID);
        let project_id = project_id.map(|(_, value)| value.as_str()).or(self.client.project_id());
        let Operation { id, path, repeatable, .. } = *self.operation;
        let call = Call { operation: id, template: path, repeatable, project_id };
        operation::exchange(&self.client, request, call, |answer, identity| {
            operation::refusal(answer).map(|()| answer.body.clone()).inspect_err(|_| {
                *refused = Some((answer.status, answer.headers.clone(), without_secrets(answer, identity)));
            })
        })
        .await
    }

    /// What the client knows and nobody gave.
    async fn known_values(&self) -> Result<Vec<(String, String)>, Error> {
        let lacks = |name: &str| {
            let is_asked_for = self.operation.parameters.iter().any(|parameter| parameter.name == name);
            is_asked_for && !self.values.iter().any(|(given, _)| given == name)
        };
        let mut known = Vec::new();
        if lacks(WORKSPACE)
            && let Some(workspace) = self.client.workspace()
        {
            known.push((WORKSPACE.to_owned(), workspace.to_owned()));
        }
        if lacks(PROJECT_ID) {
            let id = match self.client.project_id() {
                Some(id) => Some(id.to_owned()),
                None => self.client.find_project_id().await?,
            };
            known.extend(id.map(|id| (PROJECT_ID.to_owned(), id)));
        }
        Ok(known)
    }

    /// The unsigned request, its parameters checked.
    fn request(&self, known: &[(String, String)]) -> Result<reqwest::Request, RequestError> {
        let parameters = self.operation.parameters;
        for (name, _) in &self.values {
            if !parameters.iter().any(|parameter| parameter.name == name) {
                return Err(refused(self.no_parameter(name)));
            }
        }
        let mut path = self.operation.path.to_owned();
        let (mut query, mut headers) = (Vec::new(), HeaderMap::new());
        for parameter in parameters {
            let values = self.values.iter().chain(known).filter(|(name, _)| name == parameter.name);
            let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
            if parameter.required && values.is_empty() {
                return Err(refused(format!("`{}` is missing", parameter.name)));
            }
            if !parameter.is_list && values.len() > 1 {
                return Err(refused(format!("`{}` is given more than once", parameter.name)));
            }
            for value in values {
                if self.is_bounded { parameter.check(value) } else { parameter.check_place(value) }?;
                match parameter.place {
                    Place::Path => {
                        let encoded = progenitor_client::encode_path(value);
                        path = path.replace(&format!("{{{}}}", parameter.name), &encoded);
                    }
                    Place::Query => query.push((parameter.name, value)),
                    Place::Header => {
                        let name = HeaderName::try_from(parameter.name)
                            .map_err(|_| refused(format!("`{}` cannot be a header", parameter.name)))?;
                        headers.append(name, HeaderValue::from_str(value)?);
                    }
                }
            }
        }
        self.assemble(&path, &query, headers)
    }

    fn assemble(
        &self,
        path: &str,
        query: &[(&str, &str)],
        mut headers: HeaderMap,
    ) -> Result<reqwest::Request, RequestError> {
        let method = Method::from_bytes(self.operation.method.as_bytes())
            .map_err(|_| refused(format!("{} is no method", self.operation.method)))?;
        let mut url = reqwest::Url::parse(&format!("{}{path}", self.client.base_url()))
            .map_err(|error| refused(format!("the address of the request cannot be built: {error}")))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let mut request = reqwest::Request::new(method, url);
        match &self.body {
            Some(_) if !self.operation.has_body => {
                return Err(refused(format!("{} takes no body", self.operation.id)));
            }
            Some(body) => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                *request.body_mut() = Some(body.clone().into());
            }
            None => {}
        }
        *request.headers_mut() = headers;
        Ok(request)
    }

    fn no_parameter(&self, name: &str) -> String {
        let names: Vec<_> = self.operation.parameters.iter().map(|parameter| parameter.name).collect();
        format!("`{}` is no parameter of {}; it has {}", name.escape_debug(), self.operation.id, names.join(", "))
    }
}

impl RawResponse {
    /// The HTTP status.
    ///
    /// ```
    /// # fn example(answer: &dataarts_security::RawResponse) {
    /// println!("{}", answer.status());
    /// # }
    /// ```
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    ///
    /// ```
    /// # fn example(answer: &dataarts_security::RawResponse) {
    /// println!("{:?}", answer.headers().get("date"));
    /// # }
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body, decompressed and otherwise byte for byte as it came; only out of a refusal the secrets of the caller are
    /// taken, should it repeat them.
    ///
    /// ```
    /// # fn example(answer: &dataarts_security::RawResponse) {
    /// println!("{} bytes", answer.body().len());
    /// # }
    /// ```
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The value of `X-Request-Id`, by which Huawei Cloud support finds the call.
    ///
    /// ```
    /// # fn example(answer: &dataarts_security::RawResponse) {
    /// println!("{}", answer.request_id().unwrap_or("none"));
    /// # }
    /// ```
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// What is wrong, where the status is no success.
    ///
    /// ```
    /// # fn example(answer: &dataarts_security::RawResponse) {
    /// println!("{}", answer.error().map_or("done".to_owned(), ToString::to_string));
    /// # }
    /// ```
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// The same, by value.
    ///
    /// ```
    /// # fn example(answer: dataarts_security::RawResponse) {
    /// let error = answer.into_error();
    /// # }
    /// ```
    pub fn into_error(self) -> Option<Error> {
        self.error
    }
}

/// The body of a refusal, which may quote what was sent.
fn without_secrets(answer: &Answer, identity: Option<&Identity>) -> Bytes {
    let text = String::from_utf8_lossy(&answer.body);
    let secrets = identity.into_iter().flat_map(Identity::secrets);
    redaction::without_secrets(&text, secrets).map_or_else(|| answer.body.clone(), Bytes::from)
}

fn refused(reason: String) -> RequestError {
    RequestError::InvalidRequest(reason)
}
