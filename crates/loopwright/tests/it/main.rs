//! The binary as a person meets it, and the project's files on their way in and out.

mod binary;
mod docs;
mod errors;
mod explain;
mod help;
mod init;
mod load;
mod shim;
mod write_back;
