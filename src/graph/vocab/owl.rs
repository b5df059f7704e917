//! Web Ontology Language.

super::terms! { "http://www.w3.org/2002/07/owl#";
    /// A class of things.
    CLASS = "Class";
    /// A property whose values are things.
    OBJECT_PROPERTY = "ObjectProperty";
    /// A property whose values are literals.
    DATATYPE_PROPERTY = "DatatypeProperty";
    /// Release of an ontology.
    VERSION_INFO = "versionInfo";
}
