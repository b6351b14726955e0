//! What the generated builders have in common, and how one of them is sent.

use http::header;
use tracing::Instrument as _;
use tracing::field::{Empty, display};

use crate::client::Client;
use crate::error::Error;
use crate::interceptor::FinishedCall;
use crate::options::CallOptions;
use crate::pipeline::Pipeline;
use crate::pipeline::retry_loop::{Descriptor, RetryLoop};
use crate::redaction::ServerText;
use crate::request_error::RequestError;
use crate::response::Response;
use crate::service_error;
use crate::task;
use crate::transport::attempt::BufferedResponse;
use crate::wire;
use crate::wire::decode_error::DecodeError;

/// In characters.
const LONGEST_CONTENT_TYPE: usize = 60;
const LONGEST_HOST: usize = 253;

/// One operation of the document; implemented by each generated builder.
pub trait Operation: Sized + Send + 'static {
    /// What a success decodes to.
    type Output: Send + 'static;
    /// The `operationId`.
    const ID: &'static str;
    /// The path with its parameters' names in braces.
    const TEMPLATE: &'static str;
    /// Whether sending it twice has the effect of sending it once (RFC 9110 section 9.2.2).
    const IDEMPOTENT: bool;
    /// Fields of which an answer must hold one, where its schema demands none.
    const ANY_OF: &'static [&'static str];

    /// The client that sends it.
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
    /// Decodes the body of a success.
    fn read(body: &[u8]) -> Result<Self::Output, DecodeError>;
    /// Whether the decoded answer says nothing, so that the bytes need a second look.
    fn has_no_content(output: &Self::Output) -> bool;

    /// The most items that a page may have.
    fn max_items(&self) -> usize {
        usize::MAX
    }

    /// How many items a page has.
    fn item_count(_: &Self::Output) -> usize {
        0
    }
}

/// Sends one operation and decodes the response.
///
/// The call is a task: it makes progress and ends in time even if its caller does not poll it. It ends with its caller's
/// future.
pub async fn send<O: Operation>(operation: O) -> Result<Response<O::Output>, Error> {
    task::spawn(send_here(operation))?.await
}

/// Sends one operation as part of the task of its caller.
pub(crate) async fn send_here<O: Operation>(operation: O) -> Result<Response<O::Output>, Error> {
    let client = operation.client().clone();
    let descriptor = Descriptor { id: O::ID, template: O::TEMPLATE.to_owned(), idempotent: O::IDEMPOTENT };
    let lacks_project = operation.lacks_project_id();
    let default_project = client.project_id().map(str::to_owned);
    let max_items = operation.max_items();
    let build = |found: Option<String>| {
        let operation = match found {
            Some(project_id) => operation.with_project_id(project_id),
            None => operation,
        };
        let project_id = operation.project_id().or(default_project);
        Ok((operation.request()?, project_id))
    };
    let decode = |response: &BufferedResponse| {
        let output = decode_response::<O>(response)?;
        wire::limits::check_item_count(O::item_count(&output), max_items)
            .map_err(|error| Error::decode(error.reason))?;
        Ok(output)
    };
    call(&client, descriptor, lacks_project, build, decode).await
}

/// Makes a call inside a span: finds the project if it `lacks_project`, builds the request, sends it until there is a
/// response, and decodes that.
pub(crate) async fn call<T>(
    client: &Client,
    descriptor: Descriptor,
    lacks_project: bool,
    build: impl FnOnce(Option<String>) -> Result<(reqwest::Request, Option<String>), RequestError>,
    decode: impl FnOnce(&BufferedResponse) -> Result<T, Error>,
) -> Result<Response<T>, Error> {
    let (id, pipeline) = (descriptor.id, client.pipeline());
    let span = tracing::info_span!(
        "operation",
        otel.name = id,
        otel.status_code = Empty,
        url.template = descriptor.template,
        server.address = pipeline.endpoint.host(),
        http.response.status_code = Empty,
        huaweicloud.request_id = Empty,
        error.type = Empty,
    );
    let mut running = RunningCall {
        id,
        pipeline,
        retry_loop: RetryLoop::new(pipeline, client.limits(), descriptor),
        is_finished: false,
    };
    let deadline = running.retry_loop.deadline();
    let retry_loop = &mut running.retry_loop;
    let work = async {
        let found = if lacks_project { client.find_project_id().await? } else { None };
        let (request, project_id) = build(found).map_err(RequestError::into_error)?;
        let completed = retry_loop.execute(request, project_id.as_deref()).await?;
        match decode(&completed.response) {
            Ok(output) => {
                let BufferedResponse { status, headers, redactor, .. } = completed.response;
                Ok(Response::new(output, status, headers, redactor).with_project_id(project_id))
            }
            Err(error) => Err(retry_loop.response_error(error, &completed)),
        }
    };
    // Boxed, because each future that holds this one would hold all of a call.
    let outcome = tokio::time::timeout_at(deadline, Box::pin(work).instrument(span.clone())).await;
    let retry_loop = &mut running.retry_loop;
    let outcome = outcome.unwrap_or_else(|_| Err(retry_loop.deadline_exceeded()));
    let outcome = outcome.map_err(|error| retry_loop.call_error(error).in_operation(id));
    match &outcome {
        Ok(response) => {
            span.record("http.response.status_code", i64::from(response.status().as_u16()));
            if !span.is_disabled() {
                span.record("huaweicloud.request_id", response.shown_request_id().map(display));
            }
        }
        Err(error) => {
            span.record("http.response.status_code", error.status().map(|status| i64::from(status.as_u16())));
            span.record("huaweicloud.request_id", error.request_id());
            span.record("error.type", error.kind().as_str());
            span.record("otel.status_code", "ERROR");
        }
    }
    running.finish(outcome.as_ref().err());
    outcome
}

/// A call whose end the interceptors are told once, even if it is dropped.
struct RunningCall<'a> {
    id: &'static str,
    pipeline: &'a Pipeline,
    retry_loop: RetryLoop<'a>,
    is_finished: bool,
}

impl RunningCall<'_> {
    fn finish(&mut self, error: Option<&Error>) {
        self.is_finished = true;
        self.tell(error, false);
    }

    fn tell(&self, error: Option<&Error>, is_cancelled: bool) {
        let (attempts, duration) = (self.retry_loop.attempts(), self.retry_loop.elapsed());
        for interceptor in self.pipeline.interceptors() {
            interceptor.call_finished(&FinishedCall { operation: self.id, attempts, duration, error, is_cancelled });
        }
    }
}

impl Drop for RunningCall<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            self.tell(None, true);
        }
    }
}

/// Decodes the response to an operation.
pub(crate) fn decode_response<O: Operation>(answer: &BufferedResponse) -> Result<O::Output, Error> {
    check_status(answer)?;
    let content_type = content_type(answer);
    let output = O::read(&answer.body).map_err(|error| {
        service_error::parse_base64(&answer.body, &answer.redactor)
            .map_or_else(|| not_understood(error, content_type.as_ref()), Error::service)
    })?;
    if O::has_no_content(&output) && !wire::has_any_key(&answer.body, O::ANY_OF) {
        // Some gateways refuse with a success status.
        let nothing = || not_understood(DecodeError::new(nothing_of(O::ANY_OF)), content_type.as_ref());
        return Err(service_error::parse(&answer.body, &answer.redactor).map_or_else(nothing, Error::service));
    }
    Ok(output)
}

/// Returns an error if the status is not a success.
pub(crate) fn check_status(answer: &BufferedResponse) -> Result<(), Error> {
    if answer.status.is_redirection() {
        return Err(Error::redirect(format!(
            "the answer is a redirect to {}; none is followed",
            redirect_host(answer)
        )));
    }
    if !answer.status.is_success() {
        let error = service_error::parse(&answer.body, &answer.redactor);
        let describe = || service_error::describe(&answer.body, content_type(answer).as_ref());
        return Err(Error::service(error.unwrap_or_else(describe)));
    }
    Ok(())
}

fn content_type(answer: &BufferedResponse) -> Option<ServerText> {
    let value = answer.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.map(|value| answer.redactor.line(value, LONGEST_CONTENT_TYPE))
}

fn nothing_of(names: &[&str]) -> String {
    match names {
        [first, second] => format!("neither {first} nor {second} is there"),
        [only] => format!("{only} is not there"),
        _ => "none of its fields is there".to_owned(),
    }
}

fn not_understood(error: DecodeError, content_type: Option<&ServerText>) -> Error {
    let kind = content_type.map_or("no content type", |kind| kind);
    Error::decode(format!("the answer is not what the document describes ({kind}): {}", error.reason))
        .with_json_path(error.path)
}

fn redirect_host(answer: &BufferedResponse) -> ServerText {
    let location = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    match location.map(|location| location.parse::<http::Uri>()) {
        Some(Ok(target)) => match target.host() {
            Some(host) => answer.redactor.line(host, LONGEST_HOST),
            None => ServerText::own("another path of the same host"),
        },
        Some(Err(_)) | None => ServerText::own("an unnamed place"),
    }
}
