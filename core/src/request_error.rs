//! Why a request cannot be built.

use crate::error::Error;

/// Why a request could not be built. Nothing was sent.
#[derive(Debug)]
pub enum RequestError {
    /// A parameter cannot be used; the text names it.
    InvalidRequest(String),
    /// A value cannot be sent in a header.
    Header(http::header::InvalidHeaderValue),
    /// The HTTP library refuses the request.
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
