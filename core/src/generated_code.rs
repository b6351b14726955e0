//! What the code that `huaweicloud-codegen` writes needs of this crate, and nobody else. It may change with each release.

#[cfg(feature = "blocking")]
pub use crate::blocking::wait;
#[cfg(feature = "blocking")]
pub use crate::listing::iter;
pub use crate::listing::{Paged, items};
pub use crate::operation::{Operation, send};
pub use crate::operations::Limits;
pub use crate::pagination::watermark::{KeyOf, OrderKey};
pub use crate::parameter::{ParameterLocation, Pattern, float_range, range, text};
pub use crate::request_error::RequestError;
pub use crate::secret::Secret;
pub use crate::wire::decode_error::DecodeError;
pub use crate::wire::limits::max_items;
pub use crate::wire::{decode_empty, json, null_as, null_as_default, open_enum};

use crate::client::Client;

/// What a request is built with.
pub fn http(client: &Client) -> &reqwest::Client {
    client.http()
}
