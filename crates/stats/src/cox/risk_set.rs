//! The one walk over risk sets that all estimators share.

use super::sample::Sample;
use super::ties::Ties;

/// Linear predictors further from the mean than this would overflow sums of their exponentials.
const FARTHEST: f64 = 650.0;

/// Sums over a risk set are made afresh when leaving rows took all but this share of them, since
/// the rounding of what left stays behind.
const WORN: f64 = 1e-4;

/// How many moments to sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    First,
    Second,
    Third,
}

/// Sums over rows of exp(xᵀb) times 1, x, x xᵀ and x⊗x⊗x.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    pub s0: f64,
    pub s1: Vec<f64>,
    /// Lower triangle, row by row at `i * width + j`.
    pub s2: Vec<f64>,
    /// Elements i ≥ j ≥ k, one after the other.
    pub s3: Vec<f64>,
}

impl Moments {
    fn new(width: usize, order: Order) -> Self {
        let squares = if order >= Order::Second {
            width * width
        } else {
            0
        };
        let cubes = if order >= Order::Third {
            width * (width + 1) * (width + 2) / 6
        } else {
            0
        };
        Self {
            s0: 0.0,
            s1: vec![0.0; width],
            s2: vec![0.0; squares],
            s3: vec![0.0; cubes],
        }
    }

    fn clear(&mut self) {
        self.s0 = 0.0;
        self.s1.fill(0.0);
        self.s2.fill(0.0);
        self.s3.fill(0.0);
    }

    /// Adds a row; `WIDTH` is its length, or 0 where it is not known when compiling.
    #[inline]
    fn add<const WIDTH: usize>(&mut self, row: &[f64], risk: f64) {
        let width = if WIDTH > 0 { WIDTH } else { row.len() };
        let row = &row[..width];
        self.s0 += risk;
        let s1 = &mut self.s1[..width];
        if self.s2.is_empty() {
            for i in 0..width {
                s1[i] += risk * row[i];
            }
            return;
        }
        let s2 = &mut self.s2[..width * width];
        for i in 0..width {
            let product = risk * row[i];
            s1[i] += product;
            for j in 0..=i {
                s2[i * width + j] += product * row[j];
            }
        }
        if !self.s3.is_empty() {
            let mut sums = self.s3.iter_mut();
            for i in 0..width {
                for j in 0..=i {
                    let product = risk * row[i] * row[j];
                    for (x, sum) in row[..=j].iter().zip(&mut sums) {
                        *sum += product * x;
                    }
                }
            }
        }
    }

    /// Adds `share` times the sums of `other`.
    fn add_share(&mut self, other: &Self, share: f64) {
        self.s0 += share * other.s0;
        let add = |mine: &mut [f64], others: &[f64]| {
            for (mine, other) in mine.iter_mut().zip(others) {
                *mine += share * other;
            }
        };
        add(&mut self.s1, &other.s1);
        add(&mut self.s2, &other.s2);
        add(&mut self.s3, &other.s3);
    }

    fn copy_from(&mut self, other: &Self) {
        self.s0 = other.s0;
        self.s1.copy_from_slice(&other.s1);
        self.s2.copy_from_slice(&other.s2);
        self.s3.copy_from_slice(&other.s3);
    }
}

/// A time at which events occurred in a stratum.
pub(super) struct EventTime<'a> {
    pub time: f64,
    /// The number of the stratum in the arrangement.
    pub stratum: usize,
    /// The first row of the stratum.
    pub first_row: usize,
    /// The rows whose follow-up ended at the time.
    pub rows: std::ops::Range<usize>,
    pub events: usize,
    /// Sums over all at risk.
    pub at_risk: &'a Moments,
    /// Sums over those with the event; empty if there is only one.
    failing: &'a Moments,
    scratch: &'a mut Moments,
}

impl EventTime<'_> {
    /// The terms by which the partial likelihood of tied events is approximated: how many events
    /// share the term, the weight left to the failing in it, and its sums.
    ///
    /// Breslow's method has one term with all at risk. Efron's takes, event by event, an equal
    /// share of the failing out of the sums.
    #[inline]
    pub fn terms(&mut self, ties: Ties, mut visit: impl FnMut(f64, f64, &Moments)) {
        if self.events == 1 || ties == Ties::Breslow {
            visit(self.events as f64, 1.0, self.at_risk);
            return;
        }
        for gone in 0..self.events {
            let share = gone as f64 / self.events as f64;
            self.scratch.copy_from(self.at_risk);
            self.scratch.add_share(self.failing, -share);
            visit(1.0, 1.0 - share, self.scratch);
        }
    }
}

/// Visits the event times of each stratum from the last to the first. Returns `None`, having visited
/// some, when the coefficients `b` are so large that sums overflow.
#[inline]
pub(super) fn walk<const WIDTH: usize>(
    sample: &Sample,
    b: &[f64],
    order: Order,
    mut visit: impl FnMut(&mut EventTime),
) -> Option<()> {
    let width = if WIDTH > 0 { WIDTH } else { sample.width() };
    let b = &b[..width];
    let (times, events) = (&sample.arrangement.times, &sample.arrangement.events);
    let mut at_risk = Moments::new(width, order);
    let mut failing = at_risk.clone();
    let mut scratch = at_risk.clone();
    let mut farthest = 0.0_f64;
    let mut risk = |row: &[f64]| {
        let mut predictor = 0.0;
        for i in 0..width {
            predictor += row[i] * b[i];
        }
        farthest = farthest.max(predictor.abs());
        predictor.exp()
    };
    for (stratum, rows) in sample.active().enumerate() {
        at_risk.clear();
        let mut left = 0;
        let mut peak = 0.0_f64;
        let mut start = rows.start;
        while start < rows.end {
            let time = times[start];
            let mut end = start;
            let mut failed = 0;
            while end < rows.end && times[end] == time {
                failed += usize::from(events[end]);
                end += 1;
            }
            let tied = failed > 1;
            if tied {
                failing.clear();
            }
            for (row, event) in sample.rows[start * width..end * width]
                .chunks_exact(width)
                .zip(&events[start..end])
            {
                let risk = risk(row);
                if tied && *event {
                    failing.add::<WIDTH>(row, risk);
                } else {
                    at_risk.add::<WIDTH>(row, risk);
                }
            }
            if tied {
                at_risk.add_share(&failing, 1.0);
            }
            if failed > 0 {
                if let Some(entries) = &sample.arrangement.entries {
                    peak = peak.max(at_risk.s0);
                    let order = &entries.order[rows.clone()];
                    while left < order.len() && entries.times[order[left] as usize] >= time {
                        let row = sample.row(order[left] as usize);
                        at_risk.add::<WIDTH>(row, -risk(row));
                        left += 1;
                    }
                    if at_risk.s0 < WORN * peak {
                        at_risk.clear();
                        for row in (rows.start..end).filter(|row| entries.times[*row] < time) {
                            let row = sample.row(row);
                            at_risk.add::<WIDTH>(row, risk(row));
                        }
                        peak = at_risk.s0;
                    }
                }
                visit(&mut EventTime {
                    time,
                    stratum,
                    first_row: rows.start,
                    rows: start..end,
                    events: failed,
                    at_risk: &at_risk,
                    failing: &failing,
                    scratch: &mut scratch,
                });
            }
            start = end;
        }
    }
    (farthest <= FARTHEST).then_some(())
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Covariate};
    use super::*;
    use crate::survival::Outcome::{Censored, Event};

    /// At risk at 4: the third; at 2: the first two, the third entering later. The third's risk, e⁶⁰
    /// times that of the others, must leave no trace in the sums at 2.
    #[test]
    fn who_left_leaves_no_rounding_behind() {
        let x = Covariate::numeric("x", vec![0.0, 1.0, 60.0]);
        let sample = Sample::new(Columns {
            entries: Some(vec![0.0, 0.0, 3.0]),
            ..Columns::new(vec![2.0, 2.0, 4.0], vec![Event, Censored, Event], vec![x])
        })
        .expect("valid");
        let column = &sample.columns[0];
        let b = [column.scale];
        let mut seen = Vec::new();
        walk::<0>(&sample, &b, Order::First, |at| {
            seen.push((at.time, at.at_risk.s0 * column.means[0].exp()));
        });
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[1].0, 2.0);
        assert!((seen[1].1 - (1.0 + 1_f64.exp())).abs() < 1e-12, "{seen:?}");
    }
}
