//! Builds a store, shows the progress, and prints what is wrong with the sheets.

use anyhow::Result;
use indicatif::ProgressBar;

use super::{MOST_LINES, print_lines};
use crate::cli::printer::Printer;
use crate::graph::snapshot::MEMORY;
use crate::graph::{Location, Manifest};
use crate::ingest::{self, BuildError, Built, Progress};
use crate::project::Project;

/// What the lines of a check are, where only the first of them are printed.
const PROBLEMS: &str = "problems, which `casegraph check` shows";

pub(super) const MB: u64 = 1 << 20;

/// The memory that a command may take to build, as an option.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Memory {
    /// Memory to take, in MB, about; what does not fit is put beside the store meanwhile
    #[arg(long = "memory", value_name = "MB", default_value_t = MEMORY as u64 / MB)]
    megabytes: u64,
}

impl Memory {
    /// The same in bytes.
    #[must_use]
    pub fn bytes(self) -> usize {
        usize::try_from(self.megabytes.saturating_mul(MB)).unwrap_or(usize::MAX)
    }
}

/// Builds a store within about this many bytes of memory, and shows the progress.
///
/// # Errors
/// The sheets have errors, which are all printed, or the store cannot be written.
pub fn build(
    project: &Project,
    location: &Location,
    memory: usize,
    printer: Printer,
) -> Result<Manifest> {
    with_progress(printer, |progress| {
        ingest::build(project, location, memory, progress)
    })
}

/// The same in place of whatever store is there.
///
/// # Errors
/// Those of [`build`].
pub fn build_anew(
    project: &Project,
    location: &Location,
    memory: usize,
    printer: Printer,
) -> Result<Manifest> {
    with_progress(printer, |progress| {
        ingest::build_anew(project, location, memory, progress)
    })
}

/// Builds, shows the progress, and then the problems of the sheets.
pub(super) fn with_progress(
    printer: Printer,
    build: impl FnOnce(&mut dyn FnMut(Progress)) -> Result<Built, BuildError>,
) -> Result<Manifest> {
    let bar = printer.progress(0);
    let built = build(&mut |step| show(&bar, step));
    bar.finish_and_clear();
    match built {
        Ok(built) => {
            let warnings = built.problems.iter().map(ToString::to_string);
            print_lines(warnings, PROBLEMS, |line| printer.say(line));
            Ok(built.manifest)
        }
        Err(error) => Err(not_built(error, printer)),
    }
}

/// Shows a step of a build on the bar.
pub(super) fn show(bar: &ProgressBar, step: Progress) {
    match step {
        Progress::Ontology => bar.set_message("reading the ontology"),
        Progress::Sheets => bar.set_message("reading the sheets"),
        Progress::Cases { done, of } => {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
            bar.set_message("weighing the reports, case by case");
        }
        Progress::Publishing => bar.set_message("writing the store"),
    }
}

/// Prints all that is wrong with the sheets of a store that was not built.
pub(super) fn not_built(error: BuildError, printer: Printer) -> anyhow::Error {
    match error {
        BuildError::Problems(problems) => {
            let mut all: Vec<_> = problems.iter().collect();
            if all.len() > MOST_LINES {
                // What stops the build comes first.
                all.sort_by_key(|problem| problem.severity);
            }
            let lines = all.into_iter().map(ToString::to_string);
            print_lines(lines, PROBLEMS, |line| printer.always(line));
            BuildError::Problems(problems).into()
        }
        other => anyhow::Error::from(other).context("the store was not built"),
    }
}
