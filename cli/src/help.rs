//! The longer texts of `--help`.

mod api;
mod auth;
mod directory;
mod health;
mod list;
mod probe;
mod program;
mod report;
mod terminal;
mod wait;
mod watch;

/// What the program is for.
pub(crate) const ABOUT: &str = "\
Look after the user synchronisation tasks of Huawei Cloud DataArts Studio.

Such a task copies IAM users and groups into a data cluster (MRS or DWS), so that rights there can be given to people. \
This program lists the tasks, tells which need care and why a run failed, finds the ids that this takes, and tells which \
data connections no task serves. It only reads; it changes nothing.";

/// Columns of the help on a wide terminal.
pub(crate) const WIDTH: usize = 100;
/// Columns that the texts here are filled to: those of the terminal that everybody has, where nothing is broken anew. A
/// line that had room for the first word of the next one ends its paragraph.
pub(crate) const FILLED: usize = 80;

/// Whose help it is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Topic {
    Program,
    SyncTasks,
    List,
    Show,
    Health,
    Report,
    Wait,
    Watch,
    Uncovered,
    Instances,
    Workspaces,
    Connections,
    Api,
    Auth,
    Probe,
    AuthShow,
    AuthCheck,
    Completions,
    Man,
}

/// The part of the help after the options.
pub(crate) fn after(topic: Topic) -> String {
    let sections: &[String] = match topic {
        Topic::Program => &[
            program::CREDENTIALS.to_owned(),
            program::TARGETS.to_owned(),
            program::environment(),
            exit_codes(),
            examples(program::EXAMPLES),
        ],
        Topic::SyncTasks => &[SEE_PROGRAM.to_owned(), exit_codes(), examples(SYNC_TASKS_EXAMPLES)],
        Topic::List => &[SEE_PROGRAM.to_owned(), list::OUTPUT.to_owned(), exit_codes(), examples(list::EXAMPLES)],
        Topic::Show => &[SEE_PROGRAM.to_owned(), exit_codes(), examples(list::SHOW_EXAMPLES)],
        Topic::Health => &[SEE_PROGRAM.to_owned(), health::OUTPUT.to_owned(), exit_codes(), examples(health::EXAMPLES)],
        Topic::Report => &[SEE_PROGRAM.to_owned(), report::OUTPUT.to_owned(), exit_codes(), examples(report::EXAMPLES)],
        Topic::Wait => &[SEE_PROGRAM.to_owned(), wait::OUTPUT.to_owned(), exit_codes(), examples(wait::EXAMPLES)],
        Topic::Watch => {
            &[SEE_PROGRAM.to_owned(), watch::output(), watch::exit_codes(&exit_codes()), examples(watch::EXAMPLES)]
        }
        Topic::Uncovered => &[
            directory::UNCOVERED_OUTPUT.to_owned(),
            SEE_PROGRAM.to_owned(),
            directory::OUTPUT.to_owned(),
            exit_codes(),
            examples(directory::UNCOVERED_EXAMPLES),
        ],
        Topic::Instances => &[directory::OUTPUT.to_owned(), exit_codes(), examples(directory::INSTANCES_EXAMPLES)],
        Topic::Workspaces => &[directory::OUTPUT.to_owned(), exit_codes(), examples(directory::WORKSPACES_EXAMPLES)],
        Topic::Connections => &[directory::OUTPUT.to_owned(), exit_codes(), examples(directory::CONNECTIONS_EXAMPLES)],
        Topic::Api => &[SEE_PROGRAM.to_owned(), api::OUTPUT.to_owned(), exit_codes(), examples(api::EXAMPLES)],
        Topic::Auth => &[SEE_PROGRAM.to_owned(), exit_codes(), examples(auth::EXAMPLES)],
        Topic::Completions => {
            &[terminal::COMPLETIONS_OUTPUT.to_owned(), exit_codes(), examples(terminal::COMPLETIONS_EXAMPLES)]
        }
        Topic::Man => &[terminal::MAN_OUTPUT.to_owned(), exit_codes(), examples(terminal::MAN_EXAMPLES)],
        Topic::Probe => &[SEE_PROGRAM.to_owned(), probe::OUTPUT.to_owned(), exit_codes(), examples(probe::EXAMPLES)],
        Topic::AuthShow => {
            &[SEE_PROGRAM.to_owned(), auth::OUTPUT.to_owned(), exit_codes(), examples(auth::SHOW_EXAMPLES)]
        }
        Topic::AuthCheck => &[
            SEE_PROGRAM.to_owned(),
            auth::OUTPUT.to_owned(),
            auth::CALL_OUTPUT.to_owned(),
            exit_codes(),
            examples(auth::CHECK_EXAMPLES),
        ],
    };
    sections.join("\n\n")
}

fn exit_codes() -> String {
    "\
Exit codes:
  0    Done
  1    The service, IAM or the network failed; what was printed is incomplete
  2    Wrong usage or configuration; nothing was sent to the service
  3    Not well: `sync-tasks health` or `report` found what --fail-on says, or
       the run that `sync-tasks wait` waited for failed
  129  The terminal went away (SIGHUP)
  130  Interrupted by Ctrl-C (SIGINT)
  143  Terminated (SIGTERM)

A failure is told on standard error in three lines at most: `error:` says what
failed, `answer:` the service's code, message and request id (or which sources
of credentials were tried), `hint:` what to do. With -v, each attempt is told
before, with its time, status and request id."
        .to_owned()
}

fn examples(lines: &str) -> String {
    format!("Examples:\n{lines}")
}

const SEE_PROGRAM: &str = "Where the credentials come from, `dataarts --help` tells.";

const SYNC_TASKS_EXAMPLES: &str = "  \
  dataarts --demo sync-tasks list
  dataarts --demo sync-tasks health";

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory as _};

    use super::*;
    use crate::arguments::Arguments;

    /// Calls `look` with each command, as it is typed, and its whole help.
    fn of_each(command: &mut Command, look: &mut dyn FnMut(&str, &str)) {
        let help = command.render_long_help().to_string();
        look(command.get_bin_name().unwrap_or(command.get_name()), &help);
        for command in command.get_subcommands_mut().filter(|command| command.get_name() != "help") {
            of_each(command, look);
        }
    }

    fn each(mut look: impl FnMut(&str, &str)) {
        let mut program = Arguments::command().term_width(WIDTH);
        program.build();
        of_each(&mut program, &mut look);
    }

    #[test]
    fn the_help_of_every_command_has_exit_codes_and_an_example_and_fits() {
        let mut commands = Vec::new();
        each(|command, help| {
            assert!(help.contains("\n  130 ") && help.contains("\nExamples:\n  dataarts "), "{command}: {help}");
            assert!(help.lines().all(|line| line.chars().count() <= WIDTH), "{command}: {help}");
            commands.push(command.to_owned());
        });
        for command in ["dataarts", "dataarts sync-tasks", "dataarts sync-tasks list", "dataarts auth", "dataarts man"]
        {
            assert!(commands.iter().any(|known| known == command), "{command} in {commands:?}");
        }
    }

    #[test]
    fn the_texts_are_filled_for_the_terminal_that_everybody_has() {
        let mut program = Arguments::command();
        program.build();
        let mut commands = vec![&program];
        while let Some(command) = commands.pop() {
            commands.extend(command.get_subcommands());
            let text = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
            let is_wide = |line: &&str| line.chars().count() > FILLED;
            let wide = text.lines().find(is_wide);
            assert_eq!(wide, None, "{}", command.get_name());
        }
    }

    #[test]
    fn every_example_is_of_its_command_and_can_be_typed() {
        each(|command, help| {
            let (_, examples) = help.split_once("\nExamples:\n").unwrap();
            let examples: Vec<&str> = examples.lines().filter_map(|line| line.strip_prefix("  ")).collect();
            for example in &examples {
                // What the shell does with the output is no word of ours.
                let words = example.split_whitespace().take_while(|word| !["|", "||", "&&", ">", "<"].contains(word));
                let read = Arguments::read(words.map(Into::into));
                assert!(read.is_ok(), "{command}: {example}: {}", read.unwrap_err());
            }
            let own = command.split(' ').skip(1).collect::<Vec<_>>();
            let is_own = |example: &&str| own.iter().all(|name| example.split(' ').any(|word| word == *name));
            assert!(examples.iter().any(is_own), "{command}: {examples:?}");
        });
    }

    /// The lines of a document that a shell would be given, from the program's name on.
    fn typed(document: &str) -> Vec<String> {
        let prefixes = ["cargo run -- ", "dataarts "];
        let line = |line: &str| {
            let line = line.split(" #").next().unwrap_or_default().trim();
            let words = prefixes.iter().find_map(|prefix| line.strip_prefix(prefix))?;
            Some(format!("dataarts {words}"))
        };
        document.lines().filter_map(line).collect()
    }

    #[test]
    fn every_command_of_the_readmes_can_be_typed() {
        let readmes = [include_str!("../../README.md"), include_str!("../README.md")];
        let lines: Vec<String> = readmes.into_iter().flat_map(typed).collect();
        assert!(lines.len() > 10, "{lines:?}");
        for line in lines {
            let read = Arguments::read(line.split_whitespace().map(Into::into));
            // Help is an end of its own.
            assert!(read.is_ok() || line.ends_with("--help"), "{line}: {}", read.unwrap_err());
        }
    }

    #[test]
    fn the_table_of_the_readme_has_every_command_and_no_other() {
        let (_, table) = include_str!("../../README.md").split_once("| command | does |").unwrap();
        let cells = table.lines().skip(2).map_while(|line| line.strip_prefix("| ")?.split(" |").next());
        let mut group = String::new();
        let mut told = Vec::new();
        // A cell names a group once: `auth show`, `check`.
        for name in cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)) {
            match name.split_once(' ') {
                Some((of, _)) => (group, _) = (of.to_owned(), told.push(name.to_owned())),
                None if ["list", "show", "check"].contains(&name) => told.push(format!("{group} {name}")),
                None => told.push(name.to_owned()),
            }
        }
        told.sort_unstable();
        let mut known = Vec::new();
        each(|command, _| known.extend(command.strip_prefix("dataarts ").map(str::to_owned)));
        known.retain(|name| !["sync-tasks", "auth"].contains(&name.as_str()));
        known.sort_unstable();
        assert_eq!(told, known);
    }
}
