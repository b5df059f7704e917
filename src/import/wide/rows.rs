//! The rows of a wide table as rows of sheets.

use std::collections::BTreeMap;

use super::super::messages::Messages;
use super::super::schema::{SHEETS, Takes, columns_of, filled_of, is_numbered};
use super::super::sheet::{Line, Sheet};
use super::super::tab::{At, Row, Tab};
use super::super::tabs::{Imported, Reading, from};
use super::cells::{Words, parts};
use super::mapping::{Mapped, Mapping, OPEN, To, to};
use super::places::{Place, places};
use super::publications::{Differs, Placed, Publications, author_and_year};
use crate::delimited::trimmed;
use crate::graph::namespaces::slug;
use crate::ontology::Ontology;

/// Makes sheets of a wide table as a mapping says. `file` is how messages name the file, `alone` the key of the source of
/// rows that name none.
#[must_use]
pub fn sheets_of_table(
    tab: &Tab,
    mapping: &Mapping,
    ontology: &Ontology,
    (file, alone): (&str, &str),
    reading: Reading,
) -> Imported {
    let mut imported = Imported::default();
    let mut messages = Messages::new(from(file, tab));
    messages.of_tab(tab);
    let Some((headings, rows)) = tab.parts() else {
        return imported;
    };
    let mapped = places(
        tab,
        (mapping, reading.schema),
        &mut messages,
        &mut imported.columns,
    );
    for (place, word) in &mapping.always {
        if word == OPEN {
            let at = At {
                row: headings.number,
                column: 0,
            };
            messages.error(at, "", format!("is not decided in the mapping: always, {place} is {OPEN:?}; write there what holds for every row"), Vec::new());
        }
    }
    let mut wide = Wide {
        words: Words {
            mapping,
            ontology,
            reading,
        },
        file: file.rsplit('/').next().unwrap_or(file),
        alone,
        mapped: &mapped,
        publications: Publications::default(),
        sheets: BTreeMap::new(),
        cases: BTreeMap::new(),
        messages: &mut messages,
        refused: BTreeMap::new(),
    };
    for row in rows {
        wide.row(row);
    }
    imported.sheets = wide.finish();
    imported.problems = messages.problems;
    imported
}

/// What a row says of one thing: values by column of the sheet, with their places, and what was said in other words.
#[derive(Debug, Clone, Default)]
struct RowValues {
    values: BTreeMap<String, (String, Option<At>)>,
    verbatim: Vec<String>,
    /// Events of a list, a row each.
    listed: Vec<Placed>,
}

/// The texts of a row by column, and where they come from.
type Cells = (BTreeMap<String, String>, BTreeMap<String, At>);

struct Wide<'a> {
    words: Words<'a>,
    file: &'a str,
    alone: &'a str,
    mapped: &'a [Place<'a>],
    publications: Publications,
    sheets: BTreeMap<&'static str, Vec<Cells>>,
    /// The row in which each case first stands, and how many rows of numbered sheets each case has of a source.
    cases: BTreeMap<String, (usize, BTreeMap<&'static str, u32>)>,
    messages: &'a mut Messages,
    /// Words of a column that were refused: which message tells it, and how many cells have it.
    refused: BTreeMap<(usize, String), (usize, usize)>,
}

impl Wide<'_> {
    /// Tells a word that cannot be taken, once a column.
    fn refuse(&mut self, at: At, text: &str, rule: String) {
        let told = self.messages.problems.len();
        let known = self.refused.entry((at.column, text.to_owned()));
        let (_, cells) = known.or_insert((told, 0));
        *cells += 1;
        if *cells == 1 {
            self.messages.error(at, text, rule, Vec::new());
        }
    }

    fn row(&mut self, row: &Row) {
        let mut said: BTreeMap<(&'static str, u32), RowValues> = BTreeMap::new();
        let mut fields: BTreeMap<String, Placed> = BTreeMap::new();
        let (mut case, mut citation) = (None, None);
        for place in self.mapped {
            let at = At {
                row: row.number,
                column: place.column,
            };
            let Some(cell) = row
                .cells
                .get(place.column)
                .filter(|cell| !trimmed(&cell.text).is_empty())
            else {
                continue;
            };
            let takes = place.of.as_ref().map_or(&Takes::Text, |of| &of.takes);
            if !self.messages.of_form(at, cell, takes) {
                continue;
            }
            let text = trimmed(&cell.text);
            match (&place.to, &place.of) {
                (To::Case, _) => case = Some((text.to_owned(), at)),
                (To::Source, _) if self.words.missing(text).is_none() => {
                    citation = Some((text.to_owned(), at));
                }
                (To::Fusion, _) => self.fusion(text, at, place.mapped, &mut said),
                (To::Column(sheet, name), Some(of)) => {
                    match self.words.value(text, place.mapped, of) {
                        Err(rule) => self.refuse(at, text, rule),
                        Ok(value) if value.text.is_empty() => {
                            if value.reworded {
                                verbatim(
                                    said.entry((sheet, place.mapped.item.unwrap_or(1)))
                                        .or_default(),
                                    name,
                                    text,
                                );
                            }
                        }
                        Ok(value) if *sheet == "publications" => {
                            fields.insert(name.clone(), (value.text, at));
                        }
                        Ok(value) => {
                            let one = said
                                .entry((sheet, place.mapped.item.unwrap_or(1)))
                                .or_default();
                            let word = |part: &str| self.words.known(part, &of.takes);
                            match parts(&value.text, word)
                                .filter(|parts| parts.len() > 1 && *sheet == "adverse_events")
                            {
                                Some(parts) if name == "term" => {
                                    one.listed.extend(parts.into_iter().map(|part| (part, at)));
                                }
                                _ => drop(one.values.insert(name.clone(), (value.text, Some(at)))),
                            }
                            if value.reworded {
                                verbatim(one, name, text);
                            }
                            for (name, text) in &place.mapped.with {
                                let beside = || (text.clone(), Some(at));
                                one.values.entry(name.clone()).or_insert_with(beside);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        if let Some((text, at)) = &citation {
            if let Some((author, year)) = author_and_year(text) {
                fields
                    .entry("first_author".to_owned())
                    .or_insert((author, *at));
                fields.entry("year".to_owned()).or_insert((year, *at));
            }
            fields
                .entry("note".to_owned())
                .or_insert((format!("cited as: {text}"), *at));
        }
        let citation = citation.as_ref().map(|(text, _)| text.as_str());
        let mut differs = Vec::new();
        let source = self
            .publications
            .take(fields, citation, self.alone, &mut differs);
        for Differs { at, value, rule } in differs {
            self.messages.error(at, &value, rule, Vec::new());
        }
        self.case(row, case.as_ref(), &source, said);
    }

    fn fusion(
        &mut self,
        text: &str,
        at: At,
        mapped: &Mapped,
        said: &mut BTreeMap<(&'static str, u32), RowValues>,
    ) {
        if self.words.missing(text).is_some() {
            return;
        }
        let same = |(word, _): &(&String, &String)| word.eq_ignore_ascii_case(text);
        let new = mapped.values.iter().find(same).map(|(_, new)| new.as_str());
        if new == Some("") {
            return;
        }
        match self.words.fusion(new.unwrap_or(text)) {
            Some((five, three)) => {
                let one = said
                    .entry(("fusions", mapped.item.unwrap_or(1)))
                    .or_default();
                one.values.insert("five_prime".to_owned(), (five, Some(at)));
                one.values
                    .insert("three_prime".to_owned(), (three, Some(at)));
                verbatim(one, "five_prime", text);
            }
            None => {
                let rule = "is no fusion of two known genes: write 5'::3' in the table, or say in the mapping what it stands for, as in \"EML4::ALK\", or \"\" if the cell is to stay empty";
                self.messages.error(at, text, rule, Vec::new());
            }
        }
    }

    /// Adds the rows of one case.
    fn case(
        &mut self,
        row: &Row,
        named: Option<&Placed>,
        source: &str,
        mut said: BTreeMap<(&'static str, u32), RowValues>,
    ) {
        let beside = At {
            row: row.number,
            column: 0,
        };
        let at = named.map_or(beside, |(_, at)| *at);
        let number = named.map(|(text, _)| text.clone());
        let key = match &number {
            Some(text) if text.contains(char::is_alphabetic) => slug(text),
            Some(text) => slug(&format!("{source}-{text}")),
            None => format!("{source}-{}", self.of_source(source) + 1),
        };
        if key.is_empty() {
            self.messages.error(
                at,
                number.as_deref().unwrap_or_default(),
                "gives no key for the case: it has no letters or digits",
                Vec::new(),
            );
            return;
        }
        let again = self.cases.get(&key).map(|(first, _)| *first);
        self.cases
            .entry(key.clone())
            .or_insert_with(|| (row.number, BTreeMap::new()));
        said.entry(("cases", 1)).or_default();
        if again.is_none() {
            let cohort = [
                ("cohort", self.words.mapping.cohort.clone()),
                ("case", key.clone()),
                ("publication", source.to_owned()),
                ("basis", "stated".to_owned()),
            ];
            let one = said.entry(("cohorts", 1)).or_default();
            for (name, text) in cohort {
                one.values
                    .entry(name.to_owned())
                    .or_insert((text, Some(at)));
            }
            if let Some(number) = number {
                one.values
                    .entry("number_in_source".to_owned())
                    .or_insert((number, Some(at)));
            }
        } else {
            said.retain(|(sheet, _), _| *sheet != "cohorts");
        }
        for ((sheet, _), one) in said {
            for one in each(one) {
                self.add(sheet, one, (&key, source), (row.number, again));
            }
        }
    }

    /// How many cases a source has so far.
    fn of_source(&self, source: &str) -> usize {
        let rows = self.sheets.get("cohorts").into_iter().flatten();
        rows.filter(|(cells, _)| cells.get("publication").is_some_and(|of| of == source))
            .count()
    }

    /// Adds a row to a sheet, with what every row has.
    fn add(
        &mut self,
        sheet: &'static str,
        said: RowValues,
        (case, source): (&str, &str),
        (row, again): (usize, Option<usize>),
    ) {
        let mapping = self.words.mapping;
        let mut cells: BTreeMap<String, String> = BTreeMap::new();
        let mut places: BTreeMap<String, At> = BTreeMap::new();
        for (name, (text, at)) in said.values {
            places.extend(at.map(|at| (name.clone(), at)));
            cells.insert(name, text);
        }
        let empty = cells.is_empty();
        if empty && sheet != "cases" {
            return;
        }
        for (place, word) in &mapping.always {
            if let Ok(To::Column(of, name)) = to(place, self.words.reading.schema)
                && of == sheet
                && word != OPEN
            {
                cells.entry(name).or_insert_with(|| word.clone());
            }
        }
        let schema = self.words.reading.schema;
        let of_facts = schema.fact_sheet(sheet).is_some();
        if of_facts {
            if !said.verbatim.is_empty() {
                cells
                    .entry("verbatim".to_owned())
                    .or_insert_with(|| said.verbatim.join(" | "));
            }
            let common = [
                ("case", case.to_owned()),
                ("source", source.to_owned()),
                ("locator", format!("{}, row {row}", self.file)),
                ("certainty", mapping.certainty.clone()),
            ];
            for (name, text) in common {
                cells.entry(name.to_owned()).or_insert(text);
            }
        }
        // A second row of a case repeats what the first one says of the patient.
        let facts = |cells: &BTreeMap<String, String>| {
            let mut cells = cells.clone();
            cells.retain(|name, _| !matches!(name.as_str(), "item" | "locator"));
            cells
        };
        let rows = self.sheets.entry(sheet).or_default();
        if again.is_some() && rows.iter().any(|(known, _)| facts(known) == facts(&cells)) {
            return;
        }
        if is_numbered(schema, sheet) {
            let counted = self
                .cases
                .get_mut(case)
                .map(|(_, items)| items.entry(sheet).or_default());
            if let Some(item) = counted {
                *item += 1;
                cells.insert("item".to_owned(), item.to_string());
            }
        } else if let Some(first) = again
            && of_facts
            && rows.iter().any(|(known, _)| {
                known.get("case").is_some_and(|of| of == case)
                    && known.get("source").is_some_and(|of| of == source)
            })
        {
            let at = places
                .values()
                .next()
                .copied()
                .unwrap_or(At { row, column: 0 });
            self.messages.error(at, "", format!("says of the case {case} something else than row {first}, of the same source: correct one, or give the case another name"), Vec::new());
        }
        rows.push((cells, places));
    }

    /// The sheets that have rows.
    fn finish(mut self) -> Vec<Sheet> {
        for (message, cells) in self.refused.values().filter(|(_, cells)| *cells > 1) {
            if let Some(problem) = self.messages.problems.get_mut(*message) {
                problem
                    .rule
                    .push_str(&format!(" ({cells} cells of this column)"));
            }
        }
        let always = &self.words.mapping.always;
        for publication in &self.publications.all {
            let mut cells: BTreeMap<String, String> = BTreeMap::new();
            let mut places = BTreeMap::new();
            for (name, (text, at)) in &publication.fields {
                cells.insert(name.clone(), text.clone());
                places.insert(name.clone(), *at);
            }
            cells.insert("key".to_owned(), publication.key.clone());
            for (place, word) in always {
                if let Some(name) = place.strip_prefix("publications.").filter(|_| word != OPEN) {
                    cells.entry(name.to_owned()).or_insert_with(|| word.clone());
                }
            }
            self.sheets
                .entry("publications")
                .or_default()
                .push((cells, places));
        }
        let mut sheets = Vec::new();
        let schema = self.words.reading.schema;
        for name in filled_of(schema) {
            let headings: Vec<String> = columns_of(schema, name)
                .into_iter()
                .map(|column| column.name)
                .collect();
            let rows = self.sheets.remove(name).unwrap_or_default();
            // A sheet that the study adds may be left out until something stands in it.
            if rows.is_empty() && !SHEETS.contains(&name) {
                continue;
            }
            let line = |(mut cells, places): Cells| Line {
                from: headings
                    .iter()
                    .map(|heading| places.get(heading).copied())
                    .collect(),
                cells: headings
                    .iter()
                    .map(|heading| cells.remove(heading).unwrap_or_default())
                    .collect(),
            };
            sheets.push(Sheet {
                name: name.to_owned(),
                rows: rows.into_iter().map(line).collect(),
                headings,
                from: self.messages.from().to_owned(),
            });
        }
        sheets
    }
}

/// Keeps the words of the table for a column whose value is said otherwise.
fn verbatim(said: &mut RowValues, name: &str, text: &str) {
    let words = format!("{name}: {text}");
    if !said.verbatim.contains(&words) {
        said.verbatim.push(words);
    }
}

/// What a row says, a part for each event of a list.
fn each(mut said: RowValues) -> Vec<RowValues> {
    let listed = std::mem::take(&mut said.listed);
    if listed.is_empty() {
        return vec![said];
    }
    let with = |(term, at): Placed| {
        let mut one = said.clone();
        one.values.insert("term".to_owned(), (term, Some(at)));
        one
    };
    listed.into_iter().map(with).collect()
}
