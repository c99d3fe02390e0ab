//! Tests of the binary as a whole.

fn main() {}
