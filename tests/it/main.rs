//! The integration tests: one binary, a module for each subject.

mod build;
mod ingest;
mod parameters;
mod reference;
mod rooms;
mod stats_laws;
mod support;
