//! A patient to find published cases for.

/// Drugs given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prior {
    /// None: the drug asked for is the first.
    None,
    /// These, or some of these classes, as prefixed names.
    Drugs(Vec<String>),
}

/// A patient to find cases for. Concepts and genes are prefixed names; what is `None` is not asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patient {
    /// Histology.
    pub histology: Option<String>,
    /// 5' partner gene.
    pub partner: Option<String>,
    /// Drugs given before.
    pub prior: Option<Prior>,
    /// Primary site.
    pub site: Option<String>,
    /// Age in years.
    pub age: Option<f64>,
    /// Sex.
    pub sex: Option<String>,
}
