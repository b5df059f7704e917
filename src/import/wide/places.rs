//! Which column of the table becomes which column of which sheet.

use crate::case::Schema;
use crate::delimited::trimmed;
use crate::import::messages::Messages;
use crate::import::schema::{Heading, columns_of};
use crate::import::tab::{At, Tab};
use crate::import::tabs::Taken;
use crate::import::wide::mapping::{Mapped, Mapping, To, to};

/// A column of the table and what it becomes.
pub(super) struct Place<'a> {
    pub(super) column: usize,
    pub(super) mapped: &'a Mapped,
    pub(super) to: To,
    /// The column of the sheet.
    pub(super) of: Option<Heading>,
}

pub(super) fn places<'a>(
    tab: &Tab,
    (mapping, schema): (&'a Mapping, &'static Schema),
    messages: &mut Messages,
    taken: &mut Vec<Taken>,
) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    let Some((headings, rows)) = tab.parts() else {
        return places;
    };
    for column in 0..tab.width() {
        let heading = headings.text(column);
        let at = At {
            row: headings.number,
            column,
        };
        let filled = rows
            .iter()
            .filter(|row| !row.text(column).is_empty())
            .count();
        let mapped = mapping
            .columns
            .iter()
            .find(|mapped| trimmed(&mapped.heading) == heading);
        let becomes = mapped
            .and_then(|mapped| to(&mapped.to, schema).ok())
            .filter(|to| *to != To::Nothing);
        if heading.is_empty() && filled == 0 {
            continue;
        }
        if becomes.is_none() && filled > 0 {
            let words = format!("is mapped to nothing: its {filled} cells stay out");
            messages.warn(Some(at), heading, words);
        }
        taken.push(Taken {
            tab: tab.name.clone(),
            cell: at.address(),
            heading: heading.to_owned(),
            becomes: becomes
                .as_ref()
                .and(mapped)
                .map(|mapped| match mapped.item {
                    Some(item) => format!("{} (item {item})", mapped.to),
                    None => mapped.to.clone(),
                }),
            filled,
        });
        if let (Some(to), Some(mapped)) = (becomes, mapped) {
            messages.of_formulas(tab, column);
            let of = match &to {
                To::Column(sheet, name) => columns_of(schema, sheet)
                    .into_iter()
                    .find(|known| known.name == *name),
                _ => None,
            };
            places.push(Place {
                column,
                mapped,
                to,
                of,
            });
        }
    }
    for mapped in &mapping.columns {
        let there = taken
            .iter()
            .any(|taken| taken.heading == trimmed(&mapped.heading));
        if !there && !mapped.to.is_empty() {
            messages.warn(
                None,
                &mapped.heading,
                "is a heading of the mapping that the table has not",
            );
        }
    }
    places
}
