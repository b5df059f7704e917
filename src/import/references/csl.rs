//! CSL-JSON: a list of works.

use serde_json::Value;

use super::{Reference, broken, doi};
use crate::import::trouble::Trouble;

/// Whether bytes are a list of works, each of a type.
pub(super) fn is_list(bytes: &[u8]) -> bool {
    let list: Option<Vec<Value>> = serde_json::from_slice(bytes).ok();
    list.is_some_and(|all| !all.is_empty() && all.iter().all(|one| one["type"].is_string()))
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Reference>, Trouble> {
    let list: Vec<Value> =
        serde_json::from_slice(bytes).map_err(|error| broken("CSL-JSON", &error))?;
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let work = |one: &Value| {
        let author = &one["author"][0];
        let given: String = text(&author["given"])
            .split([' ', '-', '.'])
            .filter_map(|part| part.chars().next())
            .collect();
        let author = match text(&author["family"]) {
            family if family.is_empty() => text(&author["literal"]),
            family => format!("{family} {given}").trim().to_owned(),
        };
        Reference {
            first_author: author,
            year: text(&one["issued"]["date-parts"][0][0]),
            title: text(&one["title"]),
            journal: text(&one["container-title"]),
            doi: doi(&text(&one["DOI"])),
            pmid: text(&one["PMID"]),
        }
    };
    Ok(list.iter().map(work).collect())
}
