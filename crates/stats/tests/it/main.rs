//! The estimators against R, and the laws that they obey.

mod laws;
mod reference;
