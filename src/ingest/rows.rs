//! Rows of the sheets of facts: each cell checked against what its column may hold.

use std::collections::HashMap;

use super::genes::no_gene;
use super::identifiers::{no_symbol, unfit_key};
use super::problems::Problems;
use super::records::{check_headings, code, headings};
use super::said::Said;
use super::sheet::{Row, Table};
use crate::case::{
    Certainty, Column, Decision, FactSheet, Kind, Patients, Report, Reported, Scheme, Value,
};
use crate::graph::namespaces;
use crate::ontology::{Ontology, Vocabulary};

/// Checks the rows of a sheet of facts. Gives those that are reports, by their places in the table, and what their
/// cells say.
pub(super) fn check(
    sheet: FactSheet,
    table: &Table,
    ontology: &Ontology,
    problems: &mut Problems,
) -> (Vec<u32>, Said) {
    let known: Vec<&'static str> = sheet.headings().collect();
    let needed = ["case", "source", "locator", "certainty"];
    let mut said = Said::of(sheet, table);
    if !check_headings(table, &known, &needed, problems) {
        return (Vec::new(), said);
    }
    let mut reports = Vec::new();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut unnumbered: HashMap<[&str; 3], usize> = HashMap::new();
    for (at, row) in (0..).zip(&table.rows) {
        if let Some(first) = seen.insert(table.whole(row), row.number) {
            let place = table.place(row, "case");
            problems.cell(
                &place,
                format!("the whole row stands in row {first} already: remove one"),
            );
            continue;
        }
        let case = table.get(row, "case");
        if case.is_empty() {
            problems.cell(&table.place(row, "case"), "the row names no case");
            continue;
        }
        if let Some(rule) = unfit_key(case) {
            problems.cell(&table.place(row, "case"), rule);
            continue;
        }
        for heading in ["source", "locator"] {
            if table.get(row, heading).is_empty() {
                let rule = match heading {
                    "source" => "the row names no source: a key of publications.csv",
                    _ => {
                        "the row has no locator: where in the source, such as \"abstract\" or \"Table 2 row 4\""
                    }
                };
                problems.cell(&table.place(row, heading), rule);
            }
        }
        let certainty = table.get(row, "certainty");
        if certainty.is_empty() {
            problems.cell(
                &table.place(row, "certainty"),
                "the row has no certainty: write stated, derived or weak",
            );
        }
        code(table, row, "certainty", &Certainty::WORDS, problems);
        item(sheet, table, row, problems);
        if sheet.numbered() && table.get(row, "item").is_empty() {
            let key = [case, table.get(row, "source"), certainty];
            if let Some(first) = unnumbered.insert(key, row.number) {
                let place = table.place(
                    row,
                    if table.column("item").is_some() {
                        "item"
                    } else {
                        "case"
                    },
                );
                problems.cell(&place, format!("the row has no item, nor has row {first} of the same case and source: number them 1, 2, … in the column item"));
            }
        }
        said.check(table, row, ontology, problems);
        reports.push(at);
    }
    (reports, said)
}

/// A row as what a source reports.
pub(super) fn report(
    sheet: FactSheet,
    (table, row): (&Table, &Row),
    said: &Said,
    ontology: &Ontology,
) -> Report {
    let certainty = Certainty::from_word(table.get(row, "certainty"));
    let item = table.get(row, "item").parse();
    Report {
        sheet,
        row: row.number,
        case: table.get(row, "case").to_owned(),
        item: item.ok().filter(|_| sheet.numbered()).unwrap_or(1),
        source: table.get(row, "source").to_owned(),
        locator: table.get(row, "locator").to_owned(),
        certainty: certainty.unwrap_or(Certainty::Weak),
        cells: said.of_row(table, row, ontology),
        verbatim: table.get(row, "verbatim").to_owned(),
        note: table.get(row, "note").to_owned(),
    }
}

fn item(sheet: FactSheet, table: &Table, row: &Row, problems: &mut Problems) -> u32 {
    let text = table.get(row, "item");
    if !sheet.numbered() || text.is_empty() {
        return 1;
    }
    match text.parse() {
        Ok(item @ 1..=999) => item,
        _ => {
            problems.cell(
                &table.place(row, "item"),
                "is no item: a whole number from 1 to 999",
            );
            1
        }
    }
}

/// Reads the sheet of curators' rulings.
pub(super) fn decisions(
    table: &Table,
    ontology: &Ontology,
    problems: &mut Problems,
) -> Vec<Decision> {
    let needed = ["case", "sheet", "column", "value", "reason"];
    if !check_headings(table, headings("decisions"), &needed, problems) {
        return Vec::new();
    }
    let mut decisions = Vec::new();
    for row in &table.rows {
        let names: Vec<&'static str> = FactSheet::ALL.iter().map(|sheet| sheet.name()).collect();
        let sheet = code(table, row, "sheet", &names, problems);
        let Some(sheet) = FactSheet::from_name(&sheet) else {
            if sheet.is_empty() {
                problems.cell(&table.place(row, "sheet"), "the ruling names no sheet");
            }
            continue;
        };
        let mut columns: Vec<&'static str> = sheet.columns().iter().map(|c| c.name).collect();
        if sheet == FactSheet::Cases {
            // Rulings on two cases, which `patients` reads.
            columns.extend(Patients::WORDS);
        }
        let name = code(table, row, "column", &columns, problems);
        let Some(column) = sheet.column(&name) else {
            if name.is_empty() {
                problems.cell(&table.place(row, "column"), "the ruling names no column");
            }
            continue;
        };
        complete_ruling(table, row, problems);
        match reported(&sheet.columns()[column], table.get(row, "value"), ontology) {
            Ok(value) => decisions.push(Decision {
                row: row.number,
                case: table.get(row, "case").to_owned(),
                sheet,
                item: item(sheet, table, row, problems),
                column,
                value,
                reason: table.get(row, "reason").to_owned(),
                curator: table.get(row, "curator").to_owned(),
                date: table.get(row, "date").to_owned(),
            }),
            Err(wrong) if !table.get(row, "value").is_empty() => {
                problems.cell_near(&table.place(row, "value"), wrong.rule, wrong.nearest);
            }
            Err(_) => {}
        }
    }
    decisions
}

/// A date is one of the calendar, as ISO 8601 writes it.
pub(super) fn check_date(table: &Table, row: &Row, problems: &mut Problems) {
    let date = table.get(row, "date");
    if !date.is_empty() && date.parse::<jiff::civil::Date>().is_err() {
        problems.cell(&table.place(row, "date"), "is no date: write YYYY-MM-DD");
    }
}

/// A ruling names its case, value and reason, and its date is one.
pub(super) fn complete_ruling(table: &Table, row: &Row, problems: &mut Problems) {
    for heading in ["case", "value", "reason"] {
        if table.get(row, heading).is_empty() {
            problems.cell(
                &table.place(row, heading),
                format!("the ruling has no {heading}"),
            );
        }
    }
    check_date(table, row, problems);
}

/// Why a cell says nothing that can be taken.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    pub rule: String,
    pub nearest: Vec<String>,
}

fn wrong<T>(rule: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong {
        rule: rule.into(),
        nearest: Vec::new(),
    })
}

/// What a filled cell of a column says.
pub(super) fn reported(
    column: &Column,
    text: &str,
    ontology: &Ontology,
) -> Result<Reported, Wrong> {
    match text {
        "NR" => Ok(Reported::NotReported),
        "NA" => Ok(Reported::NotApplicable),
        _ => values(column, text, ontology),
    }
}

/// What is to be told of a word that is understood: that it is a misprint, or a gene's symbol in other
/// letters, which may be that of another species.
pub(super) fn spelt_otherwise(
    column: &Column,
    text: &str,
    value: &Reported,
    ontology: &Ontology,
) -> Option<String> {
    let scheme = match column.kind {
        Kind::Gene => "gene",
        Kind::Concept(scheme) | Kind::Concepts(scheme) => scheme.name(),
        _ => return None,
    };
    let vocabulary = ontology.vocabulary(scheme);
    let word = text
        .split(';')
        .map(str::trim)
        .find(|word| vocabulary.is_misprint(word));
    if let Some(word) = word {
        let slug = vocabulary.slug(word)?;
        let label = vocabulary
            .concept(slug)
            .map_or(slug, |concept| &concept.label);
        return Some(format!(
            "is a known misprint and is read as {label}: write that, and the print in verbatim"
        ));
    }
    match value {
        Reported::Values(values) => match values.as_slice() {
            [Value::Gene(symbol)] if symbol != text && symbol.eq_ignore_ascii_case(text) => Some(
                format!("is read as {symbol}: write the human gene in its own letters"),
            ),
            _ => None,
        },
        _ => None,
    }
}

fn values(column: &Column, text: &str, ontology: &Ontology) -> Result<Reported, Wrong> {
    let values = match column.kind {
        Kind::Text => vec![Value::Text(text.to_owned())],
        Kind::Code(words) => match words.iter().find(|word| word.eq_ignore_ascii_case(text)) {
            Some(word) => vec![Value::Code((*word).to_owned())],
            None => {
                let near = crate::ontology::nearest(&text.to_lowercase(), words.iter().copied());
                let rule = format!("is no {}: one of {}", column.meaning, words.join(", "));
                return Err(Wrong {
                    rule,
                    nearest: owned(near),
                });
            }
        },
        Kind::Words(words) => match words.iter().find(|word| word.eq_ignore_ascii_case(text)) {
            Some(word) => vec![Value::Code((*word).to_owned())],
            None => {
                let near = crate::ontology::nearest(&text.to_lowercase(), words.iter().copied());
                if !near.is_empty() {
                    let rule = format!("looks like a misspelt {}", column.meaning);
                    return Err(Wrong {
                        rule,
                        nearest: owned(near),
                    });
                }
                vec![Value::Code(text.to_owned())]
            }
        },
        Kind::Integer(least, most) => match text.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => vec![Value::Integer(number)],
            #[expect(clippy::cast_precision_loss, reason = "sheet numbers are small")]
            _ => match range_within(text, least as f64, most as f64) {
                Some(range) if !text.contains('.') => vec![range],
                _ => {
                    return wrong(format!(
                        "is no {}: a whole number from {least} to {most}, or a range of them such as 1-2",
                        column.meaning
                    ));
                }
            },
        },
        Kind::Decimal(least, most) => {
            let value = Value::decimal(text).or_else(|| range_within(text, least, most));
            match value.as_ref().and_then(Value::as_number) {
                Some(number) if (least..=most).contains(&number) => value.into_iter().collect(),
                None if value.is_some() => value.into_iter().collect(),
                Some(_) => {
                    return wrong(format!(
                        "cannot be {}: it lies between {least} and {most}",
                        column.meaning
                    ));
                }
                None => {
                    return wrong(format!(
                        "is no {}: a plain number such as 12 or 3.5, with a point and no unit, or a range such as 12-15",
                        column.meaning
                    ));
                }
            }
        }
        Kind::YesNo => match text.to_lowercase().as_str() {
            "yes" => vec![Value::Boolean(true)],
            "no" => vec![Value::Boolean(false)],
            _ => return wrong("is neither yes nor no"),
        },
        Kind::Concept(scheme) => vec![concept(scheme, text, ontology)?],
        Kind::Concepts(scheme) => list(text, |word| concept(scheme, word, ontology))?,
        // Whether unknown words are allowed depends on the kind of treatment: a later check knows.
        Kind::Agents => list(text, |word| {
            Ok(concept(Scheme::Drug, word, ontology)
                .unwrap_or_else(|_| Value::Text(word.to_owned())))
        })?,
        Kind::Gene => {
            let genes = ontology.vocabulary("gene");
            let known = genes.slug(text);
            let rule = || no_gene(text).or_else(|| no_symbol(text));
            if let (None, Some(rule)) = (known, rule()) {
                return wrong(rule);
            }
            if known.is_none() && !is_symbol(text) {
                let near = owned(genes.nearest(text));
                let rule = "is no gene symbol: letters, digits and hyphens, such as RANBP2";
                return Err(Wrong {
                    rule: rule.into(),
                    nearest: near,
                });
            }
            vec![Value::Gene(known.unwrap_or(text).to_owned())]
        }
    };
    Ok(Reported::Values(values))
}

/// A range of numbers, such as `40-45`, that lies between two bounds.
fn range_within(text: &str, least: f64, most: f64) -> Option<Value> {
    let range = Value::range(text)?;
    let (low, high) = range.bounds()?;
    (least <= low && high <= most).then_some(range)
}

/// The parts of a list in a cell, in order and each once.
fn list(
    text: &str,
    mut read: impl FnMut(&str) -> Result<Value, Wrong>,
) -> Result<Vec<Value>, Wrong> {
    let mut values = Vec::new();
    for word in text.split(';').map(str::trim) {
        if word.is_empty() {
            return wrong("has an empty part: separate the parts of a list by \"; \"");
        }
        let value = read(word).map_err(|wrong| Wrong {
            rule: if word == text {
                wrong.rule
            } else {
                format!("has the part {word:?}, which {}", wrong.rule)
            },
            ..wrong
        })?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values.sort();
    Ok(values)
}

fn concept(scheme: Scheme, word: &str, ontology: &Ontology) -> Result<Value, Wrong> {
    let vocabulary = ontology.vocabulary(scheme.name());
    match vocabulary.slug(word) {
        Some(slug) => Ok(Value::Concept(scheme, slug.to_owned())),
        None => Err(unknown_word(scheme, vocabulary, word)),
    }
}

fn unknown_word(scheme: Scheme, vocabulary: &Vocabulary, word: &str) -> Wrong {
    Wrong {
        rule: format!(
            "is no known {name}: correct it, or add it to ontology/{name}.ttl (as {}{name}/{})",
            namespaces::VOCABULARY,
            namespaces::slug(word),
            name = scheme.name(),
        ),
        nearest: owned(vocabulary.nearest(word)),
    }
}

/// The problem of an agent that is no drug although the episode is one of drugs.
pub(super) fn unknown_drug(word: &str, ontology: &Ontology) -> (String, Vec<String>) {
    let wrong = unknown_word(Scheme::Drug, ontology.vocabulary("drug"), word);
    (wrong.rule, wrong.nearest)
}

fn is_symbol(text: &str) -> bool {
    text.len() <= 24
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn owned(words: Vec<&str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}
