//! LaTeX to be read into a paper: the parts of a document, with tables as `booktabs` sets them.

use std::fmt::Write as _;

use super::{Format, Holds, Reader};
use crate::document::{Block, Cell, CellValue, Document, Medium, Table};

pub(super) static FORMAT: Format = Format {
    name: "latex",
    aliases: &["tex"],
    ending: "tex",
    content_type: "application/x-latex",
    about: "For a paper; needs the package booktabs",
    holds: Holds::Words,
    reader: Reader::People,
    write: |document, _| Ok(text(document).into_bytes()),
};

fn text(document: &dyn Document) -> String {
    let mut out = format!(
        "% {}\n% \\usepackage{{booktabs}}\n",
        document.title().replace(char::is_control, " ")
    );
    let blocks = document.blocks(Medium::Page);
    for block in blocks.iter().filter(|block| **block != Block::Blank) {
        let _ = write!(out, "\n{}\n", block_latex(block));
    }
    out
}

fn block_latex(block: &Block) -> String {
    let e = escaped;
    match block {
        Block::Title(text) => format!("\\section*{{{}}}", e(text)),
        Block::Heading(text) => format!("\\subsection*{{{}}}", e(text)),
        Block::Synthetic => "\\textbf{SYNTHETIC DATA: these cases are invented.}".to_owned(),
        Block::Line(text) => e(text),
        Block::Note(text) | Block::Source(text) => format!("{{\\footnotesize {}\\par}}", e(text)),
        Block::Caution(text) => format!("\\textbf{{Caution:}} {}", e(text)),
        Block::Fact(name, value) => format!("{}: \\textbf{{{}}}", e(name), e(value)),
        Block::List(heading, points) => {
            let mut out = String::new();
            if !heading.is_empty() {
                let _ = writeln!(out, "{}:", e(heading));
            }
            // A list without a point is an error.
            if !points.is_empty() {
                out.push_str("\\begin{itemize}\n");
                for point in points {
                    let _ = writeln!(out, "\\item {}", e(point));
                }
                out.push_str("\\end{itemize}");
            }
            out
        }
        Block::Table(table) => table_latex(table),
        Block::Code { name, text, .. } => {
            let name = match name.as_str() {
                "" => String::new(),
                name => format!("\\texttt{{{}}}\n", e(name)),
            };
            // What ends the environment would set free what follows.
            let text = text.trim().replace("\\end{verbatim}", "\\end {verbatim}");
            format!("{name}\\begin{{verbatim}}\n{text}\n\\end{{verbatim}}")
        }
        Block::Blank => String::new(),
    }
}

fn table_latex(table: &Table) -> String {
    let sides = table.columns.iter();
    let sides: String = sides
        .map(|column| if column.role.is_numeric() { 'r' } else { 'l' })
        .collect();
    let mut out = "\\begin{table}[htbp]\n\\centering\n".to_owned();
    if !table.caption.is_empty() {
        let _ = writeln!(out, "\\caption{{{}}}", escaped(&table.caption));
    }
    let _ = writeln!(out, "\\begin{{tabular}}{{{sides}}}\n\\toprule");
    let headings = table.columns.iter();
    let headings: Vec<String> = headings.map(|column| escaped(&column.shown())).collect();
    let _ = writeln!(out, "{} \\\\\n\\midrule", headings.join(" & "));
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        let _ = writeln!(out, "{} \\\\", cells.join(" & "));
    }
    out.push_str("\\bottomrule\n\\end{tabular}\n\\end{table}");
    out
}

fn cell(cell: &Cell) -> String {
    if cell.value == CellValue::Lines && cell.text.contains('\n') {
        let lines: Vec<String> = cell.text.lines().map(escaped).collect();
        format!("\\shortstack[l]{{{}}}", lines.join(" \\\\ "))
    } else {
        escaped(&cell.text)
    }
}

/// Text on one line in which nothing is a command: what TeX takes as its own is escaped, signs that the
/// usual fonts lack are commands, and letters stay as they are.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
    {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '|' => out.push_str("\\textbar{}"),
            '"' => out.push_str("\\textquotedbl{}"),
            // After the end of a row a bracket would say how far down the next one is.
            '[' | ']' => {
                let _ = write!(out, "{{{c}}}");
            }
            // Two hyphens would be drawn as a dash.
            '-' if out.ends_with('-') => out.push_str("{}-"),
            '–' => out.push_str("\\textendash{}"),
            '—' => out.push_str("\\textemdash{}"),
            '…' => out.push_str("\\ldots{}"),
            '\u{a0}' => out.push('~'),
            '−' => out.push_str("$-$"),
            '∞' => out.push_str("$\\infty$"),
            '≤' => out.push_str("$\\leq$"),
            '≥' => out.push_str("$\\geq$"),
            '×' => out.push_str("$\\times$"),
            '·' => out.push_str("$\\cdot$"),
            '±' => out.push_str("$\\pm$"),
            '→' => out.push_str("$\\to$"),
            '²' => out.push_str("$^2$"),
            'α' => out.push_str("$\\alpha$"),
            'β' => out.push_str("$\\beta$"),
            'τ' => out.push_str("$\\tau$"),
            'χ' => out.push_str("$\\chi$"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Role;

    #[test]
    fn nothing_in_a_text_is_a_command() {
        assert_eq!(
            escaped("50 % of R&D: $5 #1 a_b {x} ~^\\"),
            "50 \\% of R\\&D: \\$5 \\#1 a\\_b \\{x\\} \\textasciitilde{}\\textasciicircum{}\\textbackslash{}"
        );
        assert_eq!(
            escaped("0.5–∞ [a] --x < é\u{7}"),
            "0.5\\textendash{}$\\infty$ {[}a{]} -{}-x \\textless{} é\u{fffd}"
        );
    }

    #[test]
    fn a_table_stands_between_rules() {
        let mut table = Table::new("50 %", &[("group", Role::Group), ("n", Role::Count)]);
        table.push([Cell::lines(&["A", "B_1"]), Cell::count(3)]);
        assert_eq!(
            table_latex(&table),
            "\\begin{table}[htbp]\n\\centering\n\\caption{50 \\%}\n\\begin{tabular}{lr}\n\\toprule\n\
             group & n \\\\\n\\midrule\n\\shortstack[l]{A \\\\ B\\_1} & 3 \\\\\n\\bottomrule\n\
             \\end{tabular}\n\\end{table}"
        );
    }

    #[test]
    fn a_text_does_not_end_what_it_stands_in() {
        let code = Block::Code {
            language: "sparql",
            name: "a/b".to_owned(),
            text: "ASK {}\n\\end{verbatim}\\input{x}".to_owned(),
        };
        let written = block_latex(&code);
        assert_eq!(written.matches("\\end{verbatim}").count(), 1, "{written}");
    }
}
