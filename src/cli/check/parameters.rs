//! Checks the parameters that a study sets for all its analyses.

use std::collections::BTreeSet;

use crate::cli::session::{Session, suggestions};
use crate::query::Catalogue;
use crate::query::parameters::{Parameter, Prefix};

/// What is wrong with the study's own defaults: parameters that no analysis takes, and values that are none of theirs.
pub(super) fn wrong_defaults(session: &Session, catalogue: &Catalogue) -> BTreeSet<String> {
    let prefixes = session.prefixes.iter();
    let prefixes: Vec<Prefix> = prefixes
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .collect();
    let declared = catalogue.queries().iter();
    let declared: Vec<&Parameter> = declared
        .flat_map(|saved| &saved.header.parameters)
        .collect();
    let names: BTreeSet<&str> = declared.iter().map(|taken| taken.name.as_str()).collect();
    let mut wrong = BTreeSet::new();
    for (name, value) in &session.manifest.parameters {
        if !names.contains(name.as_str()) {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            wrong.insert(format!(
                "no analysis takes a parameter {name} (= {value:?}): correct or remove it{}",
                suggestions(name, &names)
            ));
        }
        let taking = declared.iter().filter(|taken| taken.name == *name);
        wrong.extend(
            taking.filter_map(|taken| Some(taken.parse(value, &prefixes).err()?.to_string())),
        );
    }
    wrong
}
