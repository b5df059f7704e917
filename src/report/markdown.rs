//! The report as Markdown.

use super::Report;
use super::analysis::analysis_blocks;
use super::duplicates;
use super::format::{block_markdown, line_markdown, table_markdown};
use super::front;
use super::methods::{bibliography, methods};
use super::results::{claims_section, tests_table};
use crate::analysis::Analysis;
use crate::graph::namespaces::Prefixes;

/// The report as one Markdown text.
#[must_use]
pub fn markdown(report: &Report<'_>) -> String {
    let mut out = format!("# {}\n\n", line_markdown(&report.title));
    if report.data.synthetic {
        out.push_str("**SYNTHETIC DATA: these cases are invented.**\n\n");
    }
    out.push_str(&format!("{}\n\n", line_markdown(&report.description)));
    let parts = front::parts(report);
    if report.is_whole() && !parts.is_empty() {
        out.push_str(&front::markdown(report, &parts));
        out.push_str("# Appendix\n\n");
    }
    for analysis in &report.analyses {
        out.push_str(&analysis_markdown(analysis, report.prefixes));
    }
    for (slug, why) in &report.failed {
        out.push_str(&format!(
            "## {slug}\n\nCould not be run: {}\n\n",
            line_markdown(why)
        ));
    }
    let claims = report.claims.as_ref().map(claims_section);
    let duplicates = report.duplicates.as_ref().map(duplicates::section);
    for block in claims.into_iter().chain(duplicates).flatten() {
        out.push_str(&block_markdown(&block));
    }
    if let Some((table, words)) = tests_table(&report.analyses) {
        out.push_str(&format!(
            "## Tests of this report\n\n{}\n\n{}\n",
            line_markdown(&words),
            table_markdown(&table)
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
fn analysis_markdown(analysis: &Analysis, prefixes: &Prefixes) -> String {
    let blocks = analysis_blocks(analysis, prefixes);
    blocks.iter().map(block_markdown).collect()
}
