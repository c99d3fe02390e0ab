//! Which rows say, or ask, what an earlier one does.

use std::collections::HashMap;

use loopwright_core::{Case, Digest};

/// What of a row stood in an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing.
    New,
    /// The input and the expectation.
    Same,
    /// The input alone, on this line.
    Other(usize),
    /// The key alone, on this line.
    Key(usize),
}

/// The first 128 bits of a digest: among a hundred million rows, two that differ are taken for the same with a chance of
/// less than 10^-22.
type Short = u128;

/// What stood where first. Lines are kept in 32 bits; of later ones the last that fits is named.
#[derive(Default)]
pub(super) struct Repeats {
    inputs: HashMap<Short, (u32, u32)>,
    keys: HashMap<Short, u32>,
}

impl Repeats {
    /// Notes `case`, which stands on `line`.
    pub(super) fn seen(&mut self, case: &Case, line: usize) -> Seen {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let expectation = case.expectation.digest().to_u64() as u32;
        match self.inputs.get(&short(&case.input.digest())) {
            Some((_, same)) if *same == expectation => return Seen::Same,
            Some((first, _)) => return Seen::Other(*first as usize),
            None => self.inputs.insert(short(&case.input.digest()), (line, expectation)),
        };
        // Numbered rows have keys of their own.
        if case.key.as_str().starts_with(super::columns::ROW) {
            return Seen::New;
        }
        match self.keys.insert(short(&Digest::of_bytes(case.key.as_str().as_bytes())), line) {
            Some(first) => Seen::Key(first as usize),
            None => Seen::New,
        }
    }
}

fn short(digest: &Digest) -> Short {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    u128::from_le_bytes(bytes)
}
