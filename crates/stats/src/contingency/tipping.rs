//! How many unknown outcomes it takes to change what a comparison of two groups says.

use serde::Serialize;

use super::fisher::PROBABILITY_TIE;

/// Terms of probabilities added up before the search ends without an answer.
const MOST_TERMS: u64 = 40_000_000;
/// A probability that changes no digit of a sum of which it is this share.
const NEGLIGIBLE: f64 = 1e-18;
/// With more cases than these nothing is tried.
const MOST_CASES: u64 = 1_000_000;

/// One of two groups, of which some outcomes are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arm {
    /// Known to have the event.
    pub events: u64,
    /// Whose outcome is known.
    pub known: u64,
    /// Whose outcome is not known.
    pub unknown: u64,
}

/// Cases of which it is not known in which of the two groups they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ungrouped {
    /// Known to have the event.
    pub events: u64,
    /// Known to be without it.
    pub others: u64,
    /// Whose outcome is not known either.
    pub unknown: u64,
}

impl Ungrouped {
    /// How many they are.
    #[must_use]
    pub fn total(self) -> u64 {
        self.events + self.others + self.unknown
    }
}

/// Outcomes of those whose outcome was not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Revealed {
    /// How many of them have the event.
    pub events: u64,
    /// How many of them do not.
    pub others: u64,
}

/// What it takes to change what a test says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "tipping", rename_all = "kebab-case")]
pub enum TippingPoint {
    /// With this many of the unknown known, and not with fewer, the test can say otherwise.
    After {
        /// How many outcomes it takes.
        unknown: u64,
        /// Outcomes in the first group with which it does.
        first: Revealed,
        /// Outcomes in the second group.
        second: Revealed,
    },
    /// Whatever the unknown are, the test says the same.
    Never,
    /// No outcomes of so many change it; more were not tried, there being too many ways.
    NotWithin {
        /// How many were tried.
        unknown: u64,
    },
}

/// Fisher's two-sided P of events in two groups, by probability; 1 where there is nothing to test.
#[must_use]
pub fn fisher_p(first: (u64, u64), second: (u64, u64)) -> f64 {
    Factorials::up_to(first.1 + second.1).p_value(first, second)
}

/// The smallest number of unknown outcomes that change what Fisher's two-sided test says at
/// `alpha`: whether the groups differ, and if so which has more events.
///
/// Every way to share that number out between the groups and between event and none is tried, in
/// both directions; the other unknown stay unknown. Which way changes the test soonest cannot be
/// told beforehand: new outcomes change the sizes of the groups too. Fewer than the number found
/// change nothing.
///
/// ```
/// use casegraph_stats::contingency::{Arm, TippingPoint, tipping_point};
///
/// let first = Arm { events: 1, known: 20, unknown: 0 };
/// let second = Arm { events: 0, known: 3, unknown: 20 };
/// let TippingPoint::After { unknown, second, .. } = tipping_point(first, second, 0.05) else {
///     unreachable!()
/// };
/// assert_eq!((unknown, second.events), (3, 3));
/// ```
#[must_use]
pub fn tipping_point(first: Arm, second: Arm, alpha: f64) -> TippingPoint {
    tipping_point_with(first, second, Ungrouped::default(), alpha)
}

/// The tipping point where cases of no known group can turn out to be in either.
#[must_use]
pub fn tipping_point_with(
    first: Arm,
    second: Arm,
    ungrouped: Ungrouped,
    alpha: f64,
) -> TippingPoint {
    let most = (
        first.unknown + ungrouped.total(),
        second.unknown + ungrouped.total(),
    );
    let new = first.unknown + second.unknown + ungrouped.total();
    let all = first.known + second.known + new;
    if all > MOST_CASES {
        return TippingPoint::NotWithin { unknown: 0 };
    }
    let factorials = Factorials::up_to(all);
    let says = |one: (u64, u64), other: (u64, u64)| {
        if factorials.p_value(one, other) < alpha {
            // Shares compared without division.
            (u128::from(one.0) * u128::from(other.1))
                .cmp(&(u128::from(other.0) * u128::from(one.1)))
        } else {
            std::cmp::Ordering::Equal
        }
    };
    let known = says((first.events, first.known), (second.events, second.known));
    let mut terms = 0;
    for unknown in 1..=new {
        for here in unknown.saturating_sub(most.1)..=unknown.min(most.0) {
            let there = unknown - here;
            let n = (first.known + here, second.known + there);
            for events in 0..=here {
                for other in 0..=there {
                    let revealed = [(events, here), (other, there)].map(|(events, n)| Revealed {
                        events,
                        others: n - events,
                    });
                    if !can_be_revealed(first, second, ungrouped, revealed) {
                        continue;
                    }
                    let one = (first.events + events, n.0);
                    let two = (second.events + other, n.1);
                    if says(one, two) != known {
                        let [first, second] = revealed;
                        return TippingPoint::After {
                            unknown,
                            first,
                            second,
                        };
                    }
                }
            }
            terms += (here + 1) * (there + 1) * (n.0.min(n.1) + 1);
        }
        if terms > MOST_TERMS {
            return TippingPoint::NotWithin { unknown };
        }
    }
    TippingPoint::Never
}

/// Whether the unknown can turn out so: no set of wanted cases is larger than the set of cases that
/// can become one of them (Hall P. J London Math Soc 1935;10:26-30).
fn can_be_revealed(first: Arm, second: Arm, ungrouped: Ungrouped, revealed: [Revealed; 2]) -> bool {
    let sources = [
        first.unknown,
        second.unknown,
        ungrouped.events,
        ungrouped.others,
        ungrouped.unknown,
    ];
    let [one, two] = revealed;
    // Each with the sources that it can come from, as bits.
    let wanted = [
        (one.events, 0b10101_u8),
        (one.others, 0b11001),
        (two.events, 0b10110),
        (two.others, 0b11010),
    ];
    (1..1_u8 << wanted.len()).all(|set| {
        let of_set = || (0..wanted.len()).filter(|at| set & (1 << at) != 0);
        let needed: u64 = of_set().map(|at| wanted[at].0).sum();
        let open = of_set().fold(0, |open, at| open | wanted[at].1);
        let there = (0..sources.len()).filter(|at| open & (1 << at) != 0);
        needed <= there.map(|at| sources[at]).sum()
    })
}

/// Logarithms of factorials, from which probabilities of many tables are made quickly.
struct Factorials(Vec<f64>);

impl Factorials {
    fn up_to(n: u64) -> Self {
        let mut sum = 0.0;
        let next = |k: u64| {
            sum += (k.max(1) as f64).ln();
            sum
        };
        Self((0..=n).map(next).collect())
    }

    fn ln_choose(&self, n: u64, k: u64) -> f64 {
        let of = |k: u64| self.0[k as usize];
        of(n) - of(k) - of(n - k)
    }

    /// Probabilities fall from their mode on, on both sides: what is negligible beside those counted is not added up.
    fn p_value(&self, (hits, n): (u64, u64), (other_hits, other_n): (u64, u64)) -> f64 {
        let events = hits + other_hits;
        let (least, most) = (events.saturating_sub(other_n), events.min(n));
        let weight = |hits: u64| self.ln_choose(n, hits) + self.ln_choose(other_n, events - hits);
        let mode = ((n + 1) * (events + 1) / (n + other_n + 2)).clamp(least, most);
        let (observed, highest) = (weight(hits), weight(mode));
        let (mut all, mut as_rare) = (0.0, 0.0);
        let mut add = |hits: u64| {
            let weight = weight(hits);
            let share = (weight - highest).exp();
            all += share;
            let counts = weight - observed <= PROBABILITY_TIE.ln_1p();
            if counts {
                as_rare += share;
            }
            !counts || share > NEGLIGIBLE * as_rare
        };
        let _ = (least..=mode).rev().all(&mut add);
        let _ = (mode + 1..=most).all(&mut add);
        as_rare / all
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cells, Table2x2};
    use super::*;
    use crate::estimate::Level;
    use std::collections::BTreeSet;

    fn arm(events: u64, known: u64, unknown: u64) -> Arm {
        Arm {
            events,
            known,
            unknown,
        }
    }

    fn number(first: Arm, second: Arm) -> Option<u64> {
        match tipping_point(first, second, 0.05) {
            TippingPoint::After { unknown, .. } => Some(unknown),
            TippingPoint::Never => None,
            TippingPoint::NotWithin { .. } => panic!("within reach"),
        }
    }

    #[test]
    fn p_values_are_those_of_the_exact_test() {
        for (a, n, b, m) in [
            (8, 10, 1, 19),
            (1, 1, 0, 296),
            (3, 40, 17, 45),
            (5, 9, 4, 4),
        ] {
            let cells = Cells {
                exposed_event: a,
                exposed_no_event: n - a,
                unexposed_event: b,
                unexposed_no_event: m - b,
            };
            let wanted = Table2x2::new(cells)
                .expect("a table")
                .fisher_exact(Level::P95)
                .p_value;
            let found = fisher_p((a, n), (b, m));
            assert!((found - wanted).abs() < 1e-12 * wanted, "{found} {wanted}");
        }
        assert_eq!(fisher_p((0, 3), (0, 5)), 1.0);
        assert_eq!(fisher_p((0, 0), (2, 5)), 1.0);
    }

    /// Cases of no known group are added to every group that takes them, one at a time.
    #[test]
    fn cases_of_no_known_group_can_be_in_either() {
        let says = |(a, n): (u64, u64), (b, m): (u64, u64)| {
            if fisher_p((a, n), (b, m)) < 0.05 {
                (a * m).cmp(&(b * n))
            } else {
                std::cmp::Ordering::Equal
            }
        };
        let mut random = crate::random::Random::new(17);
        let mut draw = |most: u64| random.below(most + 1);
        let mut tipped = 0;
        for _ in 0..60 {
            let (n, m) = (1 + draw(9), 1 + draw(9));
            let (first, second) = (arm(draw(n), n, draw(2)), arm(draw(m), m, draw(2)));
            let loose = Ungrouped {
                events: draw(3),
                others: draw(3),
                unknown: draw(2),
            };
            // Left over of each source, and the table so far.
            let start = (
                [
                    first.unknown,
                    second.unknown,
                    loose.events,
                    loose.others,
                    loose.unknown,
                ],
                [first.events, n, second.events, m],
            );
            let of = |[a, n, b, m]: [u64; 4]| says((a, n), (b, m));
            let mut reached = BTreeSet::from([start]);
            let mut wanted = None;
            let most = first.unknown + second.unknown + loose.total();
            for step in 1..=most {
                let mut next = BTreeSet::new();
                for (left, table) in &reached {
                    for (source, kinds) in [
                        (0, 0b0011),
                        (1, 0b1100),
                        (2, 0b0101),
                        (3, 0b1010),
                        (4, 0b1111),
                    ] {
                        for kind in (0..4).filter(|kind| kinds & (1 << kind) != 0) {
                            if left[source] == 0 {
                                continue;
                            }
                            let (mut left, mut table) = (*left, *table);
                            left[source] -= 1;
                            let group = kind / 2 * 2;
                            table[group] += u64::from(kind % 2 == 0);
                            table[group + 1] += 1;
                            next.insert((left, table));
                        }
                    }
                }
                reached = next;
                if reached.iter().any(|(_, table)| of(*table) != of(start.1)) {
                    wanted = Some(step);
                    break;
                }
            }
            let found = match tipping_point_with(first, second, loose, 0.05) {
                TippingPoint::After { unknown, .. } => Some(unknown),
                _ => None,
            };
            tipped += usize::from(found.is_some());
            assert_eq!(found, wanted, "{first:?} {second:?} {loose:?}");
        }
        assert!(tipped > 10, "{tipped}");
    }

    /// 1/20 against 3/6 has P = 0.0278 (R's fisher.test), 1/20 against 2/5 0.0913.
    #[test]
    fn unknown_in_the_group_without_events_count_too() {
        assert_eq!(number(arm(1, 20, 0), arm(0, 3, 20)), Some(3));
        assert_eq!(number(arm(0, 3, 20), arm(1, 20, 0)), Some(3));
        assert_eq!(number(arm(20, 20, 1), arm(0, 20, 1)), None);
    }

    /// Outcomes are added one at a time until nothing new can be reached; the first number of
    /// outcomes at which any table says otherwise is the tipping point.
    #[test]
    fn the_smallest_number_is_found() {
        let says = |(a, n): (u64, u64), (b, m): (u64, u64)| {
            let cells = Cells {
                exposed_event: a,
                exposed_no_event: n - a,
                unexposed_event: b,
                unexposed_no_event: m - b,
            };
            let p = Table2x2::new(cells).map_or(1.0, |t| t.fisher_exact(Level::P95).p_value);
            if p < 0.05 {
                (a * m).cmp(&(b * n))
            } else {
                std::cmp::Ordering::Equal
            }
        };
        let mut random = crate::random::Random::new(16);
        let mut draw = |most: u64| random.below(most + 1);
        let (mut changed, mut held) = (0, 0);
        for _ in 0..150 {
            let (n, m) = (1 + draw(14), 1 + draw(14));
            let (first, second) = (arm(draw(n), n, draw(6)), arm(draw(m), m, draw(6)));
            let start = ((first.events, n), (second.events, m));
            let mut tables = BTreeSet::from([start]);
            let mut wanted = None;
            for step in 1..=first.unknown + second.unknown {
                let grown = tables.iter().flat_map(|&((a, n), (b, m))| {
                    [
                        ((a + 1, n + 1), (b, m)),
                        ((a, n + 1), (b, m)),
                        ((a, n), (b + 1, m + 1)),
                        ((a, n), (b, m + 1)),
                    ]
                });
                tables = grown
                    .filter(|((_, n), (_, m))| {
                        *n <= first.known + first.unknown && *m <= second.known + second.unknown
                    })
                    .collect();
                if tables
                    .iter()
                    .any(|&(x, y)| says(x, y) != says(start.0, start.1))
                {
                    wanted = Some(step);
                    break;
                }
            }
            assert_eq!(number(first, second), wanted, "{first:?} {second:?}");
            if wanted.is_some() {
                changed += 1;
            } else {
                held += 1;
            }
        }
        assert!(changed > 20 && held > 20, "{changed} {held}");
    }
}
