//! Counts of units, events and known values.

use super::super::grid::Grid;
use super::super::numbers::percent;
use crate::analysis::{Completeness, CrossCounts, Incidence};

pub(super) fn incidence(result: &Incidence) -> Vec<Grid> {
    let grouped = result.terms.iter().any(|term| term.group.is_some());
    let mut headings = vec!["event"];
    if grouped {
        headings.push("group");
    }
    headings.extend(["cases", "of exposed", "of informed"]);
    if result.graded {
        headings.push("worst grade");
    }
    headings.push("which");
    let mut grid = Grid::new("Adverse events", &headings);
    for term in &result.terms {
        let mut row = vec![term.term.clone()];
        if grouped {
            row.push(term.group.clone().unwrap_or_default());
        }
        row.extend([
            term.cases.len().to_string(),
            result.exposed.to_string(),
            result.informed.to_string(),
        ]);
        if result.graded {
            let grades: Vec<String> = term
                .worst_grades
                .iter()
                .rev()
                .map(|(grade, count)| match grade {
                    Some(grade) => format!("grade {grade}: {count}"),
                    None => format!("no grade: {count}"),
                })
                .collect();
            row.push(grades.join(", "));
        }
        row.push(term.cases.join(", "));
        grid.rows.push(row);
    }
    vec![grid]
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
    for (label, row) in counts.rows.iter().zip(&counts.counts) {
        let total: usize = row.iter().sum();
        let cells = row.iter().chain([&total]).map(ToString::to_string);
        grid.rows
            .push([label.clone()].into_iter().chain(cells).collect());
    }
    grid
}

pub(super) fn listed(counts: &CrossCounts, caption: &str) -> Grid {
    let mut grid = Grid::new(caption, &["from", "to", "cases"]);
    for (from, row) in counts.rows.iter().zip(&counts.counts) {
        for (to, count) in counts
            .columns
            .iter()
            .zip(row)
            .filter(|(_, count)| **count > 0)
        {
            grid.push([from.clone(), to.clone(), count.to_string()]);
        }
    }
    grid
}
