use anyhow::Result;
use clap::Args;

use super::Exit;
use super::session::{Place, analyses};
use crate::graph::namespaces::Prefixes;
use crate::query::parameters::Parameter;

/// Show a saved analysis: parameters, statistic, columns and query
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph show response/by-partner
  casegraph show by-partner --query > mine.rq")]
pub struct Show {
    /// Name of the analysis, or its last part
    #[arg(value_name = "ANALYSIS")]
    name: String,
    /// Only the text of the query
    #[arg(long)]
    query: bool,
}

impl Show {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let project = place.find()?;
        let prefixes = Prefixes::of_study(&project.study_name());
        let analyses = analyses(&project, &prefixes, printer)?;
        let saved = analyses.find(&self.name)?;
        if self.query {
            printer.data(&saved.text)?;
            return Ok(Exit::Done);
        }
        let header = &saved.header;
        let mut out = format!(
            "{}: {}\n\n{}\n",
            saved.slug, header.summary, header.description
        );
        out.push_str(&format!(
            "\nFile: {}\nTags: {}\n",
            saved.path,
            header.tags.join(", ")
        ));
        out.push_str("\nParameters (set with --set NAME=VALUE):\n");
        if header.parameters.is_empty() {
            out.push_str("  none\n");
        }
        for parameter in &header.parameters {
            out.push_str(&describe(parameter));
        }
        out.push_str(&format!("\nStatistic: {}\n", header.statistic.kind()));
        for (key, column) in header.statistic.columns() {
            out.push_str(&format!("  {key} from column {column}\n"));
        }
        out.push_str("\nColumns:\n");
        for column in &header.columns {
            out.push_str(&format!("  {}: {}\n", column.name, column.kind.word()));
        }
        out.push_str(&format!("\n{}\n", saved.text.trim()));
        printer.text(&out)?;
        Ok(Exit::Done)
    }
}

fn describe(parameter: &Parameter) -> String {
    let mut line = format!("  {}: {}", parameter.name, parameter.kind.word());
    match (&parameter.default, parameter.optional) {
        (Some(default), _) => line.push_str(&format!(", default {default}")),
        (None, true) => line.push_str(", optional"),
        (None, false) => line.push_str(", required"),
    }
    if !parameter.values.is_empty() {
        line.push_str(&format!(", one of {}", parameter.values.join(", ")));
    }
    if let Some(description) = &parameter.description {
        line.push_str(&format!(": {description}"));
    }
    line.push('\n');
    line
}
