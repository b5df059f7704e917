//! Scores of cases, and the ways to deal them to groups within strata.

use super::{Counted, PermutationGroup};
use crate::distribution::ln_choose;
use crate::random::Random;
use crate::survival::compare::weights::Weigher;
use crate::survival::sample::Sample;

/// Scores that differ by less than this share of what they are made of are equal but for rounding.
const EQUAL: f64 = 1e-12;

/// A case as it leaves.
struct Leaving {
    time: usize,
    event: bool,
    group: usize,
}

/// The scores and groups of the cases of one stratum.
#[derive(Debug, Clone)]
struct Stratum {
    scores: Vec<f64>,
    groups: Vec<usize>,
}

impl Stratum {
    fn new(cases: &[Leaving], mut weigher: Weigher) -> Self {
        let mut scores = Vec::with_capacity(cases.len());
        let (mut expected, mut heaviest) = (0.0, 0.0_f64);
        for tied in cases.chunk_by(|a, b| a.time == b.time) {
            let at_risk = (cases.len() - scores.len()) as f64;
            let events = tied.iter().filter(|case| case.event).count() as f64;
            let mut weight = 0.0;
            if events > 0.0 {
                weight = weigher.next(at_risk, events);
                expected += weight * (events / at_risk);
                heaviest = heaviest.max(weight);
            }
            let score = |case: &Leaving| if case.event { weight } else { 0.0 } - expected;
            scores.extend(tied.iter().map(score));
        }
        let largest = scores.iter().copied().fold(f64::MIN, f64::max);
        let smallest = scores.iter().copied().fold(f64::MAX, f64::min);
        // Scores sum to 0: those that are all equal are 0.
        if largest - smallest <= EQUAL * heaviest.max(expected) {
            scores.fill(0.0);
        }
        Self {
            scores,
            groups: cases.iter().map(|case| case.group).collect(),
        }
    }

    fn sizes(&self, groups: usize) -> Vec<usize> {
        let mut sizes = vec![0; groups];
        for group in &self.groups {
            sizes[*group] += 1;
        }
        sizes
    }

    /// The variance of a score, as of a sample; 0 for a single case.
    fn scatter(&self) -> f64 {
        let n = self.scores.len() as f64;
        let mean = self.scores.iter().sum::<f64>() / n;
        let squares: f64 = self.scores.iter().map(|score| (score - mean).powi(2)).sum();
        squares / (n - 1.0).max(1.0)
    }
}

/// The cases as dealt to the groups.
#[derive(Debug, Clone)]
pub(super) struct Deal {
    strata: Vec<Stratum>,
    /// Cases of each group.
    pub sizes: Vec<usize>,
    events: Vec<usize>,
}

impl Deal {
    pub fn new(sample: &Sample, weigher: Weigher) -> Self {
        let mut strata: Vec<Vec<Leaving>> = Vec::new();
        strata.resize_with(sample.strata().len().max(1), Vec::new);
        let timeline = sample.timeline();
        let mut deal = Self {
            strata: Vec::new(),
            sizes: vec![0; sample.groups().len()],
            events: vec![0; sample.groups().len()],
        };
        for time in 0..timeline.len() {
            let with_event = timeline.having_event(time).end;
            for place in timeline.leaving(time) {
                let stratum = sample
                    .stratum_codes()
                    .get(place)
                    .map_or(0, |code| *code as usize);
                let group = sample.group_codes()[place] as usize;
                let event = place < with_event;
                deal.sizes[group] += 1;
                deal.events[group] += usize::from(event);
                strata[stratum].push(Leaving { time, event, group });
            }
        }
        let filled = strata.iter().filter(|cases| !cases.is_empty());
        deal.strata = filled.map(|cases| Stratum::new(cases, weigher)).collect();
        deal
    }

    /// The groups as they are, for the result.
    pub fn groups(&self, sample: &Sample) -> Vec<PermutationGroup> {
        let differences = self.differences();
        let labels = sample.groups().iter().enumerate();
        labels
            .map(|(group, label)| PermutationGroup {
                label: label.clone(),
                n: self.sizes[group],
                observed: self.events[group],
                difference: differences[group],
            })
            .collect()
    }

    /// The sum of the scores in each group.
    pub fn differences(&self) -> Vec<f64> {
        let mut differences = vec![0.0; self.sizes.len()];
        for stratum in &self.strata {
            for (score, group) in stratum.scores.iter().zip(&stratum.groups) {
                differences[*group] += score;
            }
        }
        differences
    }

    /// The covariance of [`Self::differences`] over all assignments, row by row: in each stratum
    /// of N cases the variance of its scores × nᵢ (δᵢⱼ − nⱼ / N).
    pub fn covariance(&self) -> Vec<f64> {
        let groups = self.sizes.len();
        let mut covariance = vec![0.0; groups * groups];
        for stratum in &self.strata {
            let (scatter, n) = (stratum.scatter(), stratum.scores.len());
            let sizes = stratum.sizes(groups);
            for i in 0..groups {
                for j in 0..groups {
                    let pairs = if i == j {
                        (n - sizes[i]) as f64
                    } else {
                        -(sizes[j] as f64)
                    };
                    covariance[i * groups + j] += scatter * sizes[i] as f64 * pairs / n as f64;
                }
            }
        }
        covariance
    }

    /// When two groups have cases and there are no strata: the scores, and the size of the first
    /// of the two groups.
    pub fn two_groups(&self) -> Option<(Vec<f64>, usize)> {
        let [stratum] = &self.strata[..] else {
            return None;
        };
        let mut sizes = self.sizes.iter().filter(|size| **size > 0);
        match (sizes.next(), sizes.next(), sizes.next()) {
            (Some(first), Some(_), None) => Some((stratum.scores.clone(), *first)),
            _ => None,
        }
    }

    /// How many ways there are to deal the cases.
    pub fn assignments(&self) -> f64 {
        let logs = self.strata.iter().flat_map(|stratum| {
            let mut left = stratum.scores.len() as u64;
            stratum
                .sizes(self.sizes.len())
                .into_iter()
                .map(move |size| {
                    let ways = ln_choose(left, size as u64);
                    left -= size as u64;
                    ways
                })
        });
        logs.sum::<f64>().exp()
    }

    /// Goes through all ways to deal the cases.
    pub fn count(&self, is_as_large: impl Fn(&[f64]) -> bool) -> Counted {
        let groups = self.sizes.len();
        let mut cases = Vec::new();
        let mut room = Vec::new();
        for (stratum, its) in self.strata.iter().enumerate() {
            let next = cases.len() + its.scores.len();
            let mut rest: f64 = its.scores.iter().sum();
            for score in &its.scores {
                cases.push(Undealt {
                    score: *score,
                    rest,
                    stratum: stratum * groups,
                    next,
                });
                rest -= score;
            }
            room.extend(its.sizes(groups));
        }
        let mut walk = Walk {
            cases,
            room,
            differences: vec![0.0; groups],
            is_as_large,
            counted: Counted::default(),
        };
        walk.deal(0);
        walk.counted
    }

    /// Cases dealt at each random draw: all but those of the largest group of each stratum, which
    /// has what is left.
    pub fn drawn(&self) -> usize {
        self.dealers().iter().map(|dealer| dealer.drawn.len()).sum()
    }

    fn dealers(&self) -> Vec<Dealer> {
        let groups = self.sizes.len();
        let strata = self.strata.iter();
        strata.map(|stratum| Dealer::new(stratum, groups)).collect()
    }

    /// The differences of `draws` random ways to deal the cases, one after the other.
    pub fn draw(&self, draws: u32, random: &mut Random, mut visit: impl FnMut(&[f64])) {
        let mut dealers = self.dealers();
        let mut differences = vec![0.0; self.sizes.len()];
        for _ in 0..draws {
            differences.fill(0.0);
            for dealer in &mut dealers {
                dealer.deal(random, &mut differences);
            }
            visit(&differences);
        }
    }
}

/// The cases of one stratum, to be dealt at random again and again.
struct Dealer {
    scores: Vec<f64>,
    total: f64,
    /// The group of each case drawn; the others go to the largest group.
    drawn: Vec<usize>,
    largest: usize,
}

impl Dealer {
    fn new(stratum: &Stratum, groups: usize) -> Self {
        let sizes = stratum.sizes(groups);
        let largest = (0..groups).max_by_key(|group| sizes[*group]).unwrap_or(0);
        let others = (0..groups).filter(|group| *group != largest);
        Self {
            scores: stratum.scores.clone(),
            total: stratum.scores.iter().sum(),
            drawn: others
                .flat_map(|group| std::iter::repeat_n(group, sizes[group]))
                .collect(),
            largest,
        }
    }

    /// Draws without putting back (the first steps of Fisher and Yates's shuffle).
    fn deal(&mut self, random: &mut Random, differences: &mut [f64]) {
        let mut left = self.total;
        for (place, group) in self.drawn.iter().enumerate() {
            let among = (self.scores.len() - place) as u64;
            self.scores
                .swap(place, place + random.below(among) as usize);
            let score = self.scores[place];
            differences[*group] += score;
            left -= score;
        }
        differences[self.largest] += left;
    }
}

/// A case still to be dealt.
struct Undealt {
    score: f64,
    /// Its score and those of the cases of its stratum after it.
    rest: f64,
    /// Where in `room` its stratum begins.
    stratum: usize,
    /// The first case of the next stratum.
    next: usize,
}

struct Walk<F> {
    cases: Vec<Undealt>,
    /// Places left in each stratum and group.
    room: Vec<usize>,
    differences: Vec<f64>,
    is_as_large: F,
    counted: Counted,
}

impl<F: Fn(&[f64]) -> bool> Walk<F> {
    fn deal(&mut self, case: usize) {
        let Some(&Undealt {
            score,
            rest,
            stratum,
            next,
        }) = self.cases.get(case)
        else {
            self.counted.all += 1;
            self.counted.as_large += u64::from((self.is_as_large)(&self.differences));
            return;
        };
        let groups = self.differences.len();
        let mut with_room = (0..groups).filter(|group| self.room[stratum + group] > 0);
        // Where one group alone has room, it has all that is left of the stratum.
        if let (Some(group), None) = (with_room.next(), with_room.next()) {
            let before = self.differences[group];
            self.differences[group] = before + rest;
            self.deal(next);
            self.differences[group] = before;
            return;
        }
        for group in 0..groups {
            if self.room[stratum + group] == 0 {
                continue;
            }
            // Put back rather than subtracted, which would gather rounding errors.
            let before = self.differences[group];
            self.room[stratum + group] -= 1;
            self.differences[group] = before + score;
            self.deal(case + 1);
            self.differences[group] = before;
            self.room[stratum + group] += 1;
        }
    }
}
