//! What to do about a failure.

use dataarts_security::{Error, Identity};
use jiff::Timestamp;

use crate::describe::time;
use crate::difference::Difference;
use crate::environment::{ACCESS_KEY, PROJECT_ID, SECRET_KEY, TOKEN};

/// Advice for whoever gave the command; `now` is this machine's time. `None` where the error says all there is to say.
pub(crate) fn on(error: &Error, now: Timestamp) -> Option<String> {
    if lacks(error).is_some() {
        return Some(format!(
            "set {ACCESS_KEY} and {SECRET_KEY}, or {TOKEN}, in the environment; `dataarts --help` tells of the other \
             ways. Without an account, try it on made-up tasks: dataarts --demo sync-tasks list"
        ));
    }
    if error.is_invalid_input() {
        return is_about_project(error)
            .then(|| format!("give the project with --project-id or {PROJECT_ID}; {MY_PROJECTS}"));
    }
    if error.is_clock_skew() {
        return Some(set_clock(error, now));
    }
    if error.is_throttled()
        && let Some(time) = error.retry_at()
    {
        return Some(come_back(time.as_millisecond(), now));
    }
    if let Some(operation) = changed_operation(error) {
        return Some(format!(
            "the service changed one field: run `dataarts api {operation}` to see the response body, and update dataarts"
        ));
    }
    by_code(error).or_else(|| by_kind(error)).map(str::to_owned)
}

/// The operation whose response has a field that does not decode.
fn changed_operation(error: &Error) -> Option<&str> {
    let operation = error.operation().filter(|_| error.is_decode() && error.json_path().is_some())?;
    dataarts_security::operations::find(operation).map(|operation| operation.id)
}

/// Advice where a token is for another project than the one `asked` for. `identity` is what IAM says of it.
pub(crate) fn on_foreign_token(error: &Error, identity: &Identity, asked: Option<&str>) -> Option<String> {
    let (own, asked) = (identity.project_id()?, asked?);
    let is_foreign = error.is_forbidden() && identity.kind() == "token" && own != asked;
    is_foreign.then(|| {
        format!(
            "the token is for the project {own}, not for {asked}: leave out --project-id, or get a token for that one"
        )
    })
}

/// What each source of credentials lacks, where none is configured.
pub(crate) fn lacks(error: &Error) -> Option<&str> {
    error.message().strip_prefix("none is configured: ").filter(|_| error.is_credentials())
}

/// IAM knows none of the region's name, or several.
fn is_about_project(error: &Error) -> bool {
    error.message().starts_with("IAM knows")
}

/// The service named a time before which it answers no request.
fn come_back(time: i64, now: Timestamp) -> String {
    let wait = time.saturating_sub(now.as_millisecond()).max(0);
    let at = Timestamp::from_millisecond(time).map_or_else(|_| String::new(), |time| format!(", at {time:.0}"));
    format!("run it again in {}{at}: the service asked to wait so long", time::span(wait))
}

fn set_clock(error: &Error, now: Timestamp) -> String {
    let difference = error.server_time().map(|time| now.as_millisecond().saturating_sub(time.as_millisecond()));
    let off = match difference {
        Some(ahead) if ahead > 0 => format!("{} ahead of the service's", time::span(ahead)),
        Some(behind) => format!("{} behind the service's", time::span(behind)),
        None => "not the service's".to_owned(),
    };
    format!("this clock is {off}, and 15 minutes are allowed: set it (a time service such as NTP keeps it right)")
}

fn by_code(error: &Error) -> Option<&'static str> {
    match error.code()? {
        // Either prefix is in use for the numbers of the gateway.
        "APIGW.0307" | "APIG.0307" | "IAM.0066" => Some(EXPIRED_TOKEN),
        "IAM.0080" | "IAM.0081" | "IAM.0082" | "IAM.0083" => Some(NO_PROGRAMMATIC_ACCESS),
        _ => None,
    }
}

fn by_kind(error: &Error) -> Option<&'static str> {
    if error.is_access_key_locked() {
        Some(LOCKED)
    } else if error.is_signature_mismatch() {
        Some(match Difference::of(error) {
            Some(difference) if difference.is_any => CHANGED_ON_THE_WAY,
            Some(_) => WRONG_SECRET_KEY,
            None => MISMATCH,
        })
    } else if error.is_throttled() {
        Some("the service takes about 40 requests in 10 seconds from one user: wait, then try again")
    } else if error.is_credentials() && error.status().is_some_and(|status| status.is_client_error()) {
        // A metadata service that refuses says itself what it lacks.
        error.is_service().then_some(LOGIN_REFUSED)
    } else if error.is_unauthorized() {
        // Only what was signed has a canonical request.
        Some(if error.canonical_request().is_some() { UNKNOWN_ACCESS_KEY } else { UNKNOWN_TOKEN })
    } else if error.is_forbidden() {
        Some(FORBIDDEN)
    } else if dataarts_security::is_workspace_not_found(error) {
        Some("check --workspace, and that --project-id and the region are those of the workspace")
    } else if error.is_redirect() {
        Some(REDIRECT)
    } else if error.is_connect() {
        Some(of_connection(error.message()))
    } else if error.is_timeout() || error.is_transport() {
        Some("try again; where that goes on, check the network and the proxy (HTTPS_PROXY, NO_PROXY)")
    } else if error.is_decode() {
        Some(
            "something else than the service seems to answer: check the endpoint and the proxy (HTTPS_PROXY, NO_PROXY)",
        )
    } else if error.status().is_some_and(|status| status.is_server_error()) {
        Some("the service itself failed: try again later; the request id helps its support to find out why")
    } else {
        None
    }
}

/// What to do where no connection came about for this reason.
fn of_connection(reason: &str) -> &'static str {
    if reason.contains("does not resolve") {
        NO_SUCH_HOST
    // An authority that was made anew under the same name is unknown, too.
    } else if reason.contains("UnknownIssuer") || reason.contains("BadSignature") {
        UNKNOWN_AUTHORITY
    } else if reason.contains("certificate") {
        BAD_CERTIFICATE
    } else if reason.contains("neither TLS") {
        OLD_TLS
    } else {
        NO_CONNECTION
    }
}

const MY_PROJECTS: &str = "the console lists them under My Credentials, each beside its region";

const EXPIRED_TOKEN: &str = "the token has expired, 24 hours after it was made at the latest: get a new one";

const NO_PROGRAMMATIC_ACCESS: &str = "the IAM user is disabled, or may not use the API: an administrator turns on \
    \"programmatic access\" in the console of IAM, among the settings of the user";

const LOCKED: &str = "the access key is locked after more than five failures in a row: wait five minutes, in which no \
    program uses it, then correct the secret key or the clock and try once";

const WRONG_SECRET_KEY: &str = "the gateway signed the same request, so the secret key is not the one of this access \
    key: correct it. More than five failures in a row lock the key for five minutes";

const CHANGED_ON_THE_WAY: &str = "something on the way, such as a proxy, changes requests, and the signature does not \
    fit them any more: let it pass them on as they are, or go past it (NO_PROXY)";

const MISMATCH: &str = "check the secret key; where it is right, look for a proxy that changes requests. More than \
    five failures in a row lock the key for five minutes";

const LOGIN_REFUSED: &str = "IAM refused the login: check the id of the identity provider, and that the token in its \
    file has not expired";

const UNKNOWN_ACCESS_KEY: &str = "check that the access key is there and enabled, in the console under My \
    Credentials; a temporary one expires, and is good only with its own security token";

const UNKNOWN_TOKEN: &str = "get a new token: it may have expired or been revoked, and one of a region's own IAM is \
    good in that region only";

const FORBIDDEN: &str = "the user is known and may not do this: it needs a role in the workspace, and the project \
    must be the one of the workspace; a token is good for one project only";

const REDIRECT: &str =
    "this is not the service: check the endpoint, and whether a proxy or the network wants a login first";

const NO_SUCH_HOST: &str = "check the spelling of the region or endpoint; a partner cloud has hosts of its own, which \
    --endpoint takes. Where the name is right, check the network and its name server";

const UNKNOWN_AUTHORITY: &str = "no authority that is trusted here vouches for this server: where it is a company's own, \
    its proxy's too, give its certificates with --ca-file FILE; else something answers in the service's stead";

const BAD_CERTIFICATE: &str = "the server's certificate is not good for this host name at this time: check the endpoint, \
    the clock of this machine, and whether a proxy answers in the service's stead";

const OLD_TLS: &str = "the server, or a proxy in its stead, is too old to be safe: check the endpoint and the proxy \
    (HTTPS_PROXY, NO_PROXY)";

const NO_CONNECTION: &str = "check the network, its firewall, and the proxy (HTTPS_PROXY, NO_PROXY)";
