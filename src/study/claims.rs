//! The claims of reviews, checked against their own numbers and against the cases of the graph.

use std::collections::{BTreeSet, HashMap};

use super::{Session, StudyError, causes};
use crate::analysis::Analysis;
use crate::claims::{
    Broader, Checked, Claim, Condition, Doubt, Figure, Parameters, Recomputed, check, compare,
};
use crate::graph::QueryOptions;
use crate::query::{Catalogue, SavedQuery, Table};

/// The saved analysis that reads the claims of the graph.
pub const CLAIMS: &str = "evidence/claims";

/// The parameter that names the cohort of an analysis.
const COHORT: &str = "cohort";

/// Who is in which cohort, and whether that is stated.
const MEMBERS: &str = "SELECT ?cohort ?case ?basis WHERE {
  ?membership a cg:CohortMembership ; cg:ofCohort ?cohort ; cg:member/cg:caseKey ?case .
  OPTIONAL { ?membership cg:basis ?basis }
}";

/// Labels and codes of the vocabularies' concepts, with those of broader ones.
const BROADER: &str = "SELECT DISTINCT ?narrow ?broad WHERE {
  ?concept skos:inScheme ?scheme ; cg:under ?above ; skos:prefLabel|skos:notation ?narrow .
  ?above skos:prefLabel|skos:notation ?broad FILTER(?above != ?concept)
}";

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
    let doubts = Doubts::read(session, &claims)?;
    let mut runs = Runs::new();
    let recomputed = claims
        .iter()
        .map(|claim| {
            (!claim.analysis.is_empty()).then(|| {
                recompute(session, catalogue, claim, &doubts, &mut runs)
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
        let text =
            |table: &Table, row, column| table.text(row, column).unwrap_or_default().to_owned();
        let table = session.table(MEMBERS, &options)?;
        let members = (0..table.rows()).map(|row| {
            let cell = |column| text(&table, row, column);
            (cell(0), cell(1), cell(2) == "inferred")
        });
        let terms = session.table(BROADER, &options)?;
        let pairs = (0..terms.rows()).map(|row| (text(&terms, row, 0), text(&terms, row, 1)));
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

/// Runs the analysis of a claim, once for all claims that ask for the same.
fn recompute(
    session: &Session,
    catalogue: &Catalogue,
    claim: &Claim,
    doubts: &Doubts,
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
    compare(
        claim,
        figure.as_ref(),
        analysis,
        &doubts.of(session, claim, &set),
    )
}
