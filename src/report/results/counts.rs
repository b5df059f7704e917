//! Counts of units, events and known values.

use crate::analysis::{Completeness, CrossCounts, Enrichment, Incidence, Sequence, Waterfall};
use crate::document::Grid;
use crate::document::numbers::{decimal, p_value, percent};
use crate::stats::digits::number;

pub(super) fn incidence(result: &Incidence) -> Vec<Grid> {
    let grouped = result.terms.iter().any(|term| term.group.is_some());
    let mut headings = vec!["event".to_owned()];
    if grouped {
        headings.push("group".to_owned());
    }
    headings.push("cases".to_owned());
    if result.graded {
        headings.extend((1..=5).map(|grade| format!("grade {grade}")));
        headings.push("no grade".to_owned());
    }
    headings.extend(["of exposed", "of known", "which"].map(str::to_owned));
    let mut grid = Grid::new("Adverse events", &[]);
    grid.headings = headings;
    for term in &result.terms {
        let mut row = vec![term.term.clone()];
        if grouped {
            row.push(term.group.clone().unwrap_or_default());
        }
        row.push(term.cases.len().to_string());
        if result.graded {
            let grades = (1..=5).map(Some).chain([None]);
            row.extend(grades.map(|grade| term.with_worst(grade).to_string()));
        }
        row.extend([
            result.exposed.to_string(),
            result.known.to_string(),
            term.cases.join(", "),
        ]);
        grid.rows.push(row);
    }
    let mut grids = vec![grid];
    if let Some(exposure) = &result.exposure {
        let headings = [
            "exposed",
            "with known time",
            "months in all",
            "shortest",
            "longest",
        ];
        let mut grid = Grid::new("Exposure", &headings);
        let limit = |months: Option<f64>| months.map(months_text).unwrap_or_default();
        grid.push([
            result.exposed.to_string(),
            exposure.cases.to_string(),
            months_text(exposure.months),
            limit(exposure.shortest),
            limit(exposure.longest),
        ]);
        grids.push(grid);
    }
    grids
}

fn months_text(months: f64) -> String {
    number(months, 1)
}

pub(super) fn completeness(result: &Completeness) -> Grid {
    let reasons = result.reasons();
    let mut grid = Grid::new("Known values", &["field", "known", "of", "percent"]);
    grid.headings.extend(reasons.iter().cloned());
    for field in &result.fields {
        let units = field.units();
        #[expect(clippy::cast_precision_loss, reason = "counts of cases are small")]
        let share = field.known as f64 / units.max(1) as f64;
        let start = [
            field.field.clone(),
            field.known.to_string(),
            units.to_string(),
            percent(share),
        ];
        let missing = reasons
            .iter()
            .map(|reason| field.missing.get(reason).map_or(0, Vec::len).to_string());
        grid.rows.push(start.into_iter().chain(missing).collect());
    }
    grid
}

pub(super) fn crossed(counts: &CrossCounts, caption: &str) -> Grid {
    let corner = format!("{} \\ {}", counts.row_title, counts.column_title);
    let mut grid = Grid::new(caption, &[corner.trim_matches([' ', '\\'])]);
    grid.headings.extend(counts.columns.iter().cloned());
    grid.headings.push("total".to_owned());
    let rows = counts.rows.iter().zip(&counts.counts);
    for ((label, row), total) in rows.zip(&counts.row_units) {
        let cells = row.iter().chain([total]).map(ToString::to_string);
        grid.rows
            .push([label.clone()].into_iter().chain(cells).collect());
    }
    grid
}

pub(super) fn sequence(found: &Sequence) -> Grid {
    let mut grid = Grid::new("What followed what", &[]);
    grid.headings.extend(found.steps.iter().cloned());
    grid.headings.extend(["cases", "which"].map(str::to_owned));
    for path in &found.paths {
        let counted = [path.cases.len().to_string(), path.cases.join(", ")];
        grid.rows
            .push(path.steps.iter().cloned().chain(counted).collect());
    }
    grid
}

pub(super) fn waterfall(found: &Waterfall) -> Grid {
    let headings = ["case", "change, %", "best overall response"];
    let mut grid = Grid::new("Best change of tumor size", &headings);
    for case in &found.cases {
        let response = case.response.clone().unwrap_or_default();
        grid.push([case.case.clone(), signed(case.percent), response]);
    }
    grid
}

/// How many terms a reader is shown: JSON has all.
const SHOWN: usize = 30;

pub(super) fn enrichment(found: &Enrichment) -> Grid {
    let headings = [
        "term",
        "name",
        "of the set",
        "of all",
        "expected",
        "times",
        "P",
        "adjusted P",
        "which",
    ];
    let caption = format!(
        "Terms of {} genes against {} annotated genes{}",
        found.set,
        found.background,
        if found.terms.len() > SHOWN {
            format!(", the first {SHOWN} of {}", found.terms.len())
        } else {
            String::new()
        }
    );
    let mut grid = Grid::new(&caption, &headings);
    for term in found.terms.iter().take(SHOWN) {
        let id = term.term.rsplit(['/', '#']).next().unwrap_or(&term.term);
        grid.push([
            id.replacen('_', ":", 1),
            term.label.clone(),
            format!("{}/{}", term.overlap.drawn_with, term.overlap.drawn),
            format!("{}/{}", term.overlap.with, term.overlap.population),
            decimal(term.expected),
            term.fold.map(|fold| number(fold, 1)).unwrap_or_default(),
            small(term.p_value),
            small(term.adjusted_p),
            term.genes.join(", "),
        ]);
    }
    grid
}

/// A P value that may be very small.
fn small(p: f64) -> String {
    if p < 0.001 {
        format!("{p:.1e}")
    } else {
        p_value(p)
    }
}

/// A number with its sign, as a change is written.
fn signed(number: f64) -> String {
    format!("{}{number}", if number > 0.0 { "+" } else { "" })
}
