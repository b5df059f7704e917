mod verify;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};

use super::Exit;
use super::check::{Rules, checked_rules};
use super::export::formats;
use super::output::begin_folder;
use super::session::{Place, Session, known_analyses};
use crate::disk::Unfinished;
use crate::export::{ExportFormat, ExportStudy, RO_CRATE, ro_crate};
use crate::graph::release::{SUMS, sha256_of, sums_of, sums_text};
use crate::graph::{Location, QueryOptions, canonical_nquads};
use crate::ingest::{fingerprint_of_sums, input_sums, sha256};
use crate::report::{Cells, analysis_json, records, records_csv};

/// Write a release of the study: a folder that one can cite, send and ask
///
/// It holds the snapshot that answers come from, the same statements as canonical N-Quads, the
/// fingerprints of sheets, vocabularies and analyses, the licences, the outcome of the checks and the
/// result of every analysis, with SHA-256 sums of all of it. Made again from the same input it is the
/// same bytes, unless the store was changed by SPARQL updates, which it then says. `--release DIR` of any
/// command that reads answers from it, if it is as it was written.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  casegraph release path/to/release-1
  casegraph release path/to/release-1 --export phenopackets --export cbioportal
  casegraph release verify path/to/release-1
  casegraph --release path/to/release-1 run response/overall
  casegraph diff path/to/release-1 path/to/release-2
  cd path/to/release-1 && sha256sum --check SHA256SUMS"
)]
pub struct Release {
    /// Folder to write; it must not exist or be empty. Its last part is the name of the release
    #[arg(value_name = "NAME", required = true)]
    name: Option<PathBuf>,
    /// Add the study in a format of others, in the folder export; may be given several times
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    export: Vec<&'static ExportFormat>,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    Verify(verify::Verify),
}

/// The files of a release, which are written only when all of them are there.
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    fn add(&mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.insert(name.into(), bytes.into());
    }
}

impl Release {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let name = match (self.action, self.name) {
            (Some(Action::Verify(verify)), _) => return verify.run(place),
            (None, Some(name)) => name,
            (None, None) => anyhow::bail!("name the folder of the release"),
        };
        let printer = place.printer();
        let taken = fs::read_dir(&name).is_ok_and(|mut entries| entries.next().is_some());
        ensure!(
            !taken && !name.is_file(),
            "{} exists and is not empty: a release is never changed, choose another name",
            name.display()
        );
        let session = place.open()?;
        let sums = inputs_of(&session)?;
        let unfinished = begin_folder(&name)?;
        let mut files = Files(BTreeMap::new());
        files.add("statements.nq", canonical_nquads(&session.graph)?);
        let rules = checked_rules(&session, printer, |_, _| ())?;
        let checks = records_csv(rules.table.clone().into(), Cells::Marked);
        files.add("checks.csv", checks);
        let catalogue = known_analyses(&session, printer)?.catalogue;
        let unasked: Vec<_> = catalogue
            .queries()
            .iter()
            .filter(|query| query.runs_unasked())
            .collect();
        let bar = printer.progress(unasked.len() as u64);
        for saved in unasked {
            bar.set_message(saved.slug.clone());
            let analysis = session
                .compute(saved, &[], &QueryOptions::default())
                .with_context(|| {
                    format!("{} has no result: correct it before a release", saved.slug)
                })?;
            if saved.slug == LICENCES {
                let rows = records(&analysis.table);
                files.add("licences.csv", records_csv(rows, Cells::Marked));
            }
            let text = format!("{:#}\n", analysis_json(&analysis, &session.made_from()));
            files.add(format!("results/{}.json", saved.slug), text);
        }
        bar.finish_and_clear();
        files.add("inputs.sha256", sums);
        let last = name.file_name().unwrap_or_default().to_string_lossy();
        let study = ExportStudy::read(&session, false)?;
        for format in &self.export {
            for (path, bytes) in (format.write)(&study)?.into_files() {
                files.add(format!("export/{}/{path}", format.name), bytes);
            }
        }
        files.add("README.md", about(&last, &session, &rules, &self.export));
        let mut parts: BTreeMap<String, Option<u64>> = ["release.snapshot", "manifest.json", SUMS]
            .map(|name| (name.to_owned(), None))
            .into();
        let sized = files
            .0
            .iter()
            .map(|(name, bytes)| (name.clone(), Some(bytes.len() as u64)));
        parts.extend(sized);
        let described = ro_crate(&study, &last, &parts);
        files.add(RO_CRATE, format!("{described:#}\n"));
        write(&unfinished, &session, files)
            .and_then(|()| Ok(unfinished.finish()?))
            .with_context(|| format!("cannot write {}", name.display()))?;
        printer.say(&format!(
            "Release {}: {}",
            name.display(),
            session.made_from()
        ));
        Ok(Exit::Done)
    }
}

/// The fingerprints of the files that the store was made from.
fn inputs_of(session: &Session) -> Result<String> {
    let manifest = &session.manifest;
    let text = input_sums(&session.project)?;
    let made = sums_of(&text)
        .and_then(|sums| fingerprint_of_sums(&sums, &manifest.software, &manifest.study));
    ensure!(
        made.as_ref() == Some(&manifest.inputs_sha256),
        "the store was not made from these sheets, or by this version, and a release tells what it was made from: run \
         `casegraph build`, and leave --frozen and --release out"
    );
    Ok(text)
}

/// Writes everything into the folder.
fn write(folder: &Unfinished, session: &Session, mut files: Files) -> Result<()> {
    Location::new(folder.path()).write_snapshot(&session.graph, &session.manifest)?;
    // The snapshot is large, and stands where it is to stand.
    let mut sums = BTreeMap::new();
    for entry in fs::read_dir(folder.path())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        sums.insert(name, sha256_of(&entry.path())?);
    }
    for (name, bytes) in &files.0 {
        sums.insert(name.clone(), sha256(bytes));
    }
    files.add(SUMS, sums_text(&sums));
    for (name, bytes) in &files.0 {
        folder.write(name, bytes)?;
    }
    Ok(())
}

/// The analysis that lists the licences of the graphs.
const LICENCES: &str = "evidence/licences";

/// What the release is, for who finds the folder.
fn about(name: &str, session: &Session, rules: &Rules, exports: &[&ExportFormat]) -> String {
    let manifest = &session.manifest;
    let synthetic = if manifest.synthetic {
        "SYNTHETIC DATA: these cases are invented.\n\n"
    } else {
        ""
    };
    let updated = if manifest.updated.is_some() {
        "It cannot be made again from the sheets alone: what SPARQL updates changed is in no sheet.\n\n"
    } else {
        ""
    };
    let outcome = if rules.violated {
        "some of level ERROR are violated"
    } else {
        "none of level ERROR is violated"
    };
    format!(
        "# {title}: release {name}\n\n{synthetic}{from}\n\n{updated}\
         - `statements.nq`: all statements as N-Quads, sorted; blank nodes named by RDFC-1.0\n\
         - `release.snapshot`, `manifest.json`: the same for casegraph: `casegraph --release FOLDER …`\n\
         - `results/`: the result of each saved analysis with its rows, its method and who was left out\n\
         - `checks.csv`: {rules} rules of the graph; {outcome}\n\
         - `licences.csv`: the licence of each named graph\n\
         - `inputs.sha256`: fingerprints of the sheets, vocabularies and analyses it was made from\n\
{exported}         - `ro-crate-metadata.json`: what is here, for machines (RO-Crate 1.1)\n\
         - `SHA256SUMS`: of everything here; `sha256sum --check SHA256SUMS`\n",
        title = manifest.title,
        from = session.made_from(),
        rules = rules.table.rows.len(),
        exported = exports
            .iter()
            .map(|format| format!("- `export/{}/`: {}\n", format.name, format.describes))
            .collect::<String>(),
    )
}
