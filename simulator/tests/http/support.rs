//! A caller that says exactly what the test tells it to.

use dataarts_security::Timestamp;
use dataarts_simulator::Simulator;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body where it is JSON, else null.
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    /// Status and code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["error_code"].as_str().unwrap_or_default())
    }

    /// Text of a refusal.
    pub(crate) fn message(&self) -> &str {
        self.body["error_msg"].as_str().unwrap_or_default()
    }

    /// Ids of the tasks listed.
    pub(crate) fn ids(&self) -> Vec<String> {
        let tasks = self.body["tasks"].as_array().unwrap();
        tasks.iter().map(|task| task["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// Sends these headers and no other that matters.
pub(crate) async fn send(simulator: &Simulator, method: Method, target: &str, headers: &[(&str, &str)]) -> Answer {
    send_body(simulator, method, target, headers, String::new()).await
}

/// Posts this body.
pub(crate) async fn post(simulator: &Simulator, target: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    send_body(simulator, Method::POST, target, headers, body.to_string()).await
}

async fn send_body(
    simulator: &Simulator,
    method: Method,
    target: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Answer {
    // Without TLS roots, whose loading would take longer than the whole test.
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let mut request = client.request(method, format!("{}{target}", simulator.base_url())).body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default(), text }
}

/// Sends a GET request.
pub(crate) async fn get(simulator: &Simulator, target: &str, headers: &[(&str, &str)]) -> Answer {
    send(simulator, Method::GET, target, headers).await
}

/// Lists with everything that is asked for, and this query.
pub(crate) async fn list(simulator: &Simulator, query: &str) -> Answer {
    let headers = [("X-Auth-Token", simulator.token()), ("workspace", simulator.workspace())];
    get(simulator, &format!("{}?{query}", path(simulator)), &headers).await
}

/// Path of the list.
pub(crate) fn path(simulator: &Simulator) -> String {
    format!("/v1/{}/security/member-sync-tasks", simulator.project_id())
}

/// The moment that [`DATE`] names.
pub(crate) const NOW: Timestamp = Timestamp::from_millisecond(1_767_225_600_000);

/// [`NOW`] as a signature writes it.
pub(crate) const DATE: &str = "20260101T000000Z";

/// `Authorization` over the headers given, which hold the date, for a path and a query that are canonical as they stand.
pub(crate) fn sign(key: (&str, &str), path: &str, query: &str, headers: &[(&str, &str)]) -> String {
    let mut headers: Vec<_> = headers.iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
    headers.sort();
    let date = headers.iter().find(|(name, _)| name == "x-sdk-date").unwrap().1;
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names = headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
    let canonical = format!("GET\n{path}/\n{query}\n{lines}\n{names}\n{}", hexadecimal(&Sha256::digest("")));
    let mut hmac = Hmac::<Sha256>::new_from_slice(key.1.as_bytes()).unwrap();
    hmac.update(format!("SDK-HMAC-SHA256\n{date}\n{}", hexadecimal(&Sha256::digest(canonical))).as_bytes());
    let signature = hexadecimal(&hmac.finalize().into_bytes());
    format!("SDK-HMAC-SHA256 Access={}, SignedHeaders={names}, Signature={signature}", key.0)
}

/// Lists with this token, and gives status and code of the refusal, if it is one.
pub(crate) async fn list_with_token(simulator: &Simulator, token: &str) -> (u16, String) {
    let headers = [("X-Auth-Token", token), ("workspace", simulator.workspace())];
    let answer = get(simulator, &path(simulator), &headers).await;
    (answer.status, answer.refusal().1.to_owned())
}

/// Lists with the temporary key in this body of IAM or of the metadata service, signed at this date.
pub(crate) async fn list_with_key(simulator: &Simulator, body: &Value, date: &str) -> (u16, String) {
    let text = |name: &str| body["credential"][name].as_str().unwrap();
    let signed = [("X-Sdk-Date", date), ("X-Security-Token", text("securitytoken"))];
    let authorization = sign((text("access"), text("secret")), &path(simulator), "", &signed);
    let headers = [signed[0], signed[1], ("workspace", simulator.workspace()), ("Authorization", &authorization)];
    let answer = get(simulator, &path(simulator), &headers).await;
    (answer.status, answer.message().to_owned())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
