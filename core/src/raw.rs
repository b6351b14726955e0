//! Requests by name or by path, whose responses are not decoded.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::client::Client;
use crate::error::Error;
use crate::operation;
use crate::operations::Operation;
use crate::options::CallOptions;
use crate::parameter::ParameterLocation;
use crate::pipeline::retry_loop::Descriptor;
use crate::request_error::RequestError;
use crate::response::Response;
use crate::task;

/// The parameter that a client fills in.
const PROJECT_ID: &str = "project_id";
/// The project in the path of a request by path.
const PROJECT_IN_PATH: &str = "{project_id}";

/// Headers that say who is calling, which host is meant or where the body ends.
const OWN_HEADERS: [&str; 10] = [
    "authorization",
    "connection",
    "content-length",
    "host",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "x-auth-token",
    "x-sdk-date",
    "x-security-token",
];

/// A request for an operation or a path that is chosen at run time. Made by [`Client::raw`] and [`Client::request`].
///
/// Its response is not decoded: the body is returned as it came.
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
    target: Target,
    values: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Bytes>,
    is_bounded: bool,
    idempotent: Option<bool>,
}

#[derive(Clone, Debug)]
enum Target {
    Operation(&'static Operation),
    Path { method: Method, path: String },
}

impl Client {
    /// Creates a request for an operation of the table in [`operations`](crate::operations). Like every call it is
    /// authenticated, rate limited, retried and bounded in time and size.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let operation = dataarts_security::operations::find("list_instances").ok_or("no such operation")?;
    /// let response = client.raw(operation).parameter("limit", "5").send().await?;
    /// println!("{} {}", response.status(), String::from_utf8_lossy(response.value()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw(&self, operation: &'static Operation) -> RawRequest {
        RawRequest::new(self, Target::Operation(operation))
    }

    /// Creates a request for any method and path of the endpoint, for operations that the OpenAPI document does not
    /// describe. Like every call it is authenticated, rate limited, retried and bounded in time and size.
    ///
    /// `{project_id}` in the path stands for the client's project. Write anything else in the path encoded, as it is to be
    /// sent. GET, HEAD, PUT, DELETE and OPTIONS are taken to be idempotent; see [`RawRequest::idempotent`].
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), dataarts_security::Error> {
    /// let request = client.request(http::Method::GET, "/v2/{project_id}/factory/jobs");
    /// let response = request.header("workspace", "f7bc8f2a71524d268c4293974e3dc35b").parameter("limit", "5").send().await?;
    /// println!("{}", String::from_utf8_lossy(response.value()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawRequest {
        RawRequest::new(self, Target::Path { method, path: path.into() })
    }
}

impl RawRequest {
    fn new(client: &Client, target: Target) -> Self {
        let (values, headers) = (Vec::new(), Vec::new());
        Self { client: client.clone(), target, values, headers, body: None, is_bounded: true, idempotent: None }
    }

    /// Adds a parameter by its API name: of an operation, any of its parameters; of a path, a query parameter. One that
    /// takes a list may be added more than once. [`send`](Self::send) validates it. Project and workspace of an operation
    /// are the client's unless they are added.
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

    /// Adds a header. Headers that authenticate the request or frame its body are rejected by [`send`](Self::send).
    ///
    /// ```
    /// # fn example(request: dataarts_security::RawRequest) {
    /// let request = request.header("workspace", "f7bc8f2a71524d268c4293974e3dc35b");
    /// # }
    /// ```
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body, which is sent as it is, with the content type of JSON.
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

    /// Sends parameters of an operation that violate its constraints, too, to see how the service responds. What would
    /// change the request around a value, such as a slash in a path segment, is still rejected.
    ///
    /// ```no_run
    /// # async fn example(client: dataarts_security::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let operation = dataarts_security::operations::find("list_instances").ok_or("no such operation")?;
    /// let response = client.raw(operation).parameter("limit", "101").without_bounds().send().await?;
    /// println!("{}", response.status());
    /// # Ok(())
    /// # }
    /// ```
    pub fn without_bounds(mut self) -> Self {
        self.is_bounded = false;
        self
    }

    /// Sets whether sending the request twice has the effect of sending it once, so that it may be retried after a failure
    /// with an unknown outcome. Default: what the OpenAPI document says of the operation; for a path, by the method.
    ///
    /// ```
    /// # fn example(client: dataarts_security::Client) {
    /// // A query that the API takes as POST.
    /// let request = client.request(http::Method::POST, "/v1/{project_id}/security/search").idempotent(true);
    /// # }
    /// ```
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = Some(idempotent);
        self
    }

    /// Overrides limits for this call; what `options` leaves unset stays as the client has it.
    ///
    /// ```
    /// # fn example(request: dataarts_security::RawRequest) {
    /// let request = request.with_options(dataarts_security::CallOptions::new().max_retries(0));
    /// # }
    /// ```
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.client = self.client.with_options(options);
        self
    }

    /// Sends the request. Returns status, headers and body of a success.
    ///
    /// ```no_run
    /// # async fn example(request: dataarts_security::RawRequest) {
    /// match request.send().await {
    ///     Ok(response) => println!("{} {} bytes", response.status(), response.value().len()),
    ///     Err(error) => eprintln!("{error}: {} bytes", error.body().map_or(0, |body| body.len())),
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`]: an unknown parameter, or one that is missing or violates its constraints; nothing was
    /// sent. Otherwise those of any call: [`Error::is_service`] for an error response, whose headers and body are
    /// [`Error::headers`] and [`Error::body`], [`Error::is_credentials`], [`Error::is_connect`], [`Error::is_timeout`],
    /// [`Error::is_transport`], [`Error::is_redirect`] and [`Error::is_throttled`].
    pub async fn send(self) -> Result<Response<Bytes>, Error> {
        task::spawn(self.send_here())?.await
    }

    async fn send_here(self) -> Result<Response<Bytes>, Error> {
        let descriptor = self.descriptor();
        let lacks_project = self.lacks(PROJECT_ID) && self.client.project_id().is_none();
        let build = |found: Option<String>| {
            let project_id = found.or_else(|| self.client.project_id().map(str::to_owned));
            let request = match &self.target {
                Target::Operation(operation) => self.operation_request(operation, project_id.as_deref()),
                Target::Path { method, path } => self.path_request(method, path, project_id.as_deref()),
            }?;
            let given = self.values.iter().find(|(name, _)| name == PROJECT_ID).map(|(_, value)| value.clone());
            Ok((request, given.or(project_id)))
        };
        operation::call(&self.client, descriptor, lacks_project, build, |response| {
            operation::check_status(response).map(|()| response.body.clone())
        })
        .await
    }

    fn descriptor(&self) -> Descriptor {
        let (id, template, idempotent) = match &self.target {
            Target::Operation(Operation { id, path, idempotent, .. }) => (*id, (*path).to_owned(), *idempotent),
            Target::Path { method, path } => ("request", path.clone(), method.is_idempotent()),
        };
        Descriptor { id, template, idempotent: self.idempotent.unwrap_or(idempotent) }
    }

    /// Whether the request takes this parameter and was not given it.
    fn lacks(&self, name: &str) -> bool {
        match &self.target {
            Target::Operation(operation) => {
                operation.parameters.iter().any(|parameter| parameter.name == name)
                    && !self.values.iter().any(|(given, _)| given == name)
            }
            Target::Path { path, .. } => name == PROJECT_ID && path.contains(PROJECT_IN_PATH),
        }
    }

    /// The unsigned request for an operation, its parameters validated.
    fn operation_request(
        &self,
        operation: &Operation,
        project_id: Option<&str>,
    ) -> Result<reqwest::Request, RequestError> {
        let parameters = operation.parameters;
        for (name, _) in &self.values {
            if !parameters.iter().any(|parameter| parameter.name == name) {
                return Err(rejected(no_parameter(operation, name)));
            }
        }
        let mut path = operation.path.to_owned();
        let (mut query, mut headers) = (Vec::new(), HeaderMap::new());
        for parameter in parameters {
            let given = self.values.iter().filter(|(name, _)| name == parameter.name);
            let mut values: Vec<&str> = given.map(|(_, value)| value.as_str()).collect();
            if values.is_empty() {
                values.extend(match parameter.location {
                    ParameterLocation::Header => self.client.header_parameter(parameter.name),
                    ParameterLocation::Path | ParameterLocation::Query => {
                        project_id.filter(|_| parameter.name == PROJECT_ID)
                    }
                });
            }
            if parameter.required && values.is_empty() {
                return Err(rejected(format!("`{}` is missing", parameter.name)));
            }
            if !parameter.is_list && values.len() > 1 {
                return Err(rejected(format!("`{}` is given more than once", parameter.name)));
            }
            for value in values {
                if self.is_bounded { parameter.check(value) } else { parameter.check_place(value) }?;
                match parameter.location {
                    ParameterLocation::Path => {
                        let encoded = progenitor_client::encode_path(value);
                        path = path.replace(&format!("{{{}}}", parameter.name), &encoded);
                    }
                    ParameterLocation::Query => query.push((parameter.name, value)),
                    ParameterLocation::Header => {
                        let name = HeaderName::try_from(parameter.name)
                            .map_err(|_| rejected(format!("`{}` cannot be a header", parameter.name)))?;
                        headers.append(name, HeaderValue::from_str(value)?);
                    }
                }
            }
        }
        if self.body.is_some() && !operation.has_body {
            return Err(rejected(format!("{} takes no body", operation.id)));
        }
        let method = Method::from_bytes(operation.method.as_bytes())
            .map_err(|_| rejected(format!("{} is no method", operation.method)))?;
        self.assemble(method, &path, &query, headers)
    }

    /// The unsigned request for a path.
    fn path_request(
        &self,
        method: &Method,
        path: &str,
        project_id: Option<&str>,
    ) -> Result<reqwest::Request, RequestError> {
        if !path.starts_with('/') {
            return Err(rejected(format!("invalid path {path:?}: expected one that begins with a slash")));
        }
        let path = match project_id {
            Some(id) => path.replace(PROJECT_IN_PATH, &progenitor_client::encode_path(id)),
            None if path.contains(PROJECT_IN_PATH) => return Err(rejected(format!("`{PROJECT_ID}` is missing"))),
            None => path.to_owned(),
        };
        let query: Vec<_> = self.values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.assemble(method.clone(), &path, &query, HeaderMap::new())
    }

    fn assemble(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        mut headers: HeaderMap,
    ) -> Result<reqwest::Request, RequestError> {
        let mut url = reqwest::Url::parse(&format!("{}{path}", self.client.base_url()))
            .map_err(|error| rejected(format!("the address of the request cannot be built: {error}")))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let json = HeaderValue::from_static("application/json");
        for (name, value) in &self.headers {
            let name = HeaderName::try_from(name.as_str())
                .map_err(|_| rejected(format!("invalid header name `{}`", name.escape_debug())))?;
            if OWN_HEADERS.contains(&name.as_str()) {
                return Err(rejected(format!("the header `{name}` is set by the client; leave it out")));
            }
            headers.append(name, HeaderValue::from_str(value)?);
        }
        headers.entry(header::ACCEPT).or_insert(json.clone());
        let mut request = reqwest::Request::new(method, url);
        if let Some(body) = &self.body {
            headers.entry(header::CONTENT_TYPE).or_insert(json);
            *request.body_mut() = Some(body.clone().into());
        }
        *request.headers_mut() = headers;
        Ok(request)
    }
}

fn no_parameter(operation: &Operation, name: &str) -> String {
    let names: Vec<_> = operation.parameters.iter().map(|parameter| parameter.name).collect();
    format!("`{}` is no parameter of {}; it has {}", name.escape_debug(), operation.id, names.join(", "))
}

fn rejected(reason: String) -> RequestError {
    RequestError::InvalidRequest(reason)
}
