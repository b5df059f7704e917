//! Terms of the vocabularies: which there are, and a new one.

mod add;
mod list;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Exit;
use super::session::Place;

/// List the terms of a vocabulary, or add one
///
/// A vocabulary is what the cells of a column may hold: histology, drug, site, event, response, status, method, gene,
/// and those that a project or study adds.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph term list
  casegraph term list response
  casegraph term list histology --under sarcoma
  casegraph term add -p my-study histology 'GLI1-altered soft tissue tumor' --broader 'mesenchymal neoplasm'
  casegraph term add -p my-study gene PDE4DIP --exact HGNC:15580 --dry-run")]
pub struct Term {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(list::ListTerms),
    Add(add::AddTerm),
}

impl Term {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        match self.action {
            Action::List(list) => list.run(place),
            Action::Add(add) => add.run(place),
        }
    }
}
