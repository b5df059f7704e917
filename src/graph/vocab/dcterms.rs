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
    /// Who made it.
    CREATOR = "creator";
    /// What it was made from.
    SOURCE = "source";
    /// What it is called where it comes from.
    IDENTIFIER = "identifier";
    /// Its format.
    FORMAT = "format";
    /// What it rests on.
    REFERENCES = "references";
    /// How to cite it.
    BIBLIOGRAPHIC_CITATION = "bibliographicCitation";
}
