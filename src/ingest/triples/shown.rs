//! Values as people read them.

use crate::case::Value;
use crate::ontology::Ontology;

/// Values as a person reads them: labels of concepts, joined as in a sheet.
pub(in crate::ingest) fn shown(values: &[Value], ontology: &Ontology) -> String {
    let words: Vec<String> = values
        .iter()
        .map(|value| match value {
            Value::Concept(scheme, slug) => {
                let concept = ontology.vocabulary(scheme.name()).concept(slug);
                concept.map_or_else(|| slug.clone(), |concept| concept.display().to_owned())
            }
            other => other.to_string(),
        })
        .collect();
    words.join("; ")
}
