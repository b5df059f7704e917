//! The only door to the terminal: answers to standard output, talk to standard error.
//!
//! What a study says may be a stranger's, and a terminal obeys control characters: it writes to the clipboard, changes
//! its title and clears what was said before. So what people read never has any, and what programs read has them where
//! no terminal is at the other end.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Writes for one command.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    quiet: bool,
    mute: bool,
}

impl Printer {
    /// A printer; a quiet one keeps talk to itself, but not errors.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        Self { quiet, mute: false }
    }

    /// One that says nothing: for a process whose parent has said it.
    #[must_use]
    pub fn mute() -> Self {
        Self {
            quiet: true,
            mute: true,
        }
    }

    /// Writes text for people, with no character that a terminal obeys.
    ///
    /// # Errors
    /// Standard output is closed or full. A closed pipe is an error here and success in the end.
    pub fn text(self, text: &str) -> io::Result<()> {
        out(clean(text).as_bytes())
    }

    /// Writes text for people, of which each piece has its style where there are colours.
    ///
    /// # Errors
    /// As for [`text`](Self::text).
    pub fn pieces<'t>(
        self,
        pieces: impl IntoIterator<Item = (Style, Cow<'t, str>)>,
    ) -> io::Result<()> {
        let coloured = coloured(self.is_terminal());
        let mut text = String::new();
        for (style, piece) in pieces {
            text.push_str(&styled(style, &clean(&piece), coloured));
        }
        out(text.as_bytes())
    }

    /// Whether answers have colours.
    #[must_use]
    pub fn has_colours(self) -> bool {
        coloured(self.is_terminal())
    }

    /// Writes data for programs as they are; a terminal gets them as people do.
    ///
    /// # Errors
    /// As for [`text`](Self::text).
    pub fn data(self, data: &str) -> io::Result<()> {
        if self.is_terminal() {
            return self.text(data);
        }
        out(data.as_bytes())
    }

    /// Writes a file that is no text.
    ///
    /// # Errors
    /// As for [`text`](Self::text).
    pub fn bytes(self, file: &[u8]) -> io::Result<()> {
        out(file)
    }

    /// Standard output for a program at its other end.
    pub fn program(self) -> io::StdoutLock<'static> {
        io::stdout().lock()
    }

    /// A bar for reading so many bytes; none where nobody would see it.
    #[must_use]
    pub fn bytes_bar(self, bytes: u64) -> ProgressBar {
        let bar = ProgressBar::new(bytes);
        if self.quiet {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = "reading {bar:40} {bytes} of {total_bytes}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar
    }

    /// Whether standard output is a terminal, where only text belongs.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        io::stdout().is_terminal()
    }

    /// Says what is going on.
    pub fn say(self, text: &str) {
        if !self.quiet {
            self.always(text);
        }
    }

    /// Says what must be known even by those who asked for quiet.
    pub fn always(self, text: &str) {
        if self.mute {
            return;
        }
        let (level, rest) = LEVELS
            .iter()
            .find_map(|(word, style)| {
                Some((
                    styled(*style, word, coloured(io::stderr().is_terminal())),
                    text.strip_prefix(word)?,
                ))
            })
            .unwrap_or((String::new(), text));
        // Nothing can be told of a failure to tell.
        let _ = writeln!(io::stderr().lock(), "{level}{}", brief(&clean(rest)));
    }

    /// Writes an error for a program, whole and on one line.
    pub fn problem(self, problem: &serde_json::Value) {
        // Nothing can be told of a failure to tell.
        let _ = writeln!(io::stderr().lock(), "{}", clean(&problem.to_string()));
    }

    /// The width to fold tables to: that of the terminal, or none when the output goes to a file
    /// or another program.
    #[must_use]
    pub fn width(self) -> Option<u16> {
        if !self.is_terminal() {
            return None;
        }
        let columns = std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok());
        columns
            .or_else(|| {
                let (width, _) = terminal_size::terminal_size()?;
                Some(width.0).filter(|width| *width > 20)
            })
            .or(Some(100))
    }

    /// A bar that shows how far a command is, where standard error is a terminal.
    #[must_use]
    pub fn progress(self, steps: u64) -> ProgressBar {
        let bar = ProgressBar::new(steps);
        if self.quiet || !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    }
}

/// How talk begins that is no mere news.
const LEVELS: [(&str, Style); 2] = [
    ("error:", AnsiColor::Red.on_default().bold()),
    ("warning:", AnsiColor::Yellow.on_default().bold()),
];

/// Whether there are colours: on a terminal that has them, unless `NO_COLOR` or `CLICOLOR=0` says no, and anywhere with
/// `CLICOLOR_FORCE`.
fn coloured(is_terminal: bool) -> bool {
    if anstyle_query::no_color() {
        return false;
    }
    let takes_it =
        || anstyle_query::term_supports_color() && anstyle_query::clicolor() != Some(false);
    anstyle_query::clicolor_force() || (is_terminal && takes_it())
}

/// A text in its style; line ends stand outside of it.
fn styled(style: Style, text: &str, coloured: bool) -> String {
    if !coloured || style.is_plain() {
        return text.to_owned();
    }
    let within = text.trim_end_matches('\n');
    format!("{style}{within}{style:#}{}", &text[within.len()..])
}

fn out(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// A text in which each character that a terminal obeys, or that turns what is beside it round, is U+FFFD. A line end is a
/// line feed.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let lines = text.replace("\r\n", "\n");
    Cow::Owned(lines.replace(is_obeyed, "\u{FFFD}"))
}

/// Most characters of a line of talk: a stranger's file may hold a value of any length, and messages repeat it.
const LONGEST: usize = 2_000;

/// A text whose lines without end are shown by how they begin and end.
fn brief(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST {
        return Cow::Borrowed(text);
    }
    let lines = text.split('\n').map(|line| {
        let count = line.chars().count();
        if count <= LONGEST {
            return Cow::Borrowed(line);
        }
        let begin: String = line.chars().take(LONGEST / 2).collect();
        let end: String = line.chars().skip(count - LONGEST / 4).collect();
        Cow::Owned(format!("{begin} … ({count} characters) … {end}"))
    });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

/// Control characters but tab and line feed, and those that set the direction of text.
fn is_obeyed(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let hostile = "a\u{1b}]52;c;eA==\u{7}b\u{9b}2Jc\u{7f}\r\nd\re\u{202e}f\u{2066}g\th";
        assert_eq!(
            clean(hostile),
            "a\u{FFFD}]52;c;eA==\u{FFFD}b\u{FFFD}2Jc\u{FFFD}\nd\u{FFFD}e\u{FFFD}f\u{FFFD}g\th"
        );
        let plain = "日本語 → “ALK” \u{200f}ש\tß\n";
        assert!(matches!(clean(plain), Cow::Borrowed(text) if text == plain));
    }

    #[test]
    fn a_line_without_end_is_shown_by_its_ends() {
        let text = format!("first\nbegin{}end: remove it", "ß".repeat(5_000_000));
        let shown = brief(&text);
        assert!(shown.chars().count() < 2_000, "{}", shown.len());
        assert!(shown.starts_with("first\nbeginß"), "{shown}");
        assert!(shown.contains(" … (5000019 characters) … ß"), "{shown}");
        assert!(shown.ends_with("ßend: remove it"), "{shown}");
        let many = "a line\n".repeat(1_000);
        assert_eq!(brief(&many), many);
    }
}
