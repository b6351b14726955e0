//! `man`: a page for each command, made from the definition of the command line and from its help.

mod prose;

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::arguments::{Arguments, ManArguments};
use crate::failure::Failure;

/// The part of the manual that pages of commands are in.
const SECTION: &str = "1";

/// Prints one page, or writes all of them.
pub(crate) fn run(arguments: &ManArguments) -> Result<(), Failure> {
    let program = program();
    if let Some(folder) = &arguments.directory {
        fs::create_dir_all(folder).map_err(|error| cannot_write(folder, error))?;
        return write_all(&program, folder);
    }
    let names = arguments.command.iter().flat_map(|words| words.split_whitespace());
    let command = names.into_iter().try_fold(&program, |command, name| {
        command.find_subcommand(name).ok_or_else(|| {
            let of = command.get_bin_name().unwrap_or(command.get_name());
            Failure::usage(format!("{of} has no command {name}; `{of} --help` lists what there is"))
        })
    })?;
    let page = page(command)?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(&page)?;
    Ok(stdout.flush()?)
}

/// With all that is derived from the definition, and without `help`, of which there is no page.
fn program() -> Command {
    let mut program = Arguments::command().disable_help_subcommand(true);
    program.build();
    program
}

fn write_all(command: &Command, folder: &Path) -> Result<(), Failure> {
    let path = folder.join(format!("{}.{SECTION}", name(command)));
    fs::write(&path, page(command)?).map_err(|error| cannot_write(&path, error))?;
    command.get_subcommands().try_for_each(|command| write_all(command, folder))
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let more = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let man = Man::new(command.clone().after_long_help(None::<&str>)).section(SECTION);
    let name = name(command);
    // No date, by which builds would differ; and no word is broken, for most are to be copied.
    let title = format!(
        ".TH \"{}\" \"{SECTION}\" \"\" \"dataarts {}\" \"User Commands\"\n.nh\n.ad l\n",
        name.to_uppercase(),
        env!("CARGO_PKG_VERSION")
    );
    let mut page = title.into_bytes();
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    page.extend(prose::rendered(&more).into_bytes());
    if let Some((parent, _)) = name.split_once('-') {
        page.extend(format!(".SH \"SEE ALSO\"\n\\fB{parent}\\fR({SECTION})\n").into_bytes());
    }
    Ok(page)
}

/// Such as `dataarts-sync-tasks-list`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or(command.get_name())
}

fn cannot_write(path: &Path, error: io::Error) -> Failure {
    Failure::File { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(command: &Command) -> String {
        String::from_utf8(page(command).unwrap()).unwrap()
    }

    fn hold(command: &Command) {
        let text = text(command);
        assert!(text.contains(".SH NAME") && text.contains(".SH OPTIONS"), "{text}");
        assert!(text.contains(".SH \"EXAMPLES\"") && text.contains(".SH \"EXIT CODES\""), "{text}");
        // Nothing of the help is taken for a request.
        let known = [".TH", ".SH", ".PP", ".TP", ".br", ".ad", ".nh", ".in", ".ti", ".RS", ".RE", ".IP", ".ie", ".el"];
        for line in text.lines().filter(|line| line.starts_with(['.', '\''])) {
            assert!(known.iter().any(|request| line.starts_with(request)), "{line}");
        }
        command.get_subcommands().for_each(hold);
    }

    #[test]
    fn every_command_has_a_page_with_examples() {
        hold(&program());
    }

    #[test]
    fn pages_are_written_under_the_names_by_which_man_finds_them() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("share/man1");
        run(&ManArguments { command: Vec::new(), directory: Some(inner.clone()) }).unwrap();
        for name in
            ["dataarts", "dataarts-sync-tasks", "dataarts-sync-tasks-list", "dataarts-auth-check", "dataarts-man"]
        {
            assert!(inner.join(format!("{name}.1")).is_file(), "{name}");
        }
        let program = fs::read_to_string(inner.join("dataarts.1")).unwrap();
        assert!(program.contains("dataarts\\-sync\\-tasks(1)"), "{program}");
    }

    #[test]
    fn a_command_that_is_not_there_is_refused() {
        for (words, refusal) in [
            ("lisst", "dataarts has no command lisst; `dataarts --help` lists what there is"),
            (
                "sync-tasks lisst",
                "dataarts sync-tasks has no command lisst; `dataarts sync-tasks --help` lists what there is",
            ),
        ] {
            let arguments = ManArguments { command: vec![words.to_owned()], directory: None };
            assert_eq!(run(&arguments).unwrap_err().to_string(), refusal);
        }
    }
}
