//! The report as Markdown.

use super::Report;
use super::duplicates::section_markdown;
use super::grid::Grid;
use super::results::{grids, tests_grid};
use crate::analysis::Analysis;

/// The whole report.
#[must_use]
pub fn markdown(report: &Report<'_>) -> String {
    let mut out = format!("# {}\n\n", line(&report.title));
    if report.synthetic {
        out.push_str("**SYNTHETIC DATA: these cases are invented.**\n\n");
    }
    out.push_str(&format!("{}\n\n", line(&report.description)));
    for analysis in &report.analyses {
        out.push_str(&section(analysis, report));
    }
    for (slug, why) in &report.failed {
        out.push_str(&format!("## {slug}\n\nCould not be run: {}\n\n", line(why)));
    }
    if let Some(found) = &report.duplicates {
        out.push_str(&section_markdown(found));
    }
    if let Some((grid, words)) = tests_grid(&report.analyses) {
        out.push_str(&format!(
            "## Tests of this report\n\n{}\n\n{}\n",
            line(&words),
            grid_markdown(&grid)
        ));
    }
    out.push_str("## Sources\n\n");
    for citation in &report.citations {
        out.push_str(&format!("- {}\n", line(citation)));
    }
    out.push_str(&format!(
        "\nLicence of the data: {}. {}\n",
        report.licence, report.made_from
    ));
    out
}

fn section(analysis: &Analysis, report: &Report<'_>) -> String {
    let mut out = format!(
        "## {}\n\n{}\n\n",
        line(&analysis.header.summary),
        line(&analysis.header.description)
    );
    for (name, value) in &analysis.parameters {
        out.push_str(&format!("{}: **{}**\n\n", line(name), line(value)));
    }
    for caution in &analysis.cautions {
        out.push_str(&format!("> {}\n", line(caution)));
    }
    for grid in grids(analysis, report.prefixes) {
        out.push_str(&format!("\n{}\n", grid_markdown(&grid)));
    }
    if !analysis.method.is_empty() {
        out.push_str(&format!("\nMethod: {}\n", line(&analysis.method)));
    }
    let exclusions = analysis.ledger.exclusions();
    if !exclusions.is_empty() {
        out.push_str("\nLeft out:\n\n");
        for exclusion in exclusions {
            let (n, units) = (exclusion.units.len(), exclusion.units.join(", "));
            out.push_str(&format!(
                "- {} ({n}): {}\n",
                line(&exclusion.reason),
                line(&units)
            ));
        }
    }
    out.push_str(&format!(
        "\n`{}`\n\n```sparql\n{}\n```\n\n",
        analysis.slug,
        analysis.sparql.trim()
    ));
    out
}

/// A grid as a Markdown table.
#[must_use]
pub fn grid_markdown(grid: &Grid) -> String {
    let row = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| line(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut out = String::new();
    if !grid.caption.is_empty() {
        out.push_str(&format!("**{}**\n\n", line(&grid.caption)));
    }
    out.push_str(&row(&grid.headings));
    let rules = (0..grid.headings.len()).map(|c| if grid.is_numeric(c) { "---:" } else { "---" });
    out.push_str(&format!("| {} |\n", rules.collect::<Vec<_>>().join(" | ")));
    for cells in &grid.rows {
        out.push_str(&row(cells));
    }
    out
}

/// Text on one line with what Markdown would take as its own escaped.
pub(super) fn line(text: &str) -> String {
    let mut out = String::new();
    for character in text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
    {
        if matches!(
            character,
            '|' | '<' | '>' | '*' | '_' | '`' | '\\' | '[' | ']'
        ) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
