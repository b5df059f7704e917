//! The references of a document for reference managers: BibTeX, RIS and CSL-JSON.

use serde_json::{Map, Value, json};

use super::{Format, FormatError, Holds, Reader};
use crate::document::{Document, Reference, WorkKind};

pub(super) static BIBTEX: Format = Format {
    name: "bibtex",
    aliases: &["bib"],
    ending: "bib",
    content_type: "application/x-bibtex; charset=utf-8",
    about: "References for LaTeX and reference managers",
    holds: Holds::References,
    reader: Reader::Programs,
    write: |document, _| each(document, bibtex),
};

pub(super) static RIS: Format = Format {
    name: "ris",
    aliases: &[],
    ending: "ris",
    content_type: "application/x-research-info-systems; charset=utf-8",
    about: "References for EndNote, Zotero, Covidence and others",
    holds: Holds::References,
    reader: Reader::Programs,
    write: |document, _| each(document, ris),
};

pub(super) static CSL_JSON: Format = Format {
    name: "csl-json",
    aliases: &["csl"],
    ending: "csl.json",
    content_type: "application/vnd.citationstyles.csl+json",
    about: "References for citeproc, pandoc and Zotero",
    holds: Holds::References,
    reader: Reader::Programs,
    write: |document, _| {
        let all: Vec<Value> = references(document)?.iter().map(csl).collect();
        Ok(format!("{:#}\n", Value::Array(all)).into_bytes())
    },
};

fn references(document: &dyn Document) -> Result<Vec<Reference>, FormatError> {
    let references = document.references();
    references.ok_or_else(|| FormatError::NoReferences(document.name()))
}

fn each(document: &dyn Document, of: fn(&Reference) -> String) -> Result<Vec<u8>, FormatError> {
    let all: Vec<String> = references(document)?.iter().map(of).collect();
    Ok(all.join("\n").into_bytes())
}

/// Fields that have a value.
fn known<'r>(fields: &[(&'static str, &'r str)]) -> Vec<(&'static str, &'r str)> {
    let known = fields.iter().filter(|(_, value)| !value.is_empty());
    known.copied().collect()
}

/// An entry of BibTeX, in UTF-8 as biber and current BibTeX read it.
fn bibtex(reference: &Reference) -> String {
    let (entry, container) = match reference.kind {
        WorkKind::Article => ("article", "journal"),
        WorkKind::Conference => ("inproceedings", "booktitle"),
        WorkKind::Dataset | WorkKind::Other => ("misc", "howpublished"),
    };
    let authors = reference.authors.iter().map(|author| match family(author) {
        (family, "") => format!("{{{}}}", tex(family)),
        (family, given) => format!("{}, {}", tex(family), tex(given)),
    });
    let authors = authors.collect::<Vec<_>>().join(" and ");
    let year = reference.year.map(|year| year.to_string());
    // Braces keep the capitals of a title.
    let title = match reference.title.as_str() {
        "" => String::new(),
        title => format!("{{{}}}", tex(title)),
    };
    let escaped: Vec<(&str, String)> = vec![
        ("author", authors),
        ("title", title),
        (container, tex(&reference.container)),
        ("year", year.unwrap_or_default()),
        ("volume", tex(&reference.volume)),
        ("pages", tex(&reference.pages).replace('-', "--")),
        ("doi", reference.doi.clone()),
        ("pmid", reference.pmid.clone()),
        ("note", tex(&reference.note)),
    ];
    let mut out = format!("@{entry}{{{}", reference.key);
    for (name, value) in escaped.iter().filter(|(_, value)| !value.is_empty()) {
        out.push_str(&format!(",\n  {name} = {{{value}}}"));
    }
    out.push_str("\n}\n");
    out
}

/// Text with everything escaped that BibTeX or TeX takes as its own.
fn tex(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '&' | '%' | '$' | '#' | '_' => {
                out.push('\\');
                out.push(letter);
            }
            '{' => out.push_str("\\textbraceleft "),
            '}' => out.push_str("\\textbraceright "),
            '\\' => out.push_str("\\textbackslash "),
            '~' => out.push_str("\\textasciitilde "),
            '^' => out.push_str("\\textasciicircum "),
            other => out.push(other),
        }
    }
    out
}

/// Family name and initials of an author printed as `Lee JC`; all of it is the family name where no
/// initials stand behind it.
fn family(author: &str) -> (&str, &str) {
    match author.rsplit_once(' ') {
        Some((family, initials))
            if initials
                .chars()
                .all(|c| c.is_uppercase() || "-.".contains(c)) =>
        {
            (family, initials)
        }
        _ => (author, ""),
    }
}

/// A record of RIS.
fn ris(reference: &Reference) -> String {
    let kind = match reference.kind {
        WorkKind::Article => "JOUR",
        WorkKind::Conference => "CONF",
        WorkKind::Dataset => "DATA",
        WorkKind::Other => "GEN",
    };
    let year = reference.year.map(|year| year.to_string());
    let (first, last) = reference
        .pages
        .split_once('-')
        .unwrap_or((&reference.pages, ""));
    let mut lines = vec![("TY", kind.to_owned()), ("ID", reference.key.clone())];
    let authors = reference.authors.iter().map(|author| match family(author) {
        (family, "") => family.to_owned(),
        (family, given) => format!("{family}, {given}"),
    });
    lines.extend(authors.map(|author| ("AU", author)));
    let fields = known(&[
        ("TI", &reference.title),
        ("T2", &reference.container),
        ("PY", year.as_deref().unwrap_or_default()),
        ("VL", &reference.volume),
        ("SP", first),
        ("EP", last),
        ("DO", &reference.doi),
        ("AN", &reference.pmid),
        ("N1", &reference.note),
    ]);
    lines.extend(
        fields
            .iter()
            .map(|(tag, value)| (*tag, (*value).to_owned())),
    );
    let line = |(tag, value): &(&str, String)| {
        // A record is made of lines: a value is one.
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{tag}  - {value}\r\n")
    };
    let lines: String = lines.iter().map(line).collect();
    format!("{lines}ER  - \r\n")
}

/// An item of CSL-JSON.
fn csl(reference: &Reference) -> Value {
    let kind = match reference.kind {
        WorkKind::Article => "article-journal",
        WorkKind::Conference => "paper-conference",
        WorkKind::Dataset => "dataset",
        WorkKind::Other => "document",
    };
    let mut item = Map::new();
    item.insert("id".to_owned(), json!(reference.key));
    item.insert("type".to_owned(), json!(kind));
    let authors = reference.authors.iter().map(|author| match family(author) {
        (family, "") => json!({"literal": family}),
        (family, given) => json!({"family": family, "given": given}),
    });
    let authors: Vec<Value> = authors.collect();
    if !authors.is_empty() {
        item.insert("author".to_owned(), json!(authors));
    }
    if let Some(year) = reference.year {
        item.insert("issued".to_owned(), json!({"date-parts": [[year]]}));
    }
    let fields = known(&[
        ("title", &reference.title),
        ("container-title", &reference.container),
        ("volume", &reference.volume),
        ("page", &reference.pages),
        ("DOI", &reference.doi),
        ("PMID", &reference.pmid),
        ("note", &reference.note),
    ]);
    for (name, value) in fields {
        item.insert(name.to_owned(), json!(value));
    }
    Value::Object(item)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lee() -> Reference {
        Reference {
            key: "lee-2017".to_owned(),
            authors: vec!["Lee JC".to_owned()],
            year: Some(2017),
            title: "ALK & 50 % of {all}".to_owned(),
            container: "J Pathol".to_owned(),
            volume: "241".to_owned(),
            pages: "316-23".to_owned(),
            doi: "10.1002/path.4836".to_owned(),
            ..Reference::default()
        }
    }

    #[test]
    fn bibtex_keeps_what_tex_takes_as_its_own() {
        assert_eq!(
            bibtex(&lee()),
            "@article{lee-2017,\n  author = {Lee, JC},\n  title = {{ALK \\& 50 \\% of \\textbraceleft all\\textbraceright }},\n  journal = {J Pathol},\n  year = {2017},\n  volume = {241},\n  pages = {316--23},\n  doi = {10.1002/path.4836}\n}\n"
        );
    }

    #[test]
    fn a_record_of_ris_is_made_of_lines() {
        let mut reference = lee();
        reference.title = "in\ntwo lines\nER  - ".to_owned();
        assert_eq!(
            ris(&reference),
            "TY  - JOUR\r\nID  - lee-2017\r\nAU  - Lee, JC\r\nTI  - in two lines ER -\r\nT2  - J Pathol\r\nPY  - 2017\r\nVL  - 241\r\nSP  - 316\r\nEP  - 23\r\nDO  - 10.1002/path.4836\r\nER  - \r\n"
        );
    }

    #[test]
    fn an_author_without_initials_is_one_name() {
        assert_eq!(family("Kurihara-Hosokawa K"), ("Kurihara-Hosokawa", "K"));
        assert_eq!(
            family("European Medicines Agency"),
            ("European Medicines Agency", "")
        );
        let item = csl(&Reference {
            key: "x".to_owned(),
            authors: vec!["Group".to_owned()],
            ..Reference::default()
        });
        assert_eq!(item["author"][0]["literal"], "Group");
        assert!(item.get("issued").is_none());
    }
}
