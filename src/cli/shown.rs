//! How a command writes what it shows: `--format` and what belongs to it, once for all commands.

use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::cells::CellsArgument;
use super::output::write_output;
use super::printer::{Printer, clean};
use crate::document::{Block, Document, Medium, Plain};
use crate::report::{FORMATS, Format, Holds, Reader, Setting};

/// The format of a command that has words to show.
#[derive(Debug, Args)]
pub(super) struct Shown {
    /// How to write it; without it as the ending of --output says, or else as a table
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(holds_words))]
    format: Option<&'static Format>,
    #[command(flatten)]
    output: Output,
}

/// Where a command writes.
#[derive(Debug, Default, Args)]
pub(super) struct Output {
    /// File to write; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    cells: CellsArgument,
}

/// Dots per inch of a picture without `--dpi`.
pub(super) const DPI: u16 = 300;

/// Reads the name of one of these formats.
pub(super) fn format_parser(
    is_taken: fn(&Format) -> bool,
) -> impl TypedValueParser<Value = &'static Format> {
    let taken = FORMATS.iter().filter(move |format| is_taken(format));
    let values: Vec<PossibleValue> = taken.copied().map(possible).collect();
    PossibleValuesParser::new(values).try_map(|name| Format::named(&name).ok_or("is no format"))
}

/// A format as a value of an option.
pub(super) fn possible(format: &'static Format) -> PossibleValue {
    PossibleValue::new(format.name)
        .help(format.about)
        .aliases(format.aliases)
}

/// Whether every document can be written in a format.
pub(super) fn holds_words(format: &Format) -> bool {
    format.holds == Holds::Words
}

impl Shown {
    /// Shows a document.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn show(&self, document: &dyn Document, printer: Printer) -> Result<()> {
        let format = self.output.format(self.format, holds_words);
        self.output.show(document, format, DPI, printer)
    }
}

impl Output {
    /// Output to a file, or to standard output without one.
    pub(super) fn to(output: Option<PathBuf>) -> Self {
        let cells = CellsArgument::default();
        Self { output, cells }
    }

    /// The format that is asked for: by its name, or by the ending of the file if that is one that is taken, or else a
    /// table.
    pub(super) fn format(
        &self,
        named: Option<&'static Format>,
        is_taken: fn(&Format) -> bool,
    ) -> &'static Format {
        let ending = || self.file()?.extension()?.to_str();
        let of_ending = || {
            let ending = ending()?;
            let mut formats = FORMATS.iter().copied();
            formats.find(|format| format.ending == ending && is_taken(format))
        };
        named.or_else(of_ending).unwrap_or_else(table)
    }

    /// Writes a document in a format.
    ///
    /// # Errors
    /// It cannot be written, or has not what the format holds.
    pub(super) fn show(
        &self,
        document: &dyn Document,
        format: &Format,
        dpi: u16,
        printer: Printer,
    ) -> Result<()> {
        let setting = Setting {
            width: printer.width().filter(|_| self.file().is_none()),
            cells: self.cells.cells(),
            dpi,
        };
        let for_screen = self.file().is_none() && std::ptr::eq(format, table());
        if for_screen && printer.has_colours() {
            return in_colours(document, setting, printer);
        }
        let written = (format.write)(document, &setting)?;
        self.write(&written, format.reader, printer)
    }

    /// Writes to the file that was asked for, or to standard output; what is no text never to a terminal.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write(&self, written: &[u8], reader: Reader, printer: Printer) -> Result<()> {
        if reader == Reader::Bytes {
            match self.file() {
                None if printer.is_terminal() => {
                    anyhow::bail!(
                        "this format is no text for a terminal: write it to a file with --output FILE, or into a pipe"
                    )
                }
                None => printer.bytes(written)?,
                Some(path) => to_file(path, written, printer)?,
            }
            return Ok(());
        }
        let text = String::from_utf8_lossy(written);
        match (self.file(), reader) {
            (Some(path), Reader::People) => to_file(path, clean(&text).as_bytes(), printer)?,
            (Some(path), _) => to_file(path, written, printer)?,
            (None, Reader::People) => printer.text(&text)?,
            (None, _) => printer.data(&text)?,
        }
        Ok(())
    }

    fn file(&self) -> Option<&Path> {
        self.output
            .as_deref()
            .filter(|path| path.as_os_str() != "-")
    }
}

/// The format for people at a terminal.
fn table() -> &'static Format {
    FORMATS[0]
}

/// Shows a document on a terminal, each block as what it is.
fn in_colours(document: &dyn Document, setting: Setting, printer: Printer) -> Result<()> {
    let blocks = document.blocks(Medium::Screen).into_iter();
    let pieces = blocks.map(|block| {
        let style = style_of(&block);
        let one = Plain {
            screen: vec![block],
            ..Plain::default()
        };
        let written = (table().write)(&one, &setting)?;
        Ok((style, String::from_utf8_lossy(&written).into_owned().into()))
    });
    let pieces = pieces.collect::<Result<Vec<_>>>()?;
    printer.pieces(pieces)?;
    Ok(())
}

/// What a block looks like among others.
fn style_of(block: &Block) -> Style {
    match block {
        Block::Title(_) | Block::Heading(_) => Style::new().bold(),
        Block::Caution(_) | Block::Synthetic => AnsiColor::Yellow.on_default(),
        Block::Note(_) | Block::Source(_) => Style::new().dimmed(),
        Block::Line(_)
        | Block::Fact(..)
        | Block::List(..)
        | Block::Table(_)
        | Block::Code { .. }
        | Block::Blank => Style::new(),
    }
}

fn to_file(path: &Path, bytes: &[u8], printer: Printer) -> Result<()> {
    write_output(path, bytes)?;
    printer.say(&format!("Wrote {}.", path.display()));
    Ok(())
}
