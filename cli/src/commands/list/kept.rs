//! A listing with `--checkpoint`: given up at any moment and run again, it goes on where it was.
//!
//! After each page, what was written is put on the disk, and then the place behind it. Whatever a killed run wrote beyond
//! its last place is cut off by the next one. To a pipe, which cannot be cut, it comes once more.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write};
use std::path::Path;

use dataarts_security::types::MemberSyncTask;
use dataarts_security::{Checkpoint, Pages};

use super::place::{Place, cannot_write, name};
use crate::failure::Failure;
use crate::interrupt::unless_interrupted;
use crate::output::{Format, Listing, Surroundings};
use crate::progress::Meter;

/// The two files, and how the output is written.
pub(super) struct Kept<'a> {
    pub(super) checkpoint: &'a Path,
    pub(super) output: Option<&'a Path>,
    pub(super) format: Format,
}

impl Kept<'_> {
    /// Lists `pages`, from the beginning or from where an earlier run was.
    pub(super) async fn run(
        &self,
        pages: Pages<MemberSyncTask>,
        meter: &Meter,
        surroundings: Surroundings,
    ) -> Result<(), Failure> {
        let place = Place::read(self.checkpoint, self.format, self.output.is_some())?;
        let mut writer = self.open(place.as_ref())?;
        let begun = place.as_ref().is_some_and(|place| place.output_length != Some(0));
        let mut listing = match (self.format, begun) {
            (format, false) => Listing::new(format, surroundings, &mut writer),
            (format, true) => Listing::continued(format, surroundings, &mut writer),
        };
        let mut pages = match place {
            Some(place) => pages.on_progress(meter.rest_of_list()).resume(place.listing),
            None => pages.on_progress(meter.list(None)),
        };
        let outcome = meter.during(unless_interrupted(self.read(&mut pages, &mut listing))).await;
        let delivered = listing.delivered();
        outcome.map_err(|failure| failure.after(delivered).kept(self.checkpoint))?;
        // The list is complete; another run begins another one.
        Place::remove(self.checkpoint)
    }

    async fn read(&self, pages: &mut Pages<MemberSyncTask>, listing: &mut Listing<&mut Output>) -> Result<(), Failure> {
        while let Some(page) = pages.try_next().await? {
            for task in page.items {
                listing.add(task)?;
            }
            listing.flush()?;
            self.keep(listing.writer().length()?, pages.checkpoint()?)?;
        }
        listing.finish()?;
        listing.writer().length()?;
        Ok(())
    }

    fn keep(&self, output_length: Option<u64>, listing: Checkpoint) -> Result<(), Failure> {
        Place { format: name(self.format), output_length, listing }.write(self.checkpoint)
    }

    /// The output, with nothing in it that `place` does not vouch for.
    fn open(&self, place: Option<&Place>) -> Result<Output, Failure> {
        let Some(path) = self.output else { return Ok(Output::Pipe(io::stdout())) };
        let vouched = place.and_then(|place| place.output_length).unwrap_or(0);
        let open = || {
            let mut file = OpenOptions::new().create(true).write(true).truncate(false).open(path)?;
            // Where locks are unknown, nothing is said about other runs.
            if let Err(TryLockError::WouldBlock) = file.try_lock() {
                return Err(io::Error::other("another run is writing it"));
            }
            let metadata = file.metadata()?;
            if metadata.is_file() && metadata.len() >= vouched {
                file.set_len(vouched)?;
                file.seek(SeekFrom::Start(vouched))?;
            }
            Ok((metadata, file))
        };
        let (metadata, file) = open().map_err(|error: io::Error| cannot_write(path, error))?;
        if !metadata.is_file() {
            let path = path.display();
            return Err(Failure::usage(format!(
                "--checkpoint needs a file for --output, and {path} is none; without --output, standard output is written \
                 to, where tasks can come twice"
            )));
        }
        if metadata.len() < vouched {
            return Err(Failure::usage(format!(
                "{} has {} bytes, and the checkpoint {} vouches for {vouched}; delete the checkpoint to start the listing \
                 over",
                path.display(),
                metadata.len(),
                self.checkpoint.display()
            )));
        }
        Ok(Output::File(file))
    }
}

/// Where the tasks go.
pub(super) enum Output {
    File(File),
    Pipe(io::Stdout),
}

impl Output {
    /// The length of the file, all of it on the disk; none for a pipe.
    fn length(&mut self) -> io::Result<Option<u64>> {
        match self {
            Self::File(file) => {
                file.sync_data()?;
                file.stream_position().map(Some)
            }
            Self::Pipe(_) => Ok(None),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Pipe(pipe) => pipe.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Pipe(pipe) => pipe.flush(),
        }
    }
}
