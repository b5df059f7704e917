//! Terms: what each is called, what others call it, and what lies above it.

use super::{File, column, text};
use crate::columnar::Value;
use crate::document::Datatype;
use crate::export::{ExportError, ExportStudy, Exported, Identifier};

pub(super) fn write(study: &ExportStudy, exported: &mut Exported) -> Result<(), ExportError> {
    let columns = [
        text("term", "prefixed name, such as drug:alectinib"),
        text("label", "what it is called"),
        text("code", "code, such as CR"),
        text("definition", "what it means"),
        column(
            "uncategorised",
            Datatype::Boolean,
            "whether it is a word on a response that is no category",
        ),
        column(
            "means_death",
            Datatype::Boolean,
            "whether the status means that the patient died",
        ),
    ];
    let mut concept = File::begin(study, "concept", &columns)?;
    let columns = [
        text("term", "prefixed name"),
        text("same", "exact: the very same; close: nearly the same"),
        text("iri", "IRI of others"),
        text(
            "identifier",
            "identifier as its owner writes it, such as NCIT:C6481",
        ),
    ];
    let mut identifier = File::begin(study, "identifier", &columns)?;
    let columns = [
        text("term", "prefixed name"),
        text("above", "the term itself, and each that lies above it"),
    ];
    let mut within = File::begin(study, "within", &columns)?;
    let some = |text: &'_ str| !text.is_empty();
    for (name, term) in study.terms.iter() {
        concept.push([
            Some(Value::Text(name)),
            Some(term.label.as_str())
                .filter(|label| some(label))
                .map(Value::Text),
            term.code.as_deref().map(Value::Text),
            term.definition.as_deref().map(Value::Text),
            Some(Value::Boolean(term.uncategorised)),
            term.means_death.map(Value::Boolean),
        ])?;
        let exact = term.exact.iter().map(|iri| ("exact", iri));
        for (same, iri) in exact.chain(term.close.iter().map(|iri| ("close", iri))) {
            let known = Identifier::of_iri(iri).map(Identifier::curie);
            identifier.push([
                Some(Value::Text(name)),
                Some(Value::Text(same)),
                Some(Value::Text(iri)),
                known.as_deref().map(Value::Text),
            ])?;
        }
        for above in study.terms.above(name) {
            within.push([Some(Value::Text(name)), Some(Value::Text(above))])?;
        }
    }
    concept.finish(exported)?;
    identifier.finish(exported)?;
    Ok(within.finish(exported)?)
}
