//! Who is in a denominator, and who is left out and why.

use std::collections::BTreeMap;

/// Units left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// The reason in words.
    pub reason: String,
    /// Identifiers of the units, sorted.
    pub units: Vec<String>,
}

/// Every unit of an analysis: counted, or left out with its reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    counted: Vec<String>,
    excluded: BTreeMap<String, Vec<String>>,
    numerator: Vec<String>,
}

/// Where a unit stands in a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Counted, with the event.
    Numerator,
    /// In the denominator, without the event.
    Denominator,
    /// In neither, with a reason.
    Excluded,
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Numerator => "numerator",
            Self::Denominator => "denominator",
            Self::Excluded => "excluded",
        }
    }
}

/// A unit, where it stands, and why it is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Identifier of the unit.
    pub unit: &'a str,
    /// Whether it is in the numerator, in the denominator only, or excluded.
    pub standing: Standing,
    /// Why it is left out; empty where it is counted.
    pub reason: &'a str,
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
            numerator: Vec::new(),
        }
    }

    /// Puts a unit that is counted into the numerator.
    pub(super) fn add_to_numerator(&mut self, unit: &str) {
        insert(&mut self.numerator, unit);
    }

    /// Puts many units that are counted into the numerator.
    pub(super) fn add_all_to_numerator(&mut self, units: impl IntoIterator<Item = String>) {
        self.numerator.extend(units);
        self.numerator.sort();
        self.numerator.dedup();
    }

    /// The units with the event, sorted; empty for a result without a numerator.
    #[must_use]
    pub fn numerator(&self) -> &[String] {
        &self.numerator
    }

    /// Every unit once, those of the numerator first, then the others counted, then those left out.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry<'_>> {
        let counted = |standing: Standing| {
            self.counted.iter().filter_map(move |unit| {
                let is_in = self.numerator.binary_search(unit).is_ok();
                (is_in == (standing == Standing::Numerator)).then_some(Entry {
                    unit,
                    standing,
                    reason: "",
                })
            })
        };
        let excluded = self.excluded.iter().flat_map(|(reason, units)| {
            units.iter().map(move |unit| Entry {
                unit,
                standing: Standing::Excluded,
                reason,
            })
        });
        counted(Standing::Numerator)
            .chain(counted(Standing::Denominator))
            .chain(excluded)
            .collect()
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
