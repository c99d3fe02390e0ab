//! What a person or a CI reads: summaries, comparisons, findings and gates as text, HTML, Markdown, JUnit and JSON. Pure
//! functions that return strings; nothing here prints, opens a file or knows a command.

mod case_shift;
mod escape;
mod gate;
pub mod html;
pub mod json;
pub mod junit;
mod loop_report;
pub mod markdown;
mod number;
mod outcome;
mod palette;
pub mod svg;
mod table;
pub mod terminal;
mod trial_row;
mod units;
mod words;

pub use case_shift::CaseShift;
pub use escape::escape;
pub use loop_report::{Attempt, Fate, LoopReport};
pub use number::{difference, difference_range, level, range, value};
pub use outcome::CaseOutcome;
pub use palette::Palette;
pub use trial_row::{TrialRow, csv_head};
pub use units::Units;
pub use words::{SIMULATED, cost, counted, steadiness, whole};
