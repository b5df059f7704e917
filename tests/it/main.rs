//! The integration tests: one binary, a module for each subject.

mod build;
mod checks;
mod claims;
mod cli;
mod compare;
mod docs;
mod hand;
mod ingest;
mod likeness;
mod link;
mod pages;
mod parameters;
mod planted;
mod queries;
mod reference;
mod release;
mod rooms;
mod server;
mod snapshot;
mod sparql;
mod stats;
mod stats_laws;
mod study;
mod support;
mod synthetic;
mod w3c;
