//! Who the patients are: the first table of most papers.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::rows::{NOT_KNOWN, rows};
use super::settings::defaults::field;
use super::settings::settings;
use super::{AnalysisError, Finding, Kind, Ledger, StatisticResult, Unit, Words};
use crate::document::{self, Cell, Column, Role};
use crate::graph::Table;
use crate::stats::digits::{number, percent};
use crate::stats::estimate::Level;
use crate::stats::ranks::{Values, median, quantile};

/// The word after `kind:`.
pub const NAME: &str = "characteristics";

/// So many words that one case has each share a row.
const SINGLES: usize = 4;
/// Digits of a median.
const DIGITS: usize = 1;

settings! {
    /// Who the patients are, of all and by group
    ///
    /// One row a case and characteristic, and one more for each further value. Numbers give median, quartiles and range,
    /// words give counts; what is not known is a row of its own.
    columns {
        /// Column that names the characteristic
        field: String = "field",
        /// Column of values that are words
        value: String,
        /// Column of values that are numbers
        number: Option<String>,
        /// Column of the groups
        by: Option<String>,
    }
}

/// The characteristics of the cases.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Characteristics {
    /// All, then each group by name, with how many cases it has.
    pub groups: Vec<(String, usize)>,
    /// The characteristics in the order of the query.
    pub fields: Vec<Characteristic>,
}

/// One characteristic, with a value for each of [`Characteristics::groups`].
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Characteristic {
    /// What it is.
    pub name: String,
    /// The numbers of each group; `None` where it has none.
    pub numbers: Vec<Option<Spread>>,
    /// Cases with each word, the most frequent word first. A case with several is counted with each.
    pub words: Vec<(String, Vec<usize>)>,
    /// Cases of which nothing is known.
    pub unknown: Vec<usize>,
}

/// Where numbers lie: quartiles by the rule of type 7 (Hyndman and Fan 1996).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Numbers counted.
    pub n: usize,
    /// Median.
    pub median: f64,
    /// First quartile.
    pub lower: f64,
    /// Third quartile.
    pub upper: f64,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
}

impl Characteristic {
    /// The words with their counts, as a table shows them: many that one case has each share a row.
    fn rows(&self) -> Vec<(String, Vec<usize>)> {
        let single = |(_, counts): &&(String, Vec<usize>)| counts.first() == Some(&1);
        let singles: Vec<&(String, Vec<usize>)> = self.words.iter().filter(single).collect();
        if singles.len() < SINGLES {
            return self.words.clone();
        }
        let more = self.words.iter().filter(|word| !single(word));
        let mut rows: Vec<(String, Vec<usize>)> = more.cloned().collect();
        let names: Vec<&str> = singles.iter().map(|(word, _)| word.as_str()).collect();
        let of_group = |at: usize| singles.iter().map(|(_, counts)| counts[at]).sum();
        let counts = (0..self.unknown.len()).map(of_group).collect();
        rows.push((format!("one each: {}", names.join(", ")), counts));
        rows
    }
}

impl Spread {
    fn of(values: &[f64]) -> Option<Self> {
        let sorted = Values::new(values).ok()?;
        let at = |probability| {
            let found = quantile(&sorted, probability, Level::P95).ok()?;
            Some(found.estimate)
        };
        let by = |pick: fn(f64, f64) -> f64| values.iter().copied().reduce(pick);
        Some(Self {
            n: values.len(),
            median: median(&sorted, Level::P95).estimate,
            lower: at(0.25)?,
            upper: at(0.75)?,
            min: by(f64::min)?,
            max: by(f64::max)?,
        })
    }

    fn words(&self) -> String {
        let of = |value| number(value, DIGITS);
        format!(
            "{} ({}–{}); {}–{}; n = {}",
            of(self.median),
            of(self.lower),
            of(self.upper),
            of(self.min),
            of(self.max),
            self.n
        )
    }
}

/// The cases of a characteristic, by what is known of them.
#[derive(Default)]
struct Draft {
    numbers: BTreeMap<String, f64>,
    words: BTreeMap<String, BTreeSet<String>>,
    cases: BTreeSet<String>,
}

impl Draft {
    fn is_known(&self, case: &str) -> bool {
        self.numbers.contains_key(case) || self.words.values().any(|cases| cases.contains(case))
    }

    fn finish(self, name: String, groups: &[BTreeSet<String>]) -> Characteristic {
        let count = |cases: &BTreeSet<String>| -> Vec<usize> {
            let of = groups.iter().map(|group| cases.intersection(group).count());
            of.collect()
        };
        let mut words: Vec<(String, Vec<usize>)> = self
            .words
            .iter()
            .map(|(word, cases)| (word.clone(), count(cases)))
            .collect();
        words.sort_by(|a, b| b.1.first().cmp(&a.1.first()).then_with(|| a.0.cmp(&b.0)));
        let unknown = self.cases.iter().filter(|case| !self.is_known(case));
        let unknown = count(&unknown.cloned().collect());
        let numbers = groups.iter().map(|group| {
            let of_group = self.numbers.iter();
            let of_group = of_group.filter(|(case, _)| group.contains(*case));
            let values: Vec<f64> = of_group.map(|(_, value)| *value).collect();
            Spread::of(&values)
        });
        Characteristic {
            numbers: numbers.collect(),
            name,
            words,
            unknown,
        }
    }
}

fn characteristics(settings: &Settings, table: &Table) -> Result<Finding, AnalysisError> {
    let mut ledger = Ledger::default();
    let mut drafts: Vec<(String, Draft)> = Vec::new();
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut all: BTreeSet<String> = BTreeSet::new();
    for row in rows(table) {
        let case = row.unit(&settings.case);
        let name = row.get(&settings.field).unwrap_or_default();
        let at = match drafts.iter().position(|(known, _)| known == name) {
            Some(at) => at,
            None => {
                drafts.push((name.to_owned(), Draft::default()));
                drafts.len() - 1
            }
        };
        let draft = &mut drafts[at].1;
        let number = match &settings.number {
            Some(column) => row.number(column)?,
            None => None,
        };
        if let Some(number) = number {
            draft.numbers.insert(case.clone(), number);
        } else if let Some(word) = row.get(&settings.value) {
            let cases = draft.words.entry(word.to_owned()).or_default();
            cases.insert(case.clone());
        }
        draft.cases.insert(case.clone());
        ledger.count(&case);
        if let Some(group) = row.group(settings.by.as_ref()) {
            groups.entry(group).or_default().insert(case.clone());
        }
        all.insert(case);
    }
    // Where no row says a group there is nothing to compare.
    if groups.len() == 1 && groups.contains_key(NOT_KNOWN) {
        groups.clear();
    }
    let mut named = vec![("all".to_owned(), all)];
    named.extend(groups);
    let sets: Vec<BTreeSet<String>> = named.iter().map(|(_, cases)| cases.clone()).collect();
    let result = Characteristics {
        fields: drafts
            .into_iter()
            .map(|(name, draft)| draft.finish(name, &sets))
            .collect(),
        groups: named
            .into_iter()
            .map(|(name, cases)| (name, cases.len()))
            .collect(),
    };
    let method = "Numbers: median (first to third quartile, type 7 of Hyndman and Fan); smallest to largest; how many are known. Words: cases and their share of all cases of the column, those of which nothing is known among them. A case with several values is counted with each.";
    Ok(Finding::new(result, ledger, method, Vec::new()))
}

impl Kind for Settings {
    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        characteristics(self, rows)
    }
}

impl StatisticResult for Characteristics {
    fn json(&self) -> Value {
        let groups = self.groups.iter();
        let groups = groups.map(|(name, n)| json!({"group": name, "n": n}));
        let fields = self.fields.iter().map(|field| {
            let words = field.words.iter();
            let words = words.map(|(word, counts)| json!({"value": word, "counts": counts}));
            json!({
                "characteristic": field.name,
                "numbers": field.numbers,
                "values": words.collect::<Vec<_>>(),
                "not_known": field.unknown,
            })
        });
        json!({"groups": groups.collect::<Vec<_>>(), "characteristics": fields.collect::<Vec<_>>()})
    }

    fn tables(&self, _words: &Words<'_>) -> Vec<document::Table> {
        let columns = [("characteristic", Role::Group), ("value", Role::Group)];
        let mut table = document::Table::new("Characteristics of the cases", &columns);
        let of_groups = self.groups.iter();
        table.columns.extend(
            of_groups.map(|(name, n)| Column::new(format!("{name} (n = {n})"), Role::Estimate)),
        );
        for field in &self.fields {
            let mut name = field.name.as_str();
            let mut push = |value: &str, cells: Vec<Cell>| {
                // Its name stands above its values, once.
                let start = [Cell::from(std::mem::take(&mut name)), Cell::from(value)];
                table.rows.push(start.into_iter().chain(cells).collect());
            };
            if field.numbers.iter().any(Option::is_some) {
                let cells = field.numbers.iter().map(|spread| match spread {
                    Some(spread) => Cell::number(spread.median, spread.words()),
                    None => Cell::default(),
                });
                push("median (quartiles); range", cells.collect());
            }
            for (word, counts) in field.rows() {
                push(&word, self.shares(&counts));
            }
            if field.unknown.iter().any(|n| *n > 0) {
                push(NOT_KNOWN, self.shares(&field.unknown));
            }
        }
        vec![table]
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        let cases = self.groups.first().map_or(0, |(_, n)| *n);
        format!("{cases} cases, {} characteristics", self.fields.len())
    }
}

impl Characteristics {
    /// Counts with their share of the cases of each group.
    fn shares(&self, counts: &[usize]) -> Vec<Cell> {
        let pairs = counts.iter().zip(&self.groups);
        let cell = |(count, (_, n)): (&usize, &(String, usize))| {
            #[expect(clippy::cast_precision_loss, reason = "counts of cases are small")]
            let share = *count as f64 / (*n).max(1) as f64;
            let text = format!("{count} ({} %)", percent(share));
            let (successes, n) = (*count as u64, *n as u64);
            Cell::of(text, document::CellValue::Rate { successes, n })
        };
        pairs.map(cell).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::model::{Literal, Term};

    fn found(rows: &[[&str; 5]]) -> Characteristics {
        let mut table = Table::of_columns(["case", "field", "value", "number", "group"]);
        for row in rows {
            let cell = |text: &str| {
                (!text.is_empty()).then(|| Term::from(Literal::new_simple_literal(text)))
            };
            table.cells.push(row.map(cell));
        }
        let settings = Settings {
            field: "field".to_owned(),
            value: "value".to_owned(),
            number: Some("number".to_owned()),
            by: Some("group".to_owned()),
            case: "case".to_owned(),
        };
        let finding = characteristics(&settings, &table).expect("a result");
        finding.get::<Characteristics>().expect("it is one").clone()
    }

    #[test]
    fn numbers_words_and_what_is_not_known_are_counted() {
        let found = found(&[
            ["a", "age", "", "10", "x"],
            ["b", "age", "", "20", "x"],
            ["c", "age", "", "40", "y"],
            ["d", "age", "", "", "y"],
            ["a", "drug", "one", "", "x"],
            ["a", "drug", "two", "", "x"],
            ["b", "drug", "two", "", "x"],
            ["c", "drug", "", "", "y"],
            ["d", "drug", "", "", "y"],
        ]);
        let groups = [("all", 4), ("x", 2), ("y", 2)];
        assert_eq!(
            found.groups,
            groups.map(|(name, n)| (name.to_owned(), n)).to_vec()
        );
        let age = &found.fields[0];
        // R: quantile(c(10, 20, 40), c(.25, .5, .75)) is 15, 20, 30.
        let all = age.numbers[0].expect("numbers");
        assert_eq!((all.lower, all.median, all.upper), (15.0, 20.0, 30.0));
        assert_eq!((all.min, all.max, all.n), (10.0, 40.0, 3));
        assert_eq!(age.unknown, [1, 0, 1]);
        let drug = &found.fields[1];
        let words = [("two", vec![2, 2, 0]), ("one", vec![1, 1, 0])];
        assert_eq!(
            drug.words,
            words
                .map(|(word, counts)| (word.to_owned(), counts))
                .to_vec()
        );
        assert_eq!(drug.unknown, [2, 0, 2]);
        let shown = &found.tables(&Words {
            unit: "case",
            time: None,
            level: Level::P95,
        })[0];
        assert_eq!(shown.rows[2][2].text, "2 (50.0 %)");
    }

    #[test]
    fn without_groups_there_is_one_column() {
        let found = found(&[["a", "sex", "female", "", ""]]);
        assert_eq!(found.groups.len(), 1);
    }
}
