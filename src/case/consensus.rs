//! What is taken as true of each case, computed from the reports by stated rules.
//!
//! For each thing (a case, a fusion, a treatment …) and column:
//!
//! 1. A curator's decision rules.
//! 2. Weak values never count.
//! 3. Values that fit each other are one: of a word and a category under it, a tumor type and a
//!    subtype, 41 and 41.4, the most precise is taken, with its own certainty, whoever says it.
//! 4. Only between values that contradict each other does rank decide. A stated value outranks a
//!    derived one; then the better-read, closer source wins: primary report read in full, then as
//!    abstract, then as excerpt, then its title alone, then a review's text, then any other. Within
//!    one source its text outranks its abstract, and that its title.
//! 5. Where neither outranks the other they are in conflict: there is no consensus value, but for
//!    one that leaves open what they dispute, if a report gives it.
//!
//! A course that reports follow for different lengths of time (follow-up, progression, treatment) is
//! taken whole, state and time from one report, the latest: see `course`.
//!
//! A report that gives another drug, gene or event than is taken tells of another episode, fusion or
//! event, and its other values do not count for this one.
//!
//! Columns that take lists (methods, metastatic sites) are united instead, because a list says
//! what it names and not that there is nothing else; and each source's own wording of the
//! histology is no disagreement.

mod course;
mod precision;
mod question;
mod reports;
mod weighing;

use std::collections::BTreeMap;

pub use precision::Concepts;
use reports::Reports;
use weighing::Standing;

use super::records::{Decision, Publication, Report};
use super::schema::FactSheet;
use super::source::{PublicationKind, ReadingDepth};
use super::thing::Thing;
use super::value::{Certainty, Value};

/// Why a thing has no value where it could have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissingReason {
    /// Sources of equal rank contradict each other and no decision rules.
    Conflicting,
    /// Sources of equal rank differ, both can be right, and neither leaves open what the other says.
    Undecided,
    /// Read in full, and not there.
    NotReported,
    /// The question does not arise.
    NotApplicable,
    /// Times are counted from different moments, or it is not stated from which.
    Incomparable,
    /// The report whose outcome is taken states no time for it.
    NoTime,
    /// Only a range is reported, and no number in it.
    OnlyRange,
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
            Self::Undecided => "reports differ, none the more precise",
            Self::Incomparable => "times of different reports do not compare",
            Self::NoTime => "no time stated for what is taken",
            Self::OnlyRange => "only a range stated",
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
    /// The most precise of values that fit each other.
    Precision,
    /// The latest that reports tell of one course.
    Latest,
    /// The end of a course, which is final, though its time does not compare with that of others.
    End,
    /// The source that ranks best was believed.
    SourceRank,
    /// A stated value over a derived one, or either over a weak one.
    Certainty,
    /// What reports in conflict leave open, and another one says.
    Common,
    /// Lists of all stated reports, united.
    Union,
    /// A curator decided.
    Decision,
}

impl Basis {
    /// The rule in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Agreement => "reports agree",
            Self::Precision => "the most precise of reports that fit",
            Self::Latest => "the latest of one course",
            Self::End => "an end is final, though the times do not compare",
            Self::SourceRank => "better-read, closer source",
            Self::Certainty => "stated before derived, weak not counted",
            Self::Common => "what conflicting reports leave open",
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
    /// No value is taken, for this reason.
    Missing(MissingReason),
}

/// How a difference between reports was dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// No rule settles it; the value, or what is disputed of it, is left out.
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
pub struct Difference {
    /// The thing they tell of.
    pub thing: Thing,
    /// Index into [`FactSheet::columns`].
    pub column: usize,
    /// Indices of the reports that give a value, in the order of the sheet.
    pub reports: Vec<usize>,
    /// Whether two of them cannot both be true; otherwise they fit, one more precise than another.
    pub contradiction: bool,
    /// How it was dealt with.
    pub resolution: Resolution,
}

/// Everything that is taken as true, and all that reports do not say alike.
#[derive(Debug, Clone, Default)]
pub struct Consensus {
    /// For each thing with evidence that counts, the outcome of every column.
    pub things: BTreeMap<Thing, Vec<Settled>>,
    /// All differences, by case.
    pub differences: Vec<Difference>,
}

/// What the rules need to know about values and sources.
pub struct Rules<'a> {
    /// The sources by key.
    pub publications: &'a BTreeMap<String, Publication>,
    /// The concepts of the vocabularies.
    pub concepts: &'a dyn Concepts,
}

impl Rules<'_> {
    fn standing<'r>(&self, report: &'r Report) -> Standing<'r> {
        let source = self.publications.get(&report.source);
        Standing {
            certainty: report.certainty,
            source_rank: source.map_or(OTHER_SOURCE, source_rank),
            source: &report.source,
            part_rank: part_rank(&report.locator),
        }
    }

    /// Whether a primary report of the case was read in full.
    fn read_in_full(&self, reports: &[&Report]) -> bool {
        reports.iter().any(|report| {
            self.publications.get(&report.source).is_some_and(|source| {
                source.is_primary() && source.read == Some(ReadingDepth::FullText)
            })
        })
    }
}

/// Rank of a place within its source, by the first word of the locator: lower is better.
fn part_rank(locator: &str) -> u8 {
    let first = locator.split(|letter: char| !letter.is_alphabetic()).next();
    match first.unwrap_or_default().to_lowercase().as_str() {
        "title" => 2,
        "abstract" => 1,
        _ => 0,
    }
}

/// Rank of a source that is neither a primary report nor a review, or is known at second hand.
const OTHER_SOURCE: u8 = 5;

/// Rank of a source by kind and reading: 0 is best.
fn source_rank(source: &Publication) -> u8 {
    use ReadingDepth as Read;
    match (source.is_primary(), source.read) {
        (true, Some(Read::FullText)) => 0,
        (true, Some(Read::Abstract)) => 1,
        (true, Some(Read::Excerpt)) => 2,
        (true, Some(Read::TitleOnly)) => 3,
        (false, read) if source.kind == PublicationKind::Review && read != Some(Read::Weak) => 4,
        _ => OTHER_SOURCE,
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
        let decision = |column: usize| {
            decisions
                .iter()
                .rfind(|decision| thing_ruled(decision) == thing && decision.column == column)
        };
        let all = Reports {
            thing: &thing,
            all: reports,
            indices: &indices,
            rules,
        };
        let telling = all.of_the_event(&decision);
        let on = Reports {
            indices: &telling,
            ..all
        };
        let mut settled = Vec::new();
        let mut differences = Vec::new();
        for (column, definition) in thing.sheet.columns().iter().enumerate() {
            let question = if thing.sheet.identity().contains(&definition.name) {
                all.question(column)
            } else {
                on.question(column)
            };
            let (outcome, differ) = question.settle(decision(column), full);
            if let Some((contradiction, resolution)) = differ {
                differences.push(Difference {
                    thing: thing.clone(),
                    column,
                    reports: question.speaking(),
                    contradiction,
                    resolution,
                });
            }
            settled.push(outcome);
        }
        on.follow(&mut settled, &mut differences);
        for outcome in &mut settled {
            if matches!(outcome, Settled::Known { values, .. } if matches!(values[..], [Value::Range(..)]))
            {
                *outcome = Settled::Missing(MissingReason::OnlyRange);
            }
        }
        result.differences.extend(differences);
        // A case is there even if all that is said of it is weak: then that is why it has no values.
        if counts || ruled || thing.sheet == FactSheet::cases() {
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

#[cfg(test)]
mod tests;
