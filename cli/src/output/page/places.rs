//! Where the tasks were listed.

use super::words;
use crate::health::Target;

/// A place with all that is to be said of it.
pub(super) struct Shown {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) project: String,
    pub(super) workspace: String,
    pub(super) zone: String,
    pub(super) is_assumed: bool,
    pub(super) error: Option<String>,
}

impl Shown {
    pub(super) fn of(target: &Target) -> Self {
        let place = &target.place;
        let address = if place.is_demo {
            // Its address is another one each time, and leads nowhere.
            "made-up data of --demo".to_owned()
        } else {
            words::shown(place.region.as_deref().or(place.endpoint.as_deref()))
        };
        Self {
            name: words::shown(target.target.as_deref()),
            address,
            project: words::shown(place.project_id.as_deref()),
            workspace: words::shown(place.workspace.as_deref()),
            zone: words::line(&target.zone.name),
            is_assumed: target.zone.is_assumed,
            error: target.error.as_deref().map(words::line),
        }
    }
}
