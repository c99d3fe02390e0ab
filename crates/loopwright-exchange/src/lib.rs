//! Foreign formats ↔ nouns: reads cases and recorded runs that were written elsewhere. Pure: text in, nouns out.

mod bfcl;
mod case_file;
mod data_set;
mod dialogue;
mod foreign_name;
mod foreign_time;
mod imported_run;
mod inspect;
mod json_line;
mod lm_eval;
mod openai_evals;
mod openai_log;
mod pattern;
mod plain_message;
mod promptfoo;
mod retrieval_questions;
mod source_text;
mod tau2;
mod tau_bench;
mod yaml;

pub use bfcl::{BfclFiles, read_bfcl};
pub use case_file::{read_case_files, read_cases};
pub use data_set::{AnswerMatch, CaseSink, ColumnMap, DataFormat, DataSetCount, DataSetError, read_data_set};
pub use imported_run::{ImportedRun, ImportedTrial};
pub use inspect::{InspectError, InspectImport, InspectLog, InspectSample, InspectWriteError, InspectWriter};
pub use lm_eval::{LmEvalImport, LmEvalResults, read_lm_eval};
pub use openai_evals::{OpenAiEval, read_openai_evals};
pub use openai_log::{OpenAiLogImport, read_openai_log};
pub use promptfoo::{
    Folder, LeftOut, PromptfooAgent, PromptfooImport, PromptfooResultsError, PromptfooResultsImport, PromptfooSource,
    PromptfooSuite, Reach, read_promptfoo, read_promptfoo_results,
};
pub use retrieval_questions::read_retrieval_questions;
pub use source_text::SourceText;
pub use tau_bench::{TauBenchError, TauBenchImport, read_tau_bench};
pub use tau2::{Tau2Error, Tau2Import, read_tau2};
