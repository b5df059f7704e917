//! Cancer types as `OncoTree` has them: by the code that a histology is mapped to, and by the tree that is linked.

use std::collections::BTreeMap;

use super::Exported;
use crate::export::{ExportError, ExportStudy};
use crate::graph::model::{NamedNode, NamedNodeRef, Term, rdfs};

const AUTHORITY: &str = "ONCOTREE";
/// The part of an ontology that a term belongs to: of a tumor type, its main type.
const NAMESPACE: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("http://www.geneontology.org/formats/oboInOwl#hasOBONamespace");
const ID: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("http://www.geneontology.org/formats/oboInOwl#id");
const DEPRECATED: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("http://www.w3.org/2002/07/owl#deprecated");

/// A tumor type.
#[derive(Debug, Default)]
pub(super) struct TumorType {
    /// Its code; empty if the linked tree has no such code.
    pub code: String,
    /// Its name and its main type, if a tree is linked that has them.
    pub names: Option<(String, String)>,
}

/// The tumor types of histologies, by their names.
pub(super) struct TumorTypes(BTreeMap<String, TumorType>);

impl TumorTypes {
    /// Reads the tumor types of the study's histologies. A code that a linked tree does not have is left out, and told.
    pub(super) fn read(study: &ExportStudy, exported: &mut Exported) -> Result<Self, ExportError> {
        let mut types = BTreeMap::new();
        for (name, term) in study.terms.iter() {
            let Some(known) = term.identifier(&[AUTHORITY]) else {
                continue;
            };
            let iri = format!("{}{}", known.authority.namespace, known.local);
            let names = names(study, &iri)?;
            let code = known.local.to_owned();
            types.insert(name.to_owned(), TumorType { code, names });
        }
        let linked = types.values().any(|of| of.names.is_some());
        for (name, of) in types
            .iter_mut()
            .filter(|(_, of)| linked && of.names.is_none())
        {
            let why = "the linked OncoTree has no such code: the mapping is of another version";
            let what = format!("{} of {}", of.code, study.terms.label(name));
            exported.ledger.lose("", "cases.histology", what, why);
            of.code.clear();
        }
        Ok(Self(types))
    }

    pub(super) fn get(&self, histology: &str) -> Option<&TumorType> {
        self.0.get(histology)
    }
}

/// Name and main type of a tumor type that is linked and in use.
fn names(study: &ExportStudy, iri: &str) -> Result<Option<(String, String)>, ExportError> {
    let Ok(node) = NamedNode::new(iri) else {
        return Ok(None);
    };
    let graph = &study.session.graph;
    // A mapping has a label of it, too; an identifier only the term itself.
    if graph.literal(&node, ID)?.is_none() {
        return Ok(None);
    }
    let properties = graph.properties(&node)?;
    let obsolete = properties.iter().any(|(property, value)| {
        property.as_ref() == DEPRECATED
            && matches!(value, Term::Literal(text) if text.value() == "true")
    });
    let name = graph.literal(&node, rdfs::LABEL)?.filter(|_| !obsolete);
    let main = graph.literal(&node, NAMESPACE)?.unwrap_or_default();
    Ok(name.map(|name| (name, main)))
}
