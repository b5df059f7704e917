//! A table whose columns know what they hold.

use std::borrow::Cow;

use super::{Cell, Datatype};
use crate::stats::estimate::Level;

/// A table with a caption.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// What it shows; empty where it needs no words.
    pub caption: String,
    /// Columns from left to right; each row has as many cells.
    pub columns: Vec<Column>,
    /// Rows, each as wide as the columns.
    pub rows: Vec<Vec<Cell>>,
    /// Whether its rows only stand beside what counts, such as cases that do not: paler where a format can.
    pub faint: bool,
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Column {
    /// What stands above it, without a confidence level.
    pub heading: String,
    /// What its cells hold, which decides how they are aligned and headed.
    pub role: Role,
    /// The type of its values, where it is declared; else its cells say it ([`datatypes`](super::datatypes)).
    pub datatype: Option<Datatype>,
}

/// What a column holds. It decides on which side the cells stand, what leads to a page, and what the
/// heading says of a confidence level.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Role {
    /// Words, aligned to the left.
    #[default]
    Text,
    /// The groups that the rows are of.
    Group,
    /// Keys of cases, which a page links to them.
    Case,
    /// Names of things that may have a page of their own.
    Link,
    /// Whole numbers of cases or other things.
    Count,
    /// Numbers of any other kind.
    Number,
    /// Estimates, whose interval stands beside them.
    Estimate,
    /// Confidence intervals, at this level where the heading does not say it.
    Interval(Option<Level>),
    /// P values.
    P,
}

impl Role {
    /// Whether the cells are numbers, which stand on the right.
    #[must_use]
    pub fn is_numeric(self) -> bool {
        match self {
            Self::Text | Self::Group | Self::Case | Self::Link => false,
            Self::Count | Self::Number | Self::Estimate | Self::Interval(_) | Self::P => true,
        }
    }

    /// What it is called, for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Group => "group",
            Self::Case => "case",
            Self::Link => "link",
            Self::Count => "count",
            Self::Number => "number",
            Self::Estimate => "estimate",
            Self::Interval(_) => "interval",
            Self::P => "p",
        }
    }

    /// Whether a cell may lead to a page.
    #[must_use]
    pub fn leads(self) -> bool {
        matches!(self, Self::Case | Self::Link)
    }
}

impl Column {
    /// A column of this heading.
    #[must_use]
    pub fn new(heading: impl Into<String>, role: Role) -> Self {
        Self {
            heading: heading.into(),
            role,
            datatype: None,
        }
    }

    /// The same column, whose values are of this type.
    #[must_use]
    pub fn of(self, datatype: Datatype) -> Self {
        Self {
            datatype: Some(datatype),
            ..self
        }
    }

    /// The heading as it is shown: that of an interval says its level.
    #[must_use]
    pub fn shown(&self) -> Cow<'_, str> {
        match self.role {
            Role::Interval(Some(level)) => format!("{level} {}", self.heading).into(),
            _ => self.heading.as_str().into(),
        }
    }
}

impl Table {
    /// A table without rows yet.
    #[must_use]
    pub fn new(caption: impl Into<String>, columns: &[(&str, Role)]) -> Self {
        let columns = columns.iter();
        Self {
            caption: caption.into(),
            columns: columns
                .map(|(heading, role)| Column::new(*heading, *role))
                .collect(),
            rows: Vec::new(),
            faint: false,
        }
    }

    /// Adds a row.
    pub fn push<const N: usize, C: Into<Cell>>(&mut self, row: [C; N]) {
        self.rows.push(row.into_iter().map(Into::into).collect());
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The same table with its first rows alone.
    #[must_use]
    pub fn first(&self, rows: usize) -> Self {
        Self {
            rows: self.rows.iter().take(rows).cloned().collect(),
            ..self.clone()
        }
    }
}

/// How queries call the column of their cases.
pub const CASE: &str = "case";

/// Rows for programs, made one at a time: there may be millions.
pub struct Records<'a> {
    /// Columns from left to right; each row has as many cells.
    pub columns: Vec<Column>,
    /// Rows, each as wide as the columns.
    pub rows: Box<dyn Iterator<Item = Vec<Cell>> + 'a>,
}

impl From<Table> for Records<'_> {
    fn from(table: Table) -> Self {
        Self {
            columns: table.columns,
            rows: Box::new(table.rows.into_iter()),
        }
    }
}
