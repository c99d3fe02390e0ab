//! The command line: project files in, commands, printing and exit codes out.
//!
//! The way through: [`start::start`] parses the arguments ([`cli`]), reads the environment, and runs one [`command`] with a
//! [`context::Context`]. The command loads a [`project`], does its work through the other rooms, prints through the
//! [`printer`], and ends with an [`exit::Exit`] or a [`fault::Fault`].

mod answerer;
mod baseline;
mod choice;
pub mod cli;
pub mod command;
pub mod context;
pub mod entropy;
pub mod environment;
pub mod exit;
pub mod fault;
pub mod nearest;
pub mod open_files;
pub mod outlay;
pub mod printer;
pub mod progress;
pub mod project;
pub mod report;
mod serde_words;
pub mod start;
pub mod system_clock;
pub mod topic;
mod trial_tables;
pub mod workshop;

/// Trials make and drop many small texts on several threads, which the allocator of the system is slow at. It stands here
/// and not beside `main`, so that benchmarks measure what users run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
