//! The binary as a person meets it, and the project's files on their way in and out.
//!
//! The modules are marked as tests for the lints' sake, which allow `unwrap` there alone.

#[cfg(test)]
mod attached;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod binary;
#[cfg(test)]
mod budget;
#[cfg(test)]
mod chat;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod eval;
#[cfg(test)]
mod eval_options;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod help;
#[cfg(test)]
mod house;
#[cfg(test)]
mod import;
#[cfg(test)]
mod import_data;
#[cfg(test)]
mod import_inspect;
#[cfg(test)]
mod import_promptfoo;
#[cfg(test)]
mod import_recorded;
#[cfg(test)]
mod init;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod load;
#[cfg(test)]
mod loop_commands;
#[cfg(test)]
mod pinned;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod shim;
#[cfg(test)]
mod worker;
#[cfg(test)]
mod write_back;
