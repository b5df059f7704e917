//! Simple Knowledge Organization System.

super::terms! { "http://www.w3.org/2004/02/skos/core#";
    /// A concept of a vocabulary.
    CONCEPT = "Concept";
    /// A vocabulary: concepts that belong together.
    CONCEPT_SCHEME = "ConceptScheme";
    /// The vocabulary of a concept.
    IN_SCHEME = "inScheme";
    /// The one name shown.
    PREF_LABEL = "prefLabel";
    /// A synonym, as sources write it.
    ALT_LABEL = "altLabel";
    /// A misprint or other form that is understood and never shown.
    HIDDEN_LABEL = "hiddenLabel";
    /// What is meant, in a sentence.
    DEFINITION = "definition";
    /// A value that something may have.
    EXAMPLE = "example";
    /// A code, such as `CR`.
    NOTATION = "notation";
    /// The next wider concept of the same vocabulary.
    BROADER = "broader";
    /// The same in another vocabulary.
    EXACT_MATCH = "exactMatch";
    /// A concept elsewhere that means nearly the same.
    CLOSE_MATCH = "closeMatch";
    /// A wider concept in another vocabulary.
    BROAD_MATCH = "broadMatch";
    /// A narrower concept in another vocabulary.
    NARROW_MATCH = "narrowMatch";
    /// A concept in another vocabulary that has to do with it.
    RELATED_MATCH = "relatedMatch";
}

/// The relations of a concept to those of other vocabularies.
pub const MATCHES: [crate::graph::model::NamedNodeRef<'static>; 5] = [
    EXACT_MATCH,
    CLOSE_MATCH,
    BROAD_MATCH,
    NARROW_MATCH,
    RELATED_MATCH,
];
