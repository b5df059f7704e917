//! Dublin Core terms.

super::terms! { "http://purl.org/dc/terms/";
    /// Title.
    TITLE = "title";
    /// Description.
    DESCRIPTION = "description";
    /// Licence.
    LICENSE = "license";
    /// Date.
    DATE = "date";
    /// How to cite it.
    BIBLIOGRAPHIC_CITATION = "bibliographicCitation";
}
