//! The terms that the code itself writes or reads, a file per vocabulary.
//!
//! A test compares [`casegraph::ALL`] with `ontology/casegraph.ttl`, in both directions.

pub mod casegraph;
pub mod dcterms;
pub mod owl;
pub mod prov;
pub mod schema_org;
pub mod skos;
pub mod sssom;

/// Declares terms of one namespace as constants, and a list of all of them.
macro_rules! terms {
    ($namespace:literal; $($(#[$doc:meta])* $name:ident = $local:literal;)+) => {
        $($(#[$doc])* pub const $name: $crate::graph::model::NamedNodeRef<'static> =
            $crate::graph::model::NamedNodeRef::new_unchecked(concat!($namespace, $local));)+
        /// Every term above.
        pub const ALL: &[$crate::graph::model::NamedNodeRef<'static>] = &[$($name),+];
    };
}
pub(crate) use terms;
