//! Logging in with a password, or with the identity token of an identity provider.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::request::{IdTokenLogin, PasswordLogin, read};
use super::token::{Login, wants_catalog};
use super::{bad_request, unauthorized};
use crate::refusal::Refusal;
use crate::service::Service;

/// What the body of a request is, unless it is too long or breaks off.
pub(super) type Body = Result<Bytes, BytesRejection>;

/// KeystoneCreateUserTokenByPassword.
pub(super) async fn with_password(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, Refusal> {
    let login: PasswordLogin = read(&bytes(body)?)?;
    if login.identity.methods != ["password"] {
        return Err(bad_request("The only method is password"));
    }
    let user = &login.identity.password.user;
    let account = service.iam.directory.by_password(&user.name, &user.password, &user.domain.name);
    let account = account.ok_or_else(|| unauthorized("The username or password is wrong."))?;
    let with_catalog = wants_catalog(query.as_deref());
    Login { account, method: "password", with_catalog }.answer(&service, login.scope.as_ref())
}

/// CreateTokenWithIdToken.
pub(super) async fn with_id_token(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let login: IdTokenLogin = read(&bytes(body)?)?;
    let provider = headers.get("x-idp-id").and_then(|provider| provider.to_str().ok());
    let provider = provider.ok_or_else(|| bad_request("The header X-Idp-Id is missing"))?;
    let account = service.iam.directory.by_id_token(provider, &login.id_token.id);
    let account = account.ok_or_else(|| unauthorized("The identity provider does not vouch for the identity token"))?;
    Login { account, method: "mapped", with_catalog: false }.answer(&service, login.scope.as_ref())
}

/// The body, whole.
pub(super) fn bytes(body: Body) -> Result<Bytes, Refusal> {
    body.map_err(|_| bad_request("The request body is too large or broke off"))
}
