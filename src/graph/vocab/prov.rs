//! The provenance ontology.

super::terms! { "http://www.w3.org/ns/prov#";
    /// What something was made from.
    WAS_DERIVED_FROM = "wasDerivedFrom";
    /// Who is to be credited.
    WAS_ATTRIBUTED_TO = "wasAttributedTo";
}
