//! Which case is whose patient, and which publication reports it: planned a block of cases at a
//! time, so that a study of any size is written in little memory.

use super::draw::{Draw, Stream};
use super::scenario::Scenario;

/// Cases that are planned together. Both cases of a pair lie in one block.
pub(super) const BLOCK: usize = 1_000;

/// Whose patient a case is; others are given by their index in the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A patient of its own.
    Own,
    /// The patient of an earlier case, reported again under another key.
    Duplicate(usize),
    /// A patient of its own who resembles that of an earlier case.
    NearMiss(usize),
}

/// A publication of invented cases.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// From 1 on, through the whole study.
    pub number: usize,
    pub kind: &'static str,
    /// Read in full, or as an abstract.
    pub full: bool,
    /// The invented group that wrote it.
    pub group: usize,
    pub year: i32,
    /// How many cases it reports.
    pub cases: usize,
}

impl Source {
    pub fn key(&self) -> String {
        format!("synthetic-{:04}", self.number)
    }
}

/// The place of a case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub role: Role,
    /// Index of its publication in the block.
    pub source: usize,
    /// Its number there, from 1 on.
    pub number: usize,
    /// Index of the publication that reports it once more.
    pub second: Option<usize>,
}

/// A block of cases with their publications.
#[derive(Debug)]
pub(super) struct Block {
    /// Index of its first case in the study.
    pub first: usize,
    pub places: Vec<Place>,
    pub sources: Vec<Source>,
}

/// The blocks of a study of `cases` cases, one after the other.
pub(super) struct Blocks<'a> {
    scenario: &'a Scenario,
    seed: u64,
    cases: usize,
    next: usize,
    published: usize,
}

impl<'a> Blocks<'a> {
    pub fn new(scenario: &'a Scenario, seed: u64, cases: usize) -> Self {
        Self {
            scenario,
            seed,
            cases,
            next: 0,
            published: 0,
        }
    }
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let first = self.next;
        let size = (self.cases - first).min(BLOCK);
        if size == 0 {
            return None;
        }
        self.next += size;
        let mut draw = Draw::new(self.seed, Stream::Block, first / BLOCK);
        let roles = self.roles(first, size, &mut draw);
        let mut block = Block {
            first,
            places: Vec::with_capacity(size),
            sources: Vec::new(),
        };
        self.place(&roles, &mut block, &mut draw);
        self.report_again(&mut block, &mut draw);
        Some(block)
    }
}

impl Blocks<'_> {
    /// Pairs are dealt out exactly: after each block their number is the share of the cases so far.
    fn roles(&self, first: usize, size: usize, draw: &mut Draw) -> Vec<Role> {
        #[expect(clippy::cast_sign_loss, reason = "a share is not negative")]
        let upto = |share: f64, cases: usize| (share * cases as f64 + 1e-9).floor() as usize;
        let new = |share: f64| upto(share, first + size) - upto(share, first);
        let mut order: Vec<usize> = (0..size).collect();
        draw.shuffle(&mut order);
        let mut roles = vec![Role::Own; size];
        let duplicates = new(self.scenario.duplicates);
        let pairs = duplicates + new(self.scenario.near_misses);
        for (index, pair) in order.chunks_exact(2).take(pairs).enumerate() {
            let (earlier, later) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
            roles[later] = if index < duplicates {
                Role::Duplicate(earlier)
            } else {
                Role::NearMiss(earlier)
            };
        }
        roles
    }

    fn publish(
        &mut self,
        kind: &'static str,
        cases: usize,
        block: &mut Block,
        draw: &mut Draw,
    ) -> usize {
        self.published += 1;
        block.sources.push(Source {
            number: self.published,
            kind,
            full: draw.chance(0.6),
            group: 1 + draw.index(2 + self.cases / 8),
            year: draw.between(2010, 2023),
            cases,
        });
        block.sources.len() - 1
    }

    /// Cases of their own patients fill case reports, series and trials; the later case of a pair is
    /// a case report, often by the group that reported the earlier one.
    fn place(&mut self, roles: &[Role], block: &mut Block, draw: &mut Draw) {
        let mut open: Option<(usize, usize)> = None;
        for &role in roles {
            let (source, number) = match role {
                Role::Own => {
                    let (source, size) = match open {
                        Some((source, size)) if block.sources[source].cases < size => {
                            (source, size)
                        }
                        _ => {
                            let (kind, size) = match draw.unit() {
                                u if u < 0.7 => ("case-report", 1),
                                u if u < 0.95 => ("series", 2 + draw.index(7)),
                                _ => ("trial", 9 + draw.index(12)),
                            };
                            (self.publish(kind, 0, block, draw), size)
                        }
                    };
                    open = Some((source, size));
                    block.sources[source].cases += 1;
                    (source, block.sources[source].cases)
                }
                Role::Duplicate(earlier) | Role::NearMiss(earlier) => {
                    let source = self.publish("case-report", 1, block, draw);
                    let before = &block.sources[block.places[earlier].source];
                    let (group, year) = (before.group, before.year);
                    let same = if matches!(role, Role::Duplicate(_)) {
                        0.7
                    } else {
                        0.4
                    };
                    if draw.chance(same) {
                        block.sources[source].group = group;
                    }
                    block.sources[source].year = (year + draw.between(0, 3)).min(2024);
                    (source, 1)
                }
            };
            block.places.push(Place {
                role,
                source,
                number,
                second: None,
            });
        }
    }

    /// A second publication takes up cases under their first key: a review, or a later series that
    /// ranks with a first report that was read in full.
    fn report_again(&mut self, block: &mut Block, draw: &mut Draw) {
        let mut open: [Option<(usize, usize)>; 2] = [None, None];
        for index in 0..block.places.len() {
            if !draw.chance(self.scenario.second_reports) {
                continue;
            }
            let full = block.sources[block.places[index].source].full;
            let series = full && draw.chance(0.5);
            let source = match open[usize::from(series)] {
                Some((source, size)) if block.sources[source].cases < size => source,
                _ => {
                    let kind = if series { "series" } else { "review" };
                    let source = self.publish(kind, 0, block, draw);
                    block.sources[source].full = true;
                    block.sources[source].year = 2025;
                    open[usize::from(series)] = Some((source, 5 + draw.index(11)));
                    source
                }
            };
            block.sources[source].cases += 1;
            block.places[index].second = Some(source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_exact_and_take_two_cases_each() {
        let scenario = Scenario::shipped().expect("a scenario");
        for cases in [40, 300, 2_500] {
            let blocks: Vec<Block> = Blocks::new(&scenario, 7, cases).collect();
            let places = blocks.iter().flat_map(|block| &block.places);
            assert_eq!(places.clone().count(), cases);
            let duplicates = places
                .filter(|p| matches!(p.role, Role::Duplicate(_)))
                .count();
            assert_eq!(duplicates, cases * 3 / 100);
            for block in &blocks {
                let mut taken = std::collections::BTreeSet::new();
                for (later, place) in block.places.iter().enumerate() {
                    if let Role::Duplicate(earlier) | Role::NearMiss(earlier) = place.role {
                        assert!(earlier < later && taken.insert(earlier) && taken.insert(later));
                        assert_eq!(block.places[earlier].role, Role::Own);
                    }
                }
            }
        }
    }
}
