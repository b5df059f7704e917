//! Writes what is taken of a course into its columns.

use super::observed::Follower;
use super::taken::Taken;
use crate::case::consensus::question::Question;
use crate::case::consensus::{Basis, Difference, MissingReason, Resolution, Settled};
use crate::case::value::Certainty;

impl Follower<'_> {
    /// Writes what is taken into the columns, and notes what differs.
    pub(super) fn report(
        &self,
        taken: &Taken,
        settled: &mut [Settled],
        differences: &mut Vec<Difference>,
    ) {
        let known = |question: &Question, report: usize, basis: Resolution| Settled::Known {
            values: question.values(report).to_vec(),
            derived: question.reports[report].certainty == Certainty::Derived,
            basis: match basis {
                Resolution::Rule(basis) => basis,
                Resolution::Unresolved => Basis::Common,
            },
        };
        let mut write = |question: &Question, outcome: Settled| {
            let column = &mut settled[question.column];
            // Where nothing counts, why not has been said.
            let mut speaking = question.speaking().into_iter();
            let counts = speaking.any(|i| question.reports[i].certainty != Certainty::Weak);
            if counts && !is_ruled(column) {
                *column = outcome;
            }
        };
        let state = match taken.state {
            Ok(report) => known(&self.state, report, taken.state_basis),
            Err(why) => Settled::Missing(why),
        };
        write(&self.state, state);
        let time = match taken.time {
            Ok(report) => known(&self.time, report, taken.time_basis),
            Err(why) => Settled::Missing(why),
        };
        write(&self.time, time);
        if let Some(question) = &self.moment {
            let moment = match taken.moment {
                Some(report) => known(question, report, taken.time_basis),
                None => Settled::Missing(MissingReason::NoTime),
            };
            write(question, moment);
        }
        let mut tell = |question: &Question, contradiction: bool, resolution: Resolution| {
            let resolution = if is_ruled(&settled[question.column]) {
                Resolution::Rule(Basis::Decision)
            } else {
                resolution
            };
            let reports = question.speaking();
            let precision = question.precision();
            let differ = reports
                .windows(2)
                .any(|pair| !precision.same(question.values(pair[0]), question.values(pair[1])));
            if differ || contradiction {
                differences.push(Difference {
                    thing: self.thing.clone(),
                    column: question.column,
                    reports,
                    contradiction,
                    resolution,
                });
            }
        };
        tell(&self.state, taken.state_contradicted, taken.state_basis);
        if !taken.state_contradicted || taken.time_contradicted {
            tell(&self.time, taken.time_contradicted, taken.time_basis);
        }
        if let Some(question) = &self.moment {
            tell(question, false, taken.time_basis);
        }
    }
}

fn is_ruled(outcome: &Settled) -> bool {
    matches!(
        outcome,
        Settled::Known {
            basis: Basis::Decision,
            ..
        }
    )
}
