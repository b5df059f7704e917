//! What PubMed gives as XML.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Reference, broken, doi, year};
use crate::import::trouble::Trouble;
use crate::import::xml::{attribute, referred};

/// Elements that may stand within each other; deeper ones are no PubMed.
const DEEPEST: usize = 64;

pub(super) fn read(text: &str) -> Result<Vec<Reference>, Trouble> {
    let mut reader = Reader::from_str(text);
    let mut all = Vec::new();
    let mut one = Reference::default();
    let mut path: Vec<String> = Vec::new();
    let (mut words, mut is_doi) = (String::new(), false);
    let (mut family, mut initials) = (String::new(), String::new());
    loop {
        match reader
            .read_event()
            .map_err(|error| broken("XML of PubMed", &error))?
        {
            Event::Eof => break,
            Event::Start(element) => {
                let name = element.name().as_ref().to_string();
                match name.as_str() {
                    "PubmedArticle" => one = Reference::default(),
                    "ELocationID" => {
                        is_doi = attribute(&element, "EIdType")?.as_deref() == Some("doi");
                    }
                    "ArticleId" => {
                        is_doi = attribute(&element, "IdType")?.as_deref() == Some("doi");
                    }
                    _ => {}
                }
                // A title has marks of its own within it: they do not begin another text.
                if !["i", "b", "sub", "sup", "u"].contains(&name.as_str()) {
                    words.clear();
                }
                path.push(name);
                if path.len() > DEEPEST {
                    return Err(broken(
                        "XML of PubMed",
                        &"elements stand too deep in each other",
                    ));
                }
            }
            Event::Text(text) => words.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => words.push_str(&referred(&reference)?),
            Event::End(_) => {
                let name = path.pop().unwrap_or_default();
                let within = |parent: &str| path.last().is_some_and(|last| last == parent);
                let value = words.split_whitespace().collect::<Vec<_>>().join(" ");
                match name.as_str() {
                    "PMID" if within("MedlineCitation") => one.pmid = value,
                    "ArticleTitle" => one.title = value,
                    "LastName" if within("Author") => family = value,
                    "Initials" if within("Author") => initials = value,
                    "Author" => {
                        if one.first_author.is_empty() {
                            let author = format!("{family} {initials}");
                            author.trim().clone_into(&mut one.first_author);
                        }
                        family.clear();
                        initials.clear();
                    }
                    "ISOAbbreviation" => one.journal = value,
                    "Title" if within("Journal") && one.journal.is_empty() => one.journal = value,
                    "Year" if within("PubDate") => one.year = value,
                    "MedlineDate" if one.year.is_empty() => one.year = year(&value),
                    "ELocationID" | "ArticleId" if is_doi && one.doi.is_empty() => {
                        one.doi = doi(&value);
                    }
                    "PubmedArticle" => all.push(std::mem::take(&mut one)),
                    _ => {}
                }
                if !["i", "b", "sub", "sup", "u"].contains(&name.as_str()) {
                    words.clear();
                }
            }
            _ => {}
        }
    }
    Ok(all)
}
