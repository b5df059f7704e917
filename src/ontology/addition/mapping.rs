//! The rows of a term in the SSSOM file of its vocabulary's links.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{AdditionError, Change, Place, SKOS, appended, line_end};
use crate::graph::namespaces::VOCABULARY;
use crate::ontology::{OntologyError, mappings};

const SEMAPV: &str = "https://w3id.org/semapv/vocab/";

impl Place<'_> {
    /// The file of the vocabulary's links with a row for each identifier.
    pub(super) fn mapping(
        &self,
        prefixes: &BTreeMap<String, String>,
    ) -> Result<Change, AdditionError> {
        let scheme = &self.term.scheme;
        let name = format!("mappings/{scheme}.sssom.tsv");
        let before = self.into.text(&name)?;
        let start = before.clone().unwrap_or_else(|| {
            format!(
                "# curie_map:\n#   semapv: {SEMAPV}\n#   skos: {SKOS}\n\
                 subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tcomment\n"
            )
        });
        let broken = |why: &str| AdditionError::Form {
            path: self.into.display(&name),
            why: why.to_owned(),
        };
        let known = mappings::curie_map(&start).map_err(|source| OntologyError::Mapping {
            path: self.into.display(&name),
            source,
        })?;
        let own = format!("{VOCABULARY}{scheme}/");
        let mut wanted = prefixes.clone();
        let subject = match known.iter().find(|(_, iri)| **iri == own) {
            Some((prefix, _)) => prefix.clone(),
            None => {
                wanted.insert(scheme.clone(), own);
                scheme.clone()
            }
        };
        wanted.insert("skos".to_owned(), SKOS.to_owned());
        wanted.insert("semapv".to_owned(), SEMAPV.to_owned());
        let other = |(prefix, iri): (&String, &String)| known.get(prefix).is_some_and(|k| k != iri);
        if wanted.iter().any(other) {
            return Err(broken("its curie_map has a prefix for something else"));
        }
        wanted.retain(|prefix, _| !known.contains_key(prefix));
        let text = with_prefixes(&start, &wanted)
            .ok_or_else(|| broken("its header has no line `# curie_map:`"))?;
        let headings = text.lines().find(|line| !line.starts_with('#'));
        let headings = headings.ok_or_else(|| broken("it has no headings"))?;
        let mut rows = String::new();
        for curie in &self.term.exact {
            let cell = |heading: &str| match heading {
                "subject_id" => format!("{subject}:{}", self.slug),
                "subject_label" => self.term.label.clone(),
                "predicate_id" => "skos:exactMatch".to_owned(),
                "object_id" => curie.clone(),
                "mapping_justification" => "semapv:ManualMappingCuration".to_owned(),
                _ => String::new(),
            };
            let cells: Vec<String> = headings.split('\t').map(cell).collect();
            rows.push_str(&cells.join("\t"));
            rows.push('\n');
        }
        let after = appended(&text, &rows);
        Ok(Change::new(name, before, after))
    }
}

/// A mapping file with more prefixes at the end of its `curie_map`.
fn with_prefixes(text: &str, prefixes: &BTreeMap<String, String>) -> Option<String> {
    if prefixes.is_empty() {
        return Some(text.to_owned());
    }
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').peekable();
    let (mut within, mut done) = (false, false);
    while let Some(line) = lines.next() {
        out.push_str(line);
        within |= line.trim_end() == "# curie_map:";
        let goes_on = lines.peek().is_some_and(|next| next.starts_with("#  "));
        if within && !done && !goes_on {
            for (prefix, iri) in prefixes {
                let _ = write!(out, "#   {prefix}: {iri}{}", line_end(text));
            }
            done = true;
        }
    }
    done.then_some(out)
}
