//! Ontologies in the OBO flat file format, versions 1.2 and 1.4.
//!
//! Written line by line and tolerant of what releases hold: the parser of the fastobo package
//! refuses terms of the Sequence Ontology, ECO and UBERON for an escaped colon in a cross-reference.

use std::io;

use super::input::{Input, Line};
use super::record::{Header, Record, Scope, Synonym, Term};
use super::trouble::Troubles;

/// What a stanza is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stanza {
    Header,
    Term,
    /// A relation or an instance, which are passed over.
    Other,
}

/// Reads a file; each term that is not broken goes to `sink`.
pub(super) fn read(
    input: &mut Input,
    troubles: &mut Troubles,
    sink: &mut dyn FnMut(Record),
) -> io::Result<Header> {
    let path = input.path().to_owned();
    let mut header = Header::default();
    let mut stanza = Stanza::Header;
    let mut term = Term::default();
    let mut begun = 0;
    // A stanza with a line that cannot be read is not half taken.
    let mut broken = false;
    loop {
        let line = match input.next_line()? {
            None => break,
            Some(Line::Text(line)) => line.trim().to_owned(),
            Some(Line::Broken(why)) => {
                troubles.add(&path, input.line(), "", why);
                broken = true;
                continue;
            }
        };
        let at = input.line();
        if line.is_empty() || line.starts_with('!') {
            continue;
        }
        if line.starts_with('[') && line.ends_with(']') {
            let done = std::mem::take(&mut term);
            finish(
                stanza,
                done,
                broken,
                &header,
                (&path, begun),
                troubles,
                sink,
            );
            stanza = match line.as_str() {
                "[Term]" => Stanza::Term,
                _ => Stanza::Other,
            };
            (begun, broken) = (at, false);
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else {
            if stanza != Stanza::Other {
                troubles.add(&path, at, &line, "is no tag and value");
                broken = true;
            }
            continue;
        };
        let (tag, value) = (tag.trim(), value.trim());
        match stanza {
            Stanza::Header => of_header(&mut header, tag, value),
            Stanza::Other => {}
            Stanza::Term => {
                if let Err(what) = of_term(&mut term, tag, value) {
                    troubles.add(&path, at, &line, what);
                    broken = true;
                }
            }
        }
    }
    finish(
        stanza,
        term,
        broken,
        &header,
        (&path, begun),
        troubles,
        sink,
    );
    Ok(header)
}

/// What the top of a file says of it.
pub(super) fn header(input: &mut Input) -> io::Result<Header> {
    let mut header = Header::default();
    while let Some(line) = input.next_line()? {
        match line {
            Line::Text(line) if line.starts_with('[') => break,
            Line::Text(line) => {
                if let Some((tag, value)) = line.split_once(':') {
                    of_header(&mut header, tag.trim(), value.trim());
                }
            }
            Line::Broken(_) => {}
        }
    }
    Ok(header)
}

/// Ends a stanza: a whole term goes on its way.
fn finish(
    stanza: Stanza,
    mut term: Term,
    broken: bool,
    header: &Header,
    (path, begun): (&std::path::Path, u64),
    troubles: &mut Troubles,
    sink: &mut dyn FnMut(Record),
) {
    if stanza != Stanza::Term || broken {
        return;
    }
    if term.id.is_empty() {
        troubles.add(path, begun, "[Term]", "the term has no id");
        return;
    }
    if !header.prefixes.is_empty() {
        term.each_id(&mut |id| {
            let namespace = id.split_once(':').and_then(|(prefix, local)| {
                Some(format!("{}{local}", header.prefixes.get(prefix)?))
            });
            if let Some(iri) = namespace {
                *id = iri;
            }
        });
    }
    sink(Record::Term(term));
}

fn of_header(header: &mut Header, tag: &str, value: &str) {
    let value = unescaped(value);
    match tag {
        "ontology" => header.name = value,
        "data-version" => {
            if let Some(date) = iso_date(&value) {
                header.date = date;
            }
            header.version = value;
        }
        "date" if header.date.is_empty() => {
            // As in 18:11:2024 23:05.
            let day: Vec<&str> = value.split([':', ' ']).collect();
            if let [day, month, year, ..] = day.as_slice() {
                header.date = iso_date(&format!("{year}-{month}-{day}")).unwrap_or_default();
            }
        }
        "idspace" => {
            let mut words = value.split_whitespace();
            if let (Some(prefix), Some(namespace)) = (words.next(), words.next()) {
                let prefix = prefix.to_owned();
                header.prefixes.insert(prefix, namespace.to_owned());
            }
        }
        "property_value" => {
            let mut words = value.splitn(2, ' ');
            let (property, rest) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            let said = quoted(rest).map_or_else(
                || rest.split_whitespace().next().unwrap_or("").to_owned(),
                |(text, _)| text,
            );
            match property.rsplit(['/', ':', '#']).next() {
                Some("license" | "licence" | "rights") if header.licence.is_empty() => {
                    header.licence = said;
                }
                Some("title") if header.title.is_empty() => header.title = said,
                _ => {}
            }
        }
        _ => {}
    }
}

/// The first date in a text, such as that of `releases/2022-07-01`.
pub(super) fn iso_date(text: &str) -> Option<String> {
    let starts = text.char_indices().map(|(at, _)| at);
    let dates = starts.filter_map(|at| text.get(at..at + 10));
    dates
        .filter(|date| date.parse::<jiff::civil::Date>().is_ok())
        .map(str::to_owned)
        .next()
}

fn of_term(term: &mut Term, tag: &str, value: &str) -> Result<(), &'static str> {
    let plain = || unescaped(before_comment(value));
    match tag {
        "id" if term.id.is_empty() => term.id = plain(),
        "id" => return Err("is the second id of this term"),
        "name" => term.name = unescaped(without_modifiers(value)),
        "namespace" => term.namespace = Some(plain()),
        "def" => {
            let (text, _) = quoted(value).ok_or("the definition is not in quotation marks")?;
            term.definition = Some(text);
        }
        "synonym" => {
            let (name, rest) = quoted(value).ok_or("the synonym is not in quotation marks")?;
            let scope = rest.split_whitespace().next().and_then(Scope::from_word);
            // Version 1.2 lets the scope out and means that it is related.
            let scope = scope.unwrap_or(Scope::Related);
            term.synonyms.push(Synonym { name, scope });
        }
        // Version 1.0 has a tag for each scope.
        "exact_synonym" | "broad_synonym" | "narrow_synonym" | "related_synonym" => {
            let (name, _) = quoted(value).ok_or("the synonym is not in quotation marks")?;
            let word = tag.trim_end_matches("_synonym").to_uppercase();
            let scope = Scope::from_word(&word).unwrap_or(Scope::Related);
            term.synonyms.push(Synonym { name, scope });
        }
        "alt_id" => term.alternative_ids.push(plain()),
        "xref" => {
            let id = value.split_whitespace().next().unwrap_or("");
            term.xrefs.push(unescaped(id));
        }
        "subset" => term.subsets.push(plain()),
        "is_a" => term
            .parents
            .push(identifier(value).ok_or("no parent is named")?),
        "relationship" => {
            let (relation, rest) = value.split_once(' ').ok_or("it has no target")?;
            let target = identifier(rest).ok_or("it has no target")?;
            term.relationships.push((unescaped(relation), target));
        }
        "is_obsolete" => term.obsolete = before_comment(value) == "true",
        "replaced_by" => term
            .replaced_by
            .push(identifier(value).ok_or("no term is named")?),
        "consider" => term
            .consider
            .push(identifier(value).ok_or("no term is named")?),
        _ => {}
    }
    Ok(())
}

/// The identifier at the beginning of a value.
fn identifier(value: &str) -> Option<String> {
    let id = value.split_whitespace().next()?;
    (!id.starts_with(['!', '{'])).then(|| unescaped(id))
}

/// A value without its comment and its trailing modifiers.
fn before_comment(value: &str) -> &str {
    let end = value.find(" !").unwrap_or(value.len());
    without_modifiers(&value[..end])
}

/// A value without its trailing modifiers, `{source="…"}`.
fn without_modifiers(value: &str) -> &str {
    match value.rfind(" {") {
        Some(at) if value.ends_with('}') && value[at..].contains('=') => value[..at].trim_end(),
        _ => value.trim_end(),
    }
}

/// The text between the first quotation marks, and what follows them.
fn quoted(value: &str) -> Option<(String, &str)> {
    let inner = value.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    for (at, letter) in inner.char_indices() {
        match letter {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return Some((unescaped(&inner[..at]), &inner[at + 1..])),
            _ => escaped = false,
        }
    }
    None
}

/// A text with its escapes resolved.
fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('W') => out.push(' '),
                Some(other) => out.push(other),
                None => {}
            },
            (letter, false) => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> (Header, Vec<Term>, Troubles) {
        let mut input = Input::of(text.as_bytes());
        let (mut terms, mut troubles) = (Vec::new(), Troubles::default());
        let header = read(&mut input, &mut troubles, &mut |record| {
            if let Record::Term(term) = record {
                terms.push(term);
            }
        });
        (header.expect("reads"), terms, troubles)
    }

    const TEXT: &str = r#"format-version: 1.2
data-version: releases/2022-07-01
ontology: go
property_value: http://purl.org/dc/terms/license http://creativecommons.org/licenses/by/4.0/

[Term]
id: GO:0005635
name: nuclear envelope {comment="x"} 
namespace: cellular_component
alt_id: GO:0005636
def: "The double lipid bilayer; \"twice\".\nIt has a lumen." [GOC:ai, PMID: 1]
synonym: "perinuclear space \(old\)" RELATED [GOC:x]
synonym: "NE" EXACT abbreviation []
synonym: "no scope" []
xref: http://neurolex.org/wiki/Category\:Nuclear_envelope "label"
is_a: GO:0031967 {source="x"} ! organelle envelope
relationship: part_of GO:0005634 ! nucleus
is_obsolete: false
unknown_tag: is passed over

[Typedef]
id: part_of
name: part of
this line has no tag and belongs to no term

[Term]
id: GO:9
name: gone
is_obsolete: true
replaced_by: GO:0005635
consider: GO:1 ! x
"#;

    #[test]
    fn a_term_is_read_with_its_escapes_modifiers_and_comments() {
        let (header, terms, troubles) = terms(TEXT);
        assert_eq!(troubles.count(), 0, "{troubles:?}");
        assert_eq!(
            (header.name.as_str(), header.date.as_str()),
            ("go", "2022-07-01")
        );
        assert_eq!(
            header.licence,
            "http://creativecommons.org/licenses/by/4.0/"
        );
        assert_eq!(terms.len(), 2);
        let term = &terms[0];
        assert_eq!(term.name, "nuclear envelope");
        assert_eq!(
            term.definition.as_deref(),
            Some("The double lipid bilayer; \"twice\".\nIt has a lumen.")
        );
        let names: Vec<_> = term
            .synonyms
            .iter()
            .map(|s| (&s.name[..], s.scope))
            .collect();
        assert_eq!(
            names,
            [
                ("perinuclear space (old)", Scope::Related),
                ("NE", Scope::Exact),
                ("no scope", Scope::Related)
            ]
        );
        assert_eq!(
            term.xrefs,
            ["http://neurolex.org/wiki/Category:Nuclear_envelope"]
        );
        assert_eq!(term.parents, ["GO:0031967"]);
        assert_eq!(
            term.relationships,
            [("part_of".into(), "GO:0005634".into())]
        );
        assert!(!term.obsolete && terms[1].obsolete);
        assert_eq!(terms[1].replaced_by, ["GO:0005635"]);
        assert_eq!(terms[1].consider, ["GO:1"]);
        let declared = TEXT.replace(
            "ontology: go",
            "ontology: go\nidspace: GO http://x/GO_ \"x\"",
        );
        let (_, found, _) = self::terms(&declared);
        assert_eq!(
            (&found[0].id[..], &found[0].parents[0][..]),
            ("http://x/GO_0005635", "http://x/GO_0031967")
        );
    }

    #[test]
    fn a_broken_line_is_told_and_its_term_is_not_half_taken() {
        let broken = TEXT.replace("def: \"The double", "def: The double");
        let (_, found, troubles) = terms(&broken);
        assert_eq!(found.len(), 1);
        let trouble = &troubles.first()[0];
        assert_eq!((trouble.line, troubles.count()), (11, 1));
        assert!(trouble.what.contains("quotation marks") && trouble.context.starts_with("def:"));
        let (_, found, troubles) = terms("format-version: 1.2\n\n[Term]\nname: nameless\n");
        assert_eq!((found.len(), troubles.first()[0].line), (0, 3));
    }
}
