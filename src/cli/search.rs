use anyhow::Result;
use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::json;

use super::Exit;
use super::candidates;
use super::session::{Place, known_analyses};
use super::shown::Shown;
use crate::document::{Block, Plain, Role, Table};
use crate::search::{Hit, Index};

/// Find cases, genes, tumors, drugs, events, papers and analyses by any word for them
///
/// Names, synonyms, codes, keys and identifiers are searched, and the answer says by which of them each was found. One slip
/// is forgiven where nothing is called so.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph search EIMS
  casegraph search RANBP2::ALK
  casegraph search crizotinb
  casegraph search side effects --format json")]
pub struct Search {
    /// What to look for
    #[arg(value_name = "WORDS", required = true, num_args = 1.., add = ArgValueCompleter::new(candidates::terms))]
    words: Vec<String>,
    #[command(flatten)]
    shown: Shown,
}

impl Search {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = place.open()?;
        let catalogue = known_analyses(&session, printer)?.catalogue;
        let index = Index::of(&session.graph, &session.prefixes, &catalogue)?;
        let asked = self.words.join(" ");
        let hits = index.find(&asked);
        self.shown.show(&document(&asked, &hits), printer)?;
        Ok(Exit::Done)
    }
}

fn document(asked: &str, hits: &[Hit]) -> Plain {
    let headings = ["what", "key", "name", "found by", "word"];
    let mut table = Table::new("", &headings.map(|heading| (heading, Role::Text)));
    for hit in hits {
        let thing = &hit.thing;
        let (what, word) = &hit.why;
        table.push([thing.sort.title(), &thing.key, &thing.label, what, word]);
    }
    let near = hits.first().is_some_and(|hit| hit.near);
    let told = match hits.len() {
        0 => format!("Nothing is called {asked:?} here, nor one slip otherwise."),
        _ if near => format!("Nothing is called {asked:?} here; these are one slip away."),
        1 => "1 thing".to_owned(),
        many => format!("{many} things"),
    };
    let blocks = vec![
        Block::Title(format!("Search: {asked}")),
        Block::Line(told),
        Block::Table(table.clone()),
    ];
    let found = hits.iter().map(|hit| {
        json!({
            "what": hit.thing.sort.title(),
            "key": hit.thing.key,
            "name": hit.thing.label,
            "found_by": hit.why.0,
            "word": hit.why.1,
        })
    });
    Plain {
        title: format!("Search: {asked}"),
        screen: blocks.clone(),
        page: blocks,
        json: json!({"asked": asked, "near": near, "found": found.collect::<Vec<_>>()}),
        records: table,
    }
}
