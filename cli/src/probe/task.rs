//! What does not belong to a list: an id that nobody has, and whose tasks there are.

use super::Found;
use super::answer::{Answer, Answers};
use super::call::Call;

/// How an id is refused that no task has.
pub(super) fn unknown(answers: &Answers) -> Found {
    if let Some(refusal) = answers.refusal(Call::UnknownTask) {
        let is_as_documented =
            matches!(answers.get(Call::UnknownTask), Some(Answer::Refused { status: 400, code: Some(_) }));
        return Ok((format!("refused with {refusal}"), is_as_documented));
    }
    answers.body(Call::UnknownTask)?;
    Ok(("answered as if there were one".to_owned(), false))
}

/// Whether the workspace that is asked for keeps tasks of others out.
pub(super) fn workspaces(answers: &Answers) -> Found {
    let page = answers.page(Call::First)?;
    let own = answers.workspace.as_deref();
    let workspaces = page.items.iter().filter_map(|item| item.get("data_connection_workspace")?.as_str());
    // An empty text is no workspace: some services write absence so.
    let workspaces = workspaces.filter(|workspace| !workspace.is_empty());
    match workspaces.filter(|workspace| Some(*workspace) != own).count() {
        0 => Err("needs a task with a data connection of another workspace; none is listed".to_owned()),
        others => Ok((format!("not filtered: {others} of {} tasks are of other workspaces", page.items.len()), true)),
    }
}
