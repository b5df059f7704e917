//! The files of a study. The first byte of the input says which of them it is; the others are those of the
//! example. Nothing may panic; problems are good.

use std::fs;
use std::path::{Path, PathBuf};

use casegraph::ingest::read_study;
use casegraph::ontology::Ontology;
use casegraph::project::Project;

const FILES: [&str; 14] = [
    "study.toml", "cases.csv", "publications.csv", "fusions.csv", "treatments.csv", "follow_up.csv",
    "adverse_events.csv", "alterations.csv", "claims.csv", "cohorts.csv", "series.csv",
    "appraisals.csv", "decisions.csv", "columns.toml",
];

struct Place {
    folder: PathBuf,
    project: Project,
    ontology: Ontology,
}

thread_local!(static PLACE: Place = place());

fn example(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/tiny").join(file)
}

/// Puts the example's file back; it has no columns of its own.
fn restore(folder: &Path, file: &str) {
    let example = example(file);
    if example.is_file() {
        fs::copy(example, folder.join(file)).expect("a copy");
    } else {
        let _ = fs::remove_file(folder.join(file));
    }
}

fn place() -> Place {
    let folder = std::env::temp_dir().join(format!("casegraph-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    for file in FILES {
        restore(&folder, file);
    }
    let project = Project::find(Some(&folder), None).expect("a study");
    let ontology = Ontology::read(project.vocabularies()).expect("the ontology");
    Place { folder, project, ontology }
}

pub fn prepare() {
    PLACE.with(|_| {});
}

pub fn run(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    let file = FILES[usize::from(*kind) % FILES.len()];
    PLACE.with(|place| {
        fs::write(place.folder.join(file), rest).expect("written");
        let _ = read_study(place.project.study(), &place.ontology);
        restore(&place.folder, file);
    });
}
