//! Questions of BFCL, and after a line of dashes their answers.

#![no_main]

use libfuzzer_sys::fuzz_target;
use loopwright_exchange::{BfclFiles, SourceText, read_bfcl};
use loopwright_fuzz::has_a_place;

fuzz_target!(|text: &str| {
    let (questions, answers) = match text.split_once("\n---\n") {
        Some((questions, answers)) => (questions, Some(SourceText::new("answers", answers))),
        None => (text, None),
    };
    let files = BfclFiles { questions: SourceText::new("questions", questions), answers };
    read_bfcl(&files).as_ref().err().into_iter().for_each(has_a_place);
});
