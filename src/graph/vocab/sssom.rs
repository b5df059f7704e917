//! Simple Standard for Sharing Ontological Mappings.

use thiserror::Error;

use crate::graph::model::{NamedNode, NamedNodeRef};

super::terms! { "https://w3id.org/sssom/";
    /// Stands where a term has no match: a statement of absence, and no thing.
    NO_TERM_FOUND = "NoTermFound";
    /// How a mapping was justified.
    MAPPING_JUSTIFICATION = "mapping_justification";
}

/// Whether an IRI stands for the absence of a match, in whichever scheme it is written.
#[must_use]
pub fn is_no_term(iri: &str) -> bool {
    let scheme = |iri: NamedNodeRef<'_>| iri.as_str().replacen("https:", "http:", 1);
    NamedNode::new(iri).is_ok_and(|iri| scheme(iri.as_ref()) == scheme(NO_TERM_FOUND))
}

/// A modifier of a predicate that the standard does not have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("predicate_modifier {0:?} is none that is known: Not, or nothing")]
pub struct UnknownModifier(pub String);

/// Whether a modifier of a predicate says that the two do not match.
///
/// # Errors
/// It is none that the standard has.
pub fn is_negated(modifier: &str) -> Result<bool, UnknownModifier> {
    let word = modifier.trim().trim_matches('"').trim();
    if word.is_empty() {
        return Ok(false);
    }
    // `Not` is the word; the term that it stands for is written by some.
    let negations = ["not", "sssom:negatedpredicate", "negatedpredicate"];
    if negations.contains(&word.to_lowercase().as_str()) {
        return Ok(true);
    }
    Err(UnknownModifier(word.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_in_any_spelling_negates_and_other_words_are_refused() {
        for word in [
            "Not",
            "NOT",
            "not",
            " nOt ",
            "\"Not\"",
            "sssom:NegatedPredicate",
        ] {
            assert_eq!(is_negated(word), Ok(true), "{word}");
        }
        assert_eq!(is_negated(""), Ok(false));
        assert!(is_negated("Perhaps").is_err());
    }

    #[test]
    fn no_term_found_is_told_in_both_schemes() {
        assert!(is_no_term("https://w3id.org/sssom/NoTermFound"));
        assert!(is_no_term("http://w3id.org/sssom/NoTermFound"));
        assert!(!is_no_term("https://w3id.org/sssom/NoTermFoundYet"));
    }
}
