use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::Value;

use super::super::Exit;
use super::super::session::{Place, Session};
use crate::graph::release::{self, Difference, ReleaseError, sums_of};
use crate::graph::{GraphError, Location, canonical_nquads};
use crate::ingest::{fingerprint_of_sums, sha256};

/// Check that a release is as it was written
///
/// Each file has to be there with the bytes whose SHA-256 is in SHA256SUMS, and no other file. Then the statements
/// have to be those of the snapshot, each result has to come from it, and the fingerprint of the inputs has to be that
/// of the files listed. That nobody made all of it anew only a signature of SHA256SUMS can tell. Exit status 1 if
/// anything differs.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph release verify path/to/release-1")]
pub struct Verify {
    /// Folder of the release
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Verify {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let location = Location::new(&self.folder);
        let at = self.folder.display();
        ensure!(self.folder.is_dir(), "{at} is no folder of a release");
        let differences = match release::verify(&location) {
            Ok(()) => {
                let session = Session::open(place.find()?, &location)?;
                contradictions(&session, &self.folder)?
            }
            Err(ReleaseError::Differs { differences, .. }) => differences,
            Err(error) => return Err(error.into()),
        };
        for difference in &differences {
            printer.text(&format!("{difference}\n"))?;
        }
        if !differences.is_empty() {
            printer.text(&format!("{at} is not as it was written.\n"))?;
            return Ok(Exit::Found);
        }
        printer.text(&format!("{at} is as it was written.\n"))?;
        Ok(Exit::Done)
    }
}

/// What files of a release say against each other, each of which is listed with its sum.
fn contradictions(session: &Session, folder: &Path) -> Result<Vec<Difference>> {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let mut found = Vec::new();
    let mut contrary = |what: String| found.push(Difference::Contrary(what));
    if let Some(snapshot) = session.graph.snapshot() {
        snapshot.check().map_err(GraphError::from)?;
    }
    let statements = canonical_nquads(&session.graph)?;
    if release::sha256_of(&folder.join("statements.nq"))? != sha256(statements.as_bytes()) {
        contrary("statements.nq: other statements than the snapshot has".to_owned());
    }
    let manifest = &session.manifest;
    let inputs = sums_of(&read("inputs.sha256")?);
    let inputs =
        inputs.and_then(|sums| fingerprint_of_sums(&sums, &manifest.software, &manifest.study));
    if inputs.as_ref() != Some(&manifest.inputs_sha256) {
        contrary("inputs.sha256: other inputs than manifest.json says".to_owned());
    }
    let sums = sums_of(&read(release::SUMS)?).unwrap_or_default();
    for name in sums.keys().filter(|name| name.starts_with("results/")) {
        let result: Option<Value> = serde_json::from_str(&read(name)?).ok();
        let from = result
            .as_ref()
            .and_then(|result| result.get("made_from")?.as_str());
        if from != Some(&session.made_from()) {
            contrary(format!("{name}: not made from this snapshot"));
        }
    }
    Ok(found)
}
