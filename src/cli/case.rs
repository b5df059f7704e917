use anyhow::Result;
use clap::Args;
use clap_complete::ArgValueCompleter;

use super::Exit;
use super::candidates;
use super::session::Place;
use super::shown::Shown;
use crate::dossier::{case_keys, dossier};
use crate::ontology::nearest;
use crate::report::DossierDocument;
use crate::study::UnknownName;

/// Show the whole dossier of a case
///
/// Each value, who reported it, where, and what was chosen why. Where sources differ, all sides are
/// shown.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph case zhang-2020-1
  casegraph case rao-2018
  casegraph case rao-2018 --format html > rao-2018.html")]
pub struct Case {
    /// Key of the case (`casegraph run cohort/cases` lists them)
    #[arg(value_name = "CASE", add = ArgValueCompleter::new(candidates::cases))]
    case: String,
    #[command(flatten)]
    shown: Shown,
}

impl Case {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = place.open()?;
        let keys = case_keys(&session.graph, &session.prefixes)?;
        if !keys.contains(&self.case) {
            let nearest = nearest(&self.case, keys.iter().map(String::as_str));
            return Err(UnknownName::new("case", &self.case, nearest).into());
        }
        let dossier = dossier(
            &session.graph,
            &self.case,
            &session.prefixes,
            session.schema,
        )?;
        self.shown.show(&DossierDocument(&dossier), printer)?;
        Ok(Exit::Done)
    }
}
