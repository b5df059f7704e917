//! A tokeniser for SPARQL: names, strings, comments and brackets.
//!
//! Used before a text is parsed, or where it cannot be.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `<http://example.org/>`
    Iri,
    /// A text in quotation marks.
    Text,
    /// `?name` or `$name`
    Variable,
    /// `_:label`
    Blank,
    /// `prefix:local`, of which both parts may be empty.
    Name,
    /// Letters: a keyword or the name of a function.
    Word,
    /// A number without its sign.
    Number,
    /// `<<`, before a reified triple.
    Opening,
    /// `>>`, behind one.
    Closing,
    /// Any other character.
    Sign(char),
}

/// A token, and where it begins in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub kind: Kind,
    pub text: &'t str,
    pub at: usize,
}

impl<'t> Token<'t> {
    /// Whether it is this keyword.
    pub fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// The prefix and the local part of a name.
    pub fn name(&self) -> Option<(&'t str, &'t str)> {
        let name = self.kind == Kind::Name;
        name.then(|| self.text.split_once(':')).flatten()
    }
}

/// The tokens of a text; white space and comments are left out.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &text[at..];
            let first = rest.chars().next()?;
            let (kind, length) = match first {
                c if c.is_whitespace() => (None, c.len_utf8()),
                '#' => (None, rest.find(['\n', '\r']).unwrap_or(rest.len())),
                _ => {
                    let (kind, length) = token(rest, first);
                    (Some(kind), length)
                }
            };
            let token = kind.map(|kind| Token {
                kind,
                text: &rest[..length],
                at,
            });
            at += length;
            if token.is_some() {
                return token;
            }
        }
    })
}

/// The kind and length of the token at the beginning of a text.
fn token(rest: &str, first: char) -> (Kind, usize) {
    let sign = (Kind::Sign(first), first.len_utf8());
    match first {
        '<' if rest.starts_with("<<") => (Kind::Opening, 2),
        '>' if rest.starts_with(">>") => (Kind::Closing, 2),
        '<' => iri(rest).map_or(sign, |length| (Kind::Iri, length)),
        '"' | '\'' => (Kind::Text, quoted(rest, first)),
        '?' | '$' => {
            let is_part = |c: char| is_name_start(c) || c.is_numeric();
            match 1 + while_of(&rest[1..], is_part) {
                1 => sign,
                length => (Kind::Variable, length),
            }
        }
        '_' if rest.starts_with("_:") => (Kind::Blank, 2 + name_of(&rest[2..], false)),
        ':' => (Kind::Name, 1 + name_of(&rest[1..], true)),
        c if c.is_ascii_digit() => (Kind::Number, number(rest)),
        '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => (Kind::Number, number(rest)),
        c if is_name_start(c) => {
            let prefix = name_of(rest, false);
            match rest[prefix..].strip_prefix(':') {
                Some(local) => (Kind::Name, prefix + 1 + name_of(local, true)),
                None => {
                    let length = while_of(rest, |c| is_name_start(c) || c.is_numeric());
                    (Kind::Word, length)
                }
            }
        }
        _ => sign,
    }
}

fn while_of(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || (!c.is_ascii() && !c.is_whitespace())
}

/// The length of a prefix or a local part: a dot is a part of it only before another one.
fn name_of(text: &str, local: bool) -> usize {
    let mut length = 0;
    let mut after_escape = false;
    for (at, c) in text.char_indices() {
        let is_part = after_escape
            || is_name_start(c)
            || c.is_numeric()
            || c == '-'
            || local && matches!(c, ':' | '%' | '\\');
        after_escape = local && c == '\\' && !after_escape;
        if is_part {
            length = at + c.len_utf8();
        } else if c != '.' {
            break;
        }
    }
    length
}

/// The length of an IRI in angle brackets, if it is one and no comparison.
fn iri(rest: &str) -> Option<usize> {
    let end = rest.find('>')?;
    let is_part =
        |c: char| !c.is_whitespace() && !matches!(c, '<' | '"' | '{' | '}' | '|' | '^' | '`');
    rest[1..end].chars().all(is_part).then_some(end + 1)
}

/// The length of a text in single or triple quotation marks; one that does not end goes to the end.
fn quoted(rest: &str, mark: char) -> usize {
    let triple: String = std::iter::repeat_n(mark, 3).collect();
    let marks = if rest.starts_with(&triple) { 3 } else { 1 };
    let end = &triple[..marks];
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(marks) {
        if !escaped && rest[at..].starts_with(end) {
            return at + marks;
        }
        escaped = !escaped && c == '\\';
    }
    rest.len()
}

fn number(rest: &str) -> usize {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut length = while_of(rest, is_digit);
    if let Some(fraction) = rest[length..].strip_prefix('.') {
        length += 1 + while_of(fraction, is_digit);
    }
    if let Some(exponent) = rest[length..].strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        match while_of(&exponent[sign..], is_digit) {
            0 => {}
            digits => length += 1 + sign + digits,
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text).map(|token| token.text).collect()
    }

    #[test]
    fn each_token_ends_where_it_ends() {
        assert_eq!(
            texts(r#"SELECT (5-xsd:integer("2") AS ?x) { ?s ?p ?o.rdf:type ?a ?b } # ( x:y"#),
            [
                "SELECT",
                "(",
                "5",
                "-",
                "xsd:integer",
                "(",
                r#""2""#,
                ")",
                "AS",
                "?x",
                ")",
                "{",
                "?s",
                "?p",
                "?o",
                ".",
                "rdf:type",
                "?a",
                "?b",
                "}"
            ]
        );
        assert_eq!(
            texts(r#"<http://e.org/a#b> 'it\'s (' """a "b" {""" ?a<?b _:b.1. a:b.c. : 1.5e-3.x:y"#),
            [
                "<http://e.org/a#b>",
                r"'it\'s ('",
                r#""""a "b" {""""#,
                "?a",
                "<",
                "?b",
                "_:b.1",
                ".",
                "a:b.c",
                ".",
                ":",
                "1.5e-3",
                ".",
                "x:y"
            ]
        );
        assert_eq!(
            texts("<<a:b ?c<d>~_:r>> <<(<a>?b<<?c?d?e>>)>>{|a:b 'c'@en--ltr|}"),
            [
                "<<", "a:b", "?c", "<d>", "~", "_:r", ">>", "<<", "(", "<a>", "?b", "<<", "?c",
                "?d", "?e", ">>", ")", ">>", "{", "|", "a:b", "'c'", "@", "en", "-", "-", "ltr",
                "|", "}"
            ]
        );
        assert_eq!(
            texts(r"?p* ^a:b\/c|!d:e 'open"),
            ["?p", "*", "^", r"a:b\/c", "|", "!", "d:e", "'open"]
        );
    }

    #[test]
    fn tokens_lie_within_any_text() {
        for text in [
            "\u{feff}é:ü \u{2028}x",
            "'''a''",
            "<",
            "?",
            "_",
            "\\",
            "a:\\",
            "\"\\",
        ] {
            let mut end = 0;
            for token in tokens(text) {
                assert!(token.at >= end && !token.text.is_empty(), "{text:?}");
                end = token.at + token.text.len();
            }
            assert!(end <= text.len());
        }
    }
}
