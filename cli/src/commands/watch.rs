//! `sync-tasks watch`: lists again and again; a live view at a terminal, elsewhere one change a line.

mod beside;
mod lines;
mod lister;
mod live;
mod screen;
#[cfg(test)]
mod testing;

use std::io::{self, IsTerminal as _};

use crate::arguments::{ConnectionArguments, WatchArguments};
use crate::clock;
use crate::connection::Connection;
use crate::environment::{Environment, TERM};
use crate::failure::Failure;
use crate::health::Zone;
use crate::interrupt::unless_interrupted;
use crate::output::style::Colours;
use crate::output::{Format, Surroundings};
use crate::watch::{Place, State};
use lister::Lister;
use screen::Screen;

/// Refuses what cannot be watched so, before anything is sent.
pub(crate) fn check(format: Format, verbose: u8, environment: &Environment<'_>) -> Result<(), Failure> {
    if format == Format::Json {
        let message = "-o json is one array, which a watch never ends; choose jsonl for one object a change, or csv";
        return Err(Failure::usage(message.to_owned()));
    }
    if verbose > 0 && is_live(format, environment)? && io::stderr().is_terminal() {
        let message = "-v tells on standard error, which would tear the live view: send it to a file with 2> FILE, or \
                       choose -o jsonl";
        return Err(Failure::usage(message.to_owned()));
    }
    Ok(())
}

/// Watches until it is told to end.
pub(crate) async fn run(
    arguments: WatchArguments,
    flags: &ConnectionArguments,
    environment: &Environment<'_>,
    format: Format,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    let is_live = is_live(format, environment)?;
    let uses_colour = surroundings.colours == Colours::On;
    let watched = async {
        let connection = Connection::open(flags, environment).await?;
        connection.require_place()?;
        let zone = Zone::choose(arguments.tz.clone(), connection.region(), surroundings.now);
        let lister = Lister::new(connection.client.clone(), &arguments, &zone);
        if !is_live {
            return lines::run(&lister, arguments.interval, format, surroundings).await;
        }
        let place = Place { name: place(&connection, flags), zone, time_zone: surroundings.time_zone };
        let mut state = State::new(place, arguments.interval, uses_colour);
        let (screen, mut inputs) = Screen::open(uses_colour)?;
        let size = screen.size()?;
        state.resize(size.width, size.height);
        live::run(state, screen, &mut inputs, |before, count| lister.list(before, count), &clock::now).await
    };
    // Too large for the stack of whoever waits for it.
    Box::pin(unless_interrupted(watched)).await
}

/// Whether there is a terminal to draw on, and nothing else was asked for.
fn is_live(format: Format, environment: &Environment<'_>) -> Result<bool, Failure> {
    let is_dumb = environment.get(TERM)?.is_some_and(|name| name == "dumb");
    Ok(format == Format::Table && io::stdout().is_terminal() && !is_dumb)
}

fn place(connection: &Connection, flags: &ConnectionArguments) -> String {
    if flags.demo {
        return "the demo".to_owned();
    }
    let address = connection.client.base_url();
    let host = address.split_once("://").map_or(address, |(_, host)| host).trim_end_matches('/');
    let place = connection.region().unwrap_or(host);
    format!("{place}, workspace {}", connection.client.workspace().unwrap_or("-"))
}
