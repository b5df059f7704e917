//! A column of categories: groups, strata, clusters, categorical covariates.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Categories of cases: each case has the number of its label.
///
/// Four bytes a case, whatever the labels are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    labels: Vec<String>,
    codes: Vec<u32>,
}

impl Factor {
    /// Takes one label for each case. Labels are numbered in the order in which they first appear.
    pub fn new<L: AsRef<str>>(cases: impl IntoIterator<Item = L>) -> Self {
        let mut labels: Vec<String> = Vec::new();
        // Numbers of labels, found by the labels themselves: each stands once in memory.
        let mut known: HashTable<u32> = HashTable::new();
        let hasher = DefaultHashBuilder::default();
        let codes = cases
            .into_iter()
            .map(|label| {
                let label = label.as_ref();
                let hash = hasher.hash_one(label);
                if let Some(code) = known.find(hash, |code| labels[*code as usize] == label) {
                    return *code;
                }
                let code = labels.len() as u32;
                labels.push(label.to_owned());
                known.insert_unique(hash, code, |code| {
                    hasher.hash_one(labels[*code as usize].as_str())
                });
                code
            })
            .collect();
        Self { labels, codes }
    }

    /// The same categories with the labels in order: by number where all are numbers, else by
    /// alphabet, as R's `factor` has it. The first is then the usual reference.
    #[must_use]
    pub fn sorted(self) -> Self {
        let numbers: Option<Vec<f64>> = self.labels.iter().map(|l| l.parse().ok()).collect();
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        match numbers {
            Some(numbers) => order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b])),
            None => order.sort_by(|a, b| self.labels[*a].cmp(&self.labels[*b])),
        }
        self.reordered(&order)
    }

    /// The same categories with `label` first, the others in their order; `None` if it is no label.
    #[must_use]
    pub fn with_first(self, label: &str) -> Option<Self> {
        let first = self.labels.iter().position(|known| known == label)?;
        let rest = (0..self.labels.len()).filter(|code| *code != first);
        let order: Vec<usize> = [first].into_iter().chain(rest).collect();
        Some(self.reordered(&order))
    }

    fn reordered(self, order: &[usize]) -> Self {
        let mut place = vec![0_u32; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new as u32;
        }
        Self {
            labels: order.iter().map(|old| self.labels[*old].clone()).collect(),
            codes: self.codes.iter().map(|old| place[*old as usize]).collect(),
        }
    }

    /// The labels, by number.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The number of each case's label.
    #[must_use]
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The number of cases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no case.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// How many cases have each label.
    #[must_use]
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.labels.len()];
        for code in &self.codes {
            counts[*code as usize] += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_order_until_sorted() {
        let factor = Factor::new(["b", "a", "b"]);
        assert_eq!(factor.labels(), ["b", "a"]);
        assert_eq!(
            (factor.codes(), factor.counts()),
            (&[0, 1, 0][..], vec![2, 1])
        );
        let sorted = factor.sorted();
        assert_eq!(sorted.labels(), ["a", "b"]);
        assert_eq!(sorted.codes(), [1, 0, 1]);
        let first = sorted.with_first("b").expect("a label");
        assert_eq!(
            (first.labels()[0].as_str(), first.codes()),
            ("b", &[0, 1, 0][..])
        );
        assert_eq!(first.with_first("c"), None);
    }

    #[test]
    fn numbers_sort_as_numbers() {
        assert_eq!(Factor::new(["10", "9"]).sorted().labels(), ["9", "10"]);
    }
}
