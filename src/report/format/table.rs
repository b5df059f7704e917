//! Text for people at a terminal.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table as TextTable, Width,
};

use super::{Format, Holds, Reader};
use crate::document::{Block, Cell, Column, Document, Medium, Table};

pub(super) static FORMAT: Format = Format {
    name: "table",
    aliases: &["text"],
    ending: "txt",
    content_type: "text/plain; charset=utf-8",
    about: "For people",
    holds: Holds::Words,
    reader: Reader::People,
    write: |document, setting| Ok(text(document, setting.width).into_bytes()),
};

fn text(document: &dyn Document, width: Option<u16>) -> String {
    let blocks = document.blocks(Medium::Screen);
    blocks
        .iter()
        .map(|block| block_text(block, width))
        .collect()
}

fn block_text(block: &Block, width: Option<u16>) -> String {
    match block {
        Block::Title(text)
        | Block::Heading(text)
        | Block::Line(text)
        | Block::Note(text)
        | Block::Source(text)
        | Block::Code { text, .. } => format!("{text}\n"),
        Block::Synthetic => "SYNTHETIC DATA: these cases are invented.\n".to_owned(),
        Block::Caution(text) => format!("Caution: {text}\n"),
        Block::Fact(name, value) => format!("{name} = {value}\n"),
        Block::List(heading, points) => {
            let mut out = String::new();
            if !heading.is_empty() {
                out.push_str(&format!("{heading}:\n"));
            }
            for point in points {
                out.push_str(&format!("  {point}\n"));
            }
            out
        }
        Block::Table(table) => table_text(table, width),
        Block::Blank => "\n".to_owned(),
    }
}

/// A table as text for a terminal of this width; `None` does not fold. What has no room beside the others stands in a
/// table of its own below them, with the first column again.
#[must_use]
pub fn table_text(table: &Table, width: Option<u16>) -> String {
    let parts = match width {
        Some(width) => beside(table, width),
        None => Vec::new(),
    };
    let mut body: Vec<String> = parts
        .iter()
        .map(|part| one_text(&part.of(table), Some((part, width.unwrap_or(u16::MAX)))))
        .collect();
    if body.is_empty() {
        body.push(one_text(table, None));
    }
    let body = body.join("\n");
    if table.caption.is_empty() {
        format!("{body}\n")
    } else {
        format!("{}\n{body}\n", table.caption)
    }
}

fn one_text(table: &Table, fitted: Option<(&Beside, u16)>) -> String {
    let mut shown = TextTable::new();
    shown.load_style(UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    // A control character in a value must not reach the terminal as one.
    let plain = |text: &str| text.replace(|c: char| c.is_control() && c != '\n', "\u{FFFD}");
    shown.set_header(table.columns.iter().map(|column| plain(&column.shown())));
    let rows = table.rows.iter();
    shown.add_rows(rows.map(|row| row.iter().map(|cell| plain(&cell.text))));
    match fitted {
        Some((part, width)) => {
            shown
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width);
            part.keep_words(&mut shown, width);
        }
        None => {
            shown.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    for (at, column) in table.columns.iter().enumerate() {
        if column.role.is_numeric()
            && let Some(column) = shown.column_mut(at)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    shown.trim_fmt()
}

/// Longest word that is kept whole: longer ones are mostly lists without blanks.
const WORD: usize = 28;
/// Blanks around the text of a column, and what stands between two.
const AROUND: usize = 3;

/// Columns that stand beside each other, each with the room that it needs.
struct Beside(Vec<(usize, usize)>);

impl Beside {
    fn room(&self) -> usize {
        self.0.iter().map(|(_, need)| need + AROUND).sum()
    }

    /// The columns as a table.
    fn of(&self, table: &Table) -> Table {
        let columns = self.0.iter().map(|(at, _)| table.columns[*at].clone());
        let row = |row: &Vec<Cell>| {
            let cells = self.0.iter().map(|(at, _)| row.get(*at).cloned());
            cells.map(Option::unwrap_or_default).collect()
        };
        Table {
            columns: columns.collect(),
            rows: table.rows.iter().map(row).collect(),
            ..table.clone()
        }
    }

    /// Keeps words in one piece, where there is room for that.
    fn keep_words(&self, shown: &mut TextTable, width: u16) {
        if self.room() > usize::from(width) {
            return;
        }
        for (at, (_, need)) in self.0.iter().enumerate() {
            let room = u16::try_from(need + AROUND - 1).unwrap_or(u16::MAX);
            if let Some(column) = shown.column_mut(at) {
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(room)));
            }
        }
    }
}

/// The room that each column needs: for its longest word, of numbers for all of a cell if that is asked for.
fn needs(table: &Table, numbers_whole: bool) -> Beside {
    let longest = |text: &str, whole: bool| {
        let parts: Vec<&str> = if whole {
            text.lines().collect()
        } else {
            text.split_whitespace().collect()
        };
        let lengths = parts.iter().map(|part| part.chars().count());
        lengths.max().unwrap_or(0).min(WORD)
    };
    let need = |(at, column): (usize, &Column)| {
        let whole = numbers_whole && column.role.is_numeric();
        let cells = table.rows.iter().filter_map(|row| row.get(at));
        let cells = cells.map(|cell| longest(&cell.text, whole));
        let heading = longest(&column.shown(), false);
        (at, cells.chain([heading]).max().unwrap_or(0))
    };
    Beside(table.columns.iter().enumerate().map(need).collect())
}

/// The columns in as few tables as the width allows.
fn beside(table: &Table, width: u16) -> Vec<Beside> {
    let width = usize::from(width);
    let whole = needs(table, true);
    if whole.room() <= width {
        return vec![whole];
    }
    let words = needs(table, false);
    if words.room() <= width {
        return vec![words];
    }
    let mut columns = whole.0.into_iter();
    let Some(first) = columns.next() else {
        return Vec::new();
    };
    let mut parts: Vec<Beside> = Vec::new();
    for column in columns {
        match parts.last_mut() {
            Some(part) if part.room() + column.1 + AROUND <= width => part.0.push(column),
            _ => parts.push(Beside(vec![first, column])),
        }
    }
    if parts.is_empty() {
        parts.push(Beside(vec![first]));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::table_text;
    use crate::document::{Role, Table};

    #[test]
    fn a_narrow_terminal_breaks_lines_between_words() {
        let columns = [
            ("group", Role::Group),
            ("rate", Role::Estimate),
            ("interval", Role::Interval(None)),
            ("left out because", Role::Text),
        ];
        let mut table = Table::new("", &columns);
        table.push([
            "epithelioid inflammatory myofibroblastic sarcoma",
            "3/3 = 100.0 %",
            "29.2–100.0",
            "best response: source not read in full, category derived and not stated by anybody",
        ]);
        for width in [70, 80, 100] {
            let text = table_text(&table, Some(width));
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(usize::from(width)), "{text}");
            for whole in [
                "3/3 = 100.0 %",
                "29.2–100.0",
                "myofibroblastic",
                "inflammatory",
            ] {
                assert!(text.contains(whole), "{width}, {whole}: {text}");
            }
        }
        // What has no room stands below.
        let narrow = table_text(&table, Some(40));
        assert_eq!(narrow.matches("myofibroblastic").count(), 3, "{narrow}");
        assert!(
            narrow.lines().all(|line| line.chars().count() <= 40),
            "{narrow}"
        );
        // A pipe is not folded.
        let lines = table_text(&table, None);
        assert!(
            lines.contains("not stated by anybody") && lines.lines().count() == 5,
            "{lines}"
        );
    }
}
