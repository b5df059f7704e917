//! Where statements come from: version, date, licence, and who to credit.

use super::format::Format;
use super::record::Header;

/// A source that was linked; it is one named graph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Its name, which is the last part of its graph's IRI, such as `go`.
    pub name: String,
    /// Its name as the user or the file says it.
    pub called: String,
    /// Title of the source.
    pub title: String,
    /// Its version, as it says itself; empty if it does not.
    pub version: String,
    /// Its date, as an ISO 8601 date; empty if it does not say.
    pub date: String,
    /// SPDX identifier of its licence, or an IRI; empty if nobody said.
    pub licence: String,
    /// Whom to credit, as the source asks for it.
    pub credit: String,
    /// The name of the file.
    pub file: String,
    /// The format of the file.
    pub format: Option<Format>,
    /// SHA-256 of the file as it lay on disk.
    pub sha256: String,
    /// Whether everything was loaded, or only what the study reaches.
    pub whole: bool,
    /// How many lines could not be taken and were left out.
    pub skipped: u64,
}

/// What is known of a source that its files do not say: how its name begins, title, licence, credit.
const KNOWN: [(&str, &str, &str, &str); 14] = [
    (
        "ncbi-gene2go",
        "NCBI gene2go",
        "CC-BY-4.0",
        "Gene Ontology Consortium and NCBI Gene",
    ),
    // A work of the government of the United States.
    (
        "ncbi-gene",
        "NCBI Gene",
        "CC-PDDC",
        "National Center for Biotechnology Information",
    ),
    (
        "hgnc",
        "HGNC complete set",
        "CC0-1.0",
        "HUGO Gene Nomenclature Committee",
    ),
    (
        "goa",
        "Gene Ontology annotations",
        "CC-BY-4.0",
        "Gene Ontology Consortium",
    ),
    (
        "go",
        "Gene Ontology",
        "CC-BY-4.0",
        "Gene Ontology Consortium",
    ),
    ("so", "Sequence Ontology", "CC-BY-4.0", "Sequence Ontology"),
    (
        "doid",
        "Human Disease Ontology",
        "CC0-1.0",
        "Disease Ontology",
    ),
    (
        "mondo",
        "Mondo Disease Ontology",
        "CC-BY-4.0",
        "Monarch Initiative",
    ),
    ("uberon", "Uberon", "CC-BY-3.0", "Uberon"),
    (
        "eco",
        "Evidence and Conclusion Ontology",
        "CC0-1.0",
        "Evidence and Conclusion Ontology",
    ),
    (
        "obi",
        "Ontology for Biomedical Investigations",
        "CC-BY-4.0",
        "OBI",
    ),
    (
        "ncit",
        "NCI Thesaurus",
        "CC-BY-4.0",
        "National Cancer Institute",
    ),
    (
        "oncotree",
        "OncoTree",
        "CC-BY-4.0",
        "Memorial Sloan Kettering Cancer Center",
    ),
    ("biomappings", "Biomappings", "CC0-1.0", "Biomappings"),
];

/// What a user says of a source beside its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stated {
    /// Its name, where the file's own does not do.
    pub name: Option<String>,
    /// Version, as the source or the user states it.
    pub version: Option<String>,
    /// SPDX identifier of its licence.
    pub licence: Option<String>,
}

impl Source {
    /// Puts together what the user, the file and this program know of a source, in that order.
    #[must_use]
    pub fn new(header: &Header, format: Format, file: &str, stated: &Stated) -> Self {
        let own = if header.name.is_empty() {
            without_date(file.split('.').next().unwrap_or(file))
        } else {
            &header.name
        };
        let called = stated.name.as_deref().unwrap_or(own);
        let name = name_of(called);
        let known = KNOWN.iter().find(|(start, ..)| {
            let rest = name.strip_prefix(start);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        });
        let known =
            |field: fn(&(&str, &'static str, &'static str, &'static str)) -> &'static str| {
                known.map_or("", field).to_owned()
            };
        let or = |text: &str, other: String| {
            if text.is_empty() {
                other
            } else {
                text.to_owned()
            }
        };
        let licence = stated
            .licence
            .clone()
            .unwrap_or_else(|| spdx(&header.licence));
        Self {
            title: or(&header.title, or(&known(|k| k.1), name.clone())),
            version: stated
                .version
                .clone()
                .unwrap_or_else(|| header.version.clone()),
            date: header.date.clone(),
            licence: or(&licence, known(|k| k.2)),
            credit: known(|k| k.3),
            file: file.to_owned(),
            format: Some(format),
            called: called.to_owned(),
            name,
            ..Self::default()
        }
    }
}

/// The longest name, bytes: that of a file with its ending must not be longer than 255.
const LONGEST_NAME: usize = 120;

/// The name under which a source is kept: in lower case, and with one hyphen for each run of what is neither a letter nor
/// a digit of any script. Accents may be characters of their own.
fn name_of(called: &str) -> String {
    let mut name = String::new();
    for character in called.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() || matches!(character, '\u{300}'..='\u{36F}') {
            name.push(character);
        } else if !name.ends_with('-') && !name.is_empty() {
            name.push('-');
        }
    }
    name.trim_end_matches('-').to_owned()
}

/// Whether a source can have this name: it stands in the name of a file and in an IRI.
pub(super) fn is_name(name: &str) -> bool {
    let fit =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '\u{300}'..='\u{36F}');
    !name.is_empty()
        && !name.starts_with('.')
        && name.len() <= LONGEST_NAME
        && name.chars().all(fit)
}

/// The stem of a file's name without a date at its end: a newer file is the same source.
fn without_date(stem: &str) -> &str {
    let Some((name, date)) = stem
        .len()
        .checked_sub(10)
        .and_then(|at| stem.split_at_checked(at))
    else {
        return stem;
    };
    match date.parse::<jiff::civil::Date>() {
        Ok(_) if !name.is_empty() => name.trim_end_matches(['-', '_']),
        _ => stem,
    }
}

/// The SPDX identifier of a licence that is written as the IRI of Creative Commons, else as it is.
fn spdx(licence: &str) -> String {
    let at = licence.find("creativecommons.org/");
    let Some(path) = at.map(|at| &licence[at + "creativecommons.org/".len()..]) else {
        return licence.to_owned();
    };
    let mut parts = path.split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some("zero"), _) => "CC0-1.0".to_owned(),
        (Some(kind), Some(version)) if path.starts_with("licenses/") => {
            format!("CC-{}-{version}", kind.to_uppercase())
        }
        _ => licence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_of_creative_commons_have_their_spdx_identifier() {
        assert_eq!(
            spdx("https://creativecommons.org/licenses/by/4.0/"),
            "CC-BY-4.0"
        );
        assert_eq!(
            spdx("http://creativecommons.org/licenses/by-sa/3.0"),
            "CC-BY-SA-3.0"
        );
        assert_eq!(
            spdx("https://creativecommons.org/publicdomain/zero/1.0/"),
            "CC0-1.0"
        );
        assert_eq!(spdx("ODbL-1.0"), "ODbL-1.0");
    }

    #[test]
    fn names_of_every_script_can_be_kept() {
        for (called, name) in [
            ("日本語", "日本語"),
            ("Ελληνικά 2", "ελληνικά-2"),
            ("cafe\u{301}", "cafe\u{301}"),
            ("doid/subsets/DO_cancer_slim", "doid-subsets-do-cancer-slim"),
        ] {
            assert_eq!(name_of(called), name);
            assert!(is_name(name), "{name}");
        }
        for nothing in ["", "…", "🙂", "..", &"x".repeat(121)] {
            assert!(!is_name(&name_of(nothing)), "{nothing}");
        }
        assert!(!is_name("a b") && !is_name(".a") && !is_name("a<b"));
    }

    #[test]
    fn the_user_comes_before_the_file_and_the_file_before_what_is_known() {
        let header = Header {
            name: "doid/subsets/DO_cancer_slim".into(),
            version: "2026".into(),
            ..Header::default()
        };
        let source = Source::new(&header, Format::Obo, "x.obo.gz", &Stated::default());
        assert_eq!(source.name, "doid-subsets-do-cancer-slim");
        assert_eq!(
            (&source.licence[..], &source.title[..]),
            ("CC0-1.0", "Human Disease Ontology")
        );
        let stated = Stated {
            name: Some("mine".into()),
            version: Some("2".into()),
            licence: Some("MIT".into()),
        };
        let source = Source::new(&header, Format::Obo, "x.obo.gz", &stated);
        assert_eq!(
            (
                &source.name[..],
                &source.version[..],
                &source.licence[..],
                &source.title[..]
            ),
            ("mine", "2", "MIT", "mine")
        );
        let nameless = Source::new(
            &Header::default(),
            Format::Obo,
            "godzilla.obo",
            &Stated::default(),
        );
        assert_eq!(
            (&nameless.name[..], &nameless.licence[..]),
            ("godzilla", "")
        );
        let dated = "biomappings-positive-2026-07-15.sssom.tsv.gz";
        let dated = Source::new(&Header::default(), Format::Sssom, dated, &Stated::default());
        assert_eq!(
            (&dated.name[..], &dated.licence[..]),
            ("biomappings-positive", "CC0-1.0")
        );
    }
}
