//! The sources of a wide table: one for each identifier, citation or author and year.

use std::collections::BTreeMap;

use super::super::tab::At;
use crate::graph::namespaces::slug;

/// A value with the place that it comes from.
pub(super) type Placed = (String, At);

/// One source.
#[derive(Debug, Clone, Default)]
pub(super) struct Publication {
    /// Key of the source in `publications.csv`.
    pub key: String,
    /// Its values by column.
    pub fields: BTreeMap<String, Placed>,
}

/// The sources of a table, in the order of its rows.
#[derive(Debug, Default)]
pub(super) struct Publications {
    pub all: Vec<Publication>,
    /// Which of them an identity is.
    known: BTreeMap<String, usize>,
}

/// A value of a row that another row of the same source has otherwise.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Differs {
    pub at: At,
    pub value: String,
    pub rule: String,
}

impl Publications {
    /// Takes what a row says of its source, and gives its key. `alone` is the key of the source of rows that name none.
    pub(super) fn take(
        &mut self,
        mut fields: BTreeMap<String, Placed>,
        citation: Option<&str>,
        alone: &str,
        differs: &mut Vec<Differs>,
    ) -> String {
        let text = |name: &str| fields.get(name).map(|(text, _)| text.clone());
        let by_number = ["key", "pmid", "doi", "pmcid"]
            .into_iter()
            .find_map(|name| Some(format!("{name} {}", text(name)?.to_lowercase())));
        let author = text("first_author")
            .zip(text("year"))
            .map(|(author, year)| format!("{author} {year}"));
        let named = citation
            .map(str::to_owned)
            .or(author)
            .or_else(|| text("title"));
        let identity = by_number
            .clone()
            .or_else(|| named.as_ref().map(|name| name.to_lowercase()));
        let identity = identity.unwrap_or_else(|| alone.to_owned());
        if let Some(at) = self.known.get(&identity) {
            let publication = &mut self.all[*at];
            for (name, (value, at)) in fields {
                match publication.fields.get(&name) {
                    Some((known, first)) if *known != value => differs.push(Differs {
                        at,
                        rule: format!(
                            "differs from {known:?} in {}, of the same source {}",
                            first.address(),
                            publication.key
                        ),
                        value,
                    }),
                    Some(_) => {}
                    None => drop(publication.fields.insert(name, (value, at))),
                }
            }
            return publication.key.clone();
        }
        let base = text("key")
            .or_else(|| named.as_deref().map(key_of))
            .or(by_number.as_deref().map(slug));
        let base = base
            .filter(|base| !base.is_empty())
            .unwrap_or_else(|| alone.to_owned());
        let taken = |key: &str| self.all.iter().any(|publication| publication.key == key);
        let key = std::iter::once(base.clone())
            .chain(('b'..='z').map(|letter| format!("{base}{letter}")))
            .find(|key| !taken(key));
        let key = key.unwrap_or_else(|| format!("{base}-{}", self.all.len() + 1));
        fields.remove("key");
        self.known.insert(identity, self.all.len());
        self.all.push(Publication {
            key: key.clone(),
            fields,
        });
        key
    }
}

/// Author and year of a citation such as `Butrynski et al., N Engl J Med 2010 [12]`.
pub(super) fn author_and_year(citation: &str) -> Option<(String, String)> {
    let author: String = citation
        .chars()
        .take_while(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
        .collect();
    let years = citation.split(|c: char| !c.is_ascii_digit());
    let year = years
        .into_iter()
        .find(|part| part.len() == 4 && (part.starts_with("19") || part.starts_with("20")));
    (author.chars().count() > 1)
        .then_some(())
        .and(year)
        .map(|year| (author, year.to_owned()))
}

/// A text whose accented letters of Latin are plain ones.
fn plain(text: &str) -> String {
    const PLAIN: [(&str, &str); 17] = [
        ("äáàâãåā", "a"),
        ("ÄÁÀÂÃÅ", "A"),
        ("ëéèêęěē", "e"),
        ("ÉÈÊË", "E"),
        ("ïíìîī", "i"),
        ("ÍÌÎÏ", "I"),
        ("öóòôõøőō", "o"),
        ("ÖÓÒÔÕØ", "O"),
        ("üúùûűůū", "u"),
        ("ÜÚÙÛ", "U"),
        ("çćč", "c"),
        ("ÇĆČ", "C"),
        ("ñńň", "n"),
        ("šśşŠŚŞ", "s"),
        ("žźżŽŹŻ", "z"),
        ("łŁ", "l"),
        ("ß", "ss"),
    ];
    let plain = |c: char| {
        let found = PLAIN.iter().find(|(accented, _)| accented.contains(c));
        found.map_or_else(|| c.to_string(), |(_, plain)| (*plain).to_owned())
    };
    text.chars().map(plain).collect()
}

/// The key of a source: author and year, or else the citation.
fn key_of(citation: &str) -> String {
    let key = match author_and_year(citation) {
        Some((author, year)) => slug(&plain(&format!("{author}-{year}"))),
        None => slug(&plain(citation)),
    };
    key.chars()
        .take(60)
        .collect::<String>()
        .trim_end_matches('-')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_give_keys() {
        for (citation, key) in [
            ("Butrynski et al., 2010", "butrynski-2010"),
            ("Butrynski JE, NEJM 2010;363:1727", "butrynski-2010"),
            ("O’Neil (1999)", "o-neil-1999"),
            ("[12]", "12"),
            ("Müller 2015", "muller-2015"),
            ("unpublished", "unpublished"),
        ] {
            assert_eq!(key_of(citation), key, "{citation}");
        }
    }

    #[test]
    fn sources_are_told_apart() {
        let at = At { row: 2, column: 0 };
        let row = |pmid: &str, year: &str| {
            let fields = [("pmid", pmid), ("first_author", "Lee"), ("year", year)];
            let filled = fields.into_iter().filter(|(_, value)| !value.is_empty());
            filled
                .map(|(name, value)| (name.to_owned(), (value.to_owned(), at)))
                .collect()
        };
        let (mut all, mut differs) = (Publications::default(), Vec::new());
        let mut take = |pmid, year| all.take(row(pmid, year), None, "table", &mut differs);
        assert_eq!(take("1", "2017"), "lee-2017");
        assert_eq!(take("1", "2017"), "lee-2017");
        assert_eq!(take("2", "2017"), "lee-2017b");
        assert_eq!(take("", "2018"), "lee-2018");
        assert_eq!(take("1", "2016"), "lee-2017");
        assert_eq!(differs.len(), 1);
        assert!(
            differs[0].rule.contains("differs from \"2017\" in A2"),
            "{}",
            differs[0].rule
        );
        assert_eq!(
            all.take(BTreeMap::new(), None, "table", &mut differs),
            "table"
        );
    }
}
