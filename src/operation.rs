//! What the generated builders have in common, and how one of them is sent.

use std::future::Future;

use http::{StatusCode, header};

use tracing::Instrument as _;
use tracing::field::Empty;

use crate::credentials::Identity;
use crate::error::Error;
use crate::response::{Response, request_id};
use crate::service_error;
use crate::transport::{self, Answer, Call, Exchange};
use crate::wire::{self, Unreadable};
use crate::{CallOptions, Client};

/// One operation of the document; implemented by each generated builder.
pub(crate) trait Operation: Sized {
    /// What a success decodes to.
    type Output;
    /// The `operationId`.
    const ID: &'static str;
    /// The path with its parameters' names in braces.
    const TEMPLATE: &'static str;
    /// Whether to send it twice does the same as to send it once.
    const REPEATABLE: bool;
    /// Fields of which an answer must hold one, where its schema demands none.
    const DEMANDED: &'static [&'static str];

    fn client(&self) -> &Client;
    /// The same with other limits.
    fn with_limits(self, options: CallOptions) -> Self;
    /// The project that the request is about, which a signature names in a header.
    fn project_id(&self) -> Option<String>;
    /// Whether it needs a project and was given none.
    fn lacks_project_id(&self) -> bool {
        false
    }
    /// The same about this project.
    fn with_project_id(self, _: String) -> Self {
        self
    }
    /// The unsigned request, its parameters checked.
    fn request(self) -> Result<reqwest::Request, RequestError>;
    fn read(body: &[u8]) -> Result<Self::Output, Unreadable>;
    /// Whether the decoded answer says nothing, so that the bytes need a second look.
    fn is_blank(output: &Self::Output) -> bool;

    /// Whether this asks for the beginning of a list.
    fn is_first_page(&self) -> bool {
        false
    }

    /// How many items a list claims that has none on its page.
    fn claim_without_items(_: &Self::Output) -> Option<i64> {
        None
    }
}

/// Why a request could not be built. Nothing was sent.
#[derive(Debug)]
pub(crate) enum RequestError {
    InvalidRequest(String),
    Header(http::header::InvalidHeaderValue),
    Build(reqwest::Error),
}

impl RequestError {
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::InvalidRequest(reason) => Error::invalid_input(reason),
            Self::Header(source) => Error::invalid_input("a header cannot hold the value given").with_source(source),
            Self::Build(source) => Error::invalid_input("the request cannot be built from the parameters")
                .with_source(source.without_url()),
        }
    }
}

impl From<http::header::InvalidHeaderValue> for RequestError {
    fn from(error: http::header::InvalidHeaderValue) -> Self {
        Self::Header(error)
    }
}

impl From<reqwest::Error> for RequestError {
    fn from(error: reqwest::Error) -> Self {
        Self::Build(error)
    }
}

/// Sends one operation and decodes the answer.
pub(crate) async fn send<O: Operation>(operation: O) -> Result<Response<O::Output>, Error> {
    let client = operation.client().clone();
    in_span(O::ID, O::TEMPLATE, &client, call(operation)).await
}

/// A call inside the span that tells how it went.
pub(crate) async fn in_span<T>(
    id: &'static str,
    template: &'static str,
    client: &Client,
    call: impl Future<Output = Result<Response<T>, Error>>,
) -> Result<Response<T>, Error> {
    let span = tracing::info_span!(
        "operation",
        otel.name = id,
        otel.status_code = Empty,
        url.template = template,
        server.address = client.endpoint().host(),
        http.response.status_code = Empty,
        dataarts.request_id = Empty,
        error.type = Empty,
    );
    // Boxed, because each future that holds this one would hold all of a call.
    let outcome = Box::pin(call).instrument(span.clone()).await.map_err(|error| error.in_operation(id));
    match &outcome {
        Ok(response) => {
            span.record("http.response.status_code", i64::from(response.status().as_u16()));
            span.record("dataarts.request_id", response.request_id());
        }
        Err(error) => {
            span.record("http.response.status_code", error.status().map(|status| i64::from(status.as_u16())));
            span.record("dataarts.request_id", error.request_id());
            span.record("error.type", error.kind());
            span.record("otel.status_code", "ERROR");
        }
    }
    outcome
}

async fn call<O: Operation>(mut operation: O) -> Result<Response<O::Output>, Error> {
    let client = operation.client().clone();
    if operation.lacks_project_id()
        && let Some(project_id) = client.find_project_id().await?
    {
        operation = operation.with_project_id(project_id);
    }
    let project_id = operation.project_id().or_else(|| client.project_id().map(str::to_owned));
    let is_first_page = operation.is_first_page();
    let request = operation.request().map_err(RequestError::into_error)?;
    let call =
        Call { operation: O::ID, template: O::TEMPLATE, repeatable: O::REPEATABLE, project_id: project_id.as_deref() };
    exchange(&client, request, call, |answer, _| {
        understand::<O>(answer).and_then(|output| match O::claim_without_items(&output) {
            Some(total) if is_first_page => Err(Error::empty_first_page(total)),
            _ => Ok(output),
        })
    })
    .await
}

/// Sends a request, and tells with the answer that `understand` finds out, or with its error, how it came to be.
pub(crate) async fn exchange<T>(
    client: &Client,
    request: reqwest::Request,
    call: Call<'_>,
    understand: impl FnOnce(&Answer, Option<&Identity>) -> Result<T, Error>,
) -> Result<Response<T>, Error> {
    let Exchange { answer, identity, canonical_request, attempts } = transport::exchange(client, request, call).await?;
    let id = request_id(&answer.headers).map(|id| service_error::one_line(id, 128));
    let output = understand(&answer, identity.as_deref()).map_err(|error| {
        let error = error
            .with_status(answer.status)
            .with_request_id(id)
            .with_attempts(attempts)
            .with_server_time(service_error::date(&answer.headers))
            .with_canonical_request(canonical_request.filter(|_| answer.status == StatusCode::UNAUTHORIZED));
        client.redact(error, identity.as_deref())
    })?;
    Ok(Response::new(output, answer.status, answer.headers))
}

/// What `answer` says, or why it is none to this operation.
pub(crate) fn understand<O: Operation>(answer: &Answer) -> Result<O::Output, Error> {
    refusal(answer)?;
    let content_type = content_type(answer);
    let output = O::read(&answer.body).map_err(|unreadable| not_understood(unreadable, content_type))?;
    if O::is_blank(&output) && !wire::holds_any(&answer.body, O::DEMANDED) {
        // Some gateways refuse with a success status.
        return Err(service_error::parse(&answer.body)
            .map_or_else(|| not_understood(Unreadable::new(nothing_of(O::DEMANDED)), content_type), Error::service));
    }
    Ok(output)
}

/// Why `answer` is no success by its status.
pub(crate) fn refusal(answer: &Answer) -> Result<(), Error> {
    if answer.status.is_redirection() {
        return Err(Error::redirect(format!(
            "the answer is a redirect to {}; none is followed",
            redirect_host(answer)
        )));
    }
    if !answer.status.is_success() {
        let error = service_error::parse(&answer.body);
        let describe = || service_error::describe(&answer.body, content_type(answer));
        return Err(Error::service(error.unwrap_or_else(describe)));
    }
    Ok(())
}

fn content_type(answer: &Answer) -> Option<&str> {
    answer.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())
}

fn nothing_of(names: &[&str]) -> String {
    match names {
        [first, second] => format!("neither {first} nor {second} is there"),
        [only] => format!("{only} is not there"),
        _ => "none of its fields is there".to_owned(),
    }
}

fn not_understood(unreadable: Unreadable, content_type: Option<&str>) -> Error {
    let kind = content_type.map_or_else(|| "no content type".to_owned(), |kind| service_error::one_line(kind, 60));
    Error::decode(format!("the answer is not what the document describes ({kind}): {}", unreadable.reason))
        .with_json_path(unreadable.path)
}

fn redirect_host(answer: &Answer) -> String {
    let location = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    match location.map(|location| location.parse::<http::Uri>()) {
        Some(Ok(target)) => target.host().map_or_else(|| "another path of the same host".to_owned(), str::to_owned),
        Some(Err(_)) | None => "an unnamed place".to_owned(),
    }
}
