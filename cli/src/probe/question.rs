//! The questions, each with what this client takes for granted, and where that stands.

use super::answer::Answers;
use super::call::Call;
use super::{Found, clock, field, order, paging, task};

/// One thing that no document says.
pub(crate) struct Question {
    /// Its name in reports.
    pub(super) id: &'static str,
    pub(super) asks: &'static str,
    /// What this client does, or holds, without knowing.
    pub(super) assumes: &'static str,
    /// Where that stands: a file of the project, and words in it.
    pub(super) place: (&'static str, &'static str),
    /// The calls whose answers it is told from.
    pub(super) calls: &'static [Call],
    pub(super) find: fn(&Answers) -> Found,
}

const DOCUMENT: &str = "openapi/dataarts-security.yaml";

/// All of them, in the order of reports.
pub(super) const QUESTIONS: [Question; 21] = [
    Question {
        id: "largest_limit",
        asks: "Does a page hold 100 tasks where 100 are asked for?",
        assumes: "it may hold fewer: the listing goes on behind what came",
        place: ("docs/faults.md", "is shorter or longer than was asked for"),
        calls: &[Call::First],
        find: paging::largest_limit,
    },
    Question {
        id: "default_limit",
        asks: "How many tasks come where no limit is given?",
        assumes: "nothing: every listing gives one",
        place: ("core/src/listing.rs", "page_size().unwrap_or(O::LARGEST_PAGE)"),
        calls: &[Call::First, Call::NoLimit],
        find: paging::default_limit,
    },
    Question {
        id: "limit_above_100",
        asks: "What becomes of a limit above 100?",
        assumes: "nothing: it is refused before anything is sent",
        place: (DOCUMENT, "maximum: 100 # java"),
        calls: &[Call::First, Call::Above],
        find: paging::above_the_largest,
    },
    Question {
        id: "limit_zero",
        asks: "What does limit=0 give?",
        assumes: "nothing: it is refused before anything is sent",
        place: ("core/src/listing.rs", "page_size() == Some(0)"),
        calls: &[Call::First, Call::Zero],
        find: paging::zero,
    },
    Question {
        id: "past_the_end",
        asks: "What does an offset behind the last task give?",
        assumes: "no tasks, tasks that came before, or a refusal: pages overlap, so none has to begin there",
        place: ("core/src/pagination/walk.rs", "const OVERLAP"),
        calls: &[Call::First, Call::PastEnd, Call::Descending],
        find: paging::past_the_end,
    },
    Question {
        id: "default_order",
        asks: "In which order do tasks come where none is asked for?",
        assumes: "nothing: every listing asks for one, by default the time of creation",
        place: (DOCUMENT, "order_by: CREATE_TIME"),
        calls: &[Call::NoLimit],
        find: order::default_order,
    },
    Question {
        id: "default_direction",
        asks: "Which way does order_by sort without order_by_asc?",
        assumes: "nothing: every listing gives both",
        place: (DOCUMENT, "order_by_asc: true"),
        calls: &[Call::NoDirection],
        find: order::default_direction,
    },
    Question {
        id: "order_by_asc",
        asks: "Does order_by_asc do what it says?",
        assumes: "true sorts ascending, false descending",
        place: (DOCUMENT, "Whether to sort ascending."),
        calls: &[Call::First, Call::Descending],
        find: order::asked_direction,
    },
    Question {
        id: "ties",
        asks: "Do tasks created at the same time keep their order?",
        assumes: "they do; else a listing could miss some",
        place: ("core/src/pagination/items.rs", "the walk takes it for fixed"),
        calls: &[Call::First, Call::Again],
        find: order::ties,
    },
    Question {
        id: "total",
        asks: "What does the total count under a filter?",
        assumes: "the tasks that match",
        place: (DOCUMENT, "Number of tasks that match the filters"),
        calls: &[Call::First, Call::WholeName],
        find: paging::total,
    },
    Question {
        id: "cluster_name",
        asks: "Is cluster_name compared with the whole name or a part?",
        assumes: "nothing: it is sent as given, and all that comes is shown",
        place: (DOCUMENT, "Whether the service compares the whole name or a part of it is not"),
        calls: &[Call::First, Call::WholeName, Call::PartOfName],
        find: paging::cluster_name,
    },
    Question {
        id: "letter_case",
        asks: "Does letter case matter there?",
        assumes: "nothing: it is sent as given, and all that comes is shown",
        place: (DOCUMENT, "Whether the service compares the whole name or a part of it is not"),
        calls: &[Call::First, Call::WholeName, Call::OtherCase],
        find: paging::letter_case,
    },
    Question {
        id: "unset_fields",
        asks: "What is a field without a value: absent, null, empty or 0?",
        assumes: "absent, null, or 0 for a time; an empty text would count as a value",
        place: ("codegen/src/null_tolerance.rs", "`null` means absent for every optional field"),
        calls: &[Call::First],
        find: field::unset,
    },
    Question {
        id: "show",
        asks: "Is a task alone the same as in the list?",
        assumes: "the same fields, with the same values",
        place: (DOCUMENT, "$ref: '#/components/schemas/MemberSyncTask'"),
        calls: &[Call::First, Call::Show],
        find: field::alone,
    },
    Question {
        id: "unknown_task",
        asks: "How is the id refused that no task has?",
        assumes: "with HTTP 400 and a code of the service",
        place: (DOCUMENT, "An unknown id is refused with HTTP 400"),
        calls: &[Call::UnknownTask],
        find: task::unknown,
    },
    Question {
        id: "workspaces",
        asks: "Are tasks of other workspaces listed too?",
        assumes: "they are: the workspace selects the instance",
        place: (DOCUMENT, "the workspace header selects the instance"),
        calls: &[Call::First],
        find: task::workspaces,
    },
    Question {
        id: "time_zone",
        asks: "By which clock are logs stamped?",
        assumes: "the region's, or +08:00 where it has none here; schedules go by the same",
        place: ("src/member_sync/zone.rs", "no document says which clock a schedule follows"),
        calls: &[Call::First],
        find: clock::time_zone,
    },
    Question {
        id: "sync_time",
        asks: "Is sync_time the start or the end of a run?",
        assumes: "the start",
        place: (DOCUMENT, "When the last run of any kind started."),
        calls: &[Call::First],
        find: clock::sync_time,
    },
    Question {
        id: "offset_of_instances",
        asks: "Does the offset of instances count items or pages?",
        assumes: "items, from 0",
        place: (DOCUMENT, "Position of the first instance of the page, counted from 0."),
        calls: &[Call::Instances, Call::InstancesFromOne],
        find: paging::offset_of_instances,
    },
    Question {
        id: "offset_of_workspaces",
        asks: "Does the offset of workspaces count items or pages?",
        assumes: "items, from 0",
        place: (DOCUMENT, "Position of the first workspace of the page, counted from 0."),
        calls: &[Call::Workspaces, Call::WorkspacesFromOne],
        find: paging::offset_of_workspaces,
    },
    Question {
        id: "offset_of_connections",
        asks: "Does the offset of data connections count items or pages?",
        assumes: "items, from 0",
        place: (DOCUMENT, "Position of the first connection of the page, counted from 0."),
        calls: &[Call::Connections, Call::ConnectionsFromOne],
        find: paging::offset_of_connections,
    },
];
