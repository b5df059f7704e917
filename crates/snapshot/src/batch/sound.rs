//! Checks that reordering the operators does not change the solutions (well-designed patterns).

use std::collections::{HashMap, HashSet};

use super::core::{Core, Part, Tail};
use super::gather::Gathered;

impl Gathered {
    /// Whether each variable that is not in every row stands in no other pattern, one that has no value
    /// nowhere, and patterns give a value to each that a condition is on: only then does the order of the parts
    /// not matter.
    pub fn is_well_designed(&self) -> bool {
        let mut elsewhere: HashMap<usize, usize> = HashMap::new();
        let core = self.core.slots();
        let mut parts = Vec::new();
        parts_of(&self.tail, &mut parts);
        let judged = |core: &Core, own: &HashSet<usize>| {
            let mut judged = core.filters.iter();
            judged.all(|filter| own.contains(&filter.slot))
        };
        let mut sound = judged(&self.core, &core);
        for part in parts {
            let own = part.core.slots();
            sound &= judged(&part.core, &own);
            for slot in own {
                *elsewhere.entry(slot).or_default() += 1;
            }
        }
        for slot in core {
            *elsewhere.entry(slot).or_default() += 1;
        }
        let mut bound = HashSet::new();
        let alone = self.tail.iter().all(|tail| match tail {
            Tail::Optional(part) => part
                .new
                .iter()
                .all(|slot| elsewhere.get(slot) == Some(&1) && bound.insert(*slot)),
            Tail::Bind(_, to) | Tail::Mark(_, to) => {
                !elsewhere.contains_key(to) && bound.insert(*to)
            }
            Tail::Keep(_) => true,
        });
        let mut absent = self.absent.iter();
        sound && alone && absent.all(|variable| !self.names.contains_key(variable))
    }

    /// Whether terms are judged or computed, which is done on tables of them.
    pub fn judges(&self) -> bool {
        let mut parts = Vec::new();
        parts_of(&self.tail, &mut parts);
        let computes = |tail: &[Tail]| {
            let mut tail = tail.iter();
            tail.any(|tail| matches!(tail, Tail::Bind(..) | Tail::Keep(_)))
        };
        let mut parts = parts.into_iter();
        !self.core.filters.is_empty()
            || computes(&self.tail)
            || parts.any(|part| !part.core.filters.is_empty() || computes(&part.tail))
    }
}

/// The parts of a tail, and theirs.
fn parts_of<'p>(tail: &'p [Tail], found: &mut Vec<&'p Part>) {
    for tail in tail {
        if let Tail::Optional(part) | Tail::Mark(part, _) = tail {
            found.push(part);
            parts_of(&part.tail, found);
        }
    }
}
