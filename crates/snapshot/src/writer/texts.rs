//! Texts of terms, each once.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Groups of fewer keys than this are sorted by comparing them whole.
const FEW: usize = 48;

/// Texts of terms, each once, with numbers from 1 in the order in which they came.
#[derive(Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    /// Where each text ends.
    ends: Vec<u64>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Texts {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of memory that the texts take, and that sorting them will take.
    pub fn memory(&self) -> usize {
        // A text has 8 bytes for its end, 5 to 10 in the table, and 20 while it is sorted.
        self.bytes.len() + self.ends.len() * 38
    }

    pub fn get(&self, number: u32) -> &[u8] {
        text(&self.bytes, &self.ends, number)
    }

    pub fn number(&mut self, key: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(key);
        let (bytes, ends) = (&self.bytes, &self.ends);
        if let Some(known) = self.numbers.find(hash, |&n| text(bytes, ends, n) == key) {
            return *known;
        }
        self.bytes.extend_from_slice(key);
        self.ends.push(self.bytes.len() as u64);
        // More than fit are refused at the end.
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        self.numbers
            .insert_unique(hash, number, |&n| hasher.hash_one(text(bytes, ends, n)));
        number
    }

    /// The numbers in the order of their texts.
    pub fn sorted(&mut self) -> Vec<u32> {
        // Nothing is looked up any more.
        self.numbers = HashTable::new();
        let mut keys: Vec<(u64, u32)> = (1..=self.len() as u32).map(|number| (0, number)).collect();
        self.sort(&mut keys, 0);
        keys.into_iter().map(|(_, number)| number).collect()
    }

    /// Sorts keys that are alike before a depth, eight bytes at a time: most keys are IRIs that begin alike, and
    /// to compare them whole again and again takes several times as long.
    fn sort(&self, keys: &mut [(u64, u32)], depth: usize) {
        if keys.len() < FEW {
            keys.sort_unstable_by(|a, b| self.get(a.1).cmp(self.get(b.1)));
            return;
        }
        for key in &mut *keys {
            key.0 = eight(self.get(key.1), depth);
        }
        keys.sort_unstable_by_key(|key| key.0);
        for group in keys.chunk_by_mut(|a, b| a.0 == b.0) {
            // A key that has ended looks like one that goes on with zeros: comparing them whole tells.
            let ended = |key: &(u64, u32)| self.get(key.1).len() < depth + 8;
            if group.len() > 1 && group.iter().any(ended) {
                group.sort_unstable_by(|a, b| self.get(a.1).cmp(self.get(b.1)));
            } else if group.len() > 1 {
                self.sort(group, depth + 8);
            }
        }
    }
}

/// Eight bytes of a key as a number that compares as they do; zeros after its end.
fn eight(key: &[u8], depth: usize) -> u64 {
    let rest = key.get(depth..).unwrap_or_default();
    match rest.first_chunk() {
        Some(bytes) => u64::from_be_bytes(*bytes),
        None => rest
            .iter()
            .zip((0..8).rev())
            .map(|(byte, place)| u64::from(*byte) << (8 * place))
            .sum(),
    }
}

fn text<'a>(bytes: &'a [u8], ends: &[u64], number: u32) -> &'a [u8] {
    let at = number as usize - 1;
    let start = if at == 0 { 0 } else { ends[at - 1] as usize };
    &bytes[start..ends[at] as usize]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_sorted_as_bytes_are(keys in prop::collection::vec("(1https://example.org/)?[ab\0]{0,20}", 1..300)) {
            let mut texts = Texts::default();
            for key in &keys {
                texts.number(key.as_bytes());
            }
            let sorted = texts.sorted();
            let found: Vec<&[u8]> = sorted.iter().map(|number| texts.get(*number)).collect();
            let mut expected: Vec<&[u8]> = keys.iter().map(String::as_bytes).collect();
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(found, expected);
        }
    }
}
