//! Evidence of `CIViC`, as its table of clinical evidence has it: <https://civicdb.org/releases>.

use super::{Reference, broken, year};
use crate::import::trouble::Trouble;

/// An item of evidence: a work, and what it is about. What it says of that is not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// Number of the item.
    pub id: String,
    /// Genes and variants, such as `ALK EML4::ALK AND ALK L1196M`.
    pub profile: String,
    /// Label of the disease, and its number in the Disease Ontology.
    pub disease: (String, String),
    /// Names of the drugs.
    pub therapies: Vec<String>,
    /// The work.
    pub work: Reference,
}

/// Columns of the table, with the names that they had before.
const ID: &[&str] = &["evidence_id"];
const PROFILE: &[&str] = &["molecular_profile"];
const GENE: &[&str] = &["gene"];
const VARIANT: &[&str] = &["variant"];
const DISEASE: &[&str] = &["disease"];
const DOID: &[&str] = &["doid"];
const THERAPIES: &[&str] = &["therapies", "drugs"];
const WORK: &[&str] = &["citation_id", "pubmed_id"];
const SOURCE: &[&str] = &["source_type"];
const CITATION: &[&str] = &["citation"];

/// Whether a text begins with the headings of the table.
pub(super) fn is_evidence(text: &str) -> bool {
    let headings: Vec<&str> = text
        .lines()
        .next()
        .unwrap_or_default()
        .split('\t')
        .collect();
    let has = |names: &[&str]| names.iter().any(|name| headings.contains(name));
    has(ID) && has(WORK) && (has(PROFILE) || has(GENE))
}

pub(super) fn read(text: &str) -> Result<Vec<Evidence>, Trouble> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .quoting(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let of_civic = |error: csv::Error| broken("evidence of CIViC", &error);
    let headings = reader.headers().map_err(of_civic)?.clone();
    let mut all = Vec::new();
    for row in reader.records() {
        let row = row.map_err(of_civic)?;
        let get = |names: &[&str]| {
            let at = headings.iter().position(|heading| names.contains(&heading));
            let text = at.and_then(|at| row.get(at)).unwrap_or_default();
            text.trim().to_owned()
        };
        let profile = match get(PROFILE) {
            profile if profile.is_empty() => format!("{} {}", get(GENE), get(VARIANT)),
            profile => profile,
        };
        let therapies = get(THERAPIES);
        let therapies = therapies.split(',').map(|name| name.trim().to_owned());
        all.push(Evidence {
            id: get(ID),
            profile,
            disease: (get(DISEASE), get(DOID)),
            therapies: therapies.filter(|name| !name.is_empty()).collect(),
            work: work(&get(CITATION), &get(SOURCE), &get(WORK)),
        });
    }
    Ok(all)
}

/// A work by `Levine et al., 2005`, or by `Alexander E. Drilon, 2018, ASCO Annual Meeting, Abstract 102`. The table has no
/// titles.
fn work(citation: &str, source: &str, number: &str) -> Reference {
    let (author, rest) = citation.split_once(',').unwrap_or((citation, ""));
    let author = author.trim();
    let place = rest
        .split_once(',')
        .map_or("", |(_, place)| place)
        .trim()
        .to_owned();
    // The table of before 2019 has no column for the kind, and PubMed alone.
    let of_pubmed = source.is_empty() || source.eq_ignore_ascii_case("pubmed");
    Reference {
        first_author: author
            .strip_suffix(" et al.")
            .map_or_else(|| family_first(author), str::to_owned),
        year: year(rest),
        journal: match place {
            place if place.is_empty() && !of_pubmed => format!("{source} {number}"),
            place => place,
        },
        pmid: if of_pubmed {
            number.to_owned()
        } else {
            String::new()
        },
        ..Reference::default()
    }
}

/// `Alexander E. Drilon` as `Drilon AE`.
fn family_first(author: &str) -> String {
    let Some((given, family)) = author.rsplit_once(' ') else {
        return author.to_owned();
    };
    let initials: String = given
        .split_whitespace()
        .filter_map(|name| name.chars().next())
        .collect();
    format!("{family} {initials}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works_are_read_as_the_table_cites_them() {
        let paper = work("Levine et al., 2005", "PubMed", "16081687");
        assert_eq!(
            (&paper.first_author[..], &paper.year[..], &paper.pmid[..]),
            ("Levine", "2005", "16081687")
        );
        let cited = "Alexander E. Drilon, 2018, ASCO Annual Meeting, Abstract 102";
        let talk = work(cited, "ASCO", "161573");
        assert_eq!(
            (
                &talk.first_author[..],
                &talk.year[..],
                &talk.journal[..],
                &talk.pmid[..]
            ),
            ("Drilon AE", "2018", "ASCO Annual Meeting, Abstract 102", "")
        );
    }
}
