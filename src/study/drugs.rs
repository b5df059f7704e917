//! Which drug an analysis asks for where nobody says: its own default, or the drug that most cases of the study had, if
//! none of them had that.

use std::collections::BTreeMap;

use super::Session;
use crate::analysis::Analysis;
use crate::graph::QueryOptions;
use crate::query::{AskError, Prepared, SavedQuery, rows};

/// The parameter that is a drug or a class of drugs.
const DRUG: &str = "drug";
/// Most drugs that are named as those of the cases.
const NAMED: usize = 3;

/// A drug of counted cases.
pub(super) struct Drug {
    /// Its name in a query, such as `drug:larotrectinib`.
    name: String,
    /// How many of them had it.
    cases: String,
}

impl Session {
    /// The values of parameters that nobody sets: those of the study, and the drug of most cases where no case had the
    /// one that the analysis asks for.
    ///
    /// # Errors
    /// The graph cannot be read.
    pub fn defaults(&self, saved: &SavedQuery) -> Result<BTreeMap<String, String>, AskError> {
        let mut defaults = self.manifest.parameters.clone();
        let mut parameters = saved.header.parameters.iter();
        if !defaults.contains_key(DRUG)
            && let Some(own) = parameters.find(|parameter| parameter.name == DRUG)
            && let Some(default) = &own.default
            && self.is_had(default)? == Some(false)
            && let Some(drug) = self.drugs()?.first()
        {
            defaults.insert(DRUG.to_owned(), drug.name.clone());
        }
        Ok(defaults)
    }

    /// Says of an analysis for which drug it is, where that is not its own default, and why it has no rows, where nobody
    /// had the drug.
    pub(super) fn tell_drug(
        &self,
        saved: &SavedQuery,
        set: &[(String, String)],
        analysis: &mut Analysis,
    ) -> Result<(), AskError> {
        let value = analysis.parameters.iter().find(|(name, _)| name == DRUG);
        let Some((_, value)) = value.cloned() else {
            return Ok(());
        };
        if analysis.table.is_empty() && self.is_had(&value)? == Some(false) {
            let known: Vec<String> = self
                .drugs()?
                .iter()
                .take(NAMED)
                .map(|drug| {
                    let word = if drug.cases == "1" { "case" } else { "cases" };
                    format!("{} ({} {word})", drug.name, drug.cases)
                })
                .collect();
            let next = if known.is_empty() {
                "no counted case has a drug that treatments.csv names".to_owned()
            } else {
                format!(
                    "most had {}: set the parameter drug, or drug in [parameters] of study.toml",
                    known.join(", ")
                )
            };
            analysis.no_rows_because(&format!("no counted case had {value}; {next}."));
            return Ok(());
        }
        let mut parameters = saved.header.parameters.iter();
        let own = parameters.find(|parameter| parameter.name == DRUG);
        let own = own.and_then(|parameter| parameter.default.as_ref());
        let is_set =
            set.iter().any(|(name, _)| name == DRUG) || self.manifest.parameters.contains_key(DRUG);
        if let Some(own) = own.filter(|own| !is_set && **own != value) {
            analysis.finding.cautions.push(format!(
                "No counted case had {own}: this is for {value}, which most had. drug in [parameters] of study.toml says another."
            ));
        }
        Ok(())
    }

    /// Whether a counted case had a drug, or one of a class; `None` for what is no name of a thing.
    fn is_had(&self, drug: &str) -> Result<Option<bool>, AskError> {
        let Some(drug) = self.prefixes.expand(drug) else {
            return Ok(None);
        };
        let query = Prepared::new(include_str!("queries/drug_had.rq")).with("drug", drug);
        let found = self.rows(&query, &QueryOptions::default())?;
        Ok(Some(!found.is_empty()))
    }

    /// The drugs of counted cases, those of most cases first.
    fn drugs(&self) -> Result<&[Drug], AskError> {
        if let Some(known) = self.drugs.get() {
            return Ok(known);
        }
        let query = Prepared::new(include_str!("queries/drugs.rq"));
        let found = self.rows(&query, &QueryOptions::default())?;
        let drugs = rows(&found).map(|row| Drug {
            name: self.prefixes.shorten(row.text("drug")),
            cases: row.text("cases").to_owned(),
        });
        let drugs = drugs.collect();
        Ok(self.drugs.get_or_init(|| drugs))
    }
}
