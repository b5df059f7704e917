//! The course of one case: its episodes of treatment in time, and its last status.

use super::about;
use crate::graph::Graph;
use crate::graph::namespaces::Prefixes;
use crate::kinds::swimmer::{Episode, Lane};
use crate::query::{AskError, Row, rows};

/// The course of a case, by its key; without episodes if no source tells of a treatment.
///
/// # Errors
/// The store cannot be read.
pub fn course(graph: &Graph, key: &str, prefixes: &Prefixes) -> Result<Lane, AskError> {
    let episodes = about(graph, key, prefixes, include_str!("queries/course.rq"))?;
    let status = about(graph, key, prefixes, include_str!("queries/last_status.rq"))?;
    // The sheets let only numbers into these columns.
    let months = |row: &Row<'_>, column: &str| row.number(column).ok().flatten();
    let text = |row: &Row<'_>, column: &str| row.get(column).map(str::to_owned);
    let last = rows(&status).next();
    Ok(Lane {
        case: key.to_owned(),
        episodes: rows(&episodes)
            .map(|row| Episode {
                label: row.get("label").unwrap_or_default().to_owned(),
                kind: text(&row, "kind"),
                start: months(&row, "start"),
                duration: months(&row, "duration"),
                response: text(&row, "response"),
                derived: row.boolean("derived") == Some(true),
                to_response: months(&row, "to_response"),
                progression: months(&row, "progression"),
                ongoing: row.get("ongoing") == Some("true"),
            })
            .collect(),
        ordered: rows(&episodes).all(|row| row.get("position").is_some()),
        status: last.and_then(|row| text(&row, "status")),
        died: last.and_then(|row| Some(row.get("died")? == "true")),
        months: last.and_then(|row| months(&row, "months")),
    })
}
