//! The classes of the graph as a figure: the case in the middle, and what it hangs together with.

use std::collections::{BTreeMap, BTreeSet};

use super::plot::classes::{Class, Figure, Linked, draw};
use super::plot::{Drawing, Frame};
use crate::graph::namespaces::{TERMS, local_name};
use crate::graph::vocab::casegraph as cg;

/// A class or a property, as the graph declares it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeclaredTerm {
    /// Its IRI.
    pub iri: String,
    /// Its name in a query, without the prefix of casegraph's own terms.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// What it means.
    pub definition: String,
    /// Whether it is a class.
    pub is_class: bool,
    /// The class or datatype of a property's values.
    pub range: String,
    /// The classes that have a property.
    pub classes: Vec<String>,
}

/// The case and the classes next to it, with their properties. On the right stands what a case has, which leads back to
/// it; on the left what it belongs to, and what is said of it.
#[must_use]
pub fn classes_figure(terms: &[DeclaredTerm]) -> Drawing {
    let case = cg::CASE.as_str();
    let names: BTreeMap<&str, &str> = terms
        .iter()
        .filter(|term| term.is_class)
        .map(|term| (term.iri.as_str(), term.name.as_str()))
        .collect();
    let properties = || terms.iter().filter(|term| !term.is_class);
    let has = |term: &DeclaredTerm, class: &str| term.classes.iter().any(|known| known == class);
    let to_case: BTreeSet<&str> = properties()
        .filter(|term| term.range == case)
        .flat_map(|term| term.classes.iter().map(String::as_str))
        .collect();
    let mut links: BTreeMap<&str, (&str, bool)> = BTreeMap::new();
    for term in properties() {
        if has(term, case) && term.range != case && names.contains_key(term.range.as_str()) {
            links.entry(&term.range).or_insert((&term.name, false));
        }
    }
    for term in properties().filter(|term| term.range == case) {
        for class in &term.classes {
            if class != case && names.contains_key(class.as_str()) {
                links.entry(class).or_insert((&term.name, true));
            }
        }
    }
    // Rows of a sheet that the study adds lead to their case, as all that a case has.
    let of_study = |iri: &str| !iri.starts_with(TERMS);
    for iri in names.keys().filter(|iri| of_study(iri)) {
        links
            .entry(iri)
            .or_insert((local_name(cg::OF_CASE.as_str()), true));
    }
    let had: BTreeSet<&str> = links
        .iter()
        .filter(|(_, (_, inwards))| !inwards)
        .map(|(iri, _)| *iri)
        .collect();
    let class_of = |iri: &str| {
        let own =
            properties().filter(|term| has(term, iri) && !names.contains_key(term.range.as_str()));
        // A report has each value of what it tells of: those stand there.
        let told = |class: &String| class == case || had.contains(class.as_str());
        let own = own.filter(|term| iri != cg::REPORT.as_str() || !term.classes.iter().any(told));
        Class {
            name: names.get(iri).copied().unwrap_or_default().to_owned(),
            properties: own.map(|term| term.name.clone()).collect(),
        }
    };
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (iri, (link, inwards)) in &links {
        let linked = Linked {
            class: class_of(iri),
            link: (*link).to_owned(),
            inwards: *inwards,
        };
        // What a case has leads back to it, and is led to; sheets of the study lead back alone.
        if (to_case.contains(iri) && !*inwards) || of_study(iri) {
            right.push(linked);
        } else {
            left.push(linked);
        }
    }
    let frame = Frame {
        title: "Classes around the case".to_owned(),
        ..Frame::default()
    };
    draw(&Figure {
        frame,
        left,
        middle: class_of(case),
        right,
    })
}
