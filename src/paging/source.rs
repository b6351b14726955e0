//! Where the pages of a listing come from.

use std::pin::Pin;

use super::checkpoint::digest;
use super::paged::{Order, Paged};
use super::walk::Request;
use crate::CallOptions;
use crate::error::Error;
use crate::operation::{self, Operation};
use crate::request_error::RequestError;

/// A page as it was read.
pub(super) struct FetchedPage<T> {
    pub(super) items: Vec<T>,
    /// How many items the service says that there are.
    pub(super) total: Option<i64>,
    /// The project that was asked for, set or looked up.
    pub(super) project_id: Option<String>,
}

pub(super) type Fetched<T> = Result<FetchedPage<T>, Error>;
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
    /// The project, unless it is looked up with the first page.
    fn project_id(&self) -> Option<String>;
    /// A digest of the parameters, except the project, by which this list differs from another one.
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
        Operation::request(self.with_project()).err().map(RequestError::into_error)
    }

    fn fetch(&self, page: Request, options: CallOptions) -> Fetch<O::Item> {
        let request = self.0.at(page.limit, page.offset).with_limits(options);
        Box::pin(async move {
            let response = operation::send_here(request).await?;
            let project_id = response.project_id().map(str::to_owned);
            let (items, total) = O::split(response.into_value());
            Ok(FetchedPage { items, total, project_id })
        })
    }

    fn order(&self) -> Order<O::Item> {
        self.0.order()
    }

    fn fix_order(&mut self) {
        self.0 = self.0.clone().in_fixed_order();
    }

    fn project_id(&self) -> Option<String> {
        Operation::project_id(&self.0)
    }

    fn fingerprint(&self) -> Result<String, Error> {
        let request = self.0.clone().with_project_id("0".to_owned());
        let request = Operation::request(request).map_err(RequestError::into_error)?;
        let url = request.url();
        let is_place = |name: &str| name == O::LIMIT || name == O::OFFSET;
        let filters = url.query_pairs().filter(|(name, _)| !is_place(name));
        let mut lines: Vec<String> = filters.map(|(name, value)| format!("{name}={value}")).collect();
        // Headers that are no parameters belong to the request, not to the list.
        for name in O::HEADERS {
            let values = request.headers().get_all(*name).iter();
            lines.extend(values.map(|value| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))));
        }
        lines.sort_unstable();
        let origin = url.origin().ascii_serialization();
        Ok(digest(&format!("{} {origin}{}\n{}", request.method(), url.path(), lines.join("\n"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Client, Credentials};

    #[test]
    fn a_digest_stays_the_same_so_that_stored_checkpoints_stay_valid() {
        let client = Client::builder().endpoint("https://dayu.cn-north-4.myhuaweicloud.com").workspace("w");
        let client = client.credentials(Credentials::token("t")).build().unwrap();
        let digest_of = |request| Listing(request).fingerprint().unwrap();
        let request = client.list_member_sync_tasks().cluster_name("a b").limit(7);
        assert_eq!(digest_of(request.clone()), "a3f801c941b4e95e87a53d7e0fdb956e");
        // Neither the project, which a checkpoint names, nor the page size is part of it.
        assert_eq!(digest_of(request.clone()), digest_of(request.clone().project_id("p").limit(8)));
        assert_ne!(digest_of(request.clone()), digest_of(request.workspace("v")));
    }
}
