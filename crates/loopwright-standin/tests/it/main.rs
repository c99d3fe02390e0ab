//! Whether the stand-in is honest, from outside: one module for each thing that it promises.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod blank;
mod closed_form;
mod determinism;
mod frozen;
mod isolation;
mod magic;
mod monotone;
mod permutation;
mod renaming;

mod world;
