//! Pairs of cases that may be one patient: as tables, CSV, JSON, and a section of the report.

use maud::{Markup, html as markup};
use serde_json::{Value, json};

use super::cells::Cells;
use super::formats::records;
use super::html::table;
use super::markdown::grid_markdown;
use crate::document::Grid;
use crate::likeness::{Contribution, DuplicatePair, Duplicates, ITEMS, Ruling};

/// Pairs in the section of a report.
const IN_REPORT: usize = 10;

/// The title of the section.
const TITLE: &str = "Cases that may be one patient";

/// The pairs as tables: those to look at, then those ruled on. Of the former, `limit` are shown; 0
/// shows all.
#[must_use]
pub fn duplicates_grids(found: &Duplicates, limit: usize) -> Vec<Grid> {
    tables(found, limit, "\n")
}

fn tables(found: &Duplicates, limit: usize, new_line: &str) -> Vec<Grid> {
    let mut grids = Vec::new();
    let shown = if limit == 0 { found.open.len() } else { limit };
    if !found.open.is_empty() {
        let mut open = Grid::new(
            TITLE,
            &[
                "pair",
                "score",
                "reading",
                "counted",
                "what agrees and what does not, bits",
            ],
        );
        for pair in found.open.iter().take(shown) {
            open.push([
                names(pair).join(new_line),
                score(pair.score),
                reading(pair.reading),
                counted(pair).to_owned(),
                why(&pair.items).join(new_line),
            ]);
        }
        grids.push(open);
    }
    if !found.decided.is_empty() {
        let mut decided = Grid::new(
            "Ruled on in decisions.csv",
            &["pair", "score", "ruling", "reason"],
        );
        for pair in &found.decided {
            let (ruling, reason) = ruled(pair);
            decided.push([
                names(pair).join(new_line),
                score(pair.score),
                ruling,
                reason,
            ]);
        }
        grids.push(decided);
    }
    grids
}

/// What a reader must know beside the pairs, a sentence or two a line.
#[must_use]
pub fn duplicates_notes(found: &Duplicates) -> Vec<String> {
    let compared = match found.blocking {
        None => format!("{} compared", grouped(found.compared)),
        Some(how) => format!("{} compared ({how})", grouped(found.compared)),
    };
    let mut notes = vec![format!(
        "{} pairs of {} cases: {compared}; {} left out, for one publication reports both as patients of its own and they are not alike in everything; {} of score {} or more and not ruled on.",
        grouped(found.pairs),
        grouped(found.cases),
        grouped(found.told_apart),
        grouped(found.open.len()),
        score(found.min).trim_start_matches('+'),
    )];
    notes.push(
        "Score: each item adds log2(m/u) bits, m how often two reports of one patient agree so, u how often two patients of this study do (Fellegi and Sunter 1969); what is not known adds nothing. m is set, not learned: `casegraph duplicates --model` shows it with the reasons."
            .to_owned(),
    );
    notes.push(format!(
        "Reading: the probability that the two are one patient, if {} in 100 cases were second reports (a pair at random: {}) and if the items were independent. They are not quite, although what a shared histology tells of site and partner is taken off: read it as too high, and read the sources.",
        plain(found.second_reports * 100.0),
        if found.prior > 0.0 {
            format!("1 in {:.0}", 1.0 / found.prior)
        } else {
            "none".to_owned()
        },
    ));
    notes.push(format!(
        "Not compared, because the sheets have no such column: {}.",
        found.not_compared.join(", ")
    ));
    notes
}

/// How to rule on a pair.
#[must_use]
pub fn duplicates_next_step(found: &Duplicates) -> Option<String> {
    let pair = found.open.first()?;
    let [first, second] = &pair.cases;
    Some(format!(
        "To rule, add a row to decisions.csv. One patient, so that {second} no longer counts: {first},cases,,same-patient,{second},REASON,CURATOR,DATE. Two patients: {first},cases,,different-patients,{second},REASON,CURATOR,DATE."
    ))
}

/// The items of the model with their m, and why.
#[must_use]
pub fn matching_grid() -> Grid {
    let mut grid = Grid::new(
        "How often two reports of one patient agree (m), by item",
        &["item", "level", "m", "why"],
    );
    for known in ITEMS {
        for (at, level) in known.levels.iter().enumerate() {
            let first = |text: &str| {
                if at == 0 {
                    text.to_owned()
                } else {
                    String::new()
                }
            };
            grid.push([
                first(known.item),
                level.words.to_owned(),
                format!("{:.2}", level.m),
                first(known.reason),
            ]);
        }
    }
    grid
}

/// The pairs as CSV, one a row, with what each item adds; an empty cell is an item not known for both.
#[must_use]
pub fn duplicates_csv(found: &Duplicates, limit: usize, cells: Cells) -> String {
    let shown = if limit == 0 { found.open.len() } else { limit };
    let items = ITEMS.iter().map(|known| known.item);
    let headings: Vec<&str> = [
        "first",
        "second",
        "score",
        "reading",
        "ruling",
        "reason",
        "first_counted",
        "second_counted",
    ]
    .into_iter()
    .chain(items.clone())
    .chain(["why"])
    .collect();
    let row = |pair: &DuplicatePair| {
        let [first, second] = &pair.cases;
        let (ruling, reason) = ruled(pair);
        let own = [
            first.clone(),
            second.clone(),
            format!("{:.3}", pair.score),
            format!("{:.6}", pair.reading),
            ruling,
            reason,
            pair.counted[0].to_string(),
            pair.counted[1].to_string(),
        ];
        let weights = items.clone().map(|item| {
            let weight = pair
                .items
                .iter()
                .find(|own| own.item == item)
                .and_then(|own| own.weight);
            weight.map_or_else(String::new, |weight| format!("{weight:.3}"))
        });
        own.into_iter()
            .chain(weights)
            .chain([why(&pair.items).join("; ")])
            .collect::<Vec<String>>()
    };
    let pairs = found.open.iter().take(shown).chain(&found.decided);
    records(headings, pairs.map(row), b',', cells)
}

/// The pairs as JSON, every figure at full precision.
#[must_use]
pub fn duplicates_json(
    found: &Duplicates,
    limit: usize,
    synthetic: bool,
    made_from: &str,
) -> String {
    let shown = if limit == 0 { found.open.len() } else { limit };
    let value = json!({
        "cases": found.cases,
        "pairs": found.pairs,
        "compared": found.compared,
        "blocking": found.blocking,
        "told_apart": found.told_apart,
        "min_score": found.min,
        "second_reports": found.second_reports,
        "prior": found.prior,
        "not_compared": found.not_compared,
        "found": found.open.len(),
        "open": found.open.iter().take(shown).map(pair_json).collect::<Vec<_>>(),
        "decided": found.decided.iter().map(pair_json).collect::<Vec<_>>(),
        "notes": duplicates_notes(found),
        "synthetic": synthetic,
        "made_from": made_from,
    });
    format!(
        "{}\n",
        serde_json::to_string_pretty(&value).unwrap_or_default()
    )
}

fn pair_json(pair: &DuplicatePair) -> Value {
    let items: Vec<Value> = pair
        .items
        .iter()
        .map(|own| json!({"item": own.item, "bits": own.weight, "values": own.words}))
        .collect();
    let ruling = match &pair.ruling {
        None => Value::Null,
        Some(Ruling::Same { stays, reason }) => {
            json!({"patients": "same-patient", "stays": stays, "reason": reason})
        }
        Some(Ruling::Different { reason }) => {
            json!({"patients": "different-patients", "reason": reason})
        }
    };
    json!({
        "cases": pair.cases,
        "counted": pair.counted,
        "sources": pair.sources,
        "score": pair.score,
        "reading": pair.reading,
        "items": items,
        "ruling": ruling,
    })
}

/// The section of the report as Markdown.
pub(super) fn section_markdown(found: &Duplicates) -> String {
    let mut out = format!("## {TITLE}\n\n");
    for note in all_notes(found) {
        out.push_str(&format!("{note}\n\n"));
    }
    for grid in tables(found, IN_REPORT, "; ") {
        out.push_str(&format!("{}\n", grid_markdown(&grid)));
    }
    out
}

/// The section of the report as HTML.
pub(super) fn section_html(found: &Duplicates) -> Markup {
    markup! {
        section.analysis id="duplicates" {
            h2 { (TITLE) }
            @for note in all_notes(found) { p.method { (note) } }
            @for grid in tables(found, IN_REPORT, "; ") { (table(&grid)) }
        }
    }
}

fn all_notes(found: &Duplicates) -> Vec<String> {
    let mut notes = duplicates_notes(found);
    if found.open.len() > IN_REPORT {
        notes.push(format!(
            "The first {IN_REPORT} pairs; `casegraph duplicates` shows the others."
        ));
    }
    notes.extend(duplicates_next_step(found));
    notes
}

/// The two cases, each with its sources where those are named otherwise.
fn names(pair: &DuplicatePair) -> [String; 2] {
    let name = |at: usize| {
        let others: Vec<&str> = pair.sources[at]
            .iter()
            .map(String::as_str)
            .filter(|source| *source != pair.cases[at])
            .collect();
        if others.is_empty() {
            pair.cases[at].clone()
        } else {
            format!("{} (also in {})", pair.cases[at], others.join(", "))
        }
    };
    [name(0), name(1)]
}

fn counted(pair: &DuplicatePair) -> &'static str {
    match pair.counted {
        [true, true] => "both",
        [true, false] => "the first",
        [false, true] => "the second",
        [false, false] => "neither",
    }
}

fn ruled(pair: &DuplicatePair) -> (String, String) {
    match &pair.ruling {
        None => (String::new(), String::new()),
        Some(Ruling::Same { stays, reason }) => {
            (format!("same-patient ({stays} stays)"), reason.clone())
        }
        Some(Ruling::Different { reason }) => ("different-patients".to_owned(), reason.clone()),
    }
}

/// What each item adds, the heaviest first, and what is not known.
fn why(items: &[Contribution]) -> Vec<String> {
    let mut known: Vec<(&Contribution, f64)> = items
        .iter()
        .filter_map(|own| own.weight.map(|weight| (own, weight)))
        .collect();
    known.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let mut lines: Vec<String> = known
        .into_iter()
        .map(|(own, weight)| format!("{} {}: {}", score(weight), own.item, own.words))
        .collect();
    let unknown: Vec<&str> = items
        .iter()
        .filter(|own| own.weight.is_none())
        .map(|own| own.item)
        .collect();
    if !unknown.is_empty() {
        lines.push(format!("not known for both: {}", unknown.join(", ")));
    }
    lines
}

/// Bits with their sign.
fn score(bits: f64) -> String {
    match format!("{bits:+.1}") {
        zero if zero == "-0.0" || zero == "+0.0" => "0.0".to_owned(),
        text => text,
    }
}

/// A probability; one near 0 or 1 is not printed as certain.
fn reading(probability: f64) -> String {
    if probability > 0.99 {
        "> 0.99".to_owned()
    } else if probability < 0.01 {
        "< 0.01".to_owned()
    } else {
        format!("{probability:.2}")
    }
}

/// A whole number in groups of three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number without needless zeros.
fn plain(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
