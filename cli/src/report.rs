//! Who is calling and where to, and how a call went: what `auth` tells. The names are part of the program's contract.

use dataarts_security::{Error, Identity, Timestamp};
use serde::Serialize;

use crate::connection::Connection;
use crate::difference::Difference;
use crate::failure::in_words_of_options;
use crate::{advice, clock};

/// Who is calling and where to. Nothing in it is secret.
#[derive(Default, Serialize)]
pub(crate) struct Report {
    pub(crate) source: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) access_key_id: Option<String>,
    pub(crate) user_name: Option<String>,
    pub(crate) domain_name: Option<String>,
    pub(crate) domain_id: Option<String>,
    pub(crate) project_name: Option<String>,
    pub(crate) project_id: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) workspace: Option<String>,
    pub(crate) valid_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) call: Option<Verdict>,
}

/// How a call went.
#[derive(Serialize)]
pub(crate) struct Verdict {
    pub(crate) ok: bool,
    pub(crate) tasks: Option<i64>,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) advice: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) canonical_request_difference: Vec<String>,
    /// The whole failure in one line, for reading.
    #[serde(skip)]
    pub(crate) line: String,
}

impl Report {
    /// Of a connection whose identity may be described better by now, and whose project may be found.
    pub(crate) fn new(connection: &Connection, identity: &Identity, project_id: Option<&str>) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let client = &connection.client;
        // The name is that of the identity's project, which need not be the one that was asked for.
        let is_own = client.project_id().is_none_or(|asked| identity.project_id() == Some(asked));
        Self {
            source: Some(identity.source().to_owned()),
            kind: Some(identity.kind().to_owned()),
            access_key_id: owned(identity.access_key_id()),
            user_name: owned(identity.user_name()),
            domain_name: owned(identity.domain_name()),
            domain_id: owned(identity.domain_id()),
            project_name: owned(identity.project_name().filter(|_| is_own)),
            // Where only an endpoint is known, IAM may still tell what a token is for.
            project_id: owned(project_id.or(identity.project_id())),
            region: owned(connection.region()),
            endpoint: Some(client.base_url().to_owned()),
            workspace: owned(client.workspace()),
            valid_until: identity.expires_at(),
            call: None,
        }
    }

    /// Every name with its value as text, without the verdict.
    pub(crate) fn fields(&self) -> [(&'static str, Option<String>); 12] {
        let valid_until = self.valid_until.map(|time| time.as_millisecond().to_string());
        [
            ("source", self.source.clone()),
            ("kind", self.kind.clone()),
            ("access_key_id", self.access_key_id.clone()),
            ("user_name", self.user_name.clone()),
            ("domain_name", self.domain_name.clone()),
            ("domain_id", self.domain_id.clone()),
            ("project_name", self.project_name.clone()),
            ("project_id", self.project_id.clone()),
            ("region", self.region.clone()),
            ("endpoint", self.endpoint.clone()),
            ("workspace", self.workspace.clone()),
            ("valid_until", valid_until),
        ]
    }

    /// Whether the kind of credentials is valid without end.
    pub(crate) fn has_no_end(&self) -> bool {
        self.kind.as_deref() == Some("access key") && self.valid_until.is_none()
    }
}

impl Verdict {
    /// The service answered, and has so many tasks.
    pub(crate) fn success(tasks: Option<i64>, status: u16, request_id: Option<&str>) -> Self {
        Self {
            ok: true,
            tasks,
            status: Some(status),
            code: None,
            message: None,
            request_id: request_id.map(str::to_owned),
            advice: None,
            canonical_request_difference: Vec::new(),
            line: String::new(),
        }
    }

    /// It did not, or was not asked.
    pub(crate) fn failure(error: &Error) -> Self {
        let difference = Difference::of(error).filter(|difference| difference.is_any);
        let line = in_words_of_options(error);
        // The service's own words as they are; of a login, its source is told beside them.
        let message = Some(error.message().to_owned()).filter(|_| error.is_service() && !error.is_credentials());
        Self {
            ok: false,
            tasks: None,
            status: error.status().map(|status| status.as_u16()),
            code: error.code().map(str::to_owned),
            message: Some(message.unwrap_or_else(|| line.clone())),
            request_id: error.request_id().map(str::to_owned),
            advice: advice::on(error, clock::now()),
            canonical_request_difference: difference.map(|difference| difference.lines).unwrap_or_default(),
            line,
        }
    }
}
