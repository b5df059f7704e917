use anyhow::Result;
use clap::Args;

use super::Exit;
use super::session::Place;

/// Say what the store holds: study, counts, named graphs, prefixes
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph info
  casegraph info --graphs      with every named graph")]
pub struct Info {
    /// List the named graphs
    #[arg(long)]
    graphs: bool,
}

impl Info {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = place.open()?;
        let manifest = &session.manifest;
        let graphs = session.graph.named_graphs()?;
        let mut out = format!("Study:        {} ({})\n", manifest.title, manifest.study);
        if manifest.synthetic {
            out.push_str("              SYNTHETIC DATA: these cases are invented\n");
        }
        out.push_str(&format!("Cases:        {}\n", manifest.cases));
        out.push_str(&format!("Statements:   {}\n", manifest.quads));
        out.push_str(&format!("Named graphs: {}\n", graphs.len()));
        out.push_str(&format!("Made by:      casegraph {}\n", manifest.software));
        out.push_str(&format!(
            "Inputs:       sha256 {}\n",
            manifest.inputs_sha256
        ));
        if let Some(updated) = &manifest.updated {
            out.push_str(&format!("Updated:      since the sheets, {updated}\n"));
        }
        out.push_str(&format!(
            "Store:        {}\n",
            place.location(&session.project)?.path().display()
        ));
        out.push_str("\nDefault graph of a query:\n");
        for graph in session.graph.default_graphs() {
            out.push_str(&format!("  {}\n", session.prefixes.shorten(graph.as_str())));
        }
        if self.graphs {
            out.push_str("\nNamed graphs:\n");
            for graph in &graphs {
                out.push_str(&format!("  {}\n", session.prefixes.shorten(graph.as_str())));
            }
        }
        out.push_str("\nPrefixes:\n");
        for (name, iri) in session.prefixes.iter() {
            out.push_str(&format!("  {name:<12} {iri}\n"));
        }
        printer.text(&out)?;
        Ok(Exit::Done)
    }
}
