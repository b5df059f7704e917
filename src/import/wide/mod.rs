//! One wide table, a row a case, made into sheets as a mapping says.

mod cells;
mod headings;
mod mapping;
mod places;
mod propose;
mod publications;
mod rows;

pub use mapping::{Mapping, MappingError};
pub use propose::propose;
pub use rows::sheets_of_table;
