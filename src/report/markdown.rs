//! The report as Markdown.

use super::Report;
use super::duplicates::section_markdown;
use super::methods::{bibliography, methods};
use super::results::{CLAIM_VERDICTS, claims_grids, grids, tests_grid};
use crate::analysis::Analysis;
use crate::document::Grid;
use crate::graph::namespaces::Prefixes;

/// The whole report.
#[must_use]
pub fn markdown(report: &Report<'_>) -> String {
    let mut out = format!("# {}\n\n", line_markdown(&report.title));
    if report.data.synthetic {
        out.push_str("**SYNTHETIC DATA: these cases are invented.**\n\n");
    }
    out.push_str(&format!("{}\n\n", line_markdown(&report.description)));
    for analysis in &report.analyses {
        out.push_str(&analysis_markdown(analysis, report.prefixes));
    }
    for (slug, why) in &report.failed {
        out.push_str(&format!(
            "## {slug}\n\nCould not be run: {}\n\n",
            line_markdown(why)
        ));
    }
    if let Some(claims) = &report.claims {
        out.push_str(&format!(
            "## Claims of reviews\n\n{}\n\n{CLAIM_VERDICTS}\n\n",
            line_markdown(&claims.summary())
        ));
        for grid in claims_grids(claims, false) {
            out.push_str(&format!("{}\n", grid_markdown(&grid)));
        }
    }
    if let Some(found) = &report.duplicates {
        out.push_str(&section_markdown(found));
    }
    if let Some((grid, words)) = tests_grid(&report.analyses) {
        out.push_str(&format!(
            "## Tests of this report\n\n{}\n\n{}\n",
            line_markdown(&words),
            grid_markdown(&grid)
        ));
    }
    out.push_str("## Methods\n\n");
    for analysis in report
        .analyses
        .iter()
        .filter(|a| !a.finding.method.is_empty())
    {
        out.push_str(&format!(
            "{}\n\n",
            line_markdown(&methods(analysis, &report.made_from))
        ));
    }
    for reference in bibliography(&report.analyses) {
        out.push_str(&format!("- {}\n", line_markdown(&reference.citation())));
    }
    out.push_str("\n## Sources\n\n");
    for citation in &report.citations {
        out.push_str(&format!("- {}\n", line_markdown(citation)));
    }
    out.push_str(&format!(
        "\nLicence of the data: {}. {}\n",
        report.licence, report.made_from
    ));
    out
}

/// One analysis: its tables, its method, who was left out, and its SPARQL.
#[must_use]
pub fn analysis_markdown(analysis: &Analysis, prefixes: &Prefixes) -> String {
    let mut out = format!(
        "## {}\n\n{}\n\n",
        line_markdown(&analysis.header.summary),
        line_markdown(&analysis.header.description)
    );
    for (name, value) in &analysis.parameters {
        out.push_str(&format!(
            "{}: **{}**\n\n",
            line_markdown(name),
            line_markdown(value)
        ));
    }
    for caution in &analysis.finding.cautions {
        out.push_str(&format!("> {}\n", line_markdown(caution)));
    }
    for grid in grids(analysis, prefixes) {
        out.push_str(&format!("\n{}\n", grid_markdown(&grid)));
    }
    if !analysis.finding.method.is_empty() {
        out.push_str(&format!(
            "\nMethod: {}\n",
            line_markdown(&analysis.finding.method)
        ));
    }
    let exclusions = analysis.finding.ledger.exclusions();
    if !exclusions.is_empty() {
        out.push_str("\nLeft out:\n\n");
        for exclusion in exclusions {
            let (n, units) = (exclusion.units.len(), exclusion.units.join(", "));
            out.push_str(&format!(
                "- {} ({n}): {}\n",
                line_markdown(&exclusion.reason),
                line_markdown(&units)
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
        let cells: Vec<String> = cells.iter().map(|cell| line_markdown(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut out = String::new();
    if !grid.caption.is_empty() {
        out.push_str(&format!("**{}**\n\n", line_markdown(&grid.caption)));
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
#[must_use]
pub fn line_markdown(text: &str) -> String {
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
