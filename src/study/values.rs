//! Which values that an analysis rests on no source states, or nobody observed.

use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use crate::analysis::Analysis;
use crate::document::{CASE, Doubt};
use crate::graph::QueryOptions;
use crate::graph::namespaces::term;
use crate::graph::vocab::casegraph as cg;
use crate::kinds::response::ResponseRates;
use crate::query::{AskError, Prepared, SavedQuery, parts, rows};

/// Most cases that a caution names.
const NAMED: usize = 12;

/// A value of a case or of its follow-up that no source states, or that nobody observed.
pub(super) struct DoubtfulValue {
    case: String,
    /// IRI of the property, and what it is called.
    property: String,
    label: String,
    /// Whether it is inferred; derived otherwise.
    is_inferred: bool,
}

impl Session {
    /// All such values of the store, by property.
    fn doubtful(&self) -> Result<&[DoubtfulValue], AskError> {
        if let Some(known) = self.doubtful.get() {
            return Ok(known);
        }
        let query = Prepared::new(include_str!("queries/doubtful.rq"));
        let found = self.rows(&query, &QueryOptions::default())?;
        let values = rows(&found).map(|row| DoubtfulValue {
            case: row.text("case").to_owned(),
            property: row.text("property").to_owned(),
            label: row.get("label").unwrap_or(row.text("property")).to_owned(),
            is_inferred: row.boolean("inferred") == Some(true),
        });
        let values = values.collect();
        Ok(self.doubtful.get_or_init(|| values))
    }

    /// Says which counted cases rest on rows that no second curator checked, in a study whose rows are checked.
    pub(super) fn tell_unchecked(&self, analysis: &mut Analysis) -> Result<(), AskError> {
        if self.unchecked.get().is_none() {
            let query = Prepared::new(include_str!("queries/unchecked.rq"));
            let found = self.rows(&query, &QueryOptions::default())?;
            let cases = rows(&found).map(|row| row.text("case").to_owned());
            let cases = cases.collect();
            self.unchecked.get_or_init(|| cases);
        }
        let Some(unchecked) = self.unchecked.get().filter(|cases| !cases.is_empty()) else {
            return Ok(());
        };
        let counted = cases_of(analysis);
        let found: Vec<&str> = counted
            .iter()
            .map(String::as_str)
            .filter(|case| unchecked.contains(*case))
            .collect();
        if !found.is_empty() {
            analysis.finding.cautions.push(format!(
                "Rows that no second curator checked are among those of {} of {} cases: {}.",
                found.len(),
                counted.len(),
                first(&found),
            ));
        }
        Ok(())
    }

    /// Says of an analysis which counted cases have an inferred fusion partner, or a derived value of the patient or
    /// of the follow-up, where the query asks for it; and notes whose partner is inferred.
    pub(super) fn tell_doubtful(
        &self,
        saved: &SavedQuery,
        analysis: &mut Analysis,
    ) -> Result<(), AskError> {
        let mut asked = parts(&saved.query).iris;
        // The partner of a case is the 5' gene of its fusions.
        if asked.contains(&term("fivePrimeGene").into_string()) {
            asked.insert(cg::FUSION_PARTNER.as_str().to_owned());
        }
        let counted = cases_of(analysis);
        let mut inferred = BTreeSet::new();
        let mut told: BTreeMap<(&str, bool), (&str, BTreeSet<&str>)> = BTreeMap::new();
        for value in self.doubtful()? {
            let (case, property) = (value.case.as_str(), value.property.as_str());
            if value.is_inferred && property == cg::FUSION_PARTNER.as_str() {
                inferred.insert(case.to_owned());
            }
            if counted.contains(case) && asked.contains(property) {
                let entry = told.entry((property, value.is_inferred)).or_default();
                entry.0 = &value.label;
                entry.1.insert(case);
            }
        }
        analysis.inferred = inferred.into_iter().collect();
        for ((_, is_inferred), (label, cases)) in told {
            let (doubt, not) = if is_inferred {
                (Doubt::Inferred, "observed")
            } else {
                (Doubt::Derived, "stated by a source")
            };
            let cases: Vec<&str> = cases.into_iter().collect();
            analysis.finding.cautions.push(format!(
                "{} {}, not {not}, in {} of {} cases: {}.",
                capital(label),
                doubt.word(),
                cases.len(),
                counted.len(),
                first(&cases),
            ));
        }
        Ok(())
    }
}

/// The first of these cases, and how many there are besides.
fn first(cases: &[&str]) -> String {
    let named = cases[..cases.len().min(NAMED)].join(", ");
    match cases.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// The cases that an analysis counts. Of a plain table, and of response rates, which beside those with a category show
/// those with a word, they are those of its rows.
fn cases_of(analysis: &Analysis) -> BTreeSet<String> {
    let ledger = &analysis.finding.ledger;
    // Episodes and events begin with the key of their case.
    let case = |unit: &str| unit.split('/').next().unwrap_or_default().to_owned();
    let shows_all = analysis.finding.get::<ResponseRates>().is_some();
    if ledger.eligible() > 0 && !shows_all {
        return ledger.counted().iter().map(|unit| case(unit)).collect();
    }
    let units = rows(&analysis.table).filter_map(|row| row.get(CASE));
    units.map(case).collect()
}

/// A label as the beginning of a sentence.
fn capital(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
