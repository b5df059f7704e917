//! The types of the columns of rows.

use super::{Cell, Column, Datatype};

/// The types of columns: those declared, where each cell can be kept so, and else what the cells are.
#[must_use]
pub fn datatypes(columns: &[Column], rows: &[Vec<Cell>]) -> Vec<Datatype> {
    let of = |(at, column): (usize, &Column)| {
        let cells = || rows.iter().filter_map(move |row| row.get(at));
        match column.datatype {
            Some(declared) if cells().all(|cell| declared.takes(cell)) => declared,
            _ => Datatype::of_cells(cells()),
        }
    };
    columns.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{CellValue, Role};
    use super::Datatype::{Boolean, Date, Decimal, Integer, Text};
    use super::*;

    #[test]
    fn a_column_has_the_type_of_its_cells_unless_one_is_declared_that_fits() {
        let plain = |name: &str| Column::new(name, Role::Text);
        let columns = [
            plain("n"),
            plain("months"),
            plain("event"),
            plain("mixed"),
            plain("quartiles"),
            plain("day").of(Date),
            plain("wrong").of(Boolean),
            plain("nothing").of(Decimal),
        ];
        let row = |months: Cell, mixed: Cell| {
            vec![
                3_usize.into(),
                months,
                Cell::of("true", CellValue::Boolean(true)),
                mixed,
                Cell::number(28.0, "28 (12–43)"),
                "2026-11-30".into(),
                "x".into(),
                Cell::default(),
            ]
        };
        let rows = [
            row(Cell::number(1.5, "1.5"), "NR".into()),
            row(Cell::count(2), Cell::count(2)),
            vec![Cell::default(); 8],
        ];
        assert_eq!(
            datatypes(&columns, &rows),
            [Integer, Decimal, Boolean, Text, Text, Date, Text, Decimal]
        );
    }
}
