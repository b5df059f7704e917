use anyhow::Result;
use clap::Args;
use serde_json::{Map, Value, json};

use super::Exit;
use super::session::{Place, Session};
use super::shown::Shown;
use crate::document::{Block, Plain, Role, Table};
use crate::graph::model::NamedNode;

/// Say what the store holds: study, counts, named graphs, prefixes
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph info
  casegraph info --format json
  casegraph info --graphs      with every named graph")]
pub struct Info {
    /// List the named graphs
    #[arg(long)]
    graphs: bool,
    #[command(flatten)]
    shown: Shown,
}

impl Info {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = place.open()?;
        let graphs = session.graph.named_graphs()?;
        let location = place.location(&session.project)?;
        let store = location.path().display().to_string();
        let document = self.document(&session, &graphs, &store);
        self.shown.show(&document, printer)?;
        Ok(Exit::Done)
    }

    fn document(&self, session: &Session, graphs: &[NamedNode], store: &str) -> Plain {
        let manifest = &session.manifest;
        let short = |graph: &NamedNode| session.prefixes.shorten(graph.as_str());
        let default: Vec<String> = session.graph.default_graphs().iter().map(short).collect();
        let named: Vec<String> = graphs.iter().map(short).collect();
        let mut facts = vec![
            ("Study", format!("{} ({})", manifest.title, manifest.study)),
            ("Cases", manifest.cases.to_string()),
            ("Statements", manifest.quads.to_string()),
            ("Named graphs", graphs.len().to_string()),
            ("Made by", format!("casegraph {}", manifest.software)),
            ("Inputs", format!("sha256 {}", manifest.inputs_sha256)),
        ];
        if let Some(updated) = &manifest.updated {
            facts.push(("Updated", format!("since the sheets, {updated}")));
        }
        facts.push(("Store", store.to_owned()));
        let mut screen: Vec<Block> = Vec::new();
        for (name, value) in &facts {
            let name = format!("{name}:");
            screen.push(Block::Line(format!("{name:<13} {value}")));
            if manifest.synthetic && screen.len() == 1 {
                let words = "SYNTHETIC DATA: these cases are invented";
                screen.push(Block::Line(format!("{:<13} {words}", "")));
            }
        }
        let title = format!("Store of {}", manifest.study);
        let mut page = vec![Block::Title(title.clone())];
        page.extend(manifest.synthetic.then_some(Block::Synthetic));
        let told = facts.iter();
        page.extend(told.map(|(name, value)| Block::Fact((*name).to_owned(), value.clone())));
        let prefixes: Vec<String> = session
            .prefixes
            .iter()
            .map(|(name, iri)| format!("{name:<12} {iri}"))
            .collect();
        let mut lists = vec![("Default graph of a query", default.clone())];
        if self.graphs {
            lists.push(("Named graphs", named.clone()));
        }
        lists.push(("Prefixes", prefixes));
        for (heading, points) in lists {
            let list = [Block::Blank, Block::List(heading.to_owned(), points)];
            screen.extend(list.clone());
            page.extend(list);
        }
        let mut records = Table::new("", &[("name", Role::Text), ("value", Role::Text)]);
        for (name, value) in facts {
            records.push([name, &value]);
        }
        let prefixes = session.prefixes.iter();
        let prefixes = prefixes.map(|(name, iri)| (name.to_owned(), Value::from(iri)));
        let json = json!({
            "study": manifest.study,
            "title": manifest.title,
            "synthetic": manifest.synthetic,
            "cases": manifest.cases,
            "statements": manifest.quads,
            "software": manifest.software,
            "inputs_sha256": manifest.inputs_sha256,
            "updated": manifest.updated,
            "store": store,
            "default_graphs": default,
            "named_graphs": named,
            "prefixes": prefixes.collect::<Map<_, _>>(),
        });
        Plain {
            title,
            screen,
            page,
            records,
            json,
        }
    }
}
