//! Namespaces and prefixes: where each kind of IRI lives.

use super::model::NamedNode;

/// Namespace of our own classes and properties.
pub const TERMS: &str = "https://w3id.org/casegraph/ontology#";
/// What queries write where there is no thing: nothing is called so.
pub const NOTHING: &str = "https://w3id.org/casegraph/ontology#nothing";
/// Vocabularies; a scheme's name and a slug follow.
pub const VOCABULARY: &str = "https://w3id.org/casegraph/vocabulary/";
/// Studies; a study's name and `/` follow.
pub const STUDIES: &str = "https://w3id.org/casegraph/";
/// The named graph of the ontology and its vocabularies.
pub const ONTOLOGY_GRAPH: &str = "https://w3id.org/casegraph/ontology";
/// The named graph of links to other ontologies.
pub const MAPPINGS_GRAPH: &str = "https://w3id.org/casegraph/mappings";

/// Named graphs of sources that were linked; the name of one follows.
pub const EXTERNAL: &str = "https://w3id.org/casegraph/external/";

/// Names that no study may have: things that belong to no study have IRIs below them.
pub const RESERVED: [&str; 4] = ["external", "mappings", "ontology", "vocabulary"];

/// Prefixes that every query knows, whatever the study.
const FIXED: &[(&str, &str)] = &[
    ("cg", TERMS),
    (
        "histology",
        "https://w3id.org/casegraph/vocabulary/histology/",
    ),
    ("drug", "https://w3id.org/casegraph/vocabulary/drug/"),
    ("site", "https://w3id.org/casegraph/vocabulary/site/"),
    (
        "response",
        "https://w3id.org/casegraph/vocabulary/response/",
    ),
    ("event", "https://w3id.org/casegraph/vocabulary/event/"),
    ("method", "https://w3id.org/casegraph/vocabulary/method/"),
    ("status", "https://w3id.org/casegraph/vocabulary/status/"),
    ("gene", "https://w3id.org/casegraph/vocabulary/gene/"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("obo", "http://purl.obolibrary.org/obo/"),
    ("hgnc", "http://identifiers.org/hgnc/"),
    ("ncbigene", "http://identifiers.org/ncbigene/"),
    ("ensembl", "http://identifiers.org/ensembl/"),
    ("pubmed", "http://identifiers.org/pubmed/"),
    ("uniprot", "http://purl.uniprot.org/uniprot/"),
    ("external", EXTERNAL),
    ("oio", "http://www.geneontology.org/formats/oboInOwl#"),
    ("go", "http://purl.obolibrary.org/obo/GO_"),
];

/// The folder of the properties that a study adds.
pub const COLUMN: &str = "column";

/// The folder of the classes of the sheets that a study adds.
pub const SHEET: &str = "sheet";

/// The folders of a study's things that have a prefix of their own.
const STUDY: &[&str] = &[
    "case",
    "cohort",
    "publication",
    "claim",
    "series",
    "graph",
    COLUMN,
    SHEET,
];

/// Prefix names with their namespaces, in the order in which they are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefixes(Vec<(String, String)>);

impl Prefixes {
    /// The prefixes known while the study of this name is asked.
    #[must_use]
    pub fn of_study(study: &str) -> Self {
        let fixed = FIXED
            .iter()
            .map(|(name, iri)| ((*name).to_owned(), (*iri).to_owned()));
        let own = STUDY
            .iter()
            .map(|name| ((*name).to_owned(), format!("{STUDIES}{study}/{name}/")));
        Self(fixed.chain(own).collect())
    }

    /// Name and namespace of each prefix.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, iri)| (name.as_str(), iri.as_str()))
    }

    /// The IRI that a prefixed name stands for, if its prefix is known.
    #[must_use]
    pub fn expand(&self, name: &str) -> Option<NamedNode> {
        let (prefix, local) = name.split_once(':')?;
        let (_, namespace) = self.0.iter().find(|(known, _)| known == prefix)?;
        NamedNode::new(format!("{namespace}{local}")).ok()
    }

    /// An IRI in its shortest form: a prefixed name where one fits, else in angle brackets.
    #[must_use]
    pub fn shorten(&self, iri: &str) -> String {
        let best = self
            .0
            .iter()
            .filter_map(|(name, namespace)| Some((name, iri.strip_prefix(namespace.as_str())?)))
            .filter(|(_, local)| {
                !local.is_empty() && !local.contains(['/', '#', '?', ' ', '(', ')'])
            })
            .min_by_key(|(_, local)| local.len());
        best.map_or_else(
            || format!("<{iri}>"),
            |(name, local)| format!("{name}:{local}"),
        )
    }
}

/// The IRI of a thing of a study. The path must be fit for an IRI, as checked keys are.
#[must_use]
pub fn thing_of_study(study: &str, folder: &str, path: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{STUDIES}{study}/{folder}/{path}"))
}

/// The name of a property in tables: its local name if it is one of ours, `column:SHEET.COLUMN` if a study added it,
/// whichever study that is, and else its shortest form.
#[must_use]
pub fn property_name(iri: &str, prefixes: &Prefixes) -> String {
    if let Some(local) = iri.strip_prefix(TERMS) {
        return local.to_owned();
    }
    match StudyThing::of(iri) {
        Some(thing) if thing.folder == COLUMN => format!("{COLUMN}:{}", thing.path),
        _ => prefixes.shorten(iri),
    }
}

/// A thing of a study, by the parts of its IRI. This is the one place that takes such an IRI apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StudyThing<'a> {
    /// The name of the study.
    pub study: &'a str,
    /// The folder of such things, such as `case` or `publication`.
    pub folder: &'a str,
    /// What follows the folder: the key, and for an event of a case what follows that.
    pub path: &'a str,
}

impl<'a> StudyThing<'a> {
    /// The thing of an IRI; `None` if it is that of no study's thing.
    #[must_use]
    pub fn of(iri: &'a str) -> Option<Self> {
        let mut parts = iri.strip_prefix(STUDIES)?.splitn(3, '/');
        let thing = Self {
            study: parts.next()?,
            folder: parts.next()?,
            path: parts.next()?,
        };
        let whole = [thing.study, thing.folder, thing.path]
            .iter()
            .all(|part| !part.is_empty());
        (whole && !RESERVED.contains(&thing.study)).then_some(thing)
    }

    /// The case, or the event of one, that an IRI stands for.
    #[must_use]
    pub fn of_case(iri: &'a str) -> Option<Self> {
        Self::of(iri).filter(|thing| thing.folder == "case")
    }

    /// Its key; that of its case if it is an event.
    #[must_use]
    pub fn key(self) -> &'a str {
        self.path.split_once('/').map_or(self.path, |(key, _)| key)
    }

    /// What follows the key, such as `treatment/2`; empty if nothing does.
    #[must_use]
    pub fn event(self) -> &'a str {
        self.path.split_once('/').map_or("", |(_, event)| event)
    }
}

/// The last part of an IRI or of a prefixed name, such as `alectinib` of `drug:alectinib`.
#[must_use]
pub fn local_name(name: &str) -> &str {
    name.rsplit(['/', '#', ':']).next().unwrap_or(name)
}

/// The identifier of a term of another ontology as its makers write it, such as `GO:0006915` of `…/obo/GO_0006915`.
#[must_use]
pub fn identifier(iri: &str) -> String {
    let last = iri.rsplit(['/', '#']).next().unwrap_or(iri);
    last.replacen('_', ":", 1)
}

/// The slug of a label: lower case, every run of other characters one hyphen.
#[must_use]
pub fn slug(label: &str) -> String {
    let mut slug = String::new();
    for character in label.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The IRI of a vocabulary, by its name.
#[must_use]
pub fn scheme(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{VOCABULARY}{name}"))
}

/// The IRI of a concept of a vocabulary. `slug` must be fit for an IRI, as checked slugs and gene
/// symbols are.
#[must_use]
pub fn concept(scheme: &str, slug: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{VOCABULARY}{scheme}/{slug}"))
}

/// The IRI of one of our own properties or classes, by its local name.
#[must_use]
pub fn term(local: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{TERMS}{local}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortening_and_expanding_are_inverse() {
        let prefixes = Prefixes::of_study("alk-sarcoma");
        for name in [
            "cg:Case",
            "drug:crizotinib",
            "case:zhang-2020-1",
            "response:CR",
        ] {
            let iri = prefixes.expand(name).expect("a known prefix");
            assert_eq!(prefixes.shorten(iri.as_str()), name);
        }
        assert_eq!(
            prefixes.shorten("http://example.org/x"),
            "<http://example.org/x>"
        );
        assert_eq!(prefixes.expand("nobody:x"), None);
    }

    #[test]
    fn a_thing_is_told_by_the_places_in_its_iri() {
        let event = thing_of_study("case", "case", "case/treatment/2");
        let thing = StudyThing::of_case(event.as_str()).expect("an event");
        assert_eq!(
            (thing.study, thing.key(), thing.event()),
            ("case", "case", "treatment/2")
        );
        for (study, folder) in [("case", "publication"), ("publication", "case")] {
            let iri = thing_of_study(study, folder, "a~1.2");
            let thing = StudyThing::of(iri.as_str()).expect("a thing");
            assert_eq!((thing.study, thing.folder), (study, folder));
            assert_eq!((thing.key(), thing.event()), ("a~1.2", ""));
            let is_case = StudyThing::of_case(iri.as_str()).is_some();
            assert_eq!(is_case, folder == "case");
        }
        for iri in [
            "https://example.org/s/case/a",
            "https://w3id.org/casegraph/s/case/",
            "https://w3id.org/casegraph/s/case",
            "https://w3id.org/casegraph/vocabulary/case/a",
            "s/case/a",
        ] {
            assert_eq!(StudyThing::of(iri), None, "{iri}");
        }
    }

    #[test]
    fn slugs_are_fit_for_iris() {
        assert_eq!(
            slug("Infant-type hemispheric glioma, ALK-altered"),
            "infant-type-hemispheric-glioma-alk-altered"
        );
        assert_eq!(slug(" 5'-RACE "), "5-race");
    }
}
