//! A table ready to be shown: headings, cells, and which columns are numbers.

/// A table of text with a caption.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    /// What it shows.
    pub caption: String,
    /// Headings.
    pub headings: Vec<String>,
    /// Rows, each as wide as the headings.
    pub rows: Vec<Vec<String>>,
    /// Columns that hold confidence intervals; their headings say at which level.
    pub intervals: Vec<usize>,
}

impl Grid {
    /// A grid without rows yet.
    #[must_use]
    pub fn new(caption: &str, headings: &[&str]) -> Self {
        let headings = headings.iter().map(|&heading| heading.to_owned()).collect();
        Self {
            caption: caption.to_owned(),
            headings,
            rows: Vec::new(),
            intervals: Vec::new(),
        }
    }

    /// Says that the columns under these headings hold confidence intervals.
    #[must_use]
    pub fn with_intervals(mut self, headings: &[&str]) -> Self {
        let columns = self.headings.iter().enumerate();
        let columns = columns.filter(|(_, heading)| headings.contains(&heading.as_str()));
        self.intervals = columns.map(|(column, _)| column).collect();
        self
    }

    /// Adds a row.
    pub fn push<const N: usize>(&mut self, row: [String; N]) {
        self.rows.push(row.into());
    }

    /// Whether every filled cell of a column starts as a number does.
    #[must_use]
    pub fn is_numeric(&self, column: usize) -> bool {
        let mut cells = self
            .rows
            .iter()
            .map(|row| row[column].as_str())
            .filter(|c| !c.is_empty());
        let number = |cell: &str| {
            cell == "not evaluable"
                || cell == "NR"
                || cell
                    .trim_start_matches(['<', ' ', '-'])
                    .starts_with(|c: char| c.is_ascii_digit())
        };
        let mut any = false;
        cells.all(|cell| {
            any = true;
            number(cell)
        }) && any
    }
}
