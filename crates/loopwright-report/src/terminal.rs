//! Text for a terminal: tables aligned by display width, readable without colour. All data is escaped.

mod attempt;
mod case_shift;
mod comparison;
mod finding;
mod gate;
mod robustness;
mod summary;

pub use attempt::attempts;
pub use case_shift::case_shifts;
pub use comparison::comparisons;
pub use finding::findings;
pub use gate::{gate, gate_query};
pub use summary::summary;
