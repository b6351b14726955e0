//! What of a listing the caller has taken, for its checkpoint.

use super::checkpoint::Checkpoint;
use super::reader::Reader;
use super::watermark::Watermark;
use crate::error::Error;

/// The items taken; only kept for lists in the fixed order, which alone have a checkpoint.
#[derive(Debug, Default)]
pub(super) struct Consumed {
    mark: Option<Watermark>,
    /// An item came without its key or its id, so that its place cannot be told.
    nameless: bool,
}

impl Consumed {
    /// Goes on from what was taken before.
    pub(super) fn resumed(checkpoint: &Checkpoint) -> Self {
        Self { mark: checkpoint.mark.clone(), nameless: false }
    }

    pub(super) fn take<T: Send + 'static>(&mut self, item: &T, reader: &Reader<T>) {
        let Some(key) = reader.key() else { return };
        match (key(item), reader.identity()(item)) {
            (Some(key), Some(id)) => Watermark::advance(&mut self.mark, &key, id),
            _ => self.nameless = true,
        }
    }

    /// The place behind what was taken, of which `waiting` items were read and not taken yet.
    pub(super) fn checkpoint<T: Send + 'static>(
        &self,
        reader: &Reader<T>,
        waiting: usize,
    ) -> Result<Checkpoint, Error> {
        let query = reader.fingerprint()?;
        if self.nameless {
            let reason = "an item came without its id or the field that the list is sorted by, so that the place of the \
                          listing cannot be kept";
            return Err(Error::decode(reason));
        }
        let position = reader.frontier().saturating_sub(waiting as u64);
        Ok(Checkpoint { query, project_id: reader.project_id(), position, mark: self.mark.clone() })
    }
}
