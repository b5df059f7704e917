//! The IRIs of a study's things.

use std::collections::BTreeMap;

use crate::case::{FactSheet, KnownSheet, Property, Report, Schema, Thing};
use crate::graph::model::NamedNode;
use crate::graph::namespaces::{self, COLUMN, STUDIES, slug, term, thing_of_study};
use crate::graph::vocab::casegraph as cg;
use crate::ingest::record::Study;

/// The property that a column becomes in a study of this name.
#[must_use]
pub fn property_of(study: &str, property: Property) -> NamedNode {
    match property {
        Property::OfStudy(name) => thing_of_study(study, COLUMN, name),
        Property::Term(name) => term(name),
        Property::None => NamedNode::new_unchecked(namespaces::NOTHING),
    }
}

/// The class of what a sheet tells of in a study of this name.
#[must_use]
pub fn class_of(study: &str, sheet: FactSheet) -> NamedNode {
    let class = match sheet.known() {
        Some(KnownSheet::Cases) => cg::CASE,
        Some(KnownSheet::Fusions) => cg::GENE_FUSION,
        Some(KnownSheet::Alterations) => cg::ALTERATION_CLASS,
        Some(KnownSheet::Treatments) => cg::TREATMENT,
        Some(KnownSheet::AdverseEvents) => cg::ADVERSE_EVENT,
        Some(KnownSheet::FollowUp) => cg::FOLLOW_UP,
        None => return thing_of_study(study, "sheet", sheet.name()),
    };
    class.into()
}

/// The IRIs of a study's things.
pub(super) struct Names {
    pub(super) study: String,
    pub(super) schema: &'static Schema,
}

impl Names {
    pub(super) fn new(study: &Study) -> Self {
        Self {
            study: study.meta.name.clone(),
            schema: study.schema,
        }
    }

    pub(super) fn study(&self) -> NamedNode {
        NamedNode::new_unchecked(format!("{STUDIES}{}", self.study))
    }

    pub(super) fn graph(&self, name: &str) -> NamedNode {
        self.named("graph", name)
    }

    /// A thing in a folder of the study. Keys were checked to be fit for IRIs when read.
    pub(super) fn named(&self, folder: &str, key: &str) -> NamedNode {
        thing_of_study(&self.study, folder, key)
    }

    pub(super) fn case(&self, of: &Thing) -> NamedNode {
        self.named("case", &of.case)
    }

    /// A value that is missing for a reason.
    pub(super) fn missing(&self, property: Property, reason: &str) -> NamedNode {
        let key = format!("{}/{}", property.local(), slug(reason));
        self.named("missing", &key)
    }

    /// The property of a column.
    pub(super) fn property(&self, property: Property) -> NamedNode {
        property_of(&self.study, property)
    }

    /// The names of the reports of a case.
    pub(super) fn reports(&self, reports: &[Report]) -> Vec<NamedNode> {
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let name = |report: &Report| {
            let sheet = report.sheet.name();
            let key = format!("{sheet}/{}/{}/{}", report.case, report.item, report.source);
            let number = numbers.entry(key.clone()).or_default();
            *number += 1;
            self.named("report", &format!("{key}/{number}"))
        };
        reports.iter().map(name).collect()
    }

    pub(super) fn thing(&self, thing: &Thing) -> NamedNode {
        let case = &thing.case;
        match thing.event().path().as_str() {
            "" => self.named("case", case),
            event => self.named("case", &format!("{case}/{event}")),
        }
    }
}
