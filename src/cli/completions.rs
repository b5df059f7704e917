use anyhow::{Context, Result};
use clap::Args;
use clap_complete::Shell;
use clap_complete::env::Shells;

use super::Exit;
use super::session::Place;

/// The variable with which a shell asks what completes a word.
pub(super) const ASKED: &str = "CASEGRAPH_COMPLETE";

/// Write completions for a shell
///
/// They ask the program while you type, and so know the analyses, cases and words of the study that is chosen. Write
/// them anew after an update of the program.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph completions bash > ~/.local/share/bash-completion/completions/casegraph
  casegraph completions zsh > ~/.zfunc/_casegraph
  casegraph completions fish > ~/.config/fish/completions/casegraph.fish")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let shells = Shells::builtins();
        let shell = self.shell.to_string();
        let script = shells.completer(&shell).context("no such shell")?;
        let mut bytes = Vec::new();
        script.write_registration(ASKED, "casegraph", "casegraph", "casegraph", &mut bytes)?;
        place.printer().data(&String::from_utf8(bytes)?)?;
        Ok(Exit::Done)
    }
}
