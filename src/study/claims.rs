//! The claims of reviews, checked against their own numbers and against the cases of the graph.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use thiserror::Error;

use super::{Session, StudyError, causes};
use crate::analysis::Analysis;
use crate::claims::{
    Broader, Checked, Claim, Condition, Doubt, Figure, FigureError, NoFigure, Parameters,
    Recomputed, check, compare,
};
use crate::graph::QueryOptions;
use crate::query::catalogue::FindError;
use crate::query::{Catalogue, Prepared, SavedQuery, rows};

/// The saved analysis that reads the claims of the graph.
pub const CLAIMS: &str = "evidence/claims";

/// The parameter that names the cohort of an analysis.
const COHORT: &str = "cohort";

/// Analyses already run, by name and parameters, or why they could not be.
type Runs = HashMap<(String, Parameters), Result<Analysis, Arc<StudyError>>>;

/// The claims of the graph that `reading` reads, checked both ways.
///
/// # Errors
/// The claims cannot be read; an analysis that fails is the finding of its claim.
pub fn checked_claims(
    session: &Session,
    reading: &SavedQuery,
    catalogue: &Catalogue,
) -> Result<Checked, StudyError> {
    let table = session
        .compute(reading, &[], &QueryOptions::default())?
        .table;
    let claims = Claim::of_table(&table);
    let findings = check(&claims);
    let doubts = Doubts::read(session, &claims)?;
    let mut runs = Runs::new();
    let recomputed = claims
        .iter()
        .map(|claim| {
            (!claim.analysis.is_empty()).then(|| {
                recompute(session, catalogue, claim, &doubts, &mut runs)
                    .unwrap_or_else(|error| Recomputed::failed(&causes(&error)))
            })
        })
        .collect();
    Ok(Checked {
        claims,
        findings,
        recomputed,
    })
}

/// What is not sure about the cases, for all claims.
struct Doubts {
    /// Cohort, case, and whether the membership is inferred.
    members: Vec<(String, String, bool)>,
    broader: Broader,
    /// What each claim counts: its source and analysis, with column and values.
    counted: Vec<(String, String, Condition)>,
}

impl Doubts {
    fn read(session: &Session, claims: &[Claim]) -> Result<Self, StudyError> {
        let options = QueryOptions::default();
        let members = Prepared::new(include_str!("queries/cohort_members.rq"));
        let members = session.rows(&members, &options)?;
        let members = rows(&members).map(|row| {
            let text = |column| row.text(column).to_owned();
            (
                text("cohort"),
                text("case"),
                row.text("basis") == "inferred",
            )
        });
        let terms = Prepared::new(include_str!("queries/broader_names.rq"));
        let terms = session.rows(&terms, &options)?;
        let pairs = rows(&terms).map(|row| {
            let text = |column| row.text(column).to_owned();
            (text("narrow"), text("broad"))
        });
        let counted = claims
            .iter()
            .filter_map(|claim| match Figure::read(&claim.parameters) {
                Ok((Some(Figure::Count { counted, .. }), _)) => {
                    Some((claim.source.clone(), claim.analysis.clone(), counted))
                }
                _ => None,
            });
        Ok(Self {
            members: members.collect(),
            broader: Broader::new(pairs),
            counted: counted.collect(),
        })
    }

    /// What is not sure about the cases of a claim that is recomputed with these parameters.
    fn of(&self, session: &Session, claim: &Claim, set: &Parameters) -> Doubt {
        let cohort = set
            .iter()
            .find(|(name, _)| name == COHORT)
            .map(|(_, value)| value);
        let iri = cohort.and_then(|cohort| session.prefixes.expand(cohort));
        let of_cohort = |member: &&(String, String, bool)| {
            iri.as_ref().is_some_and(|iri| iri.as_str() == member.0)
        };
        let members: Vec<&(String, String, bool)> = self.members.iter().filter(of_cohort).collect();
        let inferred: BTreeSet<String> = members
            .iter()
            .filter(|(_, _, inferred)| *inferred)
            .map(|(_, case, _)| case.clone())
            .collect();
        let counted = self
            .counted
            .iter()
            .filter(|(source, analysis, _)| *source == claim.source && *analysis == claim.analysis)
            .map(|(.., counted)| counted.clone());
        Doubt {
            inferred,
            members: members.len(),
            broader: self.broader.clone(),
            counted: counted.collect(),
        }
    }
}

/// Why a claim was not set against the cases.
#[derive(Debug, Error)]
enum Unrun {
    #[error(transparent)]
    Figure(#[from] FigureError),
    #[error(transparent)]
    Analysis(#[from] FindError),
    /// Shared by all claims that ask for the same.
    #[error(transparent)]
    Run(#[from] Arc<StudyError>),
    #[error(transparent)]
    NoFigure(#[from] NoFigure),
}

/// Runs the analysis of a claim, once for all claims that ask for the same.
fn recompute(
    session: &Session,
    catalogue: &Catalogue,
    claim: &Claim,
    doubts: &Doubts,
    runs: &mut Runs,
) -> Result<Recomputed, Unrun> {
    let (figure, set) = Figure::read(&claim.parameters)?;
    let saved = catalogue.find(&claim.analysis)?;
    let run = runs
        .entry((saved.slug.clone(), set.clone()))
        .or_insert_with(|| {
            session
                .compute(saved, &set, &QueryOptions::default())
                .map_err(Arc::new)
        });
    let analysis = run.as_ref().map_err(Arc::clone)?;
    Ok(compare(
        claim,
        figure.as_ref(),
        analysis,
        &doubts.of(session, claim, &set),
    )?)
}
