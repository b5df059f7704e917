use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use super::Exit;
use super::session::{Place, analyses};
use super::shown::Shown;
use crate::document::{Plain, Role, Table};
use crate::graph::namespaces::Prefixes;
use crate::query::SavedQuery;

/// List the saved analyses
///
/// Each is one file, queries/<theme>/<name>.rq. A file that you put there is an analysis at once.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph list
  casegraph list --format json
  casegraph list response      those whose name, tag or summary has this word")]
pub struct List {
    /// Only those with this word in name, tags or summary
    #[arg(value_name = "WORD")]
    word: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

impl List {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let project = place.find()?;
        let prefixes = Prefixes::of_study(&project.study_name());
        let catalogue = analyses(&project, &prefixes, printer)?.catalogue;
        let word = self.word.unwrap_or_default().to_lowercase();
        let has_word = |query: &&SavedQuery| {
            let tags = query.header.tags.join(" ");
            let text = format!("{} {tags} {}", query.slug, query.header.summary);
            text.to_lowercase().contains(&word)
        };
        let found: Vec<&SavedQuery> = catalogue.queries().iter().filter(has_word).collect();
        let columns = ["analysis", "statistic", "parameters", "summary"];
        let mut table = Table::new("", &columns.map(|heading| (heading, Role::Text)));
        for query in &found {
            table.push([
                query.slug.as_str(),
                query.header.statistic.kind(),
                &parameters(query).join(", "),
                &query.header.summary,
            ]);
        }
        let json: Vec<Value> = found.into_iter().map(described).collect();
        let document = Plain::of_table("Saved analyses", table, json.into());
        self.shown.show(&document, printer)?;
        Ok(Exit::Done)
    }
}

fn parameters(query: &SavedQuery) -> Vec<&str> {
    let parameters = query.header.parameters.iter();
    parameters
        .map(|parameter| parameter.name.as_str())
        .collect()
}

fn described(query: &SavedQuery) -> Value {
    json!({
        "analysis": query.slug,
        "statistic": query.header.statistic.kind(),
        "parameters": parameters(query),
        "summary": query.header.summary,
        "tags": query.header.tags,
    })
}
