//! A caller that says exactly what the test tells it to.

use dataarts_security::Timestamp;
use dataarts_simulator::Simulator;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// An answer with a JSON body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
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
    // Without TLS roots, whose loading would take longer than the whole test.
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let mut request = client.request(method, format!("{}{target}", simulator.base_url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default();
    Answer { status, headers, body }
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

/// `Authorization` over the headers given, for a path and a query that are canonical as they stand.
pub(crate) fn sign(key: (&str, &str), path: &str, query: &str, headers: &[(&str, &str)]) -> String {
    let mut headers: Vec<_> = headers.iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
    headers.sort();
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names = headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
    let canonical = format!("GET\n{path}/\n{query}\n{lines}\n{names}\n{}", hexadecimal(&Sha256::digest("")));
    let mut hmac = Hmac::<Sha256>::new_from_slice(key.1.as_bytes()).unwrap();
    hmac.update(format!("SDK-HMAC-SHA256\n{DATE}\n{}", hexadecimal(&Sha256::digest(canonical))).as_bytes());
    let signature = hexadecimal(&hmac.finalize().into_bytes());
    format!("SDK-HMAC-SHA256 Access={}, SignedHeaders={names}, Signature={signature}", key.0)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
