//! The rules of the house that neither compiler nor linter holds: who may know whom, how long a file may grow, which words
//! stand nowhere, and that pages say what is there.
//!
//! Each rule is a function from what is there to complaints, with a test of its own that it does complain.

mod arrows;
mod manifests;
mod pages;
mod sizes;
mod tree;
mod words;

/// Fails with all complaints at once, so that they can be mended at once.
fn expect_none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
