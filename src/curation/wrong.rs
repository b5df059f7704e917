//! What is wrong with the sheets as they are, read once as long as they do not change.

use std::sync::{Mutex, PoisonError};

use crate::ingest::{Problem, fingerprint, read_study};
use crate::ontology::Ontology;
use crate::project::{FileError, Project};

/// The problems of the sheets of a study, kept with the fingerprint of the files that have them.
#[derive(Debug, Default)]
pub struct Wrong(Mutex<Option<(String, Vec<Problem>)>>);

impl Wrong {
    /// The problems of a study as it is now.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(super) fn of(
        &self,
        project: &Project,
        ontology: &Ontology,
    ) -> Result<Vec<Problem>, FileError> {
        let now = fingerprint(project)?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, problems)) = kept.as_ref()
            && *of == now
        {
            return Ok(problems.clone());
        }
        let (_, problems) = read_study(project.study(), ontology)?;
        let problems: Vec<Problem> = problems.iter().cloned().collect();
        *kept = Some((now, problems.clone()));
        Ok(problems)
    }
}
