use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::Exit;
use super::session::{Memory, Place, build};

/// Build the store of a study from its sheets
///
/// All sheets are read and checked first; if any has an error, every error is told with its cell and
/// nothing is written. The new store replaces the old one at once: a build that is killed leaves the
/// old one answering.
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
    #[command(flatten)]
    memory: Memory,
}

impl Build {
    pub(super) fn run(self, mut place: Place) -> Result<Exit> {
        place.project = self.folder.or(place.project);
        let printer = place.printer();
        let project = place.find()?;
        let location = place.location_to_write(&project)?;
        let manifest = build(&project, &location, self.memory.bytes(), printer)?;
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
