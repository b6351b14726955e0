//! Where a listing stands, as a small value that outlives the program.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::watermark::{OrderKey, Watermark};

/// How far a listing was taken, to go on from there later.
///
/// It holds the creation time (or whatever else the list is sorted by) of the item taken last, the ids of the taken items
/// that share it, about where in the list that was, the project, and a digest of the request. It holds no credentials. Its size does not
/// grow with the list, only with the number of items of one creation time.
///
/// It tells of what was taken from the listing, not of what became of it: whoever writes items to a file keeps how long the
/// file was beside the checkpoint, and cuts it to that length before the listing goes on.
///
/// Serialise it with any format of serde, in JSON for example. What was changed or damaged in between does not
/// deserialise.
///
/// ```no_run
/// use dataarts_security::Checkpoint;
///
/// # async fn example(client: dataarts_security::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let mut tasks = client.list_member_sync_tasks().items();
/// let first = tasks.try_next().await?;
/// let kept = serde_json::to_string(&tasks.checkpoint()?)?;
///
/// let checkpoint: Checkpoint = serde_json::from_str(&kept)?;
/// let mut rest = client.list_member_sync_tasks().items().resume(checkpoint);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Checkpoint {
    /// Digest of the request that the items answer.
    pub(super) query: String,
    /// The project that the items are of; absent if there is none, or if none was read yet.
    pub(super) project_id: Option<String>,
    /// About where the listing stood; a hint that saves requests.
    pub(super) position: u64,
    /// Absent before the first item.
    pub(super) mark: Option<Watermark>,
}

const VERSION: u32 = 2;

/// The serialised form.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    query: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project_id: Option<String>,
    position: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<OrderKey>,
    ids: Vec<String>,
    check: String,
}

impl From<Checkpoint> for Written {
    fn from(checkpoint: Checkpoint) -> Self {
        let Checkpoint { query, project_id, position, mark } = checkpoint;
        let (key, ids) = mark.map_or_else(Default::default, |Watermark { key, ids }| (Some(key), ids));
        let mut written = Self { version: VERSION, query, project_id, position, key, ids, check: String::new() };
        written.check = written.sum();
        written
    }
}

impl TryFrom<Written> for Checkpoint {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        if written.version != VERSION {
            return Err("the checkpoint is of another version of this library; start the listing over");
        }
        if written.check != written.sum() {
            return Err("the checkpoint is damaged; start the listing over");
        }
        let Written { query, project_id, position, key, ids, .. } = written;
        Ok(Self { query, project_id, position, mark: key.map(|key| Watermark { key, ids }) })
    }
}

impl Written {
    /// Tells a value that was changed by accident; no protection against intent.
    fn sum(&self) -> String {
        let key = match &self.key {
            None => "none".to_owned(),
            Some(OrderKey::Number(number)) => format!("number {number}"),
            Some(OrderKey::Text(text)) => format!("text {} {text}", text.len()),
        };
        let project = self.project_id.as_ref().map_or_else(|| "none".to_owned(), |id| format!("{} {id}", id.len()));
        let Self { version, query, position, ids, .. } = self;
        let mut text = format!("{version}\n{query}\n{project}\n{position}\n{key}\n{}\n", ids.len());
        for id in &self.ids {
            text.push_str(&format!("{} {id}\n", id.len()));
        }
        digest(&text)
    }
}

/// A short digest of `text`, in lowercase hexadecimal.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn checkpoint() -> Checkpoint {
        let mark = Watermark { key: OrderKey::Number(1_710_856_132_000), ids: vec!["a1".to_owned(), "b2".to_owned()] };
        let query = digest("GET /v1/p/security/member-sync-tasks");
        Checkpoint { query, project_id: Some("p".to_owned()), position: 4_321, mark: Some(mark) }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let empty = Checkpoint { mark: None, project_id: None, position: 0, ..checkpoint() };
        let text = Watermark { key: OrderKey::Text("dws \"1\"".to_owned()), ids: Vec::new() };
        for checkpoint in [checkpoint(), empty, Checkpoint { mark: Some(text), ..checkpoint() }] {
            let written = serde_json::to_string(&checkpoint).unwrap();
            assert_eq!(serde_json::from_str::<Checkpoint>(&written).unwrap(), checkpoint, "{written}");
        }
    }

    #[test]
    fn one_of_another_version_is_refused_by_that_name() {
        let written = serde_json::to_string(&checkpoint()).unwrap().replace("\"version\":2", "\"version\":1");
        let error = serde_json::from_str::<Checkpoint>(&written).unwrap_err();
        assert!(error.to_string().contains("another version"), "{error}");
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_refused_or_changes_nothing(position in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
            let mut written = serde_json::to_vec(&checkpoint()).unwrap();
            let position = position.index(written.len());
            written[position] = byte;
            if let Ok(read) = serde_json::from_slice::<Checkpoint>(&written) {
                prop_assert_eq!(read, checkpoint());
            }
        }

        #[test]
        fn a_cut_checkpoint_is_refused(length in any::<prop::sample::Index>()) {
            let written = serde_json::to_vec(&checkpoint()).unwrap();
            prop_assert!(serde_json::from_slice::<Checkpoint>(&written[..length.index(written.len())]).is_err());
        }
    }
}
