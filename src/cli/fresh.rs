//! A store that is of the sheets as they are now.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::session::{Place, build};
use crate::graph::snapshot::MEMORY;
use crate::graph::{Location, LocationError, Manifest};
use crate::ingest::{self, BuildError};
use crate::project::Project;

/// How long a command that reads waits for the build of another.
const WAIT: Duration = Duration::from_mins(10);

impl Place {
    /// Builds the store if there is none or the sheets have changed, or waits for who does.
    ///
    /// # Errors
    /// The sheets have errors, the store cannot be written, or has what is not in the sheets and would be lost.
    pub(super) fn bring_up_to_date(&self, project: &Project, location: &Location) -> Result<()> {
        let end = Instant::now() + WAIT;
        let printer = self.printer();
        let mut told = false;
        loop {
            let current = location.manifest()?;
            let stale = match &current {
                Some(current) => current.inputs_sha256 != ingest::fingerprint(project)?,
                None => true,
            };
            if !stale {
                return Ok(());
            }
            if let Some(updates) = current.as_ref().filter(|current| current.updated.is_some()) {
                return Err(would_lose(location, updates).into());
            }
            location.may_be_written()?;
            if !told {
                printer.say(if current.is_some() {
                    "The sheets or the ontology have changed since the store was built: rebuilding."
                } else {
                    "No store yet: building."
                });
                if let Some(old) = project.store_within().filter(|_| self.location.is_none()) {
                    printer.say(&format!(
                        "{} is not read: a store in the study's folder may be somebody else's. Name it with --location to \
                         answer from it, or remove it.",
                        old.display()
                    ));
                }
            }
            match build(project, location, MEMORY, printer) {
                Err(error) if is_busy(&error) && Instant::now() < end => {}
                built => {
                    built?;
                    return Ok(());
                }
            }
            if !told {
                let minutes = WAIT.as_secs() / 60;
                printer.say(&format!(
                    "Another build is writing to {}: waiting for it, {minutes} minutes at most.",
                    location.path().display()
                ));
                told = true;
            }
            if !location.wait(end.saturating_duration_since(Instant::now())) {
                return Err(LocationError::Busy(location.path().to_owned()).into());
            }
        }
    }
}

/// Whether a build was refused because another runs.
fn is_busy(error: &anyhow::Error) -> bool {
    let busy = |error: &BuildError| matches!(error, BuildError::Location(LocationError::Busy(_)));
    error.downcast_ref().is_some_and(busy)
}

/// Refuses to build a store from the sheets that has more.
pub(super) fn would_lose(location: &Location, manifest: &Manifest) -> LocationError {
    LocationError::WouldLose {
        path: location.path().to_owned(),
        lost: manifest.beyond_sheets().unwrap_or_default(),
    }
}
