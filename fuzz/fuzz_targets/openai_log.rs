//! Logs of OpenAI's evals.

#![no_main]

use libfuzzer_sys::fuzz_target;
use loopwright_exchange::{OpenAiLogImport, SourceText, read_openai_log};
use loopwright_fuzz::has_a_place;

fuzz_target!(|text: &str| {
    let import = OpenAiLogImport { at_ns: 0, version: String::new() };
    match read_openai_log(SourceText::new("log.jsonl", text), &import) {
        Ok(run) => assert_eq!(run.manifest.trials, run.trials.len() as u64),
        Err(fault) => has_a_place(&fault),
    }
});
