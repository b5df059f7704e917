//! A source of the study as a reference.

use crate::case::{Publication, ReadingDepth};

/// Author, year, title, journal, volume and pages, DOI, PMID, and how far it was read, as far as they are known.
/// Of the authors only the first is known to the sheets, and the line says so.
#[must_use]
pub fn publication_line(publication: &Publication) -> String {
    let known = |text: &str| !text.is_empty();
    let author = match publication.first_author.as_str() {
        "" => publication.key.clone(),
        author => format!("{author} (first author)"),
    };
    let year = publication.year.map(|year| year.to_string());
    let mut parts = vec![match year {
        Some(year) => format!("{author}, {year}"),
        None => author,
    }];
    parts.extend(Some(publication.title.clone()).filter(|title| known(title)));
    let place = [&publication.journal, &publication.volume_pages];
    let place: Vec<&str> = place
        .into_iter()
        .map(String::as_str)
        .filter(|text| known(text))
        .collect();
    parts.extend(Some(place.join(" ")).filter(|place| known(place)));
    let identifiers = [("doi:", &publication.doi), ("PMID ", &publication.pmid)];
    let identifiers = identifiers.into_iter().filter(|(_, text)| known(text));
    parts.extend(identifiers.map(|(name, text)| format!("{name}{text}")));
    let read = publication.read.map_or("not said", ReadingDepth::word);
    parts.push(format!("Read: {read}"));
    let ended = |part: &String| part.trim_end_matches('.').to_owned();
    let parts: Vec<String> = parts.iter().map(ended).collect();
    format!("{}.", parts.join(". "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out() {
        let mut publication = Publication {
            key: "lee-2017".to_owned(),
            ..Publication::default()
        };
        assert_eq!(publication_line(&publication), "lee-2017. Read: not said.");
        publication.first_author = "Lee JC".to_owned();
        publication.year = Some(2017);
        publication.title = "A title.".to_owned();
        publication.journal = "J Pathol".to_owned();
        publication.volume_pages = "241:316-23".to_owned();
        publication.doi = "10.1002/path.4836".to_owned();
        publication.read = Some(ReadingDepth::FullText);
        assert_eq!(
            publication_line(&publication),
            "Lee JC (first author), 2017. A title. J Pathol 241:316-23. doi:10.1002/path.4836. Read: full-text."
        );
    }
}
