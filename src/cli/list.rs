use anyhow::Result;
use clap::{Args, ValueEnum};

use super::Exit;
use super::session::{Place, analyses};
use crate::graph::namespaces::Prefixes;
use crate::report::{Grid, grid_markdown, text};

/// List the saved analyses
///
/// Each is one file, queries/<theme>/<name>.rq; a file put there is an analysis at once.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph list
  casegraph list response      those whose name, tag or summary has this word")]
pub struct List {
    /// Only those with this word in name, tags or summary
    #[arg(value_name = "WORD")]
    word: Option<String>,
    /// How to write the list
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// Markdown
    Md,
}

impl List {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let project = place.find()?;
        let prefixes = Prefixes::of_study(&project.study_name());
        let catalogue = analyses(&project, &prefixes, printer)?.catalogue;
        let word = self.word.unwrap_or_default().to_lowercase();
        let rows = catalogue
            .queries()
            .iter()
            .filter(|query| {
                let text = format!(
                    "{} {} {}",
                    query.slug,
                    query.header.tags.join(" "),
                    query.header.summary
                );
                text.to_lowercase().contains(&word)
            })
            .map(|query| {
                let parameters = query.header.parameters.iter().map(|p| p.name.as_str());
                vec![
                    query.slug.clone(),
                    query.header.statistic.kind().to_owned(),
                    parameters.collect::<Vec<_>>().join(", "),
                    query.header.summary.clone(),
                ]
            })
            .collect();
        let grid = Grid {
            caption: String::new(),
            headings: ["analysis", "statistic", "parameters", "summary"]
                .map(str::to_owned)
                .to_vec(),
            rows,
            ..Grid::default()
        };
        printer.text(&match self.format {
            Format::Table => text(&grid, printer.width()),
            Format::Md => grid_markdown(&grid),
        })?;
        Ok(Exit::Done)
    }
}
