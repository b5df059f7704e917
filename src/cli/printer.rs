//! The only door to the terminal: data to standard output, talk to standard error.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Writes for one command.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    quiet: bool,
}

impl Printer {
    /// A printer; a quiet one keeps talk to itself, but not errors.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Writes data.
    ///
    /// # Errors
    /// Standard output is closed or full. A closed pipe is an error here and success in the end.
    pub fn data(self, text: &str) -> io::Result<()> {
        self.bytes(text.as_bytes())
    }

    /// Writes a file to standard output.
    ///
    /// # Errors
    /// As for [`data`](Self::data).
    pub fn bytes(self, file: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(file)?;
        out.flush()
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
        // Nothing can be told of a failure to tell.
        let _ = writeln!(io::stderr().lock(), "{text}");
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
