//! An open study: its graph, and what its saved analyses answer.
//!
//! What the command line and the server both do with a study, so that they give the same numbers.

mod changes;
mod claims;
mod door;
mod doubts;
mod drugs;
mod fault;
mod fresh;
mod values;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use thiserror::Error;

use crate::analysis::{Analysis, analyse};
use crate::case::Schema;
use crate::graph::namespaces::Prefixes;
use crate::graph::vocab::casegraph as cg;
use crate::graph::{Graph, Location, LocationError, Manifest, QueryOptions};
use crate::kinds::AnalysisError;
use crate::project::Project;
use crate::query::{AskError, Prepared, SavedQuery, Table, bound, named, rows, run};
use crate::report::DataNote;

pub use changes::{changed_facts, moved_results};
pub use claims::{CLAIMS, checked_claims};
pub use door::{OpenError, RunError, Study};
pub use doubts::Doubt;
use drugs::Drug;
pub use fault::{Fault, FaultKind, UnknownName, iri, title};
pub use fresh::{FreshError, Step, would_lose};
use values::DoubtfulValue;

/// Why a study gives no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StudyError {
    /// The query gave none.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The rows do not become a result.
    #[error("{0}")]
    Analysis(#[from] AnalysisError),
    /// The saved query names what cannot be, so that its answer would be empty and look like a finding.
    #[error("{slug}: {doubt}: correct the query or its header")]
    Doubtful {
        /// Name of the saved query.
        slug: String,
        /// Which name is unknown, and names near to it.
        doubt: Doubt,
    },
}

/// An error with its causes on one line, none said twice.
#[must_use]
pub fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

/// A study with its store open, its prefixes and its manifest.
pub struct Session {
    /// Where its files come from.
    pub project: Project,
    /// The graph of the present build.
    pub graph: Graph,
    /// What the store was made from.
    pub manifest: Manifest,
    /// The prefixes that queries know.
    pub prefixes: Prefixes,
    /// The sheets and columns that the store was made from.
    pub schema: &'static Schema,
    /// What of the store no source states: asked once, for each analysis needs it.
    doubtful: OnceLock<Vec<DoubtfulValue>>,
    /// The drugs of its counted cases, those of most cases first.
    drugs: OnceLock<Vec<Drug>>,
    /// Cases with rows that nobody checked, where rows are checked.
    unchecked: OnceLock<BTreeSet<String>>,
}

impl Session {
    /// Opens the store of a location, with the files of a project.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn open(project: Project, location: &Location) -> Result<Self, LocationError> {
        let (graph, manifest) = location.open()?;
        Ok(Self::of(project, graph, manifest))
    }

    /// Goes over to another build of the study; what was asked of the one before is asked anew.
    pub fn go_over(&mut self, graph: Graph, manifest: Manifest) {
        *self = Self::of(self.project.clone(), graph, manifest);
    }

    /// A study whose store is open.
    fn of(project: Project, graph: Graph, manifest: Manifest) -> Self {
        Self {
            prefixes: Prefixes::of_study(&manifest.study),
            // A store whose description of columns is wrong was changed by hand: its other facts are there.
            schema: Schema::of_study(&manifest.columns).0,
            project,
            graph,
            manifest,
            doubtful: OnceLock::new(),
            drugs: OnceLock::new(),
            unchecked: OnceLock::new(),
        }
    }

    /// The rows of a query of the program's own.
    ///
    /// # Errors
    /// It cannot be evaluated.
    pub fn rows(&self, query: &Prepared, options: &QueryOptions) -> Result<Table, AskError> {
        query.rows(&self.graph, &self.prefixes, options)
    }

    /// Runs a saved query and computes its statistic.
    ///
    /// # Errors
    /// The query names what cannot be, a parameter is wrong, the query cannot be evaluated, or its rows are
    /// none that the statistic can read.
    pub fn compute(
        &self,
        saved: &SavedQuery,
        set: &[(String, String)],
        options: &QueryOptions,
    ) -> Result<Analysis, StudyError> {
        self.compute_rows(saved, set, options, |_| {})
    }

    /// The same, with the rows changed before the statistic sees them: groups put together, for one.
    ///
    /// # Errors
    /// Those of [`Session::compute`].
    pub fn compute_rows(
        &self,
        saved: &SavedQuery,
        set: &[(String, String)],
        options: &QueryOptions,
        change: impl FnOnce(&mut Table),
    ) -> Result<Analysis, StudyError> {
        let (wrong, strange): (Vec<_>, Vec<_>) = self
            .doubts(saved)?
            .into_iter()
            .partition(|doubt| doubt.certain);
        if let Some(doubt) = wrong.into_iter().next() {
            let slug = saved.slug.clone();
            return Err(StudyError::Doubtful { slug, doubt });
        }
        let defaults = &self.defaults(saved)?;
        let set = &named(&self.graph, saved, set, defaults, &self.prefixes)?;
        let mut table = run(&self.graph, saved, set, defaults, &self.prefixes, options)?;
        change(&mut table);
        let in_force = saved.header.parameters.iter().filter_map(|parameter| {
            let given = set
                .iter()
                .find(|(name, _)| *name == parameter.name)
                .map(|(_, value)| value);
            let value = given
                .or(defaults.get(&parameter.name))
                .or(parameter.default.as_ref())?;
            Some((parameter.name.clone(), value.clone()))
        });
        let mut analysis = analyse(saved, in_force.collect(), table)?;
        let told = strange
            .iter()
            .map(|doubt| format!("The query may be misspelt: {doubt}."));
        analysis.finding.cautions.extend(told);
        self.tell_doubtful(saved, &mut analysis)?;
        self.tell_drug(saved, set, &mut analysis)?;
        self.tell_unchecked(&mut analysis)?;
        if analysis.has_no_rows()
            && let Some(cohort) = self.uncounted(&analysis)?
        {
            analysis.no_rows_because(&format!(
                "the cohort {cohort} is not counted, and this analysis asks counted cases only."
            ));
        }
        Ok(analysis)
    }

    /// A cohort that a parameter names and that does not count.
    fn uncounted(&self, analysis: &Analysis) -> Result<Option<String>, AskError> {
        for (_, value) in &analysis.parameters {
            if let Some(cohort) = self.prefixes.expand(value)
                && let Some(counted) = self.graph.literal(&cohort, cg::COUNTED)?
                && counted == "false"
            {
                return Ok(Some(value.clone()));
            }
        }
        Ok(None)
    }

    /// A saved query as it stands when nobody sets a parameter, as SPARQL that any endpoint takes.
    ///
    /// # Errors
    /// A parameter has no value.
    pub fn bound(&self, saved: &SavedQuery) -> Result<String, AskError> {
        bound(saved, &[], &self.defaults(saved)?, &self.prefixes)
    }

    /// What figures say of the data.
    ///
    /// # Errors
    /// The graph cannot be read.
    pub fn data_note(&self) -> Result<DataNote, AskError> {
        let query = Prepared::new(include_str!("queries/day.rq"));
        let found = self.rows(&query, &QueryOptions::default())?;
        let mut source = self.manifest.study.clone();
        if let Some(day) = rows(&found).next().and_then(|row| row.get("day")) {
            source.push_str(&format!(", as of {day}"));
        }
        Ok(DataNote {
            source,
            synthetic: self.manifest.synthetic,
        })
    }

    /// What an answer comes from, in one line.
    #[must_use]
    pub fn made_from(&self) -> String {
        let snapshot = self.graph.snapshot().map_or(String::new(), |snapshot| {
            format!(", snapshot sha256 {:.16}", snapshot.fingerprint())
        });
        let updated = self.manifest.updated.as_ref();
        let updated = updated.map_or(String::new(), |updated| {
            format!(", updated since the sheets {updated}")
        });
        format!(
            "Study {}, {} cases, {} statements; casegraph {}, inputs sha256 {:.16}{updated}{snapshot}.",
            self.manifest.study,
            self.manifest.cases,
            self.manifest.quads,
            self.manifest.software,
            self.manifest.inputs_sha256
        )
    }
}
