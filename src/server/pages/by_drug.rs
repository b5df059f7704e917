//! Outcomes by drug of the cases with one thing: its row of a saved analysis, drug by drug.

use std::collections::HashSet;
use std::convert::Infallible;

use maud::{Markup, html};

use super::kind::Kind;
use super::{RESULTS_TIME, encoded, is_late, left_out};
use crate::document::{self, Cell, Column, Role};
use crate::graph::model::{Literal, NamedNode, Term};
use crate::query::{Prepared, Statistic, Table, plain, rows};
use crate::report::{table_html, tables};
use crate::server::Site;
use crate::server::problem::Problem;

/// The heading of the drugs.
const DRUG: &str = "drug";

/// The section: a row for each drug that the cases had, and for each class of several of them. Empty
/// where the study has no such analysis, or no case had a drug.
pub fn section(site: &Site, kind: Kind, thing: &NamedNode, label: &str) -> Result<Markup, Problem> {
    let (slug, title) = match kind {
        Kind::Partner => ("response/by-partner", "Responses"),
        Kind::Histology => ("response/by-histology", "Responses"),
        Kind::Event => ("safety/events", "Cases with it, by drug"),
        Kind::Drug => return Ok(html! {}),
    };
    let Ok(saved) = site.catalogue.find(slug) else {
        return Ok(html! {});
    };
    let prefixes = &site.session.prefixes;
    let drugs = Prepared::new(include_str!("queries/thing_drugs.rq"));
    let drugs = site.rows(&drugs.with("kind", kind.term()).with("thing", thing.clone()))?;
    let below = below(site, thing)?;
    let column = match &saved.header.statistic {
        Statistic::Response(settings) => settings.by.as_deref(),
        Statistic::Incidence(settings) => Some(settings.term.as_str()),
        _ => None,
    };
    // What lies below a class stands in the rows under its own name, and counts for the class.
    let as_class = |table: &mut Table| {
        if let Some(column) = column.and_then(|column| table.column(column)) {
            let class = |term: &Term| -> Result<Option<Term>, Infallible> {
                let own = below.contains(plain(term).as_ref());
                Ok(own.then(|| Literal::new_simple_literal(label).into()))
            };
            let Ok(()) = table.cells.replace(column, class);
        }
    };
    let options = site.sharing(RESULTS_TIME);
    let mut late = 0;
    let mut found = document::Table::default();
    let mut links = Vec::new();
    for row in rows(&drugs) {
        let (Some(drug), Some(name)) = (row.get("drug"), row.get("label")) else {
            continue;
        };
        let value = prefixes.shorten(drug);
        let set = [(DRUG.to_owned(), value.clone())];
        let result = site.session.compute_rows(saved, &set, &options(), as_class);
        late += usize::from(is_late(&result));
        // A drug that the analysis cannot be asked about is left to its own page.
        let Ok(analysis) = result else {
            continue;
        };
        let Some(table) = tables(&analysis, prefixes).into_iter().next() else {
            continue;
        };
        let own = table.rows.iter().find(|row| row[0].text == label);
        if let Some(own) = own {
            if found.columns.is_empty() {
                found.columns.clone_from(&table.columns);
                found.columns[0] = Column::new(DRUG, Role::Link);
            }
            let mut cells = own.clone();
            cells[0] = Cell::from(name);
            found.rows.push(cells);
            links.push((
                name.to_owned(),
                format!("/analyses/{slug}?drug={}", encoded(&value)),
            ));
        }
    }
    let to_analysis = |name: &str| {
        let link = links.iter().find(|(known, _)| known == name);
        link.map(|(_, to)| to.clone())
    };
    Ok(html! {
        @if !found.is_empty() || late > 0 {
            section #drugs {
                h2 { (title) }
                p {
                    "The row of this " (kind.word()) " in the analysis “" (saved.header.summary) "”, which each drug leads to, with who is left out and why. "
                    "Each counts the first episode of the drug, or of the class, that a case had: so a class may have other responses than its drugs, and rows overlap."
                }
                @if !found.is_empty() { (table_html(&found, &to_analysis)) }
                (left_out(late))
            }
        }
    })
}

/// The names of what lies below a thing.
fn below(site: &Site, thing: &NamedNode) -> Result<HashSet<String>, Problem> {
    let query = Prepared::new(include_str!("queries/names_below.rq"));
    let found = site.rows(&query.with("thing", thing.clone()))?;
    let names = rows(&found).filter_map(|row| row.get("name"));
    Ok(names.map(str::to_owned).collect())
}
