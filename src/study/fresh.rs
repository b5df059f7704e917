//! A store that is of the sheets as they are now: opened as it is, or built first.

use std::path::Path;
use std::time::{Duration, Instant};

use thiserror::Error;

use super::Session;
use crate::graph::snapshot::MEMORY;
use crate::graph::{Location, LocationError, Manifest};
use crate::ingest::{self, BuildError, Problems, Progress};
use crate::project::{FileError, Project};

/// How long a build of another is waited for.
const WAIT: Duration = Duration::from_mins(10);

/// What happens while a store is brought up to date, for those who tell it.
pub enum Step<'a> {
    /// A build is needed: there is no store, or it is of other sheets.
    Needed {
        /// Whether there is no store.
        first: bool,
    },
    /// How far the build is.
    Progress(Progress),
    /// The store was built; these are the warnings of the sheets.
    Built(&'a Problems),
    /// Another build is writing to the store, and is waited for.
    Waiting {
        /// The folder of the store.
        at: &'a Path,
        /// For how long at most.
        most: Duration,
    },
}

/// Why no store is of the sheets as they are now.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FreshError {
    /// The store could not be built.
    #[error("{0}")]
    Build(#[source] BuildError),
    /// The sheets cannot be compared with those of the store.
    #[error("{0}")]
    File(#[from] FileError),
    /// The store cannot be read or written, or a build would lose what is not in the sheets.
    #[error("{0}")]
    Location(#[from] LocationError),
}

impl Session {
    /// Opens the store of a location, which is built first if there is none or the sheets have changed.
    ///
    /// # Errors
    /// The sheets have errors, or the store cannot be written or read.
    pub fn open_or_build(
        project: Project,
        location: &Location,
        tell: &mut dyn FnMut(Step<'_>),
    ) -> Result<Self, FreshError> {
        bring_up_to_date(&project, location, tell)?;
        Ok(Self::open(project, location)?)
    }
}

/// Builds the store if there is none or the sheets have changed, or waits for who does.
fn bring_up_to_date(
    project: &Project,
    location: &Location,
    tell: &mut dyn FnMut(Step<'_>),
) -> Result<(), FreshError> {
    let end = Instant::now() + WAIT;
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
            tell(Step::Needed {
                first: current.is_none(),
            });
        }
        let built = ingest::build(project, location, MEMORY, &mut |progress| {
            tell(Step::Progress(progress));
        });
        match built {
            Ok(built) => {
                tell(Step::Built(&built.problems));
                return Ok(());
            }
            Err(BuildError::Location(LocationError::Busy(_))) if Instant::now() < end => {}
            Err(error) => return Err(FreshError::Build(error)),
        }
        let at = location.path();
        if !told {
            tell(Step::Waiting { at, most: WAIT });
            told = true;
        }
        if !location.wait(end.saturating_duration_since(Instant::now())) {
            return Err(LocationError::Busy(at.to_owned()).into());
        }
    }
}

/// That a store has more than the sheets, which a build from them would lose.
#[must_use]
pub fn would_lose(location: &Location, manifest: &Manifest) -> LocationError {
    LocationError::WouldLose {
        path: location.path().to_owned(),
        lost: manifest.beyond_sheets().unwrap_or_default(),
    }
}
