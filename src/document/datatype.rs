//! What type the values of a column are of, for files that keep types.

use super::{Cell, CellValue};

/// The type of the values of a column; a value may be missing in each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Datatype {
    /// Text, a code or the name of a thing.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// A number with a point, at double precision.
    Decimal,
    /// Yes or no.
    Boolean,
    /// A day, as `YYYY-MM-DD`.
    Date,
}

impl Datatype {
    /// The type that all cells with a value have; text where they differ, and where there is none.
    pub(super) fn of_cells<'c>(cells: impl Iterator<Item = &'c Cell>) -> Self {
        let mut found = None;
        for cell in cells.filter(|cell| !cell.text.is_empty()) {
            let own = match &cell.value {
                CellValue::Boolean(_) => Self::Boolean,
                CellValue::Count(_) if cell.only_number().is_some() => Self::Integer,
                _ if cell.only_number().is_some() => Self::Decimal,
                _ => Self::Text,
            };
            found = match (found, own) {
                (None, own) => Some(own),
                (Some(before), own) if before == own => Some(own),
                (Some(Self::Integer | Self::Decimal), Self::Integer | Self::Decimal) => {
                    Some(Self::Decimal)
                }
                _ => return Self::Text,
            };
        }
        found.unwrap_or_default()
    }

    /// Whether a cell can be kept as this type.
    pub(super) fn takes(self, cell: &Cell) -> bool {
        match (self, &cell.value) {
            (Self::Text, _) => true,
            _ if cell.text.is_empty() => true,
            (Self::Integer, _) => cell.text.parse::<i64>().is_ok(),
            (Self::Decimal, _) => cell.only_number().is_some(),
            (Self::Boolean, CellValue::Boolean(_)) => true,
            (Self::Date, _) => cell.text.len() == 10,
            _ => false,
        }
    }
}
