use anyhow::Result;
use clap::Args;

use super::Exit;
use super::session::Place;

const NOTICES: &str = include_str!("../../THIRD-PARTY-NOTICES.txt");

/// Print the licences of the packages that this program is made of
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph licences > licences.txt")]
pub struct Licences {}

impl Licences {
    #[expect(clippy::unused_self, reason = "as the other commands")]
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        place.printer().data(NOTICES)?;
        Ok(Exit::Done)
    }
}
