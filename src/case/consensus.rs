//! What is taken as true of each case, computed from the reports by stated rules.
//!
//! For each thing (a case, a fusion, a treatment …) and column:
//!
//! 1. A curator's decision rules.
//! 2. Stated values are candidates; if there are none, derived ones; weak ones never are.
//! 3. The better-read, closer source wins: primary report read in full, then as abstract, then as
//!    excerpt, then a review's text, then any other. Within one source its text outranks its
//!    abstract, and that its title.
//! 4. A word without a category (`responded`) gives way to a category of equal rank that it fits.
//! 5. Values that still differ are in conflict: there is no consensus value.
//!
//! Columns that take lists (methods, metastatic sites) are united instead, because a list says
//! what it names and not that there is nothing else; and each source's own wording of the
//! histology is no disagreement.

use std::collections::BTreeMap;

use super::records::{Decision, Publication, Report};
use super::schema::{Column, FactSheet, Kind};
use super::value::{Certainty, Reported, Value};

/// A case or one of its events: the sheet, the case's key and the item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thing {
    /// Key of the case.
    pub case: String,
    /// The sheet that tells of it.
    pub sheet: FactSheet,
    /// Its number within the case; 1 where there is only one.
    pub item: u32,
}

/// Why a thing has no value where it could have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissingReason {
    /// Sources of equal rank differ and no decision rules.
    Conflicting,
    /// Read in full, and not there.
    NotReported,
    /// The question does not arise.
    NotApplicable,
    /// Only weak evidence, which does not count.
    WeakOnly,
    /// No report of the case was read in full, so nobody here knows.
    NotRead,
}

impl MissingReason {
    /// The reason in words, as exclusions print it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Conflicting => "conflicting reports",
            Self::NotReported => "not reported",
            Self::NotApplicable => "not applicable",
            Self::WeakOnly => "weak evidence only",
            Self::NotRead => "source not read in full",
        }
    }
}

/// Which rule chose a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Every report says the same, or there is one.
    Agreement,
    /// The best-ranked source.
    SourceRank,
    /// A stated value over a derived one, or either over a weak one.
    Certainty,
    /// A category over the word that leaves it open.
    Category,
    /// Lists of all stated reports, united.
    Union,
    /// A curator's decision.
    Decision,
}

impl Basis {
    /// The rule in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Agreement => "reports agree",
            Self::SourceRank => "better-read, closer source",
            Self::Certainty => "stated before derived, weak not counted",
            Self::Category => "category before a word without one",
            Self::Union => "lists united",
            Self::Decision => "curator's decision",
        }
    }
}

/// The outcome for one column of one thing.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// A value is taken.
    Known {
        /// The value, or the values of a list.
        values: Vec<Value>,
        /// Whether it rests on derived reports alone.
        derived: bool,
        /// Which rule chose it.
        basis: Basis,
    },
    /// None is.
    Missing(MissingReason),
}

/// How a disagreement between reports was dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// No rule settles it; the value is left out.
    Unresolved,
    /// A rule settles it.
    Rule(Basis),
}

impl Resolution {
    /// The resolution in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Unresolved => "unresolved",
            Self::Rule(basis) => basis.words(),
        }
    }
}

/// Reports that do not say the same of one column of one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The thing they tell of.
    pub thing: Thing,
    /// Index into [`FactSheet::columns`].
    pub column: usize,
    /// Indices of the reports that give a value, in the order of the sheet.
    pub reports: Vec<usize>,
    /// How it was dealt with.
    pub resolution: Resolution,
}

/// Everything that is taken as true, and every disagreement.
#[derive(Debug, Clone, Default)]
pub struct Consensus {
    /// For each thing with evidence that counts, the outcome of every column.
    pub things: BTreeMap<Thing, Vec<Settled>>,
    /// All disagreements, by case.
    pub conflicts: Vec<Conflict>,
}

/// What the rules need to know about values and sources.
pub struct Rules<'a> {
    /// The sources by key.
    pub publications: &'a BTreeMap<String, Publication>,
    /// Whether the first value is a word without a category that the second one fits.
    pub leaves_open: &'a dyn Fn(&Value, &Value) -> bool,
}

impl Rules<'_> {
    /// Rank of a report's source: lower is better.
    fn rank(&self, report: &Report) -> u8 {
        self.publications.get(&report.source).map_or(4, source_rank)
    }

    /// Whether a primary report of the case was read in full.
    fn read_in_full(&self, reports: &[&Report]) -> bool {
        reports.iter().any(|report| {
            self.publications
                .get(&report.source)
                .is_some_and(|source| source.is_primary() && source.read == "full-text")
        })
    }
}

/// Rank of a place within its source: lower is better.
fn part_rank(report: &Report) -> u8 {
    let locator = report.locator.to_lowercase();
    match locator.as_str() {
        place if place.starts_with("title") => 2,
        place if place.starts_with("abstract") => 1,
        _ => 0,
    }
}

/// Rank of a source by kind and reading: 0 is best.
fn source_rank(source: &Publication) -> u8 {
    match (source.is_primary(), source.read.as_str()) {
        (true, "full-text") => 0,
        (true, "abstract") => 1,
        (true, "excerpt") => 2,
        (false, read) if source.kind == "review" && read != "weak" => 3,
        _ => 4,
    }
}

/// Computes the consensus of all reports.
#[must_use]
pub fn consensus(reports: &[Report], decisions: &[Decision], rules: &Rules<'_>) -> Consensus {
    let mut by_thing: BTreeMap<Thing, Vec<usize>> = BTreeMap::new();
    let mut by_case: BTreeMap<&str, Vec<&Report>> = BTreeMap::new();
    for (index, report) in reports.iter().enumerate() {
        by_thing.entry(thing_of(report)).or_default().push(index);
        by_case.entry(&report.case).or_default().push(report);
    }
    let mut result = Consensus::default();
    for (thing, indices) in by_thing {
        let ruled = decisions
            .iter()
            .any(|decision| thing_ruled(decision) == thing);
        let counts = indices
            .iter()
            .any(|&i| reports[i].certainty != Certainty::Weak);
        let full = rules.read_in_full(&by_case[thing.case.as_str()]);
        let mut settled = Vec::new();
        for (column, definition) in thing.sheet.columns().iter().enumerate() {
            let decision = decisions
                .iter()
                .rfind(|decision| thing_ruled(decision) == thing && decision.column == column);
            let question = Question {
                reports,
                indices: &indices,
                column,
                definition,
                rules,
            };
            let (outcome, resolution) = question.settle(decision, full);
            if let Some(resolution) = resolution {
                result.conflicts.push(Conflict {
                    thing: thing.clone(),
                    column,
                    reports: question.speaking(),
                    resolution,
                });
            }
            settled.push(outcome);
        }
        // A case is there even if all that is said of it is weak: then that is why it has no values.
        if counts || ruled || thing.sheet == FactSheet::Cases {
            result.things.insert(thing, settled);
        }
    }
    result
}

fn thing_of(report: &Report) -> Thing {
    Thing {
        case: report.case.clone(),
        sheet: report.sheet,
        item: report.item,
    }
}

fn thing_ruled(decision: &Decision) -> Thing {
    Thing {
        case: decision.case.clone(),
        sheet: decision.sheet,
        item: decision.item,
    }
}

/// One column of one thing, with the reports on that thing.
struct Question<'a> {
    reports: &'a [Report],
    indices: &'a [usize],
    column: usize,
    definition: &'a Column,
    rules: &'a Rules<'a>,
}

impl Question<'_> {
    fn cell(&self, index: usize) -> Option<&Reported> {
        let cells = &self.reports[index].cells;
        cells
            .iter()
            .find(|(column, _)| *column == self.column)
            .map(|(_, cell)| cell)
    }

    fn values(&self, index: usize) -> Option<&Vec<Value>> {
        match self.cell(index)? {
            Reported::Values(values) => Some(values),
            Reported::NotReported | Reported::NotApplicable => None,
        }
    }

    /// The reports that give a value.
    fn speaking(&self) -> Vec<usize> {
        self.indices
            .iter()
            .copied()
            .filter(|&i| self.values(i).is_some())
            .collect()
    }

    /// The outcome, and how a disagreement was dealt with if there is one.
    fn settle(&self, decision: Option<&Decision>, full: bool) -> (Settled, Option<Resolution>) {
        let speaking = self.speaking();
        let united = matches!(self.definition.kind, Kind::Concepts(_));
        let differ = !united
            && self.definition.property != "histologyVerbatim"
            && speaking
                .windows(2)
                .any(|pair| self.values(pair[0]) != self.values(pair[1]));
        if let Some(decision) = decision {
            let outcome = match &decision.value {
                Reported::Values(values) => Settled::Known {
                    values: values.clone(),
                    derived: false,
                    basis: Basis::Decision,
                },
                Reported::NotReported => Settled::Missing(MissingReason::NotReported),
                Reported::NotApplicable => Settled::Missing(MissingReason::NotApplicable),
            };
            return (outcome, differ.then_some(Resolution::Rule(Basis::Decision)));
        }
        let of = |certainty: Certainty| -> Vec<usize> {
            speaking
                .iter()
                .copied()
                .filter(|&i| self.reports[i].certainty == certainty)
                .collect()
        };
        let stated = of(Certainty::Stated);
        let derived = stated.is_empty();
        let candidates = if derived {
            of(Certainty::Derived)
        } else {
            stated
        };
        if candidates.is_empty() {
            let missing = self.why_missing(!speaking.is_empty(), full);
            return (
                Settled::Missing(missing),
                differ.then_some(Resolution::Unresolved),
            );
        }
        if united {
            let mut values: Vec<Value> = candidates
                .iter()
                .filter_map(|&i| self.values(i))
                .flatten()
                .cloned()
                .collect();
            values.sort();
            values.dedup();
            return (
                Settled::Known {
                    values,
                    derived,
                    basis: Basis::Union,
                },
                None,
            );
        }
        match self.best(&candidates) {
            Some((values, basis)) => {
                let others_differ = candidates.iter().any(|&i| self.values(i) != Some(&values));
                let basis = if differ && !others_differ {
                    Basis::Certainty
                } else {
                    basis
                };
                let resolution = differ.then_some(Resolution::Rule(basis));
                (
                    Settled::Known {
                        values,
                        derived,
                        basis,
                    },
                    resolution,
                )
            }
            None => (
                Settled::Missing(MissingReason::Conflicting),
                Some(Resolution::Unresolved),
            ),
        }
    }

    /// The value of the best rank, if that rank agrees with itself.
    fn best(&self, candidates: &[usize]) -> Option<(Vec<Value>, Basis)> {
        let report = |i: usize| &self.reports[i];
        let top = candidates
            .iter()
            .map(|&i| self.rules.rank(report(i)))
            .min()?;
        let at_top: Vec<usize> = candidates
            .iter()
            .copied()
            .filter(|&i| self.rules.rank(report(i)) == top)
            .collect();
        // What each source of that rank says where it says it best.
        let best_part = |source: &str| {
            at_top
                .iter()
                .filter(|&&i| report(i).source == source)
                .map(|&i| part_rank(report(i)))
                .min()
        };
        let mut values: Vec<&Vec<Value>> = at_top
            .iter()
            .filter(|&&i| best_part(&report(i).source) == Some(part_rank(report(i))))
            .filter_map(|&i| self.values(i))
            .collect();
        values.sort();
        values.dedup();
        let lower = candidates
            .iter()
            .any(|&i| self.values(i).is_some_and(|v| !values.contains(&v)));
        let mut basis = if lower {
            Basis::SourceRank
        } else {
            Basis::Agreement
        };
        if values.len() > 1 {
            let open = |word: &[Value], other: &[Value]| match (word, other) {
                ([word], [other]) => (self.rules.leaves_open)(word, other),
                _ => false,
            };
            let all = values.clone();
            values.retain(|word| !all.iter().any(|other| open(word, other)));
            basis = Basis::Category;
        }
        match values.as_slice() {
            [only] => Some(((*only).clone(), basis)),
            _ => None,
        }
    }

    fn why_missing(&self, weak: bool, full: bool) -> MissingReason {
        let says = |wanted: &Reported| {
            self.indices.iter().any(|&i| {
                self.reports[i].certainty != Certainty::Weak && self.cell(i) == Some(wanted)
            })
        };
        if says(&Reported::NotApplicable) {
            MissingReason::NotApplicable
        } else if says(&Reported::NotReported) {
            MissingReason::NotReported
        } else if weak {
            MissingReason::WeakOnly
        } else if full {
            MissingReason::NotReported
        } else {
            MissingReason::NotRead
        }
    }
}

#[cfg(test)]
mod tests;
