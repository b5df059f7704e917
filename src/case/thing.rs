//! A case and its events, and what stands for them in IRIs.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use super::schema::{FactSheet, Schema};

/// The key of a case: what its sheets call it, and how its IRI ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseKey(String);

impl CaseKey {
    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for CaseKey {
    fn from(key: T) -> Self {
        Self(key.into())
    }
}

impl Deref for CaseKey {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for CaseKey {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Display for CaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

/// A case or one of its events: the sheet, the case's key and the item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thing {
    /// Key of the case that it belongs to.
    pub case: CaseKey,
    /// The sheet with its rows.
    pub sheet: FactSheet,
    /// Its number within the case; 1 where there is only one.
    pub item: u32,
}

impl Thing {
    /// Its place among the things of its case.
    #[must_use]
    pub fn event(&self) -> Event {
        Event {
            sheet: self.sheet,
            item: self.item,
        }
    }
}

/// A thing among those of a case: what a row of one sheet of facts is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Event {
    /// Sheet with the rows on it.
    pub sheet: FactSheet,
    /// Its number within the case; 1 where there is only one.
    pub item: u32,
}

impl Event {
    /// What its IRI has after the key of the case, such as `treatment/2`; empty for the case itself.
    #[must_use]
    pub fn path(self) -> String {
        let word = self.sheet.in_iris();
        if self.sheet.numbered() {
            format!("{word}/{}", self.item)
        } else {
            word.to_owned()
        }
    }

    /// The event of such a path in a study with these sheets; `None` if no event has it.
    #[must_use]
    pub fn of_path(path: &str, schema: &'static Schema) -> Option<Self> {
        let (first, item) = match path.split_once('/') {
            Some((first, item)) => (first, Some(item)),
            None => (path, None),
        };
        let sheet = schema.facts().find(|sheet| sheet.in_iris() == first)?;
        let item = item.map_or(Some(1), |item| item.parse().ok())?;
        Some(Self { sheet, item })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_back_to_their_events() {
        for sheet in Schema::shipped().facts() {
            let item = if sheet.numbered() { 12 } else { 1 };
            let event = Event { sheet, item };
            assert_eq!(
                Event::of_path(&event.path(), Schema::shipped()),
                Some(event)
            );
        }
        assert_eq!(Event::of_path("treatments/1", Schema::shipped()), None);
        assert_eq!(Event::of_path("treatment/first", Schema::shipped()), None);
    }
}
