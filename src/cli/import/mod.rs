//! `casegraph import`: workbooks and text files as sheets of a study.

mod others;
mod shown;
mod target;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, ensure};
use clap::Args;

use super::Exit;
use super::output::write_output;
use super::session::Place;
use super::shown::Shown;
use crate::case::Schema;
use crate::graph::namespaces::slug;
use crate::import::{
    self, CaseTable, Change, Dialect, Imported, Input, Kind, Limits, Mapping, Reading, Tab, Trouble,
};
use crate::ingest::Severity;
use crate::ontology::Ontology;
use shown::Understood;
use target::Target;

/// Make sheets of a workbook or a text file
///
/// Reads .xlsx and .ods, and CSV or TSV with comma, semicolon or tab, in UTF-8, UTF-16 or Windows-1252, and shows how it
/// understood the file: encoding, tabs, columns and what each becomes, what stays out, and every cell that cannot be taken.
/// Nothing is written without --yes, and nothing while a cell is in error. Tabs that are named as the sheets of a study
/// (cases, fusions, treatments, …) become these sheets; a sheet that says the same already is left as it is. Any other
/// table is read as one row a case, by a mapping of its columns and words: one that the headings and values suggest is
/// written beside the file, as FILE.mapping.toml, to be corrected, and is used when it is there. Phenopackets, a study
/// folder of cBioPortal, fusions of FUSOR, a case sheet of pyphetools and records of `REDCap` (of a project with the data
/// dictionary of `casegraph export redcap`) are added to the rows that are there; a word that no vocabulary has stays in
/// the source's words.
/// What searches found (RIS, `BibTeX`, CSL-JSON, text and XML of `PubMed`) goes to screening.csv, duplicates marked. So do
/// works of the evidence of `CIViC` that are of the study's fusion genes, diseases or drugs and no source of it yet.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph import my-study.xlsx                    how it is understood
  casegraph import my-study.xlsx --into my-study --yes
  casegraph import cases.csv --decimal-comma --into my-study
  casegraph import review.xlsx --sheet 'Table 2' --into my-study    a row a case: proposes a mapping
  casegraph import review.xlsx --into my-study --yes
  casegraph import packets/*.json --into my-study                   phenopackets, a file a case
  casegraph import brca_study --into my-study                       a study folder of cBioPortal
  casegraph import fusions.json cases.csv --into my-study           FUSOR, and whose the fusions are
  casegraph import records.csv --into my-study                      records of REDCap, raw or labels
  casegraph import ALK_individuals.xlsx --into my-study             a case sheet of pyphetools
  casegraph import pubmed.nbib embase.ris --into my-study           what searches found, to be screened
  casegraph import ClinicalEvidenceSummaries.tsv --into my-study    works that CIViC knows: leads

Exit status 1 if a cell cannot be taken.")]
pub struct Import {
    /// File to read, - for standard input; or a folder or files of another format: phenopackets, a study of cBioPortal, what a search found
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Project or study to write to; a folder that is not there becomes a new project. Default: --project, or the
    /// project of the working folder, or else a new folder named as the file
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Cohort that cases of another format join
    #[arg(long, value_name = "NAME", default_value = "main")]
    cohort: String,
    /// Read this tab alone
    #[arg(long, value_name = "TAB")]
    sheet: Option<String>,
    /// What the columns and words of a table become, as TOML. Default: FILE.mapping.toml, which is proposed where it is
    /// not there
    #[arg(long, value_name = "MAPPING.toml")]
    map: Option<PathBuf>,
    /// Character between the cells of a text file, where the headings do not show it; a tab is written \t
    #[arg(long, value_name = "CHARACTER", value_parser = super::stats::delimiter)]
    delimiter: Option<char>,
    /// Encoding of a text file, such as windows-1252, where the file does not show it
    #[arg(long, value_name = "LABEL")]
    encoding: Option<String>,
    /// Numbers have a decimal comma: 3,5
    #[arg(long)]
    decimal_comma: bool,
    /// Write what is shown
    #[arg(short, long)]
    yes: bool,
    /// Take away rows that are in the study and not in the file, too
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    shown: Shown,
}

impl Import {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let first = &self.files[0];
        let file = first.display().to_string();
        let limits = Limits {
            unpacked: Limits::default().unpacked.min(place.limits().file),
            ..Limits::default()
        };
        let target = Target::find(place, self.into.as_deref(), first)?;
        let ontology = Ontology::read(target.project.vocabularies())?;
        let (input, mut imported, mapping) = match others::of(&self.files, place)? {
            Some(others::Recognised::Cases(format, files)) => {
                let imported = format.sheets(&files, &file, &self.cohort, &ontology);
                let words = format.words(&files);
                (others_input(words), target.behind(imported)?, None)
            }
            Some(others::Recognised::References(files)) => {
                let mut bytes = BTreeMap::new();
                for name in import::LOOKED_AT {
                    bytes.insert(name, target.bytes(name)?);
                }
                let sheet = |name: &str| bytes.get(name).cloned().flatten();
                let (imported, counts) = import::screened(&files, sheet, &ontology)
                    .map_err(|trouble| refused(&file, &trouble))?;
                (others_input(found_words(&counts)), imported, None)
            }
            None => {
                ensure!(
                    self.files.len() == 1,
                    "several files are read of phenopackets and searches alone: import tables one by one"
                );
                let bytes = place.bytes_of(first)?;
                let said = Dialect {
                    encoding: self.encoding.clone(),
                    delimiter: self.delimiter,
                };
                let mut input = import::read(&bytes, &said, limits)
                    .map_err(|trouble| refused(&file, &trouble))?;
                self.choose(&mut input)?;
                let schema = target.sheets()?;
                if let Some((table, tab)) = self.table_of_others(&input, schema) {
                    let of = (file.as_str(), self.cohort.as_str());
                    let imported = table.sheets(tab, of, (schema, &ontology));
                    let rows = tab.rows.len().saturating_sub(1);
                    let words = format!("{}: {rows} rows", table.words());
                    (others_input(words), target.behind(imported)?, None)
                } else {
                    let (imported, mapping) =
                        self.imported(&input, &file, (place, &ontology), schema)?;
                    (input, imported, mapping)
                }
            }
        };
        let meta = target.meta(&file, &imported.sheets);
        let found = import::check(&imported.sheets, target.study(), &meta, &ontology)?;
        imported.problems.extend(found);
        let changes = target.changes(&imported.sheets)?;
        let errors = imported
            .problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .count();
        let gone = changes
            .iter()
            .any(|change| matches!(change, Change::Replaces { .. }));
        let next = if errors > 0 {
            let correct = mapping.map_or_else(
                || "the file".to_owned(),
                |mapping| format!("the file or {}", mapping.display()),
            );
            format!(
                "Nothing is written: {errors} cells or files in error, as said above. Correct {correct}, and import it again."
            )
        } else if gone && !self.replace {
            "Nothing is written: rows of the study are not in the file and would go, as said above. With --replace they go."
                .to_owned()
        } else if !self.yes {
            format!(
                "Nothing is written yet. With --yes the sheets go to {}.",
                target.shown()
            )
        } else {
            String::new()
        };
        let next = if errors > 0 && !self.decimal_comma && has_commas(&imported) {
            format!("{next} If numbers have a decimal comma, say --decimal-comma.")
        } else {
            next
        };
        let understood = Understood {
            file: &file,
            input: &input,
            imported: &imported,
            changes: &changes,
            next: &next,
        };
        self.shown.show(&understood.document(), printer)?;
        if errors > 0 || (gone && !self.replace) {
            return Ok(Exit::Found);
        }
        if self.yes {
            target.write(&imported.sheets, &changes, &meta)?;
            printer.say(&target.next());
        }
        Ok(Exit::Done)
    }

    /// Leaves of a workbook the tab that is asked for.
    fn choose(&self, input: &mut Input) -> Result<()> {
        let Some(wanted) = &self.sheet else {
            return Ok(());
        };
        let names: Vec<String> = input.tabs.iter().map(|tab| tab.name.clone()).collect();
        input.tabs.retain(|tab| tab.name == *wanted);
        ensure!(
            !input.tabs.is_empty(),
            "{} has no tab {wanted:?}; it has {}",
            self.files[0].display(),
            names.join(", ")
        );
        Ok(())
    }

    /// The table of another program among the tabs; what is named as a sheet, or has a mapping, is none.
    fn table_of_others<'a>(
        &self,
        input: &'a Input,
        schema: &'static Schema,
    ) -> Option<(CaseTable, &'a Tab)> {
        let alone = stem(&self.files[0]);
        let named = |tab: &Tab| import::sheet_for(schema, tab, &alone).is_some();
        let none = self.map.is_some() || input.tabs.iter().any(named);
        CaseTable::of(&input.tabs, schema).filter(|_| !none)
    }

    /// What the file becomes, and the mapping by which it does, if it is a wide table.
    fn imported(
        &self,
        input: &Input,
        file: &str,
        (place, ontology): (&Place, &Ontology),
        schema: &'static Schema,
    ) -> Result<(Imported, Option<PathBuf>)> {
        let alone = stem(&self.files[0]);
        let reading = Reading {
            decimal_comma: self.decimal_comma,
            schema,
        };
        let is_sheet = |tab: &Tab| import::sheet_for(schema, tab, &alone).is_some();
        if self.map.is_none() && input.tabs.iter().any(is_sheet) {
            return Ok((import::sheets(&input.tabs, (file, &alone), reading), None));
        }
        let beside = PathBuf::from(format!("{file}.mapping.toml"));
        let path = self.map.clone().unwrap_or(beside);
        let printer = place.printer();
        let text = if self.map.is_some() || path.exists() {
            printer.say(&format!("Read by the mapping {}.", path.display()));
            place.text_of(&path)?
        } else {
            let tab = self.table(input, "")?;
            let text = import::propose(tab, ontology, file, schema);
            ensure!(
                file != "-",
                "standard input has no name for a mapping: name one with --map"
            );
            write_output(&path, text.as_bytes())?;
            printer.say(&format!(
                "Wrote the mapping {}: look at it, and correct it.",
                path.display()
            ));
            text
        };
        let mapping =
            Mapping::read(&text, schema).map_err(|error| anyhow!("{} {error}", path.display()))?;
        let tab = self.table(input, &mapping.tab)?;
        let key = slug(&alone);
        let imported = import::sheets_of_table(tab, &mapping, ontology, (file, &key), reading);
        Ok((imported, Some(path)))
    }

    /// The wide table: the tab of this name, or the only one that holds something.
    fn table<'a>(&self, input: &'a Input, name: &str) -> Result<&'a Tab> {
        let mut filled = input.tabs.iter().filter(|tab| !tab.rows.is_empty());
        let named = filled.clone().find(|tab| tab.name == name);
        let (first, more) = (filled.next(), filled.next().is_some());
        let file = self.files[0].display();
        match named.or(first.filter(|_| !more && name.is_empty())) {
            Some(tab) => Ok(tab),
            None if first.is_none() => Err(anyhow!(
                "{file} is empty: it needs a row of headings and a row a case"
            )),
            None => {
                let names: Vec<&str> = input.tabs.iter().map(|tab| tab.name.as_str()).collect();
                let names = names.join(", ");
                Err(if name.is_empty() {
                    anyhow!(
                        "{file} has several tables, and none is named as a sheet of a study: choose one with --sheet ({names})"
                    )
                } else {
                    anyhow!("{file} has no tab {name:?}, which the mapping names: it has {names}")
                })
            }
        }
    }
}

/// What is shown of files that are no tables.
fn others_input(what: String) -> Input {
    Input {
        kind: Kind::Others(what),
        tabs: Vec::new(),
    }
}

/// What a search found, in the numbers of a flow diagram.
fn found_words(counts: &import::Counts) -> String {
    let there = match counts.there {
        0 => String::new(),
        there => format!(" ({there} of them in the sheet already)"),
    };
    format!(
        "what a search found: {} records{there}, {} duplicates, {} sources of the study already, {} to be screened",
        counts.found, counts.duplicates, counts.included, counts.to_screen
    )
}

/// An error of reading, with the option that helps.
fn refused(file: &str, trouble: &Trouble) -> anyhow::Error {
    let step = match trouble {
        Trouble::Encoding(_) => ", or say with --encoding what it is",
        Trouble::Separated(_) => ": say so with --delimiter",
        _ => "",
    };
    anyhow!("{file} {trouble}{step}")
}

/// Whether what is wrong with a cell may be its decimal comma.
fn has_commas(imported: &Imported) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut values = imported
        .problems
        .iter()
        .filter_map(|problem| problem.value.as_deref());
    values.any(|value| {
        let parts = value.split_once(',');
        parts.is_some_and(|(whole, rest)| number(whole) && number(rest))
    })
}

/// The name of a file without its ending.
fn stem(file: &Path) -> String {
    file.file_stem()
        .map_or(String::new(), |stem| stem.to_string_lossy().into_owned())
}
