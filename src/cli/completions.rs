use anyhow::Result;
use clap::Args;
use clap_complete::Shell;

use super::Exit;
use super::session::Place;

/// Write completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph completions bash > ~/.local/share/bash-completion/completions/casegraph
  casegraph completions zsh > ~/.zfunc/_casegraph")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let mut bytes = Vec::new();
        clap_complete::generate(self.shell, &mut super::grammar(), "casegraph", &mut bytes);
        place.printer().data(&String::from_utf8(bytes)?)?;
        Ok(Exit::Done)
    }
}
