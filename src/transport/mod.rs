//! The journey of one request: made canonical, authorised, sent once, its body read within bounds.

use std::error::Error as StdError;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};

use crate::Client;
use crate::error::Error;
use crate::{clock, signing};

/// Longest wait for a connection.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest wait for a whole answer.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest body that is read, in bytes; a full page with long logs stays far below.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// An answer as it came, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Sends `request` once with the client's credentials.
pub(crate) async fn exchange(
    client: &Client,
    mut request: reqwest::Request,
    project_id: Option<&str>,
) -> Result<Answer, Error> {
    make_query_canonical(&mut request);
    client.credentials().authorize(&mut request, project_id, clock::now())?;
    let mut response = client.http().execute(request).await.map_err(|error| failed(client, error))?;
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(client, error))? {
        if body.len().saturating_add(chunk.len()) > LARGEST_BODY {
            return Err(Error::decode(format!("the answer is larger than {} MiB", LARGEST_BODY / 1024 / 1024))
                .with_status(response.status()));
        }
        body.extend_from_slice(&chunk);
    }
    let status = response.status();
    Ok(Answer { status, headers: std::mem::take(response.headers_mut()), body: body.freeze() })
}

/// The query on the wire is byte for byte the one that is signed.
fn make_query_canonical(request: &mut reqwest::Request) {
    let query = signing::canonical_query(request.url().query_pairs());
    request.url_mut().set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
}

/// What reqwest reports, without the URL and with the endpoint by name.
fn failed(client: &Client, error: reqwest::Error) -> Error {
    let error = error.without_url();
    let endpoint = client.endpoint();
    let cause = root_cause(&error);
    let made = if error.is_timeout() {
        Error::timeout(format!("no whole answer from {endpoint} in time"))
    } else if error.is_connect() {
        Error::connect(format!("cannot connect to {endpoint}: {cause}; check the region or endpoint and the network"))
    } else {
        Error::transport(format!("the connection to {endpoint} broke: {cause}"))
    };
    made.with_source(error)
}

fn root_cause(error: &(dyn StdError + 'static)) -> String {
    let mut cause = error;
    let mut texts = Vec::new();
    while let Some(next) = cause.source() {
        cause = next;
        texts.push(cause.to_string());
    }
    // The resolver's own words do not say that it was the name.
    let name = texts.iter().any(|text| text.starts_with("dns error"));
    let text = crate::service_error::one_line(&cause.to_string(), 200);
    if name { format!("the host name does not resolve ({text})") } else { text }
}
