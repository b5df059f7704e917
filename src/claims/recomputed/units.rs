//! Units of an analysis against what a claim counts: counted, not counted, or open.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Missing;
use crate::analysis::Analysis;
use crate::query::{NOT_KNOWN, Row, rows};

/// What a query says where there is certainly nothing.
const NONE: &str = "none";
/// Words that leave a value open.
const OPEN: [&str; 6] = [
    NOT_KNOWN,
    "unknown",
    "multiple",
    "several",
    "not stated",
    "not reported",
];

/// Which value lies below which in the vocabularies, by label or code.
#[derive(Debug, Clone, Default)]
pub struct Broader(HashMap<String, BTreeSet<String>>);

impl Broader {
    /// Takes pairs of a value and one that is broader.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut all: HashMap<String, BTreeSet<String>> = HashMap::new();
        for (narrow, broad) in pairs {
            all.entry(narrow.to_lowercase())
                .or_default()
                .insert(broad.to_lowercase());
        }
        Self(all)
    }

    /// Whether `value` is a kind of `other`, and not the same.
    fn is_below(&self, value: &str, other: &str) -> bool {
        let above = self.0.get(&value.to_lowercase());
        above.is_some_and(|above| above.contains(&other.to_lowercase()))
    }
}

/// Values that are looked for in a column.
pub(super) struct WantedValues<'a> {
    /// The values; `*` is any but `none`.
    pub values: &'a [String],
    /// Values of the same column that the source counts apart from these.
    pub apart: &'a [String],
    /// What each value lies under in its vocabulary.
    pub broader: &'a Broader,
}

/// Whether something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    Open,
}

impl WantedValues<'_> {
    /// Whether a text is one of the values, or may be: a broader value leaves a narrower one open.
    pub fn answer(&self, text: &str) -> Answer {
        let same = |value: &&String| value.eq_ignore_ascii_case(text);
        let is_apart = |value: &str| {
            self.apart
                .iter()
                .any(|apart| apart.eq_ignore_ascii_case(value))
        };
        if self.values.iter().any(|value| same(&value)) {
            // The source counts a narrower value apart: the case may be one of those.
            let narrower = self
                .apart
                .iter()
                .any(|apart| self.broader.is_below(apart, text));
            return if narrower { Answer::Open } else { Answer::Yes };
        }
        if OPEN.iter().any(|open| open.eq_ignore_ascii_case(text)) {
            return Answer::Open;
        }
        if self.values.iter().any(|value| value == "*") {
            return if text == NONE {
                Answer::No
            } else {
                Answer::Yes
            };
        }
        let below = self
            .values
            .iter()
            .any(|value| self.broader.is_below(text, value));
        let above = self
            .values
            .iter()
            .any(|value| self.broader.is_below(value, text));
        if above || (below && !is_apart(text)) {
            Answer::Open
        } else {
            Answer::No
        }
    }
}

/// What the rows say of one unit.
#[derive(Debug, Clone)]
struct Unit {
    counted: Answer,
    among: Answer,
    reason: Option<String>,
}

/// What rows so far say of a unit: counted, among those asked of, and why not.
type Seen = (Option<Answer>, Option<Answer>, Option<String>);

/// The units of an analysis, with those whose membership of the cohort is inferred.
#[derive(Debug, Default)]
pub(super) struct Units {
    units: BTreeMap<String, Unit>,
    inferred: BTreeSet<String>,
}

/// How many units there are of each kind.
#[derive(Debug, Default, Clone, Copy)]
struct Kinds {
    /// Counted, and among those asked of.
    yes: usize,
    /// Not counted, and among them.
    no: usize,
    /// Among them, counted or not.
    open: usize,
    /// Counted if among them.
    outside_yes: usize,
    /// Not counted, if among them.
    outside_no: usize,
    /// Nothing is known.
    unknown: usize,
}

impl Units {
    /// Reads the rows: `counted` and `among` say what a row says of each, `None` where it says nothing.
    pub fn read(
        analysis: &Analysis,
        unit: &str,
        inferred: &BTreeSet<String>,
        counted: impl Fn(Row<'_>) -> Option<Answer>,
        among: impl Fn(Row<'_>) -> Option<Answer>,
    ) -> Self {
        let mut units: BTreeMap<String, Seen> = BTreeMap::new();
        for row in rows(&analysis.table) {
            let seen = units.entry(row.unit(unit)).or_default();
            seen.0 = stronger(seen.0, counted(row));
            seen.1 = stronger(seen.1, among(row));
            if seen.2.is_none() {
                seen.2 = row.get("missing").map(str::to_owned);
            }
        }
        let units: BTreeMap<String, Unit> = units
            .into_iter()
            .map(|(name, (counted, among, reason))| {
                let open = |answer: Option<Answer>| answer.unwrap_or(Answer::Open);
                (
                    name,
                    Unit {
                        counted: open(counted),
                        among: open(among),
                        reason,
                    },
                )
            })
            .collect();
        let inferred = inferred
            .iter()
            .filter(|case| units.contains_key(*case))
            .cloned()
            .collect();
        Self { units, inferred }
    }

    /// Units that are counted for sure.
    pub fn counted(&self) -> usize {
        self.kinds(false).yes
    }

    /// Units of which all is known.
    pub fn known(&self) -> usize {
        let kinds = self.kinds(false);
        kinds.yes + kinds.no
    }

    /// Units that are, or may be, asked of.
    pub fn eligible(&self) -> usize {
        self.units
            .values()
            .filter(|unit| unit.among != Answer::No)
            .count()
    }

    /// Units of which something is open, by reason.
    pub fn missing(&self, open: &str) -> Vec<Missing> {
        let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, unit) in &self.units {
            let known = unit.among == Answer::Yes && unit.counted != Answer::Open;
            if unit.among != Answer::No && !known {
                let reason = unit.reason.clone().unwrap_or_else(|| open.to_owned());
                missing.entry(reason).or_default().push(name.clone());
            }
        }
        missing
            .into_iter()
            .map(|(reason, cases)| Missing { reason, cases })
            .collect()
    }

    /// The smallest and the largest number that can be counted.
    pub fn bounds(&self, without_inferred: bool) -> (usize, usize) {
        let kinds = self.kinds(without_inferred);
        (
            kinds.yes,
            kinds.yes + kinds.open + kinds.outside_yes + kinds.unknown,
        )
    }

    /// Whether some completion of what is open counts `k`, among `n` where that is stated. Without the
    /// inferred members, each of them may be any other patient.
    pub fn allow(&self, k: usize, n: Option<usize>, without_inferred: bool) -> bool {
        let kinds = self.kinds(without_inferred);
        let (least, most) = self.bounds(without_inferred);
        if !(least..=most).contains(&k) {
            return false;
        }
        let Some(n) = n else { return true };
        // Of those outside, some come in: counted, not counted, or either.
        let more = k - kinds.yes;
        let sure = kinds.yes + kinds.no + kinds.open;
        (0..=kinds.outside_yes.min(more)).any(|outside| {
            (0..=kinds.unknown.min(more - outside)).any(|unknown| {
                let fits = more - outside - unknown <= kinds.open;
                let least = sure + outside + unknown;
                let most = least + kinds.outside_no + kinds.unknown - unknown;
                fits && (least..=most).contains(&n)
            })
        })
    }

    /// Whether some completion of what is open counts at least `k`, and leaves at least `n` − `k` others: so
    /// many, if some patients are left out of the base.
    pub fn allow_part(&self, k: usize, n: usize, without_inferred: bool) -> bool {
        let kinds = self.kinds(without_inferred);
        let Some(others) = n.checked_sub(k) else {
            return false;
        };
        let counted = k.saturating_sub(kinds.yes + kinds.outside_yes);
        let not = others.saturating_sub(kinds.no + kinds.outside_no);
        counted + not <= kinds.open + kinds.unknown
    }

    /// Whether anything is open at all.
    pub fn is_open(&self) -> bool {
        let kinds = self.kinds(false);
        kinds.open + kinds.outside_yes + kinds.outside_no + kinds.unknown > 0
    }

    fn kinds(&self, without_inferred: bool) -> Kinds {
        let mut kinds = Kinds::default();
        for (name, unit) in &self.units {
            if without_inferred && self.inferred.contains(name) {
                kinds.unknown += 1;
                continue;
            }
            match (unit.among, unit.counted) {
                (Answer::No, _) => {}
                (Answer::Yes, Answer::Yes) => kinds.yes += 1,
                (Answer::Yes, Answer::No) => kinds.no += 1,
                (Answer::Yes, Answer::Open) => kinds.open += 1,
                (Answer::Open, Answer::Yes) => kinds.outside_yes += 1,
                (Answer::Open, Answer::No) => kinds.outside_no += 1,
                (Answer::Open, Answer::Open) => kinds.unknown += 1,
            }
        }
        kinds
    }
}

/// What two rows of a unit say together: yes where one says so, open before no.
fn stronger(one: Option<Answer>, other: Option<Answer>) -> Option<Answer> {
    let rank = |answer: &Answer| match answer {
        Answer::No => 0,
        Answer::Open => 1,
        Answer::Yes => 2,
    };
    one.into_iter().chain(other).max_by_key(rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(of: [usize; 6], inferred: usize) -> Units {
        let answers = [
            (Answer::Yes, Answer::Yes),
            (Answer::Yes, Answer::No),
            (Answer::Yes, Answer::Open),
            (Answer::Open, Answer::Yes),
            (Answer::Open, Answer::No),
            (Answer::Open, Answer::Open),
        ];
        let mut all = Units::default();
        for ((among, counted), many) in answers.into_iter().zip(of) {
            for at in 0..many {
                all.units.insert(
                    format!("{among:?}{counted:?}{at}"),
                    Unit {
                        counted,
                        among,
                        reason: None,
                    },
                );
            }
        }
        all.inferred = all.units.keys().take(inferred).cloned().collect();
        all
    }

    /// Every completion of every unit, tried one by one.
    #[test]
    fn what_is_allowed_is_what_some_completion_has() {
        for of in [
            [2, 1, 2, 1, 1, 2],
            [0, 0, 0, 2, 0, 1],
            [3, 2, 0, 0, 0, 0],
            [1, 0, 1, 0, 3, 0],
        ] {
            let units = units(of, 0);
            let mut possible = BTreeSet::new();
            for open in 0..=of[2] {
                for counted in 0..=of[3] {
                    for not in 0..=of[4] {
                        for unknown_yes in 0..=of[5] {
                            for unknown_no in 0..=of[5] - unknown_yes {
                                let k = of[0] + open + counted + unknown_yes;
                                let n = of[0]
                                    + of[1]
                                    + of[2]
                                    + counted
                                    + not
                                    + unknown_yes
                                    + unknown_no;
                                possible.insert((k, n));
                            }
                        }
                    }
                }
            }
            for k in 0..=10 {
                for n in 0..=10 {
                    assert_eq!(
                        units.allow(k, Some(n), false),
                        possible.contains(&(k, n)),
                        "{of:?} {k} of {n}"
                    );
                }
                for n in k..=10 {
                    let larger = |(many, all): &(usize, usize)| *many >= k && all - many >= n - k;
                    assert_eq!(
                        units.allow_part(k, n, false),
                        possible.iter().any(larger),
                        "{of:?} {k} of {n} or more"
                    );
                }
                assert_eq!(
                    units.allow(k, None, false),
                    possible.iter().any(|(other, _)| *other == k),
                    "{of:?} {k}"
                );
            }
        }
    }

    #[test]
    fn inferred_members_may_be_anybody() {
        let known = units([3, 2, 0, 0, 0, 0], 5);
        assert!(!known.allow(4, Some(5), false) && known.allow(4, Some(5), true));
        assert!(!known.allow(6, None, true));
    }

    #[test]
    fn a_broader_value_leaves_a_narrower_one_open() {
        let broader = Broader::new(
            [("EIMS", "IMT"), ("EIMS", "sarcoma"), ("IMT of lung", "IMT")]
                .map(|(a, b)| (a.to_owned(), b.to_owned())),
        );
        let owned = |values: &[&str]| {
            values
                .iter()
                .map(|value| (*value).to_owned())
                .collect::<Vec<_>>()
        };
        let answer = |values: &[&str], apart: &[&str], text: &str| {
            WantedValues {
                values: &owned(values),
                apart: &owned(apart),
                broader: &broader,
            }
            .answer(text)
        };
        assert_eq!(answer(&["EIMS"], &[], "eims"), Answer::Yes);
        assert_eq!(answer(&["EIMS"], &[], "IMT"), Answer::Open);
        assert_eq!(answer(&["EIMS"], &[], "Sarcoma"), Answer::Open);
        assert_eq!(answer(&["EIMS"], &[], "IMT of lung"), Answer::No);
        assert_eq!(answer(&["IMT"], &[], "IMT"), Answer::Yes);
        assert_eq!(answer(&["IMT"], &["EIMS"], "IMT"), Answer::Open);
        assert_eq!(answer(&["IMT"], &["EIMS"], "EIMS"), Answer::No);
        assert_eq!(answer(&["IMT"], &["EIMS"], "IMT of lung"), Answer::Open);
        assert_eq!(answer(&["IMT", "EIMS"], &[], "IMT"), Answer::Yes);
        assert_eq!(answer(&["RANBP2"], &[], "multiple"), Answer::Open);
        assert_eq!(answer(&["unknown"], &[], "unknown"), Answer::Yes);
        assert_eq!(answer(&["*"], &[], "none"), Answer::No);
        assert_eq!(answer(&["*"], &[], "nausea"), Answer::Yes);
    }
}
