use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::Exit;
use super::output::begin_folder;
use super::session::Place;
use crate::case::{KnownSheet, Rows, Schema};
use crate::disk::Unfinished;
use crate::graph::namespaces::{RESERVED, slug};
use crate::project::{Folder, Project};

/// Start a project of your own: sheets with one example case, ontology and analyses
///
/// Writes a folder with data/<name>/ (sheets that open in a spreadsheet program, with one invented case
/// to replace), and copies of the ontology and the saved analyses to change as you like. With --from the
/// sheets are those of a study that the program carries, which can then be edited and linked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph init ntrk-sarcoma
  casegraph check -p ntrk-sarcoma
  casegraph report -p ntrk-sarcoma
  casegraph init --from alk-sarcoma my-alk")]
pub struct Init {
    /// Folder to make; it must not exist or be empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Copy a study that the program carries, with its sources and imports, instead of the example
    #[arg(long, value_name = "STUDY")]
    from: Option<String>,
}

/// What is made anew from the sheets is not kept with them.
const GIT_IGNORE: &str = "/casegraph-report.*\n";

/// One example case, and a source that invents it. A row is a list of heading and value.
const PUBLICATION: &[(&str, &str)] = &[
    ("key", "example-2020"),
    ("first_author", "Example A"),
    ("year", "2020"),
    ("title", "An invented case report to replace"),
    ("kind", "case-report"),
    ("read", "full-text"),
];
const COHORT: &[(&str, &str)] = &[
    ("cohort", "main"),
    ("case", "example-1"),
    ("publication", "example-2020"),
    ("basis", "stated"),
];
const SOURCE: [(&str, &str); 4] = [
    ("case", "example-1"),
    ("source", "example-2020"),
    ("locator", "full text p. 1"),
    ("certainty", "stated"),
];
const FACTS: &[(KnownSheet, &[(&str, &str)])] = &[
    (
        KnownSheet::Cases,
        &[
            ("age_years", "34"),
            ("sex", "female"),
            ("histology", "inflammatory myofibroblastic tumor"),
            ("primary_site", "lung"),
            ("stage", "metastatic"),
        ],
    ),
    (
        KnownSheet::Fusions,
        &[
            ("item", "1"),
            ("five_prime", "EML4"),
            ("three_prime", "ALK"),
            ("partner_status", "known"),
            ("method", "RNA-seq"),
            ("observed_or_inferred", "observed"),
        ],
    ),
    (
        KnownSheet::Treatments,
        &[
            ("item", "1"),
            ("order", "1"),
            ("kind", "drug"),
            ("agent", "crizotinib"),
            ("line", "1"),
            ("best_response", "PR"),
            ("pfs_months", "9"),
            ("progressed", "yes"),
        ],
    ),
    (
        KnownSheet::AdverseEvents,
        &[
            ("item", "1"),
            ("agent", "crizotinib"),
            ("term", "nausea"),
            ("grade", "1"),
        ],
    ),
    (
        KnownSheet::FollowUp,
        &[
            ("status", "alive-disease"),
            ("months", "14"),
            ("counted_from", "first dose of crizotinib"),
        ],
    ),
];

impl Init {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let folder = &self.folder;
        let shipped = self
            .from
            .as_deref()
            .map(|name| Project::shipped(Some(name)));
        let shipped = shipped.transpose()?;
        let name = match &shipped {
            Some(shipped) => shipped.study_name(),
            None => name_of(folder)?,
        };
        let study = Path::new("data").join(&name);
        let unfinished = begin_folder(folder)?;
        let project = NewProject(&unfinished);
        let next = match &shipped {
            Some(shipped) => {
                project.copy(shipped.study(), &study)?;
                "edit"
            }
            None => {
                project.example(&name, &study)?;
                "replace the example in"
            }
        };
        project.common()?;
        unfinished
            .finish()
            .with_context(|| format!("cannot write {}", folder.display()))?;
        let study = folder.join(study);
        place.printer().say(&format!(
            "Made {folder}. Next: {next} {study}/*.csv, then
  casegraph check -p {folder}
  casegraph report -p {folder}",
            folder = folder.display(),
            study = study.display()
        ));
        Ok(Exit::Done)
    }
}

/// The name of a study, which is made from that of its project's folder.
pub(super) fn name_of(folder: &Path) -> Result<String> {
    let name = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let name = slug(&name.unwrap_or_default());
    anyhow::ensure!(
        !name.is_empty(),
        "{} has no letters or digits to make IRIs from: name the folder otherwise",
        folder.display()
    );
    anyhow::ensure!(
        !RESERVED.contains(&name.as_str()),
        "{} cannot be a study's name, for it names what belongs to no study: name the folder otherwise",
        folder.display()
    );
    Ok(name)
}

/// The folder of a new project, before it is renamed into place.
pub(super) struct NewProject<'a>(pub(super) &'a Unfinished);

impl NewProject<'_> {
    /// Writes a study with one invented case.
    fn example(&self, name: &str, study: &Path) -> Result<()> {
        self.write(&study.join("study.toml"), &study_toml(name))?;
        self.write(
            &study.join("publications.csv"),
            &sheet("publications", &[PUBLICATION])?,
        )?;
        self.write(&study.join("cohorts.csv"), &sheet("cohorts", &[COHORT])?)?;
        let others = Schema::shipped().sheets().filter(|sheet| !sheet.kept);
        for other in others.filter(|sheet| sheet.rows == Rows::Study && sheet.optional) {
            let file = study.join(format!("{}.csv", other.name));
            self.write(&file, &sheet(other.name, &[])?)?;
        }
        for sheet_of in Schema::shipped().facts() {
            let rows: Vec<Vec<(&str, &str)>> = FACTS
                .iter()
                .filter(|(sheet, _)| Some(*sheet) == sheet_of.known())
                .map(|(_, values)| SOURCE.iter().chain(*values).copied().collect())
                .collect();
            let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
            let file = study.join(format!("{}.csv", sheet_of.name()));
            self.write(&file, &sheet(sheet_of.name(), &rows)?)?;
        }
        Ok(())
    }

    /// Writes what every project has.
    pub(super) fn common(&self) -> Result<()> {
        for part in ["ontology", "queries"] {
            self.copy(&Folder::shipped(part), Path::new(part))?;
        }
        self.write(Path::new(".gitignore"), GIT_IGNORE)
    }

    /// Copies every file of a folder.
    fn copy(&self, from: &Folder, to: &Path) -> Result<()> {
        for file in from.files("")? {
            self.write(&to.join(&file.name), &file.text)?;
        }
        Ok(())
    }

    pub(super) fn write(&self, path: &Path, text: &str) -> Result<()> {
        let written = self.0.write(path, text.as_bytes());
        written.with_context(|| format!("cannot write {}", path.display()))
    }
}

/// A sheet with its headings and these rows.
fn sheet(name: &str, rows: &[&[(&str, &str)]]) -> Result<String> {
    let headings = Schema::shipped().headings(name);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&headings)?;
    for row in rows {
        let cell = |heading: &&str| {
            row.iter()
                .find(|(name, _)| name == heading)
                .map_or("", |(_, value)| *value)
        };
        writer.write_record(headings.iter().map(cell))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

fn study_toml(name: &str) -> String {
    format!(
        "# What the study is. IRIs are made from the folder's name, {name:?}.
title = \"{name}: an example to replace\"
description = \"One invented case. Replace it by published ones and say here what the study is about.\"
citations = []
licence = \"CC-BY-4.0\"
curators = [\"your name\"]
retrieved = \"2026-01-01\"

# Remove this line when the invented case is gone: it marks every figure and table.
synthetic = true

[[cohorts]]
name = \"main\"
description = \"The cases that count.\"
counted = true

[[cohorts]]
name = \"excluded\"
description = \"Cases that are kept and do not count, each with its reason.\"
counted = false

# How many records the search for sources found and left, for the flow of PRISMA (casegraph run cohort/prisma).
# Leave out what nobody recorded. A sheet screening.csv (casegraph import of what searches found) says it by itself.
# [search]
# databases = 412
# elsewhere = 17
# duplicates = 96
# removed = 3
# screened = 330
# excluded = 210
# sought = 120
# not_retrieved = 9

# Defaults of this study for parameters of saved analyses. Without a drug here, an analysis asks for its own, or for
# the drug that most cases had, if nobody had that.
[parameters]
# drug = \"drug:larotrectinib\"
"
    )
}
