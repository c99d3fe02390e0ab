//! Samples of lm-evaluation-harness, and results of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use loopwright_exchange::{LmEvalImport, LmEvalResults, SourceText, read_lm_eval};
use loopwright_fuzz::has_a_place;

const RESULTS: &str = r#"{"results": {"sums": {}}, "config": {"model": "hf"}}"#;

fuzz_target!(|text: &str| {
    let given = LmEvalResults::read(text);
    let results = given.or_else(|_| LmEvalResults::read(RESULTS)).expect("these are results");
    let import = LmEvalImport { task: "sums", results: &results, at_ns: 0, version: String::new() };
    match read_lm_eval(SourceText::new("samples.jsonl", text), &import) {
        Ok(run) => assert_eq!(run.manifest.trials, run.trials.len() as u64),
        Err(fault) => has_a_place(&fault),
    }
});
