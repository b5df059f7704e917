//! The claims of reviews, checked against their own numbers and against the cases of the graph.

use std::collections::HashMap;

use super::{Session, StudyError, causes};
use crate::analysis::Analysis;
use crate::analysis::claims::{Checked, Claim, Figure, Parameters, Recomputed, check, compare};
use crate::graph::QueryOptions;
use crate::query::{Catalogue, SavedQuery};

/// The saved analysis that reads the claims of the graph.
pub const CLAIMS: &str = "evidence/claims";

/// Analyses already run, by name and parameters, or why they could not be.
type Runs = HashMap<(String, Parameters), Result<Analysis, String>>;

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
    let mut runs = Runs::new();
    let recomputed = claims
        .iter()
        .map(|claim| {
            (!claim.analysis.is_empty()).then(|| {
                recompute(session, catalogue, claim, &mut runs)
                    .unwrap_or_else(|error| Recomputed::failed(&error))
            })
        })
        .collect();
    Ok(Checked {
        claims,
        findings,
        recomputed,
    })
}

/// Runs the analysis of a claim, once for all claims that ask for the same.
fn recompute(
    session: &Session,
    catalogue: &Catalogue,
    claim: &Claim,
    runs: &mut Runs,
) -> Result<Recomputed, String> {
    let (figure, set) = Figure::read(&claim.parameters).map_err(|error| causes(&error))?;
    let saved = catalogue
        .find(&claim.analysis)
        .map_err(|error| causes(&error))?;
    let run = runs
        .entry((saved.slug.clone(), set.clone()))
        .or_insert_with(|| {
            session
                .compute(saved, &set, &QueryOptions::default())
                .map_err(|error| causes(&error))
        });
    let analysis = run.as_ref().map_err(Clone::clone)?;
    compare(claim, figure.as_ref(), analysis)
}
