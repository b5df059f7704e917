//! Pairs of cases that may be one patient, as a document and as a section of the report.

use serde_json::{Value, json};

use crate::document::{Block, Cell, Document, Medium, Plain, Records, Role, Table};
use crate::likeness::{Contribution, DuplicatePair, Duplicates, ITEMS, Ruling};

/// Pairs in the section of a report.
const IN_REPORT: usize = 10;

/// The title of the section.
const TITLE: &str = "Cases that may be one patient";

/// The pairs that were found as a document.
pub struct DuplicatesDocument<'a> {
    /// What was found.
    pub found: &'a Duplicates,
    /// How many pairs to look at are shown; 0 shows all.
    pub limit: usize,
    /// Whether the cases are invented.
    pub synthetic: bool,
    /// What the answer comes from.
    pub made_from: &'a str,
}

impl Document for DuplicatesDocument<'_> {
    fn title(&self) -> String {
        TITLE.to_owned()
    }

    fn blocks(&self, medium: Medium) -> Vec<Block> {
        match medium {
            Medium::Screen => self.screen(),
            Medium::Page | Medium::Manuscript => self.page(),
        }
    }

    fn records(&self) -> Records<'_> {
        self.pairs().into()
    }

    fn json(&self) -> Value {
        let found = self.found;
        let open = self.shown().map(pair_json);
        json!({
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
            "open": open.collect::<Vec<_>>(),
            "decided": found.decided.iter().map(pair_json).collect::<Vec<_>>(),
            "notes": notes(found),
            "synthetic": self.synthetic,
            "made_from": self.made_from,
        })
    }
}

impl DuplicatesDocument<'_> {
    /// The pairs to look at that are shown.
    fn shown(&self) -> impl Iterator<Item = &DuplicatePair> {
        let all = self.found.open.len();
        let shown = if self.limit == 0 { all } else { self.limit };
        self.found.open.iter().take(shown)
    }

    fn screen(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if self.synthetic {
            blocks.extend([Block::Synthetic, Block::Blank]);
        }
        blocks.extend(Block::tables(self.tables()));
        if self.found.open.is_empty() {
            let words = "No pair to look at.".to_owned();
            blocks.extend([Block::Line(words), Block::Blank]);
        }
        let lines = notes(self.found).into_iter().chain(next_step(self.found));
        blocks.extend(lines.map(Block::Note));
        blocks
    }

    fn page(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Heading(TITLE.to_owned())];
        if self.synthetic {
            blocks.push(Block::Synthetic);
        }
        blocks.extend(notes(self.found).into_iter().map(Block::Note));
        if self.limit > 0 && self.found.open.len() > self.limit {
            blocks.push(Block::Note(format!(
                "The first {} pairs; `casegraph duplicates` shows the others.",
                self.limit
            )));
        }
        blocks.extend(next_step(self.found).map(Block::Note));
        blocks.extend(Block::tables(self.tables()));
        blocks
    }

    /// The pairs to look at, then those ruled on.
    fn tables(&self) -> Vec<Table> {
        let mut open = Table::new(
            TITLE,
            &[
                ("pair", Role::Text),
                ("score", Role::Number),
                ("reading", Role::P),
                ("counted", Role::Text),
                ("what agrees and what does not, bits", Role::Text),
            ],
        );
        for pair in self.shown() {
            open.push([
                Cell::lines(&names(pair)),
                Cell::number(pair.score, score(pair.score)),
                Cell::number(pair.reading, reading(pair.reading)),
                counted(pair).into(),
                Cell::lines(&why(&pair.items)),
            ]);
        }
        let mut decided = Table::new(
            "Ruled on in decisions.csv",
            &[
                ("pair", Role::Text),
                ("score", Role::Number),
                ("ruling", Role::Text),
                ("reason", Role::Text),
            ],
        );
        for pair in &self.found.decided {
            let (ruling, reason) = ruled(pair);
            decided.push([
                Cell::lines(&names(pair)),
                Cell::number(pair.score, score(pair.score)),
                ruling.into(),
                reason.into(),
            ]);
        }
        let mut tables = vec![open, decided];
        tables.retain(|table| !table.is_empty());
        tables
    }

    /// The pairs, one a row, with what each item adds; an empty cell is an item not known for both.
    fn pairs(&self) -> Table {
        let items = || ITEMS.iter().map(|known| known.item);
        let columns: Vec<(&str, Role)> = [
            ("first", Role::Case),
            ("second", Role::Case),
            ("score", Role::Number),
            ("reading", Role::P),
            ("ruling", Role::Text),
            ("reason", Role::Text),
            ("first_counted", Role::Text),
            ("second_counted", Role::Text),
        ]
        .into_iter()
        .chain(items().map(|item| (item, Role::Number)))
        .chain([("why", Role::Text)])
        .collect();
        let mut table = Table::new("", &columns);
        for pair in self.shown().chain(&self.found.decided) {
            let [first, second] = &pair.cases;
            let (ruling, reason) = ruled(pair);
            let own = [
                first.as_str().into(),
                second.as_str().into(),
                Cell::number(pair.score, format!("{:.3}", pair.score)),
                Cell::number(pair.reading, format!("{:.6}", pair.reading)),
                ruling.into(),
                reason.into(),
                pair.counted[0].to_string().into(),
                pair.counted[1].to_string().into(),
            ];
            let weights = items().map(|item| {
                let known = pair.items.iter().find(|own| own.item == item);
                let weight = known.and_then(|own| own.weight);
                weight.map_or_else(Cell::default, |weight| {
                    Cell::number(weight, format!("{weight:.3}"))
                })
            });
            let row = own.into_iter().chain(weights);
            table
                .rows
                .push(row.chain([Cell::lines(&why(&pair.items))]).collect());
        }
        table
    }
}

/// The section of a report: the first pairs, and that there are others.
pub(super) fn section(found: &Duplicates) -> Vec<Block> {
    let document = DuplicatesDocument {
        found,
        limit: IN_REPORT,
        synthetic: false,
        made_from: "",
    };
    document.page()
}

/// What a reader must know beside the pairs, a sentence or two a line.
fn notes(found: &Duplicates) -> Vec<String> {
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
        "Score: each item adds log2(m/u) bits, m how often two reports of one patient agree so, u how often two patients of this study do, these two counted as one (Fellegi and Sunter 1969); what is not known adds nothing. m is set, not learned: `casegraph duplicates --model` shows it with the reasons."
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
fn next_step(found: &Duplicates) -> Option<String> {
    let pair = found.open.first()?;
    let [first, second] = &pair.cases;
    Some(format!(
        "To rule, add a row to decisions.csv. One patient, so that {second} no longer counts: {first},cases,,same-patient,{second},REASON,CURATOR,DATE. Two patients: {first},cases,,different-patients,{second},REASON,CURATOR,DATE."
    ))
}

/// The items of the model with their m, and why, as a document.
#[must_use]
pub fn matching_document() -> Plain {
    let title = "How often two reports of one patient agree (m), by item";
    let columns = [
        ("item", Role::Text),
        ("level", Role::Text),
        ("m", Role::Estimate),
        ("why", Role::Text),
    ];
    let mut table = Table::new(title, &columns);
    let mut records = Table::new("", &columns);
    for known in ITEMS {
        for (at, level) in known.levels.iter().enumerate() {
            let first = |text| if at == 0 { text } else { "" };
            let m = Cell::number(level.m, format!("{:.2}", level.m));
            let row =
                |item: &str, why: &str| [item.into(), level.words.into(), m.clone(), why.into()];
            table.push(row(first(known.item), first(known.reason)));
            records.push(row(known.item, known.reason));
        }
    }
    let items = ITEMS.iter().map(|known| {
        let levels = known.levels.iter();
        let levels = levels.map(|level| json!({"level": level.words, "m": level.m}));
        json!({"item": known.item, "levels": levels.collect::<Vec<_>>(), "why": known.reason})
    });
    Plain {
        json: items.collect(),
        records,
        ..Plain::of_table(title, table, Value::Null)
    }
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
