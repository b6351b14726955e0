//! Where the pages of a listing come from.

use std::pin::Pin;

use super::checkpoint::digest;
use super::walk::Request;
use super::{Order, Paged};
use crate::CallOptions;
use crate::error::Error;
use crate::operation::{self, Operation};

/// The items of a page, and the total it claims.
pub(super) type Fetched<T> = Result<(Vec<T>, Option<i64>), Error>;
pub(super) type Fetch<T> = Pin<Box<dyn Future<Output = Fetched<T>> + Send>>;

/// A paged request whose operation is forgotten.
pub(super) trait Source<T>: Send {
    /// Whatever is wrong with the caller's own parameters, before they are replaced page by page.
    fn refusal(&self) -> Option<Error>;
    /// Asks for one page.
    fn fetch(&self, page: Request, options: CallOptions) -> Fetch<T>;
    fn order(&self) -> Order<T>;
    /// Forgets the caller's order for the fixed one.
    fn fix_order(&mut self);
    /// A digest of everything by which this list differs from another one.
    fn fingerprint(&self) -> Result<String, Error>;
}

/// The builder of a paged operation.
pub(super) struct Listing<O>(pub(super) O);

impl<O: Paged> Listing<O> {
    /// The request where no project was named: found when the first page is asked for; what stands here is not sent.
    fn with_project(&self) -> O {
        let request = self.0.clone();
        if request.lacks_project_id() && request.client().can_find_project_id() {
            return request.with_project_id("0".to_owned());
        }
        request
    }
}

impl<O: Paged> Source<O::Item> for Listing<O> {
    fn refusal(&self) -> Option<Error> {
        if self.0.has_offset() {
            let reason = format!("`{}` is set; a whole listing starts at the beginning, so leave it out", O::OFFSET);
            return Some(Error::invalid_input(reason));
        }
        if self.0.page_size() == Some(0) {
            let reason = format!("`{}` is 0; a whole listing needs pages of at least one item", O::LIMIT);
            return Some(Error::invalid_input(reason));
        }
        Operation::request(self.with_project()).err().map(operation::RequestError::into_error)
    }

    fn fetch(&self, page: Request, options: CallOptions) -> Fetch<O::Item> {
        let request = self.0.at(page.limit, page.offset).with_limits(options);
        Box::pin(async move { Ok(O::split(operation::send_here(request).await?.into_value())) })
    }

    fn order(&self) -> Order<O::Item> {
        self.0.order()
    }

    fn fix_order(&mut self) {
        self.0 = self.0.clone().in_fixed_order();
    }

    fn fingerprint(&self) -> Result<String, Error> {
        let request = Operation::request(self.with_project()).map_err(operation::RequestError::into_error)?;
        let url = request.url();
        let is_place = |name: &str| name == O::LIMIT || name == O::OFFSET;
        let mut lines: Vec<String> = url
            .query_pairs()
            .filter(|(name, _)| !is_place(name))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        for (name, value) in request.headers() {
            lines.push(format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())));
        }
        lines.sort_unstable();
        let origin = url.origin().ascii_serialization();
        Ok(digest(&format!("{} {origin}{}\n{}", request.method(), url.path(), lines.join("\n"))))
    }
}
