//! What changed between two builds of a study.

use super::{Session, StudyError};
use crate::diff::{Change, Moved, changes, compare, facts, moved, names_cases, of_any_study};
use crate::graph::{Location, LocationError, QueryOptions};
use crate::query::Catalogue;
use crate::report::{comparable, summary};

impl Session {
    /// The last build from other sheets, or the one that the open one replaced; `None` if there was none,
    /// or it is not there any more.
    ///
    /// # Errors
    /// It is there and cannot be opened.
    pub fn before(&self, location: &Location) -> Result<Option<Self>, LocationError> {
        let before = location.open_before(&self.manifest)?;
        Ok(before.map(|(graph, manifest)| Self::of(self.project.clone(), graph, manifest)))
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

/// The analyses whose results or rows differ between two builds, of those that run without a parameter
/// set. `facts` are the facts that differ; `begins` is told each analysis before it is computed.
///
/// # Errors
/// One cannot be computed.
pub fn moved_results(
    old: &Session,
    new: &Session,
    catalogue: &Catalogue,
    facts: &[Change],
    options: &QueryOptions,
    mut begins: impl FnMut(&str),
) -> Result<Vec<Moved>, StudyError> {
    let mut found = Vec::new();
    for saved in catalogue.queries().iter().filter(|q| q.runs_unasked()) {
        begins(&saved.slug);
        let before = old.compute(saved, &[], options)?;
        let after = new.compute(saved, &[], options)?;
        let studies = (old.manifest.study.as_str(), new.manifest.study.as_str());
        let values = compare(
            &of_any_study(comparable(&before), studies.0),
            &of_any_study(comparable(&after), studies.1),
        );
        let cases = moved((&before, studies.0), (&after, studies.1));
        if values.is_empty() && cases.is_empty() {
            continue;
        }
        let mut among = Vec::new();
        if !values.is_empty() && !names_cases(&before) && !names_cases(&after) {
            among.extend(facts.iter().map(|fact| fact.case.clone()));
            among.dedup();
        }
        found.push(Moved {
            analysis: saved.slug.clone(),
            old: summary(&before),
            new: summary(&after),
            values,
            cases,
            among,
        });
    }
    Ok(found)
}
