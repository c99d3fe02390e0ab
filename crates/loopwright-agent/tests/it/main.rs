//! Whole runs of an agent: on models that follow a script, and on agents that stand outside.
//!
//! The modules are marked as tests for the lints' sake, which allow `unwrap` there alone.

#[cfg(test)]
mod context;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod remote_command;
#[cfg(test)]
mod remote_http;
#[cfg(test)]
mod remote_openai;
#[cfg(test)]
mod resume;
#[cfg(test)]
mod run;
