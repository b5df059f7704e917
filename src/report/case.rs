//! The dossier of one case: each value, who reported it, where, and what was chosen why.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::document::{Block, Cell, Document, Medium, Records, Role, Table};
use crate::dossier::{Dossier, DossierReport, DossierThing};

/// The dossier of a case as a document.
pub struct DossierDocument<'a>(pub &'a Dossier);

impl Document for DossierDocument<'_> {
    fn title(&self) -> String {
        self.0.case.clone()
    }

    fn blocks(&self, medium: Medium) -> Vec<Block> {
        match medium {
            Medium::Screen => vec![Block::Line(dossier_text(self.0).trim_end().to_owned())],
            Medium::Page | Medium::Manuscript => self.page(),
        }
    }

    /// One row a report of a value, and one a value that is missing.
    fn records(&self) -> Records<'_> {
        let names = [
            "case",
            "thing",
            "column",
            "name",
            "taken",
            "why",
            "value",
            "source",
            "locator",
            "certainty",
            "note",
        ];
        let role = |name| {
            if name == "case" {
                Role::Case
            } else {
                Role::Text
            }
        };
        let mut table = Table::new("", &names.map(|name| (name, role(name))));
        for thing in &self.0.things {
            for value in &thing.values {
                let none = DossierReport::default();
                let reports: Vec<&DossierReport> = match value.reports.as_slice() {
                    [] => vec![&none],
                    reports => reports.iter().collect(),
                };
                for report in reports {
                    table.push([
                        self.0.case.as_str(),
                        &thing.title,
                        value.column,
                        &value.name,
                        value.taken.as_deref().unwrap_or_default(),
                        &value.why,
                        &report.value,
                        &report.source,
                        &report.locator,
                        &report.certainty,
                        &report.note,
                    ]);
                }
            }
            for (reason, names) in &thing.missing {
                for name in names {
                    let row = [self.0.case.as_str(), &thing.title, "", name, "", reason];
                    let none = [""; 5];
                    let row = row.into_iter().chain(none);
                    table.rows.push(row.map(Cell::from).collect());
                }
            }
        }
        table.into()
    }

    fn json(&self) -> Value {
        let dossier = self.0;
        let suspected = dossier.suspected.iter().map(|other| {
            json!({
                "case": other.case,
                "is_the_second": other.second,
                "reason": other.reason,
                "findings": other.findings,
            })
        });
        let genes = dossier.genes.iter().map(|gene| {
            json!({
                "symbol": gene.symbol,
                "name": gene.name,
                "location": gene.location,
                "places": gene.places,
                "functions": gene.functions,
                "identifiers": gene.identifiers,
            })
        });
        json!({
            "case": dossier.case,
            "cohorts": dossier.cohorts,
            "suspected_duplicates": suspected.collect::<Vec<_>>(),
            "things": dossier.things.iter().map(thing_json).collect::<Vec<_>>(),
            "genes": genes.collect::<Vec<_>>(),
        })
    }
}

fn thing_json(thing: &DossierThing) -> Value {
    let values = thing.values.iter().map(|value| {
        let reports = value.reports.iter().map(|report| {
            json!({
                "value": report.value,
                "source": report.source,
                "locator": report.locator,
                "certainty": report.certainty,
                "note": (!report.note.is_empty()).then_some(&report.note),
            })
        });
        json!({
            "column": value.column,
            "name": value.name,
            "taken": value.taken,
            "why": value.why,
            "reports": reports.collect::<Vec<_>>(),
        })
    });
    json!({
        "thing": thing.title,
        "values": values.collect::<Vec<_>>(),
        "missing": thing.missing,
    })
}

impl DossierDocument<'_> {
    fn page(&self) -> Vec<Block> {
        let dossier = self.0;
        let mut blocks = vec![Block::Title(dossier.case.clone())];
        let cohorts = dossier.cohorts.iter();
        let mut about: Vec<String> = cohorts.map(|cohort| format!("cohort {cohort}")).collect();
        let others = dossier.suspected.iter();
        about.extend(others.map(|other| format!("{} {}", other.case, other.words())));
        if !about.is_empty() {
            blocks.extend([Block::List(String::new(), about), Block::Blank]);
        }
        for thing in &dossier.things {
            blocks.push(Block::Heading(thing.title.clone()));
            if !thing.values.is_empty() {
                blocks.extend([Block::Table(values(thing)), Block::Blank]);
            }
            if !thing.missing.is_empty() {
                let missing = thing.missing.iter();
                let missing =
                    missing.map(|(reason, names)| format!("{reason}: {}", names.join("; ")));
                let words = "Without a value".to_owned();
                blocks.extend([Block::List(words, missing.collect()), Block::Blank]);
            }
        }
        if !dossier.genes.is_empty() {
            blocks.push(Block::Heading(GENES.to_owned()));
            blocks.extend([Block::Table(self.genes()), Block::Blank]);
        }
        blocks
    }

    fn genes(&self) -> Table {
        let names = ["gene", "name", "location", "is in", "does", "elsewhere"];
        let mut table = Table::new("", &names.map(|name| (name, Role::Text)));
        for gene in &self.0.genes {
            table.push([
                Cell::from(gene.symbol.as_str()),
                gene.name.as_str().into(),
                gene.location.as_str().into(),
                Cell::lines(&gene.places),
                Cell::lines(&gene.functions),
                Cell::lines(&gene.identifiers),
            ]);
        }
        table
    }
}

/// What is taken of a thing and why, with what each source says.
fn values(thing: &DossierThing) -> Table {
    let names = ["what", "taken", "why", "reports"];
    let mut table = Table::new("", &names.map(|name| (name, Role::Text)));
    for value in &thing.values {
        let reports: Vec<String> = value.reports.iter().map(said).collect();
        table.push([
            Cell::from(value.name.as_str()),
            value.taken.as_deref().unwrap_or(NOTHING_TAKEN).into(),
            value.why.as_str().into(),
            Cell::lines(&reports),
        ]);
    }
    table
}

/// What one source says, where, and how surely.
fn said(report: &DossierReport) -> String {
    let said = format!(
        "{}: {}, {}, {}",
        report.value, report.source, report.locator, report.certainty
    );
    match report.note.as_str() {
        "" => said,
        note => format!("{said} ({note})"),
    }
}

/// Stands where no value is taken.
const NOTHING_TAKEN: &str = "no consensus value";
/// The heading of genes.
const GENES: &str = "genes of the fusions, as linked sources have them";

/// The dossier as text for a terminal.
fn dossier_text(dossier: &Dossier) -> String {
    let mut out = format!("{}\n", dossier.case);
    // Writing to a string cannot fail.
    for cohort in &dossier.cohorts {
        let _ = writeln!(out, "  cohort {cohort}");
    }
    for other in &dossier.suspected {
        let _ = writeln!(out, "  {} {}", other.case, other.words());
    }
    for thing in &dossier.things {
        let _ = writeln!(out, "\n{}", thing.title);
        for value in &thing.values {
            let taken = value.taken.as_deref().unwrap_or(NOTHING_TAKEN);
            let _ = writeln!(out, "  {}: {taken}  [{}]", value.name, value.why);
            for report in &value.reports {
                let _ = writeln!(out, "      {}", said(report));
            }
        }
        for (reason, names) in &thing.missing {
            let _ = writeln!(out, "  {reason}: {}", names.join("; "));
        }
    }
    if !dossier.genes.is_empty() {
        let _ = writeln!(out, "\n{GENES}");
    }
    for gene in &dossier.genes {
        let _ = writeln!(out, "  {}: {}, {}", gene.symbol, gene.name, gene.location);
        for (what, list) in [
            ("is in", &gene.places),
            ("does", &gene.functions),
            ("elsewhere", &gene.identifiers),
        ] {
            if !list.is_empty() {
                let _ = writeln!(out, "      {what}: {}", list.join("; "));
            }
        }
    }
    out
}
