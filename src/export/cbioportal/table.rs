//! Tables of the portal: tabs between cells, nothing quoted, and clinical ones with four lines that describe the columns.

/// Type of a clinical attribute.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Number,
    Text,
    Boolean,
}

/// A clinical attribute.
pub(super) struct Attribute {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) describes: String,
    pub(super) kind: Kind,
    /// Whether the portal shows it unasked.
    pub(super) shown: bool,
}

impl Attribute {
    pub(super) fn new(id: &str, name: &str, describes: &str, kind: Kind) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            describes: describes.to_owned(),
            kind,
            shown: true,
        }
    }
}

/// A table with cells for the attributes, in their order.
pub(super) fn clinical(attributes: &[Attribute], rows: &[Vec<String>]) -> String {
    let line = |of: &dyn Fn(&Attribute) -> String| {
        let cells: Vec<String> = attributes.iter().map(|one| cell(&of(one))).collect();
        cells.join("\t")
    };
    let kind = |one: &Attribute| match one.kind {
        Kind::Number => "NUMBER".to_owned(),
        Kind::Text => "STRING".to_owned(),
        Kind::Boolean => "BOOLEAN".to_owned(),
    };
    let priority = |one: &Attribute| if one.shown { "1" } else { "0" }.to_owned();
    let mut text = format!(
        "#{}\n#{}\n#{}\n#{}\n{}\n",
        line(&|one| one.name.clone()),
        line(&|one| one.describes.clone()),
        line(&kind),
        line(&priority),
        line(&|one| one.id.clone())
    );
    text.push_str(&lines(rows));
    text
}

/// Rows with a heading.
pub(super) fn plain(headings: &[&str], rows: &[Vec<String>]) -> String {
    format!("{}\n{}", headings.join("\t"), lines(rows))
}

fn lines(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        format!("{}\n", cells.join("\t"))
    };
    rows.iter().map(line).collect()
}

/// A cell: no tab and no end of line, which would be a new cell or row; and no double quotation mark, which the portal
/// takes for the beginning of a quoted cell.
fn cell(text: &str) -> String {
    let plain = |c: char| match c {
        '"' => '\'',
        c if c.is_control() => ' ',
        c => c,
    };
    text.trim().chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_cell_never_becomes_two() {
        let rows = [vec!["a\tb".to_owned(), "c\nd \"e\"".to_owned()]];
        assert_eq!(plain(&["x", "y"], &rows), "x\ty\na b\tc d 'e'\n");
    }
}
