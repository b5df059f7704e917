//! Who is in a denominator, and who is left out and why.

use std::collections::BTreeMap;

/// Units left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// The reason in words.
    pub reason: String,
    /// Their identifiers, sorted.
    pub units: Vec<String>,
}

/// Every unit of an analysis: counted, or left out with its reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    counted: Vec<String>,
    excluded: BTreeMap<String, Vec<String>>,
}

impl Ledger {
    pub(super) fn new(
        counted: impl IntoIterator<Item = String>,
        excluded: impl IntoIterator<Item = (String, Vec<String>)>,
    ) -> Self {
        let sorted = |mut units: Vec<String>| {
            units.sort();
            units.dedup();
            units
        };
        Self {
            counted: sorted(counted.into_iter().collect()),
            excluded: excluded
                .into_iter()
                .map(|(reason, units)| (reason, sorted(units)))
                .collect(),
        }
    }

    pub(super) fn count(&mut self, unit: &str) {
        insert(&mut self.counted, unit);
    }

    pub(super) fn exclude(&mut self, unit: &str, reason: impl Into<String>) {
        insert(self.excluded.entry(reason.into()).or_default(), unit);
    }

    /// Identifiers of the units counted, sorted.
    #[must_use]
    pub fn counted(&self) -> &[String] {
        &self.counted
    }

    /// The units left out, by reason; the most frequent reason first.
    #[must_use]
    pub fn exclusions(&self) -> Vec<Exclusion> {
        let mut exclusions: Vec<Exclusion> = self
            .excluded
            .iter()
            .map(|(reason, units)| Exclusion {
                reason: reason.clone(),
                units: units.clone(),
            })
            .collect();
        exclusions.sort_by(|a, b| {
            b.units
                .len()
                .cmp(&a.units.len())
                .then(a.reason.cmp(&b.reason))
        });
        exclusions
    }

    /// Number of units left out.
    #[must_use]
    pub fn excluded(&self) -> usize {
        self.excluded.values().map(Vec::len).sum()
    }

    /// Number of units counted or left out.
    #[must_use]
    pub fn eligible(&self) -> usize {
        self.counted.len() + self.excluded()
    }
}

fn insert(units: &mut Vec<String>, unit: &str) {
    if let Err(at) = units.binary_search_by(|known| known.as_str().cmp(unit)) {
        units.insert(at, unit.to_owned());
    }
}
