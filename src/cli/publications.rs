use anyhow::Result;
use clap::{Args, ValueEnum};

use super::Exit;
use super::session::Place;
use super::shown::{Output, format_parser};
use crate::likeness::study;
use crate::report::{Format, Holds, ListedPublication, PublicationRole, PublicationsDocument};

/// Dots per inch of a picture: a list has none.
const DPI: u16 = 300;

/// List the publications of the study, also as references
///
/// Each with what it is to the study: included (it reports a case that counts), excluded (it reports only
/// cases that do not, with the reasons), or background (it reports none). BibTeX, RIS and CSL-JSON are for
/// reference managers and word processors.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph publications
  casegraph publications --role included --format bibtex > included.bib
  casegraph publications --role included --format ris --output included.ris
  casegraph publications --role excluded --format csv")]
pub struct PublicationsCommand {
    /// Only those that are this to the study
    #[arg(long, value_enum)]
    role: Option<Role>,
    /// How to write it
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(is_taken))]
    format: Option<&'static Format>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// They report a case that counts
    Included,
    /// They report only cases that do not count
    Excluded,
    /// They report no case
    Background,
}

impl Role {
    fn role(self) -> PublicationRole {
        match self {
            Self::Included => PublicationRole::Included,
            Self::Excluded => PublicationRole::Excluded,
            Self::Background => PublicationRole::Background,
        }
    }
}

fn is_taken(format: &Format) -> bool {
    matches!(format.holds, Holds::Words | Holds::References)
}

impl PublicationsCommand {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = place.open()?;
        let study = study(&session.graph, &session.prefixes)?;
        let mut publications = ListedPublication::of(&study);
        publications.retain(|one| self.role.is_none_or(|role| role.role() == one.role));
        let document = PublicationsDocument {
            publications,
            synthetic: session.manifest.synthetic,
            made_from: session.made_from(),
        };
        let format = self.output.format(self.format, is_taken);
        self.output.show(&document, format, DPI, printer)?;
        Ok(Exit::Done)
    }
}
