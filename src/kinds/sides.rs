//! What the two sides of a contrast, and groups with their scores, are called in tables.

use super::GroupScore;
use crate::document::{Role, Table};
use crate::stats::digits::plain;
use crate::stats::estimate::Level;

/// Letters of two names that a row has room for.
const ROOM_FOR_NAMES: usize = 40;

/// The two sides of a contrast as its rows call them, and what its caption says of them: long names
/// stand in the caption once.
pub(super) struct Sides {
    pub first: String,
    pub second: String,
    pub key: String,
}

/// A table, still without rows, of the tests and effects of a contrast.
pub(super) fn table_of_tests(caption: &str, level: Level) -> Table {
    Table::new(
        caption,
        &[
            ("test", Role::Text),
            ("value", Role::Estimate),
            ("CI", Role::Interval(Some(level))),
            ("P", Role::P),
        ],
    )
}

/// Names the sides of a contrast.
pub(super) fn sides(first: &str, second: &str) -> Sides {
    if first.chars().count() + second.chars().count() <= ROOM_FOR_NAMES {
        return Sides {
            first: first.to_owned(),
            second: second.to_owned(),
            key: String::new(),
        };
    }
    Sides {
        first: "first".to_owned(),
        second: "second".to_owned(),
        key: format!(" (first: {first}; second: {second})"),
    }
}

/// Groups with their scores.
pub(super) fn group_scores(scores: &[GroupScore]) -> String {
    let pairs: Vec<String> = scores
        .iter()
        .map(|pair| format!("{} = {}", pair.group, plain(pair.score)))
        .collect();
    format!("scores {}", pairs.join(", "))
}
