//! Classes and things that stand in a query where a property does.

use super::error::AskError;
use crate::graph::Graph;
use crate::graph::model::{NamedNode, Term, rdf, rdfs};
use crate::graph::namespaces::{Prefixes, STUDIES};
use crate::graph::vocab::owl;

/// Most properties that are named as what leads to a thing.
const NAMED: usize = 3;
/// How many quads are looked at for them.
const LOOKED_AT: usize = 2_000;

/// A name that stands where a property does and is none.
pub(super) struct Misused {
    /// Whether it is the name of a class; of a thing otherwise.
    pub class: bool,
    /// Properties that lead to it, those that do so most often first.
    pub properties: Vec<String>,
}

/// Says of a name of casegraph's own or of a study that it is the name of a class or of a thing, and no property.
///
/// # Errors
/// The store cannot be read.
pub(super) fn no_property(
    graph: &Graph,
    node: &NamedNode,
    prefixes: &Prefixes,
) -> Result<Option<Misused>, AskError> {
    if !node.as_str().starts_with(STUDIES) || graph.is_used_as_property(node)? {
        return Ok(None);
    }
    let said = graph.properties(node)?;
    let types: Vec<&Term> = said
        .iter()
        .filter(|(property, _)| *property == rdf::TYPE)
        .map(|(_, value)| value)
        .collect();
    let is_a = |wanted: &[NamedNode]| {
        let mut types = types.iter();
        types.any(|known| wanted.iter().any(|one| **known == Term::from(one.clone())))
    };
    // A property that is declared and that nothing has is one.
    let properties = [owl::OBJECT_PROPERTY, owl::DATATYPE_PROPERTY, rdf::PROPERTY];
    if types.is_empty() || is_a(&properties.map(Into::into)) {
        return Ok(None);
    }
    let class = is_a(&[owl::CLASS.into(), rdfs::CLASS.into()]);
    let leading = if class {
        graph.things_with(rdfs::RANGE, &node.clone().into())?
    } else {
        graph.properties_to(node, LOOKED_AT)?
    };
    let own = leading
        .iter()
        .filter(|property| property.as_str().starts_with(STUDIES));
    Ok(Some(Misused {
        class,
        properties: own
            .take(NAMED)
            .map(|property| prefixes.shorten(property.as_str()))
            .collect(),
    }))
}
