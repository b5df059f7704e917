//! Schema.org.

super::terms! { "https://schema.org/";
    /// A class whose things may have a property, which others may have too.
    DOMAIN_INCLUDES = "domainIncludes";
}
