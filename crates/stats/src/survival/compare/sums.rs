//! What tests between groups are made of: observed and expected events and their covariance.

use super::weights::Weigher;
use crate::survival::sample::Sample;

/// Sums over the event times of all strata. Where there is a number for each group, it is in the
/// order of [`Sample::groups`].
#[derive(Debug, Clone)]
pub(super) struct Sums {
    /// Cases of each group.
    pub n: Vec<usize>,
    /// Events of each group.
    pub observed: Vec<usize>,
    /// Events expected in each group.
    pub expected: Vec<f64>,
    /// The same, each event time with its weight.
    pub weighted_observed: Vec<f64>,
    pub weighted_expected: Vec<f64>,
    /// Covariance of the weighted observed events, row by row; the upper triangle is 0 until
    /// [`Self::covariance`] is asked.
    covariance: Vec<f64>,
}

impl Sums {
    /// Goes through the times once.
    pub fn new(sample: &Sample, weigher: Weigher) -> Self {
        let mut walk = Walk::new(sample, weigher);
        let timeline = sample.timeline();
        for j in 0..timeline.len() {
            walk.let_in(j);
            if timeline.events[j] > 0 {
                for place in timeline.having_event(j) {
                    walk.event(place);
                }
                walk.add_up();
            }
            for place in timeline.leaving(j) {
                walk.leave(place);
            }
        }
        walk.sums
    }

    /// Covariance of groups `i` and `j`.
    pub fn covariance(&self, i: usize, j: usize) -> f64 {
        self.covariance[i.max(j) * self.n.len() + i.min(j)]
    }

    fn new_for(groups: usize) -> Self {
        Self {
            n: vec![0; groups],
            observed: vec![0; groups],
            expected: vec![0.0; groups],
            weighted_observed: vec![0.0; groups],
            weighted_expected: vec![0.0; groups],
            covariance: vec![0.0; groups * groups],
        }
    }

    /// Adds an event time of one stratum: those at risk in each group and in all, and the events.
    fn add(&mut self, at_risk: &[u32], all: u32, events: &[u32], weigher: &mut Weigher) {
        let groups = at_risk.len();
        let all = f64::from(all);
        let d: f64 = events.iter().map(|d| f64::from(*d)).sum();
        let weight = weigher.next(all, d);
        let scatter = if all > 1.0 {
            weight * weight * d * (all - d) / (all - 1.0)
        } else {
            0.0
        };
        for (i, at_risk_i) in at_risk.iter().enumerate() {
            let share = f64::from(*at_risk_i) / all;
            let expected = d * share;
            self.observed[i] += events[i] as usize;
            self.expected[i] += expected;
            self.weighted_observed[i] += weight * f64::from(events[i]);
            self.weighted_expected[i] += weight * expected;
            let row = &mut self.covariance[i * groups..=i * groups + i];
            let scaled = scatter * share / all;
            for (cell, other) in row.iter_mut().zip(&at_risk[..i]) {
                *cell -= scaled * f64::from(*other);
            }
            row[i] += scaled * (all - f64::from(*at_risk_i));
        }
    }
}

/// Who is at risk in each stratum as time goes by.
struct Walk<'a> {
    sample: &'a Sample,
    sums: Sums,
    groups: usize,
    /// Cases of `by_from` that have entered.
    entered: usize,
    /// For each stratum and group.
    at_risk: Vec<u32>,
    events: Vec<u32>,
    /// For each stratum.
    all: Vec<u32>,
    weighers: Vec<Weigher>,
    /// Strata with an event at the present time.
    touched: Vec<usize>,
}

impl<'a> Walk<'a> {
    fn new(sample: &'a Sample, weigher: Weigher) -> Self {
        let (groups, strata) = (sample.groups().len(), sample.strata().len().max(1));
        let mut walk = Self {
            sample,
            sums: Sums::new_for(groups),
            groups,
            entered: 0,
            at_risk: vec![0; strata * groups],
            events: vec![0; strata * groups],
            all: vec![0; strata],
            weighers: vec![weigher; strata],
            touched: Vec::with_capacity(1),
        };
        for code in sample.group_codes() {
            walk.sums.n[*code as usize] += 1;
        }
        if sample.entry().is_none() {
            for place in 0..sample.n() {
                walk.enter(place);
            }
        }
        walk
    }

    /// The stratum of a place, and its cell among strata and groups.
    fn cell(&self, place: usize) -> (usize, usize) {
        let stratum = self
            .sample
            .stratum_codes()
            .get(place)
            .map_or(0, |code| *code as usize);
        let group = self.sample.group_codes()[place] as usize;
        (stratum, stratum * self.groups + group)
    }

    fn enter(&mut self, place: usize) {
        let (stratum, cell) = self.cell(place);
        self.at_risk[cell] += 1;
        self.all[stratum] += 1;
    }

    /// Lets in those who are at risk from time `j` on.
    fn let_in(&mut self, j: usize) {
        let Some(entry) = self.sample.entry() else {
            return;
        };
        while let Some(place) = entry.by_from.get(self.entered)
            && entry.from[*place as usize] as usize <= j
        {
            self.enter(*place as usize);
            self.entered += 1;
        }
    }

    fn event(&mut self, place: usize) {
        let (stratum, cell) = self.cell(place);
        let cells = stratum * self.groups..(stratum + 1) * self.groups;
        if self.events[cells].iter().all(|events| *events == 0) {
            self.touched.push(stratum);
        }
        self.events[cell] += 1;
    }

    fn add_up(&mut self) {
        for stratum in self.touched.drain(..) {
            let cells = stratum * self.groups..(stratum + 1) * self.groups;
            self.sums.add(
                &self.at_risk[cells.clone()],
                self.all[stratum],
                &self.events[cells.clone()],
                &mut self.weighers[stratum],
            );
            self.events[cells].fill(0);
        }
    }

    fn leave(&mut self, place: usize) {
        let (stratum, cell) = self.cell(place);
        self.at_risk[cell] -= 1;
        self.all[stratum] -= 1;
    }
}
