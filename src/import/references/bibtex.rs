//! BibTeX: entries of fields, and the accents of LaTeX in them.

use super::{Reference, broken, doi, year};
use crate::import::trouble::Trouble;

/// Kinds of entries that are no works.
const NO_WORKS: [&str; 3] = ["comment", "string", "preamble"];
/// Braces that may stand within each other.
const DEEPEST: usize = 100;

pub(super) fn read(text: &str) -> Result<Vec<Reference>, Trouble> {
    let mut all = Vec::new();
    let mut reader = Reader { rest: text };
    while let Some(at) = reader.rest.find('@') {
        reader.rest = &reader.rest[at + 1..];
        let kind = reader.word().to_lowercase();
        if kind.is_empty() || !reader.take('{') {
            continue;
        }
        if NO_WORKS.contains(&kind.as_str()) {
            reader.braced()?;
            continue;
        }
        let key = reader.until(&[',', '}']).trim();
        if let Some(found) = entry(&mut reader, key)? {
            all.push(found);
        }
    }
    Ok(all)
}

fn entry(reader: &mut Reader, key: &str) -> Result<Option<Reference>, Trouble> {
    let mut found = Reference::default();
    let mut any = false;
    while reader.take(',') {
        let name = reader.word().to_lowercase();
        if name.is_empty() {
            break;
        }
        if !reader.take('=') {
            return Err(broken(
                "BibTeX",
                &format!("in the entry {key}, {name} has no value"),
            ));
        }
        let value = reader.value()?;
        any = true;
        match name.as_str() {
            "author" => found.first_author = author(&value),
            "title" => found.title = plain(&value),
            "journal" | "journaltitle" | "booktitle" if found.journal.is_empty() => {
                found.journal = plain(&value);
            }
            "year" | "date" if found.year.is_empty() => found.year = year(&plain(&value)),
            "doi" => found.doi = doi(&plain(&value)),
            "pmid" => found.pmid = plain(&value),
            _ => {}
        }
    }
    if !reader.take('}') {
        return Err(broken("BibTeX", &format!("the entry {key} is not closed")));
    }
    Ok(any.then_some(found))
}

/// The first author as `Family AB`, of `Family, Ada B.` or `Ada B. Family`.
fn author(value: &str) -> String {
    let first = value.split(" and ").next().unwrap_or_default();
    let first = plain(first);
    let (family, given) = match first.split_once(',') {
        Some((family, given)) => (family.trim().to_owned(), given.trim().to_owned()),
        None => match first.rsplit_once(' ') {
            Some((given, family)) => (family.to_owned(), given.to_owned()),
            None => (first, String::new()),
        },
    };
    let initials: String = given
        .split([' ', '-', '.'])
        .filter_map(|part| part.chars().next())
        .collect();
    format!("{family} {initials}").trim().to_owned()
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a character that comes next, after blanks.
    fn take(&mut self, wanted: char) -> bool {
        self.blank();
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn until(&mut self, ends: &[char]) -> &'a str {
        let at = self.rest.find(ends).unwrap_or(self.rest.len());
        let (found, rest) = self.rest.split_at(at);
        self.rest = rest;
        found
    }

    /// A name of letters, digits and a few signs.
    fn word(&mut self) -> &'a str {
        self.blank();
        let is = |c: char| c.is_alphanumeric() || "_-:.+".contains(c);
        let at = self.rest.find(|c| !is(c)).unwrap_or(self.rest.len());
        let (found, rest) = self.rest.split_at(at);
        self.rest = rest;
        found
    }

    /// What stands up to the brace that closes the one before.
    fn braced(&mut self) -> Result<&'a str, Trouble> {
        let mut open = 1;
        let mut escaped = false;
        for (at, character) in self.rest.char_indices() {
            match character {
                '{' if !escaped => open += 1,
                '}' if !escaped => open -= 1,
                _ => {}
            }
            escaped = character == '\\' && !escaped;
            if open == 0 {
                let found = &self.rest[..at];
                self.rest = &self.rest[at + 1..];
                return Ok(found);
            }
            if open > DEEPEST {
                break;
            }
        }
        Err(broken("BibTeX", &"a brace is not closed"))
    }

    /// A value: parts in braces or quotation marks, numbers and names, put together by #.
    fn value(&mut self) -> Result<String, Trouble> {
        let mut value = String::new();
        loop {
            if self.take('{') {
                value.push_str(self.braced()?);
            } else if self.take('"') {
                value.push_str(self.until(&['"']));
                if !self.take('"') {
                    return Err(broken("BibTeX", &"a quotation mark is not closed"));
                }
            } else {
                value.push_str(self.word());
            }
            if !self.take('#') {
                return Ok(value);
            }
        }
    }
}

/// Letters with an accent, by the sign of LaTeX before the letter.
const ACCENTS: &[(char, &str, &str)] = &[
    ('"', "aeiouyAEIOU", "äëïöüÿÄËÏÖÜ"),
    ('\'', "aeiouycnszACEINOSUYZ", "áéíóúýćńśźÁĆÉÍŃÓŚÚÝŹ"),
    ('`', "aeiouAEIOU", "àèìòùÀÈÌÒÙ"),
    ('^', "aeiouAEIOU", "âêîôûÂÊÎÔÛ"),
    ('~', "anoANO", "ãñõÃÑÕ"),
    ('c', "cstCST", "çşţÇŞŢ"),
    ('v', "cenrszCENRSZ", "čěňřšžČĚŇŘŠŽ"),
    ('r', "auAU", "åůÅŮ"),
];

/// Letters that LaTeX has a word for.
const LETTERS: &[(&str, &str)] = &[
    ("ss", "ß"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("aa", "å"),
    ("AA", "Å"),
    ("o", "ø"),
    ("O", "Ø"),
    ("l", "ł"),
    ("L", "Ł"),
    ("i", "i"),
    ("&", "&"),
    ("%", "%"),
    ("_", "_"),
    ("$", "$"),
    ("#", "#"),
];

/// A value as people read it: without braces, accents as letters, one blank between words.
fn plain(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            '{' | '}' => {}
            '~' => text.push(' '),
            '\\' => rest = command(rest, &mut text),
            other => text.push(other),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes what a command after a backslash stands for, and gives what follows it.
fn command<'a>(after: &'a str, text: &mut String) -> &'a str {
    for (sign, letters, written) in ACCENTS {
        if let Some(rest) = after.strip_prefix(*sign) {
            let inner = rest.trim_start_matches([' ', '{', '\\']);
            // A word such as \cite begins with the sign of an accent, too.
            let is_word = sign.is_alphabetic() && rest.starts_with(char::is_alphabetic);
            let letter = inner.chars().next();
            if let Some(at) =
                letter.and_then(|letter| letters.chars().position(|known| known == letter))
                && !is_word
            {
                text.extend(written.chars().nth(at));
                return inner.get(1..).unwrap_or_default();
            }
        }
    }
    for (word, written) in LETTERS {
        if let Some(rest) = after.strip_prefix(word)
            && !(word.chars().all(char::is_alphabetic) && rest.starts_with(char::is_alphabetic))
        {
            text.push_str(written);
            return rest.strip_prefix("{}").unwrap_or(rest);
        }
    }
    // Another command, such as \emph: what it is applied to stays.
    after.trim_start_matches(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_people_write_them() {
        let text = r#"@comment{no work} @string{jp = "J Pathol"}
            @article{a1, author = {M{\"u}ller, Ada B. and Other, C.}, title={The {ALK} gene, \emph{once} more},
              year = 2019, journal = "J " # "Pathol", doi = {https://doi.org/10.1/X}, pmid = "123" }
            @book{b2, author="Jos\'e Nu\~nez", date = {2020-05-01}, title = {\v{C}ech}}"#;
        let all = read(text).expect("entries");
        let [one, two] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!(one.first_author, "Müller AB");
        assert_eq!(one.title, "The ALK gene, once more");
        assert_eq!(
            (one.year.as_str(), one.journal.as_str()),
            ("2019", "J Pathol")
        );
        assert_eq!((one.doi.as_str(), one.pmid.as_str()), ("10.1/x", "123"));
        assert_eq!(
            (
                two.first_author.as_str(),
                two.year.as_str(),
                two.title.as_str()
            ),
            ("Nuñez J", "2020", "Čech")
        );
    }

    #[test]
    fn broken_entries_are_said() {
        for text in [
            "@article{a, title = {x}",
            "@article{a, title = {x",
            "@article{a, title \"x\"}",
            "@article{a, title = \"x}",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(read("a mail: x@y.org").expect("nothing"), []);
    }
}
