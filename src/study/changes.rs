//! What changed between two builds of a study.

use super::{Session, StudyError};
use crate::analysis::diff::{Change, Moved, changes, facts, is_same, moved};
use crate::graph::namespaces::Prefixes;
use crate::graph::{Location, LocationError, QueryOptions};
use crate::query::Catalogue;
use crate::report::{json, summary};

impl Session {
    /// The last build from other sheets, or the one that the open one replaced; `None` if there was none,
    /// or it is not there any more.
    ///
    /// # Errors
    /// It is there and cannot be opened.
    pub fn before(&self, location: &Location) -> Result<Option<Self>, LocationError> {
        let before = location.open_before(&self.manifest)?;
        Ok(before.map(|(graph, manifest)| Self {
            project: self.project.clone(),
            prefixes: Prefixes::of_study(&manifest.study),
            graph,
            manifest,
        }))
    }
}

/// The facts of the consensus that differ between two builds, by case.
///
/// # Errors
/// A graph cannot be read.
pub fn changed_facts(old: &Session, new: &Session) -> Result<Vec<Change>, StudyError> {
    let of = |side: &Session| facts(&side.graph, &side.manifest.study, &side.prefixes);
    Ok(changes(&of(old)?, &of(new)?))
}

/// The analyses whose results differ between two builds, of those that run without a parameter set;
/// `begins` is told each one before it is computed.
///
/// # Errors
/// One cannot be computed.
pub fn moved_results(
    old: &Session,
    new: &Session,
    catalogue: &Catalogue,
    options: &QueryOptions,
    mut begins: impl FnMut(&str),
) -> Result<Vec<Moved>, StudyError> {
    let mut found = Vec::new();
    for saved in catalogue.queries().iter().filter(|q| q.runs_unasked()) {
        begins(&saved.slug);
        let before = old.compute(saved, &[], options)?;
        let after = new.compute(saved, &[], options)?;
        let studies = (old.manifest.study.as_str(), new.manifest.study.as_str());
        let texts = (json(&before, ""), json(&after, ""));
        if !is_same(&texts.0, studies.0, &texts.1, studies.1) {
            found.push(Moved {
                analysis: saved.slug.clone(),
                old: summary(&before),
                new: summary(&after),
                cases: moved((&before, studies.0), (&after, studies.1)),
            });
        }
    }
    Ok(found)
}
