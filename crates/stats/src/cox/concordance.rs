//! How well the linear predictor orders the events.

use serde::Serialize;

use super::sample::Sample;

/// Linear predictors closer than this share of their range are tied: they differ by rounding.
const TIED: f64 = 1e-12;

/// Samples with fewer rows are counted on one thread.
const WORTH_A_THREAD: usize = 50_000;

/// The probability that of two cases the one with the higher predicted hazard has the event first.
///
/// Each event is compared with each case of its stratum then at risk that goes on without it. A
/// pair is concordant if the event has the higher linear predictor, and half so if they are tied.
/// The estimate is (concordant + tied / 2) / pairs; 0.5 is no better than chance. The standard error
/// is that of the infinitesimal jackknife over cases, or clusters if there are any. It is computed on
/// the cases the model was fitted to, and so is too favourable.
///
/// Harrell FE, Califf RM, Pryor DB, et al. JAMA 1982;247:2543-6. Therneau T, Atkinson E. Concordance,
/// vignette of R's survival, 2020.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Concordance {
    /// Share of usable pairs in which the higher risk had the event first.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Pairs in the predicted order.
    pub concordant: u64,
    /// Pairs in the other order.
    pub discordant: u64,
    /// Pairs with equal predictions.
    pub tied: u64,
}

/// Counts by rank, and sums of counts up to a rank (Fenwick's tree).
struct Counts {
    tree: Vec<i32>,
    each: Vec<i32>,
    total: i32,
}

/// How many have a lower, an equal and a higher rank.
#[derive(Clone, Copy)]
struct Compared {
    lower: i32,
    equal: i32,
    higher: i32,
}

impl Compared {
    fn all(self) -> i32 {
        self.lower + self.equal + self.higher
    }
}

impl Counts {
    fn new(ranks: usize) -> Self {
        Self {
            tree: vec![0; ranks + 1],
            each: vec![0; ranks],
            total: 0,
        }
    }

    fn add(&mut self, rank: u32) {
        self.each[rank as usize] += 1;
        self.total += 1;
        let mut node = rank as usize + 1;
        while node < self.tree.len() {
            self.tree[node] += 1;
            node += node & node.wrapping_neg();
        }
    }

    fn remove(&mut self, rank: u32) {
        self.each[rank as usize] -= 1;
        self.total -= 1;
        let mut node = rank as usize + 1;
        while node < self.tree.len() {
            self.tree[node] -= 1;
            node += node & node.wrapping_neg();
        }
    }

    fn compare(&self, rank: u32) -> Compared {
        let mut lower = 0;
        let mut node = rank as usize;
        while node > 0 {
            lower += self.tree[node];
            node &= node - 1;
        }
        let equal = self.each[rank as usize];
        Compared {
            lower,
            equal,
            higher: self.total - lower - equal,
        }
    }
}

/// The pairs of one row: concordant minus discordant, and all.
#[derive(Clone, Copy, Default)]
struct Pairs {
    net: i32,
    all: i32,
}

/// How many pairs there are of each kind.
#[derive(Clone, Copy, Default)]
struct Total {
    concordant: i64,
    discordant: i64,
    tied: i64,
}

/// `None` if no pair can be compared.
pub(super) fn concordance(sample: &Sample, b: &[f64]) -> Option<Concordance> {
    let mut as_event = Vec::new();
    let mut as_other = Vec::new();
    let mut total = Total::default();
    for rows in sample.active() {
        let (ranks, count) = ranks(sample, b, rows.clone());
        let stratum = Walk {
            sample,
            first: rows.start,
            end: rows.end,
            ranks: &ranks,
            count,
        };
        let ((events, here), others) = if ranks.len() < WORTH_A_THREAD {
            (stratum.as_event(), stratum.as_other())
        } else {
            std::thread::scope(|scope| {
                let others = scope.spawn(|| stratum.as_other());
                let events = stratum.as_event();
                // A panic over there goes on here.
                let others = others
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                (events, others)
            })
        };
        total.concordant += here.concordant;
        total.discordant += here.discordant;
        total.tied += here.tied;
        as_event.push((rows, events));
        as_other.push(others);
    }
    let all = total.concordant + total.discordant + total.tied;
    if all == 0 {
        return None;
    }
    let somers = (total.concordant as f64 - total.discordant as f64) / all as f64;
    let influence = |pairs: Pairs, other: Pairs| {
        f64::from(pairs.net) + f64::from(other.net)
            - somers * (f64::from(pairs.all) + f64::from(other.all))
    };
    let influences = as_event
        .iter()
        .zip(&as_other)
        .flat_map(|((rows, mine), other)| {
            let pairs = mine.iter().zip(other);
            rows.clone()
                .zip(pairs.map(|(mine, other)| influence(*mine, *other)))
        });
    let squares: f64 = match &sample.clusters {
        None => influences.map(|(_, influence)| influence * influence).sum(),
        Some((clusters, count)) => {
            let mut sums = vec![0.0; *count];
            for (row, influence) in influences {
                sums[clusters[row] as usize] += influence;
            }
            sums.iter().map(|sum| sum * sum).sum()
        }
    };
    Some(Concordance {
        estimate: f64::midpoint(somers, 1.0),
        std_error: squares.sqrt() / all as f64 / 2.0,
        concordant: total.concordant.cast_unsigned(),
        discordant: total.discordant.cast_unsigned(),
        tied: total.tied.cast_unsigned(),
    })
}

/// The rank of each row by its linear predictor, and how many ranks there are.
fn ranks(sample: &Sample, b: &[f64], rows: std::ops::Range<usize>) -> (Vec<u32>, usize) {
    let first = rows.start;
    let mut order: Vec<(f64, u32)> = rows
        .map(|row| (sample.linear_predictor(row, b), (row - first) as u32))
        .collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let range = order[order.len() - 1].0 - order[0].0;
    let mut ranks = vec![0; order.len()];
    let (mut rank, mut previous) = (0, order[0].0);
    for (predictor, row) in order {
        if predictor - previous > TIED * range {
            rank += 1;
        }
        previous = predictor;
        ranks[row as usize] = rank;
    }
    (ranks, rank as usize + 1)
}

/// The rows of a stratum, walked from the last time to the first.
struct Walk<'a> {
    sample: &'a Sample,
    first: usize,
    end: usize,
    ranks: &'a [u32],
    count: usize,
}

impl Walk<'_> {
    /// Goes through the times from the last to the first: `leave` gets the rows that, going that way,
    /// left before the events of a time, then `visit` the rows of the time.
    fn walk<S>(
        &self,
        state: &mut S,
        mut leave: impl FnMut(&mut S, usize),
        mut visit: impl FnMut(&mut S, std::ops::Range<usize>),
    ) {
        let (times, events) = (
            &self.sample.arrangement.times,
            &self.sample.arrangement.events,
        );
        let mut left = self.first;
        let mut start = self.first;
        while start < self.end {
            let mut end = start + 1;
            while end < self.end && times[end] == times[start] {
                end += 1;
            }
            if let Some(entries) = &self.sample.arrangement.entries
                && events[start..end].contains(&true)
            {
                while left < self.end && entries.times[entries.order[left] as usize] >= times[start]
                {
                    leave(state, entries.order[left] as usize);
                    left += 1;
                }
            }
            visit(state, start..end);
            start = end;
        }
    }

    /// The pairs of each row as the event, and how many there are of each kind.
    fn as_event(&self) -> (Vec<Pairs>, Total) {
        let events = &self.sample.arrangement.events;
        let mut total = Total::default();
        let mut pairs = vec![Pairs::default(); self.ranks.len()];
        let mut at_risk = Counts::new(self.count);
        self.walk(
            &mut at_risk,
            |at_risk, row| at_risk.remove(self.ranks[row - self.first]),
            |at_risk, rows| {
                for row in rows.clone().filter(|row| !events[*row]) {
                    at_risk.add(self.ranks[row - self.first]);
                }
                let failed = || rows.clone().filter(|row| events[*row]);
                for row in failed() {
                    let others = at_risk.compare(self.ranks[row - self.first]);
                    total.concordant += i64::from(others.lower);
                    total.discordant += i64::from(others.higher);
                    total.tied += i64::from(others.equal);
                    pairs[row - self.first] = Pairs {
                        net: others.lower - others.higher,
                        all: others.all(),
                    };
                }
                for row in failed() {
                    at_risk.add(self.ranks[row - self.first]);
                }
            },
        );
        (pairs, total)
    }

    /// The pairs of each row as the one that goes on: with the events from its entry to its time,
    /// those up to its time (seen before) taken from those up to its entry.
    fn as_other(&self) -> Vec<Pairs> {
        let events = &self.sample.arrangement.events;
        let first = self.first;
        let mut state = (
            vec![Pairs::default(); self.ranks.len()],
            Counts::new(self.count),
        );
        let count = |state: &mut (Vec<Pairs>, Counts), row: usize, sign: i32| {
            let others = state.1.compare(self.ranks[row - first]);
            let pairs = &mut state.0[row - first];
            pairs.net += sign * (others.higher - others.lower);
            pairs.all += sign * others.all();
        };
        let mut gone = match self.sample.arrangement.entries {
            Some(_) => vec![false; self.ranks.len()],
            None => Vec::new(),
        };
        self.walk(
            &mut state,
            |state, row| {
                count(state, row, 1);
                gone[row - first] = true;
            },
            |state, rows| {
                for row in rows.clone().filter(|row| !events[*row]) {
                    count(state, row, -1);
                }
                let failed = || rows.clone().filter(|row| events[*row]);
                for row in failed() {
                    state.1.add(self.ranks[row - first]);
                }
                for row in failed() {
                    count(state, row, -1);
                }
            },
        );
        // All events are counted now, so sums up to each rank replace the tree.
        let (mut pairs, counts) = state;
        let mut below = Vec::with_capacity(self.count);
        let mut sum = 0;
        for each in &counts.each {
            below.push(sum);
            sum += each;
        }
        for (row, (pairs, rank)) in pairs.iter_mut().zip(self.ranks).enumerate() {
            if gone.get(row).copied().unwrap_or(false) {
                continue;
            }
            let lower = below[*rank as usize];
            let higher = counts.total - lower - counts.each[*rank as usize];
            pairs.net += higher - lower;
            pairs.all += counts.total;
        }
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Covariate, Sample};
    use super::*;
    use crate::survival::Outcome::{Censored, Event};

    /// Predictions 3, 1, 2, 2 for events at 1, 2, 4 and a case followed to 3. The first event, with the
    /// highest, is concordant with three; the second, with the lowest, discordant with two; the last
    /// has nobody left. C is 3/5.
    #[test]
    fn pairs_by_hand() {
        let x = Covariate::numeric("x", vec![3.0, 1.0, 2.0, 2.0]);
        let columns = Columns::new(
            vec![1.0, 2.0, 3.0, 4.0],
            vec![Event, Event, Censored, Event],
            vec![x],
        );
        let sample = Sample::new(columns.clone()).expect("valid");
        let found = concordance(&sample, &[1.0]).expect("pairs");
        assert_eq!((found.concordant, found.discordant, found.tied), (3, 2, 0));
        assert!((found.estimate - 0.6).abs() < 1e-15);
        // Turned round, the order is the other one; without predictions all are tied.
        let found = concordance(&sample, &[-1.0]).expect("pairs");
        assert_eq!((found.concordant, found.discordant, found.tied), (2, 3, 0));
        let found = concordance(&sample, &[0.0]).expect("pairs");
        assert_eq!((found.estimate, found.tied, found.std_error), (0.5, 5, 0.0));
        // The third enters after the first event.
        let sample = Sample::new(Columns {
            entries: Some(vec![0.0, 0.0, 1.0, 0.0]),
            ..columns
        })
        .expect("valid");
        let found = concordance(&sample, &[1.0]).expect("pairs");
        assert_eq!((found.concordant, found.discordant, found.tied), (2, 2, 0));
    }

    #[test]
    fn one_case_at_risk_is_no_pair() {
        let x = Covariate::numeric("x", vec![3.0, 1.0]);
        let columns = Columns::new(vec![1.0, 2.0], vec![Event, Event], vec![x]);
        let alone = Sample::new(Columns {
            entries: Some(vec![0.0, 1.0]),
            ..columns
        })
        .expect("valid");
        assert_eq!(concordance(&alone, &[1.0]), None);
    }
}
