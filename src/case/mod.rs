//! Plain records: what the sheets can say, what each source reported, and what is taken as true.
//!
//! This room knows neither RDF nor files nor statistics. [`schema`] is the one place that says
//! which sheets and columns exist; reading, checking, triples, consensus and completeness all
//! follow it.

pub mod appraisal;
pub mod consensus;
pub mod curation;
pub mod order;
pub mod printed;
pub mod records;
pub mod schema;
pub mod source;
pub mod thing;
pub mod value;

pub use appraisal::{Appraisal, Question};
pub use consensus::{Basis, Consensus, Difference, MissingReason, Resolution, Settled};
pub use curation::{Curation, CurationState, Weighed};
pub use order::Placed;
pub use records::{
    Claim, Decision, Membership, MembershipBasis, PatientRuling, Patients, Publication, Report,
    SeriesStatement,
};
pub use schema::{
    CURATION, Column, FactSheet, Fault, Kind, KnownSheet, Property, Rows, Schema, Scheme, Sheet,
};
pub use source::{PublicationKind, ReadingDepth};
pub use thing::{CaseKey, Event, Thing};
pub use value::{Certainty, Reported, Value};
