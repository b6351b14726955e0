//! Nothing secret is ever shown: not by `Debug` or `Display` of anything public, not by errors, not by traces.
//!
//! A tap between client and simulator keeps what went over the wire, so that the test knows the secrets that were made on
//! the way: signatures, tokens, temporary keys. Then it looks for any twelve characters of one in everything printed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

#[path = "support/output.rs"]
mod output;
#[path = "credentials/support.rs"]
#[allow(dead_code, reason = "shared with the tests of credentials")]
mod support;

use std::collections::HashSet;
use std::error::Error as StdError;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};

use dataarts_security::{
    AttemptRequest, AttemptResponse, CallOptions, Client, Credentials, DefaultChain, Error, Identity, Interceptor,
    PasswordLogin,
};
use dataarts_simulator::Simulator;

use output::Output;
use support::{ACCOUNT, Bench, IDENTITY_PROVIDER, PASSWORD, USER, call, chain, folder, login};

const SECRET_KEY: &str = "Qz9kWvLmNpRtXy-8sKyZzqW";
const SECURITY_TOKEN: &str = "ZqTsWkPvYh7-uNdWrStZnDq";
const TOKEN: &str = "ZzTkNvWq6-bRqWnFxXyyKvT";
const IDENTITY_TOKEN: &str = "zzHwRt9.pqLyZd8.sgNtVr7";
const SECRETS: [&str; 5] = [PASSWORD, SECRET_KEY, SECURITY_TOKEN, TOKEN, IDENTITY_TOKEN];

/// So many characters of a secret in a row are too many.
const PART: usize = 12;

/// Passes bytes on, both ways, and keeps them.
struct Tap {
    address: SocketAddr,
    seen: Output,
}

impl Tap {
    fn new(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Output::default());
        let keep = seen.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(target).unwrap());
                let ways = [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)];
                for (from, to) in ways {
                    let keep = keep.clone();
                    std::thread::spawn(move || pass(from, to, keep));
                }
            }
        });
        Self { address, seen }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut keep: Output) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length) = from.read(&mut buffer)
        && length > 0
    {
        keep.write_all(&buffer[..length]).unwrap();
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// Refuses every request and repeats all of it in the reason, in escapes of JSON too, or answers it with a page; either way
/// with headers that hold a secret, and with what was signed for a request ID.
fn parrot(refuses: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.unwrap();
            std::thread::spawn(move || {
                let mut request = vec![0; 64 * 1024];
                // A request of these tests is written in one go.
                let length = client.read(&mut request).unwrap();
                let text = String::from_utf8_lossy(&request[..length]);
                let body = serde_json::json!({"error_code": "APIG.0301", "error_msg": text, "request_id": text});
                let page = serde_json::json!({"tasks": [{"id": "a"}], "total": 1});
                let (status, body) = if refuses { ("401 Unauthorized", body) } else { ("200 OK", page) };
                let escaped: String = text.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
                let body = format!("{{\"again\":\"{escaped}\",{}", &body.to_string()[1..]);
                let authorization =
                    text.lines().find_map(|line| line.split_once("uthorization: ")).map_or("none", |(_, value)| value);
                let answer = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nX-Subject-Token: {TOKEN}\r\n\
                     Set-Cookie: {TOKEN}\r\nX-Request-Id: {authorization}\r\nContent-Length: {}\r\n\
                     Connection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = client.write_all(answer.as_bytes());
            });
        }
    });
    address
}

/// Every value that only the two ends of the wire may know.
fn secrets_on_the_wire(seen: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(seen);
    let mut secrets: Vec<String> = SECRETS.map(str::to_owned).into();
    for line in text.lines() {
        let lower = line.to_ascii_lowercase();
        for name in ["x-auth-token: ", "x-subject-token: ", "x-security-token: ", "x-metadata-token: "] {
            if lower.starts_with(name) {
                secrets.push(line[name.len()..].trim().to_owned());
            }
        }
        if let Some((_, signature)) = line.split_once("Signature=") {
            secrets.push(signature.trim().to_owned());
        }
        for name in ["\"secret\":\"", "\"securitytoken\":\""] {
            for (start, _) in line.match_indices(name) {
                secrets.push(line[start + name.len()..].split('"').next().unwrap().to_owned());
            }
        }
    }
    secrets
}

fn assert_no_part_of(secrets: &[String], shown: &[u8]) {
    let parts: HashSet<&[u8]> = secrets.iter().flat_map(|secret| secret.as_bytes().windows(PART)).collect();
    if let Some(start) = shown.windows(PART).position(|window| parts.contains(window)) {
        let around = &shown[start.saturating_sub(200)..(start + 100).min(shown.len())];
        panic!("a secret is shown: {}", String::from_utf8_lossy(around));
    }
}

fn print_error(shown: &mut String, error: &Error) {
    write!(shown, "{error} {error:?} {error:#?} {:?} {:?} ", error.request_id(), error.code()).unwrap();
    write!(shown, "{:?} {:?}", error.canonical_request(), error.gateway_canonical_request()).unwrap();
    let body = error.body().map(|body| String::from_utf8_lossy(body).into_owned()).unwrap_or_default();
    let again: Option<serde_json::Value> = serde_json::from_str(&body).ok();
    write!(shown, "{body} {}", again.as_ref().and_then(|body| body["again"].as_str()).unwrap_or_default()).unwrap();
    for earlier in error.earlier_attempts() {
        print_error(shown, earlier);
    }
    let mut cause = error.source();
    while let Some(next) = cause {
        write!(shown, "{next} {next:?}").unwrap();
        cause = next.source();
    }
}

/// Every source, with what it is made of.
fn sources(home: &tempfile::TempDir, metadata: &str) -> Vec<Credentials> {
    let path = |name: &str| home.path().join(name);
    let variable = |variables: &[(&'static str, &str)]| {
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let nowhere = home.path().join("nowhere");
        Credentials::from(chain(&variables, nowhere).metadata_endpoint(metadata))
    };
    let profile = |name: &str| {
        let chain = chain(&[], home.path().to_owned()).profile(name);
        Credentials::from(chain.metadata_endpoint(metadata))
    };
    vec![
        Credentials::token(TOKEN),
        Credentials::token_file(path("token")),
        Credentials::token_from(|| async { Ok::<_, std::io::Error>(TOKEN) }),
        Credentials::access_key("AKOFTHETEST", SECRET_KEY),
        Credentials::temporary_access_key("TEMPORARYAKOFTHETEST", SECRET_KEY, SECURITY_TOKEN),
        Credentials::password(login()),
        Credentials::password(PasswordLogin::new(USER, TOKEN, ACCOUNT)),
        Credentials::identity_provider(IDENTITY_PROVIDER, path("id-token")),
        variable(&[("DATAARTS_TOKEN", TOKEN)]),
        variable(&[("HUAWEICLOUD_SDK_AK", "AKOFTHETEST"), ("HUAWEICLOUD_SDK_SK", SECRET_KEY)]),
        variable(&[("HUAWEICLOUD_SDK_AK", "AKOFTHETEST"), ("HUAWEICLOUD_SDK_SK", PASSWORD)]),
        variable(&[]),
        profile("basic"),
        profile("first"),
        profile("broken"),
        profile("server"),
    ]
}

async fn simulator() -> Bench {
    Bench::new(|builder| {
        builder
            .token(TOKEN)
            .access_key("AKOFTHETEST", SECRET_KEY)
            .temporary_access_key("TEMPORARYAKOFTHETEST", SECRET_KEY, SECURITY_TOKEN)
            .identity_provider(IDENTITY_PROVIDER, IDENTITY_TOKEN)
    })
    .await
}

fn home() -> tempfile::TempDir {
    let koocli = format!(
        r#"{{"current": "first", "profiles": [
            {{"name": "first", "accessKeyId": "AKOFTHETEST", "secretAccessKey": "{SECRET_KEY}"}},
            {{"name": "broken", "accessKeyId": "AKOFTHETEST", "secretAccessKey": "{SECRET_KEY}+", "mode": "AKSK"}},
            {{"name": "server", "mode": "ecsAgency"}}
        ]}}"#
    );
    let sdk = format!("[basic]\nak = AKOFTHETEST\nsk = {SECRET_KEY}\nsecurity_token = {SECURITY_TOKEN}\n");
    folder(&[
        ("token", TOKEN),
        ("id-token", IDENTITY_TOKEN),
        (".huaweicloud/credentials", &sdk),
        (".hcloud/config.json", &koocli),
    ])
}

/// Prints all that a client and its answers can print; returns whether the call succeeded.
async fn print_client(shown: &mut String, client: &Client) -> bool {
    let request = client.list_member_sync_tasks();
    write!(shown, "{client:?} {client:#?} {request:?}").unwrap();
    let mut items = client.list_member_sync_tasks().items();
    let mut pages = client.list_member_sync_tasks().items().into_pages();
    write!(shown, "{items:?} {pages:?}").unwrap();
    for outcome in [client.identity().await, client.caller_identity().await] {
        match outcome {
            Ok(identity) => write!(shown, "{identity:?} {identity:#?} {:?}", identity.warning()).unwrap(),
            Err(error) => print_error(shown, &error),
        }
    }
    match client.list_member_sync_tasks().send_with_response().await {
        Ok(response) => write!(shown, "{response:?} {:?}", response.headers()).unwrap(),
        Err(error) => print_error(shown, &error),
    }
    match items.try_next().await {
        Ok(item) => write!(shown, "{item:?} {items:?}").unwrap(),
        Err(error) => print_error(shown, &error),
    }
    match pages.try_next().await {
        Ok(page) => write!(shown, "{page:?} {pages:?}").unwrap(),
        Err(error) => print_error(shown, &error),
    }
    match call(client).await {
        Ok(list) => {
            write!(shown, "{list:?}").unwrap();
            true
        }
        Err(error) => {
            print_error(shown, &error);
            false
        }
    }
}

/// Prints every attempt and every answer, those of logins too.
struct Printing(Output);

impl Interceptor for Printing {
    fn request(&self, request: &mut AttemptRequest<'_>) {
        writeln!(self.0.clone(), "{request:?} {request:#?}").unwrap();
    }

    fn response(&self, answer: &mut AttemptResponse<'_>) {
        writeln!(self.0.clone(), "{answer:?} {answer:#?}").unwrap();
    }
}

fn client(bench: &Bench, credentials: Credentials, endpoint: &str, iam: &str, printed: &Output) -> Client {
    let clock = bench.clock.clone();
    let builder = Client::builder()
        .endpoint(endpoint)
        .iam_endpoint(iam)
        .project_id(bench.simulator.project_id())
        .workspace(bench.simulator.workspace())
        .clock(clock)
        .options(CallOptions::new().max_retries(1))
        .interceptor(Printing(printed.clone()))
        .credentials(credentials);
    builder.build().unwrap()
}

#[tokio::test]
async fn no_secret_no_signature_and_no_long_part_of_one_is_shown_by_anything() {
    let traces = Output::default();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(traces.clone()).init();
    let bench = simulator().await;
    let tap = Tap::new(bench.simulator.address());
    let leaking = format!("http://{}", parrot(false));
    let parrot = format!("http://{}", parrot(true));
    let home = home();
    let mut shown = String::new();
    let printed = Output::default();
    let mut successes = 0;

    // Each source alone, then: all well; the service repeats what it is sent; IAM does; both refuse; all has expired.
    for (number, _) in sources(&home, &tap.url()).iter().enumerate() {
        let credentials = || sources(&home, &tap.url()).swap_remove(number);
        write!(shown, "{:?} {:#?}", credentials(), credentials()).unwrap();
        let well = client(&bench, credentials(), &tap.url(), &tap.url(), &printed);
        successes += usize::from(print_client(&mut shown, &well).await);
        print_client(&mut shown, &client(&bench, credentials(), &leaking, &tap.url(), &printed)).await;
        print_client(&mut shown, &client(&bench, credentials(), &parrot, &tap.url(), &printed)).await;
        print_client(&mut shown, &client(&bench, credentials(), &parrot, &parrot, &printed)).await;
        bench
            .simulator
            .fail_next(4, dataarts_simulator::CannedAnswer::new(dataarts_simulator::StatusCode::BAD_GATEWAY));
        print_client(&mut shown, &client(&bench, credentials(), &tap.url(), &tap.url(), &printed)).await;
        bench.simulator.clear_rules();
        bench.turn(48 * 60);
        bench.simulator.revoke_tokens();
        print_client(&mut shown, &well).await;
    }
    let builder = Client::builder().endpoint("http://user:Swordfish-over-the-moon!@127.0.0.1");
    write!(shown, "{builder:?} {:?} {:?}", login(), DefaultChain::new()).unwrap();
    print_error(&mut shown, &builder.credentials(Credentials::token(TOKEN)).build().unwrap_err());
    let identity = Identity::temporary_access_key("AKOFTHETEST", SECRET_KEY, SECURITY_TOKEN);
    write!(shown, "{identity:?} {:?}", Simulator::builder().start().await.unwrap()).unwrap();

    let secrets = secrets_on_the_wire(&tap.seen.0.lock().unwrap());
    assert!(secrets.len() > 100, "the tap saw little: {}", secrets.len());
    // All but the wrong password, the wrong secret key, and the profile that is taken for an encrypted one.
    assert_eq!(successes, sources(&home, &tap.url()).len() - 3);
    assert!(shown.contains("[redacted]"));
    let traces = traces.0.lock().unwrap();
    assert!(String::from_utf8_lossy(&traces).contains("identity obtained"));
    assert_no_part_of(&secrets, shown.as_bytes());
    assert_no_part_of(&secrets, &traces);
    let printed = printed.0.lock().unwrap();
    assert!(String::from_utf8_lossy(&printed).contains("create_temporary_access_key_by_token"));
    assert_no_part_of(&secrets, &printed);
}
