//! Dublin Core terms.

super::terms! { "http://purl.org/dc/terms/";
    /// Title.
    TITLE = "title";
    /// Description in a sentence or two.
    DESCRIPTION = "description";
    /// Licence, as an IRI or in words.
    LICENSE = "license";
    /// Date on which something was made or changed.
    DATE = "date";
    /// Who made it.
    CREATOR = "creator";
    /// What it was made from.
    SOURCE = "source";
    /// What it is called where it comes from.
    IDENTIFIER = "identifier";
    /// Format of the file that was read.
    FORMAT = "format";
    /// What it rests on.
    REFERENCES = "references";
    /// What it cannot do without.
    REQUIRES = "requires";
    /// How to cite it.
    BIBLIOGRAPHIC_CITATION = "bibliographicCitation";
}
