use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::Exit;
use super::session::{Memory, Place, build, build_anew};

/// Build the store of a study from its sheets
///
/// Reads and checks all sheets first. If any has an error, it reports every error with its cell and
/// writes nothing. The new store replaces the old one in one step: a build that is killed leaves the
/// old store in place.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph build                   the study of the working folder, or the shipped one
  casegraph build my-study/data/x   a study folder
  casegraph build -p my-project -l /tmp/store
  casegraph build --memory 2048     a million cases, in 4 GB")]
pub struct Build {
    /// Study or project folder; the same as --project
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Make it from the sheets alone, in place of any store that is there: one that is damaged or of another version,
    /// sources that were linked whole, and SPARQL updates are lost
    #[arg(long)]
    anew: bool,
    #[command(flatten)]
    memory: Memory,
}

impl Build {
    pub(super) fn run(self, mut place: Place) -> Result<Exit> {
        place.project = self.folder.or(place.project);
        let printer = place.printer();
        let project = place.find()?;
        let location = place.location_to_write(&project)?;
        let memory = self.memory.bytes();
        let manifest = if self.anew {
            let old = location.manifest();
            let built = build_anew(&project, &location, memory, printer)?;
            match old {
                Ok(old) => {
                    if let Some(lost) = old.and_then(|old| old.beyond_sheets()) {
                        printer.always(&format!(
                            "The store before had {lost}, which this one has not."
                        ));
                    }
                }
                Err(_) => printer.always(
                    "The store before could not be read: what was linked whole or updated in it is not in this one.",
                ),
            }
            built
        } else {
            build(&project, &location, memory, printer)?
        };
        printer.say(&format!(
            "Built study {} in {}: {} cases, {} statements.",
            manifest.study,
            location.path().display(),
            manifest.cases,
            manifest.quads
        ));
        Ok(Exit::Done)
    }
}
