//! The reports on one thing, and which of them tell of it at all.

use super::question::Question;
use super::{Rules, Settled, Thing};
use crate::case::records::{Decision, Report};

/// The reports on one thing.
pub(super) struct Reports<'a> {
    pub thing: &'a Thing,
    pub all: &'a [Report],
    pub indices: &'a [usize],
    pub rules: &'a Rules<'a>,
}

impl<'a> Reports<'a> {
    pub fn question(&self, column: usize) -> Question<'a> {
        Question {
            reports: self.all,
            indices: self.indices,
            column,
            definition: &self.thing.sheet.columns()[column],
            rules: self.rules,
        }
    }

    /// The reports that tell of the event that is taken, and not of another one under its number.
    pub fn of_the_event(&self, decision: &dyn Fn(usize) -> Option<&'a Decision>) -> Vec<usize> {
        let mut telling = self.indices.to_vec();
        for name in self.thing.sheet.identity() {
            let Some(column) = self.thing.sheet.column(name) else {
                continue;
            };
            let question = self.question(column);
            if let (Settled::Known { values, .. }, _) = question.settle(decision(column), false) {
                let precision = question.precision();
                let other = |i: &usize| {
                    let said = question.values(*i);
                    !said.is_empty() && precision.apart(said, &values)
                };
                telling.retain(|i| !other(i));
            }
        }
        telling
    }
}
