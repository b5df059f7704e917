use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::Exit;
use super::check::{Rules, checked_rules};
use super::session::{Place, Session, known_analyses};
use crate::graph::{Location, QueryOptions, canonical_nquads};
use crate::ingest::{input_sums, sha256};
use crate::report::{csv, grid_csv, json};

/// Write a release of the study: a folder that one can cite, send and ask
///
/// It holds the snapshot that answers come from, the same statements as canonical N-Quads, the
/// fingerprints of sheets, vocabularies and analyses, the licences, the outcome of the checks and the
/// result of every analysis, with SHA-256 sums of all of it. Made again from the same input it is the
/// same bytes. `--release DIR` of any command that reads answers from it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph release path/to/release-1
  casegraph --release path/to/release-1 run response/overall
  casegraph diff path/to/release-1 path/to/release-2
  cd path/to/release-1 && sha256sum --check SHA256SUMS")]
pub struct Release {
    /// Folder to write; it must not exist or be empty. Its last part is the name of the release
    #[arg(value_name = "NAME")]
    name: PathBuf,
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
        let printer = place.printer();
        let taken = fs::read_dir(&self.name).is_ok_and(|mut entries| entries.next().is_some());
        ensure!(
            !taken && !self.name.is_file(),
            "{} exists and is not empty: a release is never changed, choose another name",
            self.name.display()
        );
        let session = place.open()?;
        let mut files = Files(BTreeMap::new());
        files.add("statements.nq", canonical_nquads(&session.graph)?);
        let rules = checked_rules(&session, printer)?;
        files.add("checks.csv", grid_csv(&rules.grid));
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
                files.add("licences.csv", csv(&analysis.table));
            }
            let text = format!("{}\n", json(&analysis, &session.made_from()));
            files.add(format!("results/{}.json", saved.slug), text);
        }
        bar.finish_and_clear();
        files.add("inputs.sha256", input_sums(&session.project)?);
        let name = self
            .name
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        files.add("README.md", about(&name, &session, &rules));
        self.write(&session, files)?;
        printer.say(&format!(
            "Release {}: {}",
            self.name.display(),
            session.made_from()
        ));
        Ok(Exit::Done)
    }

    /// Writes everything into a folder beside the wanted one, and renames that when it is whole.
    fn write(&self, session: &Session, mut files: Files) -> Result<()> {
        let failed = |path: &Path| format!("cannot write {}", path.display());
        let beside = match self.name.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(beside).with_context(|| failed(beside))?;
        let folder = tempfile::Builder::new()
            .prefix(".release-")
            .tempdir_in(beside)
            .with_context(|| failed(beside))?;
        Location::new(folder.path()).write_snapshot(&session.graph, &session.manifest)?;
        // The snapshot is large, and stands where it is to stand.
        let mut sums = BTreeMap::new();
        for entry in fs::read_dir(folder.path()).with_context(|| failed(folder.path()))? {
            let entry = entry.with_context(|| failed(folder.path()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let bytes = fs::read(entry.path()).with_context(|| format!("cannot read {name}"))?;
            sums.insert(name, sha256(&bytes));
        }
        for (name, bytes) in &files.0 {
            sums.insert(name.clone(), sha256(bytes));
        }
        let lines = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n"));
        let sums: String = lines.collect();
        files.add("SHA256SUMS", sums);
        for (name, bytes) in &files.0 {
            let path = folder.path().join(name);
            let parent = path.parent().unwrap_or(folder.path());
            fs::create_dir_all(parent).with_context(|| failed(parent))?;
            fs::write(&path, bytes).with_context(|| failed(&path))?;
        }
        // An empty folder may be in the way.
        let _ = fs::remove_dir(&self.name);
        fs::rename(folder.path(), &self.name).with_context(|| failed(&self.name))?;
        make_readable(&self.name)
    }
}

/// The analysis that lists the licences of the graphs.
const LICENCES: &str = "evidence/licences";

/// A folder for temporary files is its owner's alone; a release is for others too.
fn make_readable(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("cannot open {} to others", folder.display()))?;
    }
    Ok(())
}

/// What the release is, for who finds the folder.
fn about(name: &str, session: &Session, rules: &Rules) -> String {
    let manifest = &session.manifest;
    let synthetic = if manifest.synthetic {
        "SYNTHETIC DATA: these cases are invented.\n\n"
    } else {
        ""
    };
    let outcome = if rules.violated {
        "some of level ERROR are violated"
    } else {
        "none of level ERROR is violated"
    };
    format!(
        "# {title}: release {name}\n\n{synthetic}{from}\n\n\
         - `statements.nq`: all statements as N-Quads, sorted; blank nodes named by RDFC-1.0\n\
         - `release.snapshot`, `manifest.json`: the same for casegraph: `casegraph --release FOLDER …`\n\
         - `results/`: the result of each saved analysis with its rows, its method and who was left out\n\
         - `checks.csv`: {rules} rules of the graph; {outcome}\n\
         - `licences.csv`: the licence of each named graph\n\
         - `inputs.sha256`: fingerprints of the sheets, vocabularies and analyses it was made from\n\
         - `SHA256SUMS`: of everything here; `sha256sum --check SHA256SUMS`\n",
        title = manifest.title,
        from = session.made_from(),
        rules = rules.grid.rows.len(),
    )
}
