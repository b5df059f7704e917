//! What changed between two builds, as tables.

use serde_json::{Value, json};

use crate::diff::{Change, Moved, MovedValue};
use crate::document::numbers::significant;
use crate::document::{Block, Cell, Document, Medium, Records, Role, Table};

/// Cases named for one result before the list is cut.
const NAMED: usize = 12;
/// Measures of one result that are shown before the list is cut; JSON has them all.
const MEASURES: usize = 24;
/// Stands where there was no value, or is none.
const NONE: &str = "\u{2013}";

/// The differences between two builds as a document.
pub struct DiffDocument<'a> {
    /// What the old build was made from.
    pub old: &'a str,
    /// What the new build was made from.
    pub new: &'a str,
    /// The facts that differ.
    pub facts: &'a [Change],
    /// The results that differ, or rest on other rows.
    pub results: &'a [Moved],
}

impl Document for DiffDocument<'_> {
    fn title(&self) -> String {
        "Differences between two builds".to_owned()
    }

    fn blocks(&self, medium: Medium) -> Vec<Block> {
        let tables = Block::tables(diff_tables(self.facts, self.results));
        if medium != Medium::Screen && !tables.is_empty() {
            return tables;
        }
        let mut blocks = vec![
            Block::Line(format!("Old: {}", self.old)),
            Block::Line(format!("New: {}", self.new)),
            Block::Blank,
        ];
        blocks.extend(tables);
        blocks.push(Block::Line(self.counted()));
        blocks
    }

    /// The facts that differ and the values of results that moved, one a row.
    fn records(&self) -> Records<'_> {
        let mut table = text_table(
            "",
            &[
                "of", "case", "thing", "property", "analysis", "group", "measure", "part", "what",
                "old", "new",
            ],
        );
        let none = Cell::default;
        for fact in self.facts {
            table.push([
                "fact".into(),
                fact.case.as_str().into(),
                fact.thing.as_str().into(),
                fact.property.as_str().into(),
                none(),
                none(),
                none(),
                none(),
                fact.kind().into(),
                Cell::lines(&fact.old),
                Cell::lines(&fact.new),
            ]);
        }
        for result in self.results {
            for value in &result.values {
                let what = match (value.old.is_null(), value.new.is_null()) {
                    (true, _) => "added",
                    (false, true) => "removed",
                    (false, false) => "changed",
                };
                table.push([
                    "result".into(),
                    none(),
                    none(),
                    none(),
                    result.analysis.as_str().into(),
                    value.group.as_str().into(),
                    value.measure.as_str().into(),
                    value.part.as_str().into(),
                    what.into(),
                    exact(&value.old).into(),
                    exact(&value.new).into(),
                ]);
            }
        }
        table.into()
    }

    fn json(&self) -> Value {
        json!({
            "old": self.old,
            "new": self.new,
            "facts": self.facts,
            "results": self.results,
        })
    }
}

impl DiffDocument<'_> {
    fn counted(&self) -> String {
        let of = |kind: &str| {
            let changes = self.facts.iter();
            changes.filter(|change| change.kind() == kind).count()
        };
        let same = self.results.iter().filter(|moved| !moved.is_moved());
        let same = same.count();
        format!(
            "Facts: {} added, {} removed, {} changed. Results: {} moved, {same} more have other rows and the same result.",
            of("added"),
            of("removed"),
            of("changed"),
            self.results.len() - same
        )
    }
}

/// A value for programs; nothing where there is none.
fn exact(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Changed facts, results that moved, and the cases that moved them.
#[must_use]
pub fn diff_tables(changes: &[Change], results: &[Moved]) -> Vec<Table> {
    let mut facts = text_table(
        "Facts of the consensus",
        &["case", "thing", "property", "what", "old", "new"],
    );
    for change in changes {
        facts.push([
            change.case.clone(),
            change.thing.clone(),
            change.property.clone(),
            change.kind().to_owned(),
            change.old.join("; "),
            change.new.join("; "),
        ]);
    }
    let mut moved = text_table(
        "Results that moved",
        &["analysis", "old", "new", "cases that moved it"],
    );
    let mut cases = text_table(
        "Cases whose standing changed",
        &["analysis", "case", "old", "new"],
    );
    let mut values = text_table(
        "What moved in them",
        &["analysis", "group", "measure", "old", "new"],
    );
    for result in results.iter().filter(|result| result.is_moved()) {
        let named = if result.among.is_empty() {
            names(result.cases.iter().map(|case| case.case.as_str()))
        } else {
            format!("among {}", names(result.among.iter().map(String::as_str)))
        };
        push_values(&mut values, result);
        moved.push([
            result.analysis.clone(),
            result.old.clone(),
            result.new.clone(),
            named,
        ]);
        for case in result.cases.iter().filter(|case| case.old != case.new) {
            cases.push([
                result.analysis.clone(),
                case.case.clone(),
                case.old.clone(),
                case.new.clone(),
            ]);
        }
    }
    [facts, moved, values, cases]
        .into_iter()
        .filter(|table| !table.is_empty())
        .collect()
}

/// A table of words; cases have a column of theirs.
fn text_table(caption: &str, headings: &[&str]) -> Table {
    let role = |heading| {
        if heading == "case" {
            Role::Case
        } else {
            Role::Text
        }
    };
    let columns = headings.iter().map(|heading| (*heading, role(*heading)));
    Table::new(caption, &columns.collect::<Vec<_>>())
}

fn names<'a>(cases: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = cases.collect();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let mut named = names.join(", ");
    if more > 0 {
        named.push_str(&format!(" and {more} more"));
    }
    named
}

/// A row for each measure of each group, with those of its parts that moved.
fn push_values(table: &mut Table, result: &Moved) {
    let mut measures: Vec<Vec<&MovedValue>> = Vec::new();
    for value in &result.values {
        let place = (&value.group, &value.measure);
        match measures.last_mut() {
            // A part of no measure is one by itself.
            Some(last)
                if !value.measure.is_empty() && (&last[0].group, &last[0].measure) == place =>
            {
                last.push(value);
            }
            _ => measures.push(vec![value]),
        }
    }
    for parts in measures.iter().take(MEASURES) {
        let first = parts[0];
        let (measure, old, new) = match (parts.as_slice(), first.measure.as_str()) {
            ([one], measure) => {
                let (old, new) = both(one);
                let name = if measure.is_empty() {
                    one.part.clone()
                } else {
                    format!("{measure}: {}", one.part)
                };
                (name, old, new)
            }
            (parts, measure) => {
                let sides: Vec<(String, String)> = parts.iter().map(|part| both(part)).collect();
                let side = |of: fn(&(String, String)) -> &String| {
                    let named = parts
                        .iter()
                        .zip(&sides)
                        .map(|(part, sides)| format!("{} {}", part.part, of(sides)));
                    named.collect::<Vec<_>>().join(", ")
                };
                let gone = |of: fn(&MovedValue) -> &Value| parts.iter().all(|p| of(p).is_null());
                let or_none = |gone: bool, text: String| if gone { NONE.to_owned() } else { text };
                (
                    measure.to_owned(),
                    or_none(gone(|p| &p.old), side(|sides| &sides.0)),
                    or_none(gone(|p| &p.new), side(|sides| &sides.1)),
                )
            }
        };
        table.push([
            result.analysis.clone(),
            first.group.clone(),
            measure,
            old,
            new,
        ]);
    }
    let more = measures.len().saturating_sub(MEASURES);
    if more > 0 {
        table.push([
            result.analysis.clone(),
            String::new(),
            format!("and {more} more"),
            String::new(),
            String::new(),
        ]);
    }
}

/// Both values of a part, with as many digits as it takes to tell them apart.
fn both(part: &MovedValue) -> (String, String) {
    let short = (shown(&part.old, true), shown(&part.new, true));
    if short.0 == short.1 {
        (shown(&part.old, false), shown(&part.new, false))
    } else {
        short
    }
}

fn shown(value: &Value, short: bool) -> String {
    match value {
        Value::Null => NONE.to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64().filter(|_| !number.is_i64()) {
            Some(number) if number == number.round() && number.abs() < 1e9 => number.to_string(),
            Some(number) if short => significant(number),
            _ => number.to_string(),
        },
        Value::Array(values) => match values.as_slice() {
            [] => NONE.to_owned(),
            [
                a @ (Value::Number(_) | Value::Null),
                b @ (Value::Number(_) | Value::Null),
            ] => {
                format!("{} to {}", shown(a, short), shown(b, short))
            }
            values => {
                let values: Vec<String> = values.iter().map(|value| shown(value, short)).collect();
                values.join(", ")
            }
        },
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| format!("{} {}", name.replace('_', " "), shown(value, short)));
            fields.collect::<Vec<_>>().join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(group: &str, measure: &str, part: &str, old: Value, new: Value) -> MovedValue {
        MovedValue {
            group: group.to_owned(),
            measure: measure.to_owned(),
            part: part.to_owned(),
            old,
            new,
        }
    }

    #[test]
    fn the_parts_of_a_measure_stand_in_one_row_and_differ_to_the_eye() {
        let result = Moved {
            analysis: "t/x".to_owned(),
            old: "the same".to_owned(),
            new: "the same".to_owned(),
            values: vec![
                value("A", "response", "n", json!(3), json!(4)),
                value(
                    "A",
                    "response",
                    "wilson",
                    json!([0.125, 0.5]),
                    json!([0.25, 0.5]),
                ),
                value("B", "response", "n", json!(4), Value::Null),
                value("", "", "exact p", json!(0.050_001), json!(0.050_002)),
                value("", "", "statistic", json!(2.0), json!(3.0)),
            ],
            cases: Vec::new(),
            among: vec!["p-1".to_owned()],
        };
        let tables = diff_tables(&[], &[result]);
        let text = |row: &Vec<Cell>| {
            let cells: Vec<&str> = row[1..].iter().map(|cell| cell.text.as_str()).collect();
            cells.join("|")
        };
        let rows: Vec<String> = tables[1].rows.iter().map(text).collect();
        assert_eq!(
            rows,
            [
                "A|response|n 3, wilson 0.1250 to 0.5000|n 4, wilson 0.2500 to 0.5000",
                "B|response: n|4|–",
                "|exact p|0.050001|0.050002",
                "|statistic|2|3",
            ]
        );
        assert_eq!(tables[0].rows[0][3].text, "among p-1");
    }
}
