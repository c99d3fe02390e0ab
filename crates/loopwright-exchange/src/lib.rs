//! Foreign formats ↔ nouns: reads cases and recorded runs that were written elsewhere. Pure: text in, nouns out.

mod bfcl;
mod case_file;
mod json_line;
mod retrieval_questions;
mod source_text;
mod tau_bench;

pub use bfcl::{BfclFiles, read_bfcl};
pub use case_file::{read_case_files, read_cases};
pub use retrieval_questions::read_retrieval_questions;
pub use source_text::SourceText;
pub use tau_bench::{ImportedRun, ImportedTrial, TauBenchError, TauBenchImport, read_tau_bench};
