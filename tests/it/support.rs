//! What the tests share: a copy of the invented study, and the program run on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assert_cmd::Command;
use casegraph::graph::namespaces::Prefixes;
use casegraph::graph::snapshot::MEMORY;
use casegraph::graph::{Graph, Location, Manifest};
use casegraph::ingest;
use casegraph::project::Project;
use casegraph::query::Catalogue;
use tempfile::TempDir;

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the repository.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files below a folder of the repository, as paths from its root, sorted.
pub fn files(folder: &str, ending: &str) -> Vec<String> {
    fn walk(path: &Path, ending: &str, found: &mut Vec<String>) {
        let entries = fs::read_dir(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(root()).expect("below the root");
                found.push(name.to_string_lossy().into_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    found.sort();
    found
}

/// The bytes of every file below a folder, by its path in it.
pub fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, within: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(within).unwrap_or_else(|e| panic!("{}: {e}", within.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(folder, &path, found);
            } else {
                let name = path.strip_prefix(folder).expect("below the folder");
                let bytes = fs::read(&path).expect("a file");
                found.insert(name.to_string_lossy().into_owned(), bytes);
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder to copy") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the program starts");
        Self {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Standard output of a command that must have worked.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.status, 0, "{}\n{}", self.out, self.err);
        self.out
    }

    /// Standard error of a command that must have failed with this status.
    #[track_caller]
    pub fn fails(self, status: i32) -> String {
        assert_eq!(self.status, status, "{}\n{}", self.out, self.err);
        self.err
    }
}

/// A copy of the invented study in a folder of its own, with its store beside it.
pub struct Tiny {
    dir: TempDir,
}

impl Tiny {
    pub fn new() -> Self {
        Self::fixture("tiny")
    }

    /// The same cases with columns and a sheet that the study adds.
    pub fn own() -> Self {
        Self::fixture("own")
    }

    fn fixture(name: &str) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let from = root().join("tests/fixtures").join(name);
        copy(&from, &dir.path().join("tiny"));
        Self { dir }
    }

    /// The same study as `data/tiny` of a project with its own analyses.
    pub fn project() -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let project = dir.path().join("project");
        copy(
            &root().join("tests/fixtures/tiny"),
            &project.join("data/tiny"),
        );
        copy(&root().join("queries"), &project.join("queries"));
        Self { dir }
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The folder named by --project.
    pub fn home(&self) -> PathBuf {
        let project = self.dir().join("project");
        if project.is_dir() {
            project
        } else {
            self.dir().join("tiny")
        }
    }

    pub fn store(&self) -> PathBuf {
        self.dir().join("store")
    }

    /// The program in the temporary folder, asked of this study.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(self.dir());
        command
            .env("CASEGRAPH_PROJECT", self.home())
            .env("CASEGRAPH_LOCATION", self.store())
            .args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    pub fn sheet(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    pub fn edit(&self, sheet: &str, from: &str, to: &str) {
        let path = self.sheet(sheet);
        let text = fs::read_to_string(&path).expect("a sheet");
        assert!(text.contains(from), "{sheet} holds no {from:?}");
        fs::write(path, text.replacen(from, to, 1)).expect("a sheet written");
    }
}

/// The program, with nothing of the surroundings and in a folder that is no project.
pub fn program(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casegraph"));
    command
        .current_dir(dir)
        .env("HOME", dir)
        .env_remove("CASEGRAPH_PROJECT")
        .env_remove("CASEGRAPH_LOCATION")
        .env_remove("XDG_STATE_HOME")
        .env_remove("COLUMNS")
        .env_remove("RUST_BACKTRACE")
        .timeout(std::time::Duration::from_mins(2));
    command
}

/// The commands of the program, as its help lists them, without the one that prints it.
pub fn commands() -> Vec<String> {
    let dir = TempDir::new().expect("a temporary folder");
    let help = Ran::of(program(dir.path()).arg("--help")).ok();
    let listed = help.lines().skip_while(|line| *line != "Commands:");
    let lines = listed.skip(1).take_while(|line| !line.is_empty());
    // What a command does goes on further right.
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// A built study, open for reading.
pub struct Open {
    _dir: TempDir,
    pub project: Project,
    pub graph: Graph,
    pub manifest: Manifest,
    pub prefixes: Prefixes,
    pub catalogue: Catalogue,
}

impl Open {
    fn build(project: Project) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let location = Location::new(dir.path().join("store"));
        ingest::build(&project, &location, MEMORY, |_| {}).expect("a build");
        let (graph, manifest) = location.open().expect("a store");
        let prefixes = Prefixes::of_study(&manifest.study);
        let saved = project.queries().files(".rq").expect("queries");
        let saved = saved
            .into_iter()
            .filter(|file| !file.name.starts_with("checks/"))
            .map(|file| (file.path, file.text));
        let pairs: Vec<(String, String)> = prefixes
            .iter()
            .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
            .collect();
        let (catalogue, errors) = Catalogue::read(saved, &pairs).expect("good prefixes");
        assert!(errors.is_empty(), "{errors:#?}");
        Self {
            _dir: dir,
            project,
            graph,
            manifest,
            prefixes,
            catalogue,
        }
    }

    /// The rows of a query as plain text.
    pub fn rows(&self, text: &str) -> Vec<Vec<String>> {
        rows(&self.graph, &self.prefixes, text)
    }
}

/// The rows of a query as plain text.
pub fn rows(graph: &Graph, prefixes: &Prefixes, text: &str) -> Vec<Vec<String>> {
    let query = casegraph::query::parse(text, prefixes).expect("a query");
    match casegraph::query::ask(graph, &query, &Default::default(), None).expect("an answer") {
        casegraph::query::Answer::Table(table) => (0..table.rows())
            .map(|row| {
                (0..table.columns.len())
                    .map(|column| table.text(row, column).unwrap_or_default().to_owned())
                    .collect()
            })
            .collect(),
        _ => panic!("the query gives no table"),
    }
}

/// The invented study, built once.
pub static TINY: LazyLock<Open> = LazyLock::new(|| {
    let path = root().join("tests/fixtures/tiny");
    Open::build(Project::find(Some(&path), None).expect("a study"))
});

/// The shipped study, built once.
pub static SHIPPED: LazyLock<Open> =
    LazyLock::new(|| Open::build(Project::find(Some(root()), None).expect("a study")));
