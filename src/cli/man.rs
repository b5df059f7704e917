use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Command};

use super::Exit;
use super::output::begin_folder;
use super::session::Place;

/// Write the manual pages
///
/// One for the program and one for each command, as casegraph.1, casegraph-run.1 and so on.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph man pages        man pages/casegraph-run.1 shows one of them")]
pub struct Man {
    /// Folder to write; it must be new or empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let folder = begin_folder(&self.folder)?;
        let mut grammar = super::grammar();
        grammar.build();
        let mut pages = 0;
        let mut waiting = vec![(grammar, "casegraph".to_owned())];
        while let Some((command, name)) = waiting.pop() {
            let below = command.get_subcommands();
            let below = below.filter(|one| !one.is_hide_set() && one.get_name() != "help");
            waiting.extend(below.map(|one| (one.clone(), format!("{name}-{}", one.get_name()))));
            let mut page = Vec::new();
            clap_mangen::Man::new(named(command, &name)).render(&mut page)?;
            std::fs::write(folder.path().join(format!("{name}.1")), page)?;
            pages += 1;
        }
        folder.finish()?;
        let shown = self.folder.display();
        place
            .printer()
            .say(&format!("Wrote {pages} pages to {shown}."));
        Ok(Exit::Done)
    }
}

/// The command as its page is called.
fn named(command: Command, name: &str) -> Command {
    command.name(name.to_owned())
}
