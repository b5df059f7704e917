//! What a search found, as rows of `screening.csv`: RIS, BibTeX, CSL-JSON, and PubMed as text and as XML; and evidence of
//! `CIViC`, as leads to works.
//!
//! A record is a duplicate of one before it, or of one that is in the sheet, if both have the same DOI or PMID, or neither
//! differs and the titles are the same letters and years are at most one apart. A source of the study is included already.

mod bibtex;
mod civic;
mod csl;
mod leads;
mod medline;
mod pubmed;
mod ris;

use std::collections::{BTreeMap, BTreeSet};

use super::messages::Messages;
use super::others::Files;
use super::schema::columns;
use super::sheet::{Line, Sheet, rows_of};
use super::tabs::Imported;
use super::trouble::Trouble;
use crate::graph::namespaces::slug;
use crate::ontology::Ontology;
use leads::Topics;

/// The sheet that is filled.
const SCREENING: &str = "screening";
/// Letters below which equal titles say nothing: `Case report`, `Reply`.
const TITLE: usize = 20;

/// A work as a search gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    pub first_author: String,
    pub year: String,
    pub title: String,
    pub journal: String,
    pub doi: String,
    pub pmid: String,
}

/// What a search became, in the numbers that a flow diagram wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records in the files.
    pub found: usize,
    /// Those that the sheet had from the same file.
    pub there: usize,
    /// Duplicates of a record of these files or of the sheet.
    pub duplicates: usize,
    /// Sources of the study.
    pub included: usize,
    /// Those that are to be screened.
    pub to_screen: usize,
}

/// A format of references.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Ris,
    Bibtex,
    Csl,
    Medline,
    Pubmed,
    Civic,
}

impl Format {
    /// The format of a file by what it begins with.
    fn of(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with("TY  - ") {
            return Some(Self::Ris);
        }
        if civic::is_evidence(text) {
            return Some(Self::Civic);
        }
        if text.starts_with("PMID- ") {
            return Some(Self::Medline);
        }
        if text.starts_with('<') && text.contains("<PubmedArticle") {
            return Some(Self::Pubmed);
        }
        if text.starts_with('[') && csl::is_list(bytes) {
            return Some(Self::Csl);
        }
        (text.starts_with('@') || text.contains("\n@")).then_some(Self::Bibtex)
    }
}

/// Whether files are what a search found.
#[must_use]
pub fn are_references(files: &Files) -> bool {
    !files.is_empty() && files.values().all(|bytes| Format::of(bytes).is_some())
}

/// The sheets of a study that are looked at.
pub const LOOKED_AT: [&str; 5] = [SCREENING, "publications", "fusions", "cases", "treatments"];

/// Makes rows of `screening.csv` of what searches found, beside those that it has; of evidence of `CIViC`, the works that the
/// study lacks and that are of its fusion genes, diseases or drugs. `sheet` gives the bytes of a sheet of the study.
///
/// # Errors
/// A file is no text of its format.
pub fn screened(
    files: &Files,
    sheet: impl Fn(&str) -> Option<Vec<u8>>,
    ontology: &Ontology,
) -> Result<(Imported, Counts), Trouble> {
    let mut problems = Vec::new();
    let mut screening = Screening::new(
        sheet(SCREENING).as_deref(),
        sheet("publications").as_deref(),
    );
    for (name, bytes) in files {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches('\u{feff}');
        let found = match Format::of(bytes) {
            Some(Format::Ris) => ris::read(text),
            Some(Format::Medline) => medline::read(text),
            Some(Format::Csl) => csl::read(bytes)?,
            Some(Format::Pubmed) => pubmed::read(text)?,
            Some(Format::Bibtex) => bibtex::read(text)?,
            Some(Format::Civic) => {
                let topics = Topics::of(&sheet, ontology);
                let evidence = civic::read(text)?;
                let mut messages = Messages::new(name.clone());
                screening.leads(name, &evidence, &topics, &mut messages);
                problems.extend(messages.problems);
                continue;
            }
            None => continue,
        };
        for one in found {
            screening.take(name, &one, "");
        }
    }
    let (mut imported, counts) = screening.finish();
    imported.problems = problems;
    Ok((imported, counts))
}

/// Why a file is no text of its format.
fn broken(what: &str, error: &dyn std::fmt::Display) -> Trouble {
    Trouble::Table(format!("is no {what} that can be read: {error}"))
}

type Row = BTreeMap<String, String>;

/// The records, and by what each is known again.
struct Screening {
    rows: Vec<Row>,
    keys: BTreeSet<String>,
    counts: Counts,
    /// Places of records by `doi:…` and `pmid:…`, and by title.
    by_number: BTreeMap<String, usize>,
    by_title: BTreeMap<String, Vec<usize>>,
    /// How often the sheet has a record of a file.
    there: BTreeMap<(String, Reference), usize>,
    /// Sources of the study by the same, with their keys.
    sources: Vec<(Reference, String)>,
}

impl Screening {
    fn new(screening: Option<&[u8]>, publications: Option<&[u8]>) -> Self {
        let mut all = Self {
            rows: Vec::new(),
            keys: BTreeSet::new(),
            counts: Counts::default(),
            by_number: BTreeMap::new(),
            by_title: BTreeMap::new(),
            there: BTreeMap::new(),
            sources: Vec::new(),
        };
        for row in table(publications) {
            all.sources.push((found_of(&row), text(&row, "key")));
        }
        for row in table(screening) {
            all.keys.insert(text(&row, "record"));
            let found = found_of(&row);
            *all.there
                .entry((text(&row, "found_in"), found.clone()))
                .or_default() += 1;
            all.rows.push(row);
            all.know(&found, all.rows.len() - 1);
        }
        all
    }

    fn know(&mut self, found: &Reference, at: usize) {
        for number in numbers(found) {
            self.by_number.entry(number).or_insert(at);
        }
        let title = letters(&found.title);
        if title.len() >= TITLE {
            self.by_title.entry(title).or_default().push(at);
        }
    }

    /// A record that is the same work.
    fn same(&self, found: &Reference) -> Option<usize> {
        let known = numbers(found)
            .into_iter()
            .find_map(|number| self.by_number.get(&number).copied());
        known.or_else(|| {
            let alike = self.by_title.get(&letters(&found.title))?;
            alike
                .iter()
                .copied()
                .find(|at| may_be(found, &found_of(&self.rows[*at])))
        })
    }

    /// Takes a record, with a remark on it.
    fn take(&mut self, file: &str, found: &Reference, note: &str) {
        self.counts.found += 1;
        if let Some(left) = self.there.get_mut(&(file.to_owned(), found.clone()))
            && *left > 0
        {
            *left -= 1;
            self.counts.there += 1;
            return;
        }
        let same = self.same(found);
        let mut row = Row::new();
        let key = self.key(found);
        let source = self
            .sources
            .iter()
            .find(|(source, _)| is_same(source, found));
        for (name, value) in [
            ("record", &key),
            ("found_in", &file.to_owned()),
            ("first_author", &found.first_author),
            ("year", &found.year),
            ("title", &found.title),
            ("journal", &found.journal),
            ("doi", &found.doi),
            ("pmid", &found.pmid),
            ("note", &note.to_owned()),
        ] {
            row.insert(name.to_owned(), value.clone());
        }
        if let Some(at) = same {
            // The one that stays is no duplicate itself.
            let first = Some(text(&self.rows[at], "duplicate_of")).filter(|of| !of.is_empty());
            let of = first.unwrap_or_else(|| text(&self.rows[at], "record"));
            row.insert("duplicate_of".to_owned(), of);
            self.counts.duplicates += 1;
        } else if let Some((_, publication)) = source {
            row.insert("decision".to_owned(), "included".to_owned());
            row.insert("publication".to_owned(), publication.clone());
            self.counts.included += 1;
        } else {
            self.counts.to_screen += 1;
        }
        self.rows.push(row);
        if same.is_none() {
            self.know(found, self.rows.len() - 1);
        }
    }

    /// A key of author and year, or of the identifier, that no other record has.
    fn key(&mut self, found: &Reference) -> String {
        let author = found
            .first_author
            .split([',', ' '])
            .next()
            .unwrap_or_default();
        let parts = [slug(author), found.year.clone()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let base = match parts.join("-") {
            key if key.is_empty() && !found.pmid.is_empty() => format!("pmid{}", found.pmid),
            key if key.is_empty() => "record".to_owned(),
            key => key,
        };
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let mut free = std::iter::once(base.clone())
            .chain(numbered)
            .filter(|key| !self.keys.contains(key));
        let key = free.next().unwrap_or(base);
        self.keys.insert(key.clone());
        key
    }

    fn finish(self) -> (Imported, Counts) {
        let headings: Vec<String> = columns(SCREENING)
            .into_iter()
            .map(|column| column.name)
            .collect();
        let line = |row: Row| Line {
            from: vec![None; headings.len()],
            cells: headings.iter().map(|heading| text(&row, heading)).collect(),
        };
        let sheet = Sheet {
            name: SCREENING.to_owned(),
            rows: self.rows.into_iter().map(line).collect(),
            headings,
            from: SCREENING.to_owned(),
        };
        let imported = Imported {
            sheets: vec![sheet],
            ..Imported::default()
        };
        (imported, self.counts)
    }
}

fn text(row: &Row, name: &str) -> String {
    row.get(name).cloned().unwrap_or_default()
}

/// The rows of a sheet by heading.
fn table(bytes: Option<&[u8]>) -> Vec<Row> {
    let Some((headings, rows)) = bytes.and_then(rows_of) else {
        return Vec::new();
    };
    let row = |cells: Vec<String>| headings.iter().cloned().zip(cells).collect();
    rows.into_iter().map(row).collect()
}

fn found_of(row: &Row) -> Reference {
    Reference {
        first_author: text(row, "first_author"),
        year: text(row, "year"),
        title: text(row, "title"),
        journal: text(row, "journal"),
        doi: text(row, "doi"),
        pmid: text(row, "pmid"),
    }
}

/// The identifiers of a work, each with what gave it.
fn numbers(found: &Reference) -> Vec<String> {
    let doi = doi(&found.doi);
    let all = [("doi", doi.as_str()), ("pmid", found.pmid.as_str())];
    let known = all.into_iter().filter(|(_, number)| !number.is_empty());
    known
        .map(|(what, number)| format!("{what}:{number}"))
        .collect()
}

/// A DOI as two are compared: without a resolver, in small letters.
pub(super) fn doi(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let at = text.find("10.").filter(|_| text.contains('/'));
    at.map_or(String::new(), |at| {
        text[at..].trim_end_matches(['.', ',', ';']).to_owned()
    })
}

/// A title as two are compared: its letters and digits.
fn letters(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// Whether two works with one title may be the same: no identifier differs, and years are one apart at most (print and online).
fn may_be(one: &Reference, other: &Reference) -> bool {
    let alike = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
    let years = [&one.year, &other.year].map(|year| year.parse::<i32>().ok());
    let near = match years {
        [Some(a), Some(b)] => (a - b).abs() <= 1,
        _ => true,
    };
    near && alike(&doi(&one.doi), &doi(&other.doi)) && alike(&one.pmid, &other.pmid)
}

fn is_same(one: &Reference, other: &Reference) -> bool {
    let mine = numbers(other);
    let number = numbers(one).iter().any(|number| mine.contains(number));
    let title = letters(&one.title);
    number || (title.len() >= TITLE && title == letters(&other.title) && may_be(one, other))
}

/// The first four digits in a row that are a year.
pub(super) fn year(text: &str) -> String {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    let year = runs.into_iter().find(|run| {
        run.len() == 4 && (run.starts_with("18") || run.starts_with("19") || run.starts_with("20"))
    });
    year.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_and_years_are_read_as_people_write_them() {
        for (text, expected) in [
            ("https://doi.org/10.1002/PATH.4836", "10.1002/path.4836"),
            ("doi: 10.1/x.", "10.1/x"),
            ("10.1", ""),
            ("", ""),
        ] {
            assert_eq!(doi(text), expected, "{text}");
        }
        assert_eq!(year("2019 Jan-Feb"), "2019");
        assert_eq!(year("12/2020/01"), "2020");
        assert_eq!(year("in press"), "");
    }

    #[test]
    fn equal_titles_of_far_years_or_other_numbers_are_two_works() {
        let work = |year: &str, doi: &str| Reference {
            title: "Inflammatory myofibroblastic tumor: a case".to_owned(),
            year: year.to_owned(),
            doi: doi.to_owned(),
            ..Reference::default()
        };
        assert!(is_same(&work("2019", ""), &work("2020", "10.1/a")));
        assert!(!is_same(&work("2016", ""), &work("2020", "")));
        assert!(!is_same(&work("2019", "10.1/b"), &work("2019", "10.1/a")));
    }
}
