//! What differs between two results, number by number.
//!
//! Results are compared as structured values. Groups, terms and rows are matched by their names, not
//! by their places, so that another order is no difference; nor is what rounding leaves.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::kinds::{near, same};

/// A part of a result that is not the same in both builds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MovedValue {
    /// The group, term or row that it belongs to; empty if it is of the whole.
    pub group: String,
    /// What it belongs to, such as `objective response`; empty if it stands by itself.
    pub measure: String,
    /// What it is, such as `estimate`.
    pub part: String,
    /// The old value; null if there was none. Of lists of names, those that only the old one has.
    pub old: Value,
    /// The new value; null if there is none. Of lists of names, those that only the new one has.
    pub new: Value,
}

/// Everything that differs between two results.
#[must_use]
pub fn compare(old: &Value, new: &Value) -> Vec<MovedValue> {
    let mut moved = Vec::new();
    Place::default().walk(old, new, &mut moved);
    // A curve has many numbers; what people look for comes first.
    moved.sort_by_key(|value| value.part == STEP);
    moved
}

/// Parts that need no name.
const WHOLE: [&str; 3] = ["finding", "result", "rows"];

/// How the part is called that is a step of a curve.
const STEP: &str = "step of the curve";

/// Where in a result a value stands.
#[derive(Debug, Clone, Default)]
struct Place {
    groups: Vec<String>,
    names: Vec<String>,
}

impl Place {
    fn below(&self, name: &str) -> Self {
        let mut place = self.clone();
        place.names.push(name.replace('_', " "));
        place
    }

    fn group(&self, group: String) -> Self {
        let mut place = self.clone();
        if !group.is_empty() {
            place.groups.push(group);
        }
        place
    }

    fn tell(&self, old: Value, new: Value, moved: &mut Vec<MovedValue>) {
        let (part, measure) = match self.names.split_last() {
            Some((part, measure)) => (part.clone(), measure.join(", ")),
            None => ("result".to_owned(), String::new()),
        };
        moved.push(MovedValue {
            group: self.groups.join(", "),
            measure,
            part,
            old,
            new,
        });
    }

    fn walk(&self, old: &Value, new: &Value, moved: &mut Vec<MovedValue>) {
        if same(old, new) {
            return;
        }
        let (none, empty) = (Value::Object(Map::new()), Value::Array(Vec::new()));
        match (old, new) {
            (Value::Object(a), Value::Object(b)) => self.objects(a, b, moved),
            (Value::Object(_), Value::Null) => self.walk(old, &none, moved),
            (Value::Null, Value::Object(_)) => self.walk(&none, new, moved),
            (Value::Array(a), Value::Array(b)) => self.arrays(a, b, moved),
            (Value::Array(a), Value::Null) if !a.is_empty() => self.walk(old, &empty, moved),
            (Value::Null, Value::Array(b)) if !b.is_empty() => self.walk(&empty, new, moved),
            (Value::Array(_), Value::Null) | (Value::Null, Value::Array(_)) => {}
            _ => self.tell(old.clone(), new.clone(), moved),
        }
    }

    fn objects(
        &self,
        old: &Map<String, Value>,
        new: &Map<String, Value>,
        to: &mut Vec<MovedValue>,
    ) {
        if let Some((old, new)) = both(steps, old, new) {
            return self.steps(&old, &new, to);
        }
        if let Some((old, new)) = both(by_names, old, new) {
            return self.objects(&old, &new, to);
        }
        let only_new = new.keys().filter(|name| !old.contains_key(*name));
        for name in old.keys().chain(only_new) {
            let of = |side: &Map<String, Value>| side.get(name).cloned().unwrap_or(Value::Null);
            let place = match name.strip_prefix(GROUP) {
                Some(group) => self.group(group.to_owned()),
                // Everything is the result, or rows of it.
                None if self.names.is_empty() && WHOLE.contains(&name.as_str()) => self.clone(),
                None => self.below(name),
            };
            place.walk(&of(old), &of(new), to);
        }
    }

    fn arrays(&self, old: &[Value], new: &[Value], moved: &mut Vec<MovedValue>) {
        let all = |test: fn(&Value) -> bool| old.iter().chain(new).all(test);
        if all(Value::is_object) {
            return self.named(old, new, moved);
        }
        if all(Value::is_string) {
            let (old, new) = without_common(old, new);
            if !old.is_empty() || !new.is_empty() {
                let list =
                    |values: Vec<&Value>| Value::Array(values.into_iter().cloned().collect());
                self.tell(list(old), list(new), moved);
            }
            return;
        }
        let or_none = |values: &[Value]| match values {
            [] => Value::Null,
            values => Value::from(values.to_vec()),
        };
        self.tell(or_none(old), or_none(new), moved);
    }

    /// Rows that have names, each against that of the same name.
    fn named(&self, old: &[Value], new: &[Value], moved: &mut Vec<MovedValue>) {
        let mut place = self.clone();
        // A group has its own name.
        if place.names.last().is_some_and(|name| name == "groups") {
            place.names.pop();
        }
        let (old, new) = without_common(old, new);
        // By all their words first; a row of which a word changed, by the first of them.
        let (pairs, old, new) = paired(old, &new, all_words, false);
        let (more, old, new) = paired(old, &new, first_word, true);
        for (was, is) in pairs.into_iter().chain(more) {
            place.group(label(was)).walk(was, is, moved);
        }
        let of = |row: &Value| {
            let group = place.group(label(row));
            // A row without groups of its own stands in one piece.
            let is_flat = |cell: &Value| !cell.is_object() && !cell.is_array();
            let cells = row.as_object().into_iter().flat_map(Map::values);
            if cells.into_iter().all(is_flat) {
                group.below("row")
            } else {
                group
            }
        };
        for row in old {
            of(row).walk(row, &Value::Null, moved);
        }
        for row in new {
            of(row).walk(&Value::Null, row, moved);
        }
    }

    /// The steps of two curves, by their times.
    fn steps(&self, old: &[Value], new: &[Value], moved: &mut Vec<MovedValue>) {
        let time = |step: &Value| {
            let first = step.as_object().and_then(|step| step.values().next());
            first.and_then(Value::as_f64).unwrap_or(f64::NAN)
        };
        let find =
            |steps: &[Value], at: f64| steps.iter().find(|step| near(time(step), at)).cloned();
        let mut times: Vec<f64> = old.iter().chain(new).map(time).collect();
        times.sort_by(f64::total_cmp);
        times.dedup_by(|a, b| near(*a, *b));
        for at in times {
            let found = [old, new].map(|steps| find(steps, at).unwrap_or(Value::Null));
            if !same(&found[0], &found[1]) {
                let [was, is] = found.clone().map(|step| differing(step, &found));
                let mut place = self.clone();
                place.names.push(format!("at {at}"));
                place.below(STEP).tell(was, is, moved);
            }
        }
    }
}

/// The fields of a step that are not the same in both, or all if one of the two is none.
fn differing(step: Value, both: &[Value; 2]) -> Value {
    let [Value::Object(old), Value::Object(new)] = both else {
        return step;
    };
    let Value::Object(fields) = step else {
        return step;
    };
    let is_same = |name: &String| match (old.get(name), new.get(name)) {
        (Some(old), Some(new)) => same(old, new),
        _ => false,
    };
    fields
        .into_iter()
        .filter(|(name, _)| !is_same(name))
        .collect()
}

/// Both sides in another form, if both have it, or one of them has it and the other is empty.
fn both<T: Default>(
    form: fn(&Map<String, Value>) -> Option<T>,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
) -> Option<(T, T)> {
    match (form(old), form(new)) {
        (Some(old), Some(new)) => Some((old, new)),
        (Some(old), None) if new.is_empty() => Some((old, T::default())),
        (None, Some(new)) if old.is_empty() => Some((T::default(), new)),
        _ => None,
    }
}

/// A curve that is written column by column, step by step.
fn steps(columns: &Map<String, Value>) -> Option<Vec<Value>> {
    let first = columns.get("time")?.as_array()?;
    let lists: Vec<(&String, &Vec<Value>)> = columns
        .iter()
        .map(|(name, column)| Some((name, column.as_array()?)))
        .collect::<Option<_>>()?;
    let whole = lists.iter().all(|(_, column)| column.len() == first.len());
    let step = |at: usize| {
        let cells = lists
            .iter()
            .map(|(name, column)| ((*name).clone(), column[at].clone()));
        Value::Object(cells.collect())
    };
    whole.then(|| (0..first.len()).map(step).collect())
}

/// How a name begins that is that of a group and not of a measure. No field is called so.
const GROUP: &str = "\u{0}";

/// A table of counts that is written with its names beside it, by those names.
fn by_names(table: &Map<String, Value>) -> Option<Map<String, Value>> {
    let names = |of: &str| -> Option<Vec<&str>> {
        table
            .get(of)?
            .as_array()?
            .iter()
            .map(Value::as_str)
            .collect()
    };
    let (rows, columns) = (names("rows")?, names("columns")?);
    let counts = table.get("counts")?.as_array()?;
    let mut named: Map<String, Value> = table
        .iter()
        .filter(|(name, _)| !["rows", "columns", "counts"].contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (row, cells) in rows.iter().zip(counts) {
        for (column, count) in columns.iter().zip(cells.as_array()?) {
            // What is not there was not counted.
            if count.as_f64() != Some(0.0) {
                let count = Map::from_iter([("count".to_owned(), count.clone())]);
                named.insert(format!("{GROUP}{row}, {column}"), Value::Object(count));
            }
        }
    }
    Some(named)
}

/// What each of two lists has and the other has not; what stands twice counts twice.
fn without_common<'a>(old: &'a [Value], new: &'a [Value]) -> (Vec<&'a Value>, Vec<&'a Value>) {
    let (_, old, new) = paired(
        old.iter().collect(),
        &new.iter().collect::<Vec<_>>(),
        Value::to_string,
        false,
    );
    (old, new)
}

type Rows<'a> = Vec<&'a Value>;

/// Pairs of rows of the same key, and what has no partner on each side, all in their order. `alone`
/// pairs only rows whose key no other row of their side has.
fn paired<'a, K: Ord>(
    old: Rows<'a>,
    new: &[&'a Value],
    key: fn(&Value) -> K,
    alone: bool,
) -> (Vec<(&'a Value, &'a Value)>, Rows<'a>, Rows<'a>) {
    let mut places: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
    for (at, row) in new.iter().enumerate() {
        places.entry(key(row)).or_default().push_back(at);
    }
    let mut counts: BTreeMap<K, usize> = BTreeMap::new();
    for row in &old {
        *counts.entry(key(row)).or_default() += 1;
    }
    let mut taken = vec![false; new.len()];
    let (mut pairs, mut rest) = (Vec::new(), Vec::new());
    for row in old {
        let name = key(row);
        let there = places
            .get_mut(&name)
            .filter(|places| !alone || (places.len() == 1 && counts.get(&name) == Some(&1)));
        match there.and_then(VecDeque::pop_front) {
            Some(at) => {
                taken[at] = true;
                pairs.push((row, new[at]));
            }
            None => rest.push(row),
        }
    }
    let added = new.iter().zip(taken).filter(|(_, taken)| !taken);
    (pairs, rest, added.map(|(row, _)| *row).collect())
}

fn words(row: &Value) -> impl Iterator<Item = String> + '_ {
    let cells = row.as_object().into_iter().flat_map(Map::values);
    cells.filter_map(Value::as_str).map(str::to_owned)
}

/// The words of a row, by which it is found again; of one without words its first cell.
fn all_words(row: &Value) -> Vec<String> {
    let all: Vec<String> = words(row).collect();
    if !all.is_empty() {
        return all;
    }
    let cells = row.as_object().into_iter().flat_map(Map::values);
    cells.take(1).map(Value::to_string).collect()
}

fn first_word(row: &Value) -> Vec<String> {
    all_words(row).into_iter().take(1).collect()
}

/// What a row is called.
fn label(row: &Value) -> String {
    if let Some(word) = words(row).next() {
        return word;
    }
    let first = row.as_object().and_then(|row| row.iter().next());
    first.map_or_else(String::new, |(name, value)| {
        format!("{} {value}", name.replace('_', " "))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(old: &Value, new: &Value) -> Vec<String> {
        compare(old, new)
            .iter()
            .map(|m| {
                format!(
                    "{}|{}|{}: {} -> {}",
                    m.group, m.measure, m.part, m.old, m.new
                )
            })
            .collect()
    }

    #[test]
    fn groups_are_matched_by_name_and_what_moved_in_them_is_named() {
        let group = |name: &str, successes: u32| json!({"group": name, "response": {"successes": successes, "n": 10, "wilson": [0.1, 0.2 + f64::from(successes)]}});
        let old = json!({"groups": [group("A", 9), group("B", 1)], "exact_p": 0.001});
        let exchanged = json!({"groups": [group("A", 1), group("B", 9)], "exact_p": 0.001});
        assert_eq!(
            lines(&old, &exchanged),
            [
                "A|response|successes: 9 -> 1",
                "A|response|wilson: [0.1,9.2] -> [0.1,1.2]",
                "B|response|successes: 1 -> 9",
                "B|response|wilson: [0.1,1.2] -> [0.1,9.2]",
            ]
        );
        let reordered = json!({"exact_p": 0.001, "groups": [group("B", 1), group("A", 9)]});
        assert_eq!(lines(&old, &reordered), [""; 0]);
        let less = json!({"groups": [group("A", 9)], "exact_p": null});
        assert_eq!(
            lines(&old, &less),
            [
                "B||group: \"B\" -> null",
                "B|response|successes: 1 -> null",
                "B|response|n: 10 -> null",
                "B|response|wilson: [0.1,1.2] -> null",
                "||exact p: 0.001 -> null",
            ]
        );
    }

    #[test]
    fn rounding_is_no_move_and_a_small_p_value_is() {
        let value = |x: f64| json!({"p_value": x});
        assert!(compare(&value(0.3), &value(0.1 + 0.2)).is_empty());
        assert!(compare(&value(0.0), &value(-1e-13)).is_empty());
        assert!(compare(&value(1234.5), &value(1234.5 + 1e-9)).is_empty());
        assert_eq!(compare(&value(1e-6), &value(1.001e-6)).len(), 1);
        assert_eq!(compare(&value(0.05), &value(0.050_001)).len(), 1);
        // A whole number that is written with a point.
        assert!(compare(&json!({"n": 3}), &json!({"n": 3.0})).is_empty());
    }

    #[test]
    fn counts_of_a_table_are_matched_by_its_names() {
        let old = json!({"rows": ["x", "y"], "columns": ["a"], "counts": [[3], [1]], "units": 4});
        let new = json!({"rows": ["y", "x"], "columns": ["b", "a"], "counts": [[0, 1], [1, 2]], "units": 4});
        assert_eq!(
            lines(&old, &new),
            ["x, a||count: 3 -> 2", "x, b||count: null -> 1"]
        );
    }

    #[test]
    fn a_curve_moves_step_by_step_and_after_everything_else() {
        let curve = |time: &[f64], survival: &[f64], n: u32| json!({"curve": {"time": time, "survival": survival}, "n": n});
        let (old, new) = (
            curve(&[1.0, 2.0], &[0.5, 0.25], 4),
            curve(&[2.0], &[0.25], 3),
        );
        assert_eq!(
            lines(&old, &new),
            [
                "||n: 4 -> 3",
                "|curve, at 1|step of the curve: {\"time\":1.0,\"survival\":0.5} -> null",
            ]
        );
    }

    #[test]
    fn a_row_that_is_gone_stands_in_one_piece() {
        let (old, new) = (
            json!({"rows": [{"case": "p-1", "n": 1}]}),
            json!({"rows": []}),
        );
        assert_eq!(
            lines(&old, &new),
            ["p-1|row|case: \"p-1\" -> null", "p-1|row|n: 1 -> null"]
        );
    }

    #[test]
    fn a_row_of_which_a_word_changed_is_the_same_row() {
        let old =
            json!([{"case": "p-1", "drug": "x", "n": 1}, {"case": "p-2", "drug": "x", "n": 1}]);
        let new =
            json!([{"case": "p-2", "drug": "x", "n": 1}, {"case": "p-1", "drug": "y", "n": 1}]);
        assert_eq!(lines(&old, &new), ["p-1||drug: \"x\" -> \"y\""]);
        let names = |list: &[&str]| json!({"responders": list});
        assert_eq!(
            lines(&names(&["a", "b"]), &names(&["b", "c"])),
            ["||responders: [\"a\"] -> [\"c\"]"]
        );
    }
}
