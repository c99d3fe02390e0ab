//! Samples of OpenAI's evals.

#![no_main]

use libfuzzer_sys::fuzz_target;
use loopwright_exchange::{OpenAiEval, SourceText, read_openai_evals};
use loopwright_fuzz::has_a_place;

fuzz_target!(|text: &str| {
    let read = read_openai_evals(SourceText::new("samples.jsonl", text), "fuzz", OpenAiEval::Match);
    read.as_ref().err().into_iter().for_each(has_a_place);
});
