//! A work that a document refers to, as reference managers keep it.

/// What kind of work it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WorkKind {
    /// An article of a journal.
    #[default]
    Article,
    /// An abstract or paper of a conference.
    Conference,
    /// An entry of a database.
    Dataset,
    /// Anything else, such as a press release.
    Other,
}

/// A reference; what is not known is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reference {
    /// Short name, unique within the document.
    pub key: String,
    /// What kind of work it is.
    pub kind: WorkKind,
    /// Authors as printed, family name first.
    pub authors: Vec<String>,
    /// Year of publication.
    pub year: Option<i64>,
    /// Title.
    pub title: String,
    /// Journal, site or meeting.
    pub container: String,
    /// Volume.
    pub volume: String,
    /// Pages.
    pub pages: String,
    /// DOI without a resolver.
    pub doi: String,
    /// PubMed identifier.
    pub pmid: String,
    /// What should be kept beside it.
    pub note: String,
}
