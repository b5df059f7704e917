//! One column of one thing, settled from the reports on it.

use super::precision::Precision;
use super::weighing::{Fate, Standing, weigh};
use super::{Basis, MissingReason, Resolution, Rules, Settled};
use crate::case::records::{Decision, Report};
use crate::case::schema::Column;
use crate::case::value::{Certainty, Reported, Value};

/// Whether reports contradict each other, and how their difference was dealt with; `None` if they
/// say the same.
pub(super) type Differ = Option<(bool, Resolution)>;

/// One column of one thing, with the reports on that thing.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub reports: &'a [Report],
    pub indices: &'a [usize],
    pub column: usize,
    pub definition: &'a Column,
    pub rules: &'a Rules<'a>,
}

impl<'a> Question<'a> {
    fn cell(&self, index: usize) -> Option<&'a Reported> {
        let cells = &self.reports[index].cells;
        cells
            .iter()
            .find(|(column, _)| *column == self.column)
            .map(|(_, cell)| cell)
    }

    /// The values that a report gives; none if it gives none.
    pub fn values(&self, index: usize) -> &'a [Value] {
        match self.cell(index) {
            Some(Reported::Values(values)) => values,
            Some(Reported::NotReported | Reported::NotApplicable) | None => &[],
        }
    }

    /// How sure a report is.
    pub fn certainty(&self, index: usize) -> Certainty {
        self.reports[index].certainty
    }

    /// The reports that give a value.
    pub fn speaking(&self) -> Vec<usize> {
        self.indices
            .iter()
            .copied()
            .filter(|&i| !self.values(i).is_empty())
            .collect()
    }

    pub fn precision(&self) -> Precision<'a> {
        Precision {
            column: self.definition,
            concepts: self.rules.concepts,
        }
    }

    /// The outcome, and how a difference was dealt with if there is one.
    pub fn settle(&self, decision: Option<&Decision>, full: bool) -> (Settled, Differ) {
        let speaking = self.speaking();
        let united = self.definition.list;
        let contradiction = if united || self.definition.own_words {
            None
        } else {
            self.contradiction(&speaking)
        };
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
            let differ = contradiction.map(|found| (found, Resolution::Rule(Basis::Decision)));
            return (outcome, differ);
        }
        let candidates: Vec<usize> = speaking
            .iter()
            .copied()
            .filter(|&i| self.reports[i].certainty != Certainty::Weak)
            .collect();
        if candidates.is_empty() {
            let missing = self.why_missing(!speaking.is_empty(), full);
            let differ = contradiction.map(|found| (found, Resolution::Unresolved));
            return (Settled::Missing(missing), differ);
        }
        if united {
            return (self.unite(&candidates), None);
        }
        let (taken, resolution) = self.choose(&speaking, &candidates);
        let outcome = match (taken, resolution) {
            (Some(taken), resolution) => Settled::Known {
                values: self.values(taken).to_vec(),
                derived: self.reports[taken].certainty == Certainty::Derived,
                basis: match resolution {
                    Resolution::Rule(basis) => basis,
                    Resolution::Unresolved => Basis::Common,
                },
            },
            (None, _) if contradiction == Some(false) => Settled::Missing(MissingReason::Undecided),
            (None, _) => Settled::Missing(MissingReason::Conflicting),
        };
        (outcome, contradiction.map(|found| (found, resolution)))
    }

    /// `None` if all reports say the same; otherwise whether two of them cannot both be true.
    fn contradiction(&self, speaking: &[usize]) -> Option<bool> {
        let precision = self.precision();
        let mut differ = false;
        for (place, &i) in speaking.iter().enumerate() {
            for &j in &speaking[..place] {
                let (one, other) = (self.values(i), self.values(j));
                differ |= !precision.same(one, other);
                if precision.apart(one, other) && !precision.can_both_hold(one, other) {
                    return Some(true);
                }
            }
        }
        differ.then_some(false)
    }

    /// The lists of all stated reports, or of all derived ones if none is stated, without what
    /// another report names more precisely.
    fn unite(&self, candidates: &[usize]) -> Settled {
        let of = |certainty: Certainty| -> Vec<usize> {
            let wanted = |i: &usize| self.reports[*i].certainty == certainty;
            candidates.iter().copied().filter(wanted).collect()
        };
        let stated = of(Certainty::Stated);
        let derived = stated.is_empty();
        let lists = if derived {
            of(Certainty::Derived)
        } else {
            stated
        };
        let precision = self.precision();
        let mut values = Vec::new();
        for &i in &lists {
            for value in self.values(i) {
                let value = std::slice::from_ref(value);
                let finer_elsewhere = lists.iter().filter(|&&j| j != i).any(|&j| {
                    let mut there = self.values(j).iter().map(std::slice::from_ref);
                    there.any(|there| {
                        precision.covers(value, there) && !precision.covers(there, value)
                    })
                });
                if !finer_elsewhere {
                    values.extend_from_slice(value);
                }
            }
        }
        values.sort();
        values.dedup();
        Settled::Known {
            values,
            derived,
            basis: Basis::Union,
        }
    }

    /// The report whose value is taken, if there is one, and the rule that says so.
    fn choose(&self, speaking: &[usize], candidates: &[usize]) -> (Option<usize>, Resolution) {
        let precision = self.precision();
        let standings: Vec<Standing> = candidates
            .iter()
            .map(|&i| self.rules.standing(&self.reports[i]))
            .collect();
        let values = |k: usize| self.values(candidates[k]);
        if self.definition.own_words {
            let best = (0..candidates.len()).min_by_key(|&k| (standings[k].key(), values(k)));
            return (
                best.map(|k| candidates[k]),
                Resolution::Rule(Basis::Agreement),
            );
        }
        let fates = weigh(&standings, |a, b| precision.apart(values(a), values(b)));
        let standing: Vec<usize> = (0..candidates.len())
            .filter(|&k| fates[k] == Fate::Stands)
            .collect();
        let left_open = |k: usize| {
            let open = standing.iter();
            open.filter(|&&other| precision.covers(values(other), values(k)))
                .count()
        };
        let taken = standing.iter().copied().min_by_key(|&k| {
            let precise = std::cmp::Reverse(left_open(k));
            (precise, standings[k].key(), values(k))
        });
        let resolution = match taken {
            _ if fates.contains(&Fate::Disputed) => Resolution::Unresolved,
            None => Resolution::Unresolved,
            Some(taken) => Resolution::Rule(self.basis(candidates[taken], speaking)),
        };
        (taken.map(|k| candidates[k]), resolution)
    }

    /// Why the value of a report is taken, which nothing of equal rank contradicts.
    fn basis(&self, taken: usize, speaking: &[usize]) -> Basis {
        let precision = self.precision();
        let (value, certainty) = (self.values(taken), self.reports[taken].certainty);
        let less_sure = |i: &usize| self.reports[*i].certainty > certainty;
        let of = |wanted: &dyn Fn(&[Value]) -> bool| -> Vec<usize> {
            let matching = speaking.iter().copied().filter(|&i| wanted(self.values(i)));
            matching.collect()
        };
        let against = of(&|other| precision.apart(other, value));
        let more_precise =
            of(&|other| precision.covers(value, other) && !precision.same(value, other));
        if !against.is_empty() {
            if against.iter().all(less_sure) {
                Basis::Certainty
            } else {
                Basis::SourceRank
            }
        } else if !more_precise.is_empty() {
            // Only what does not count, or is beaten, says more.
            if more_precise.iter().all(less_sure) {
                Basis::Certainty
            } else {
                Basis::SourceRank
            }
        } else if speaking
            .iter()
            .all(|&i| precision.same(self.values(i), value))
        {
            Basis::Agreement
        } else {
            Basis::Precision
        }
    }

    pub fn why_missing(&self, weak: bool, full: bool) -> MissingReason {
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
