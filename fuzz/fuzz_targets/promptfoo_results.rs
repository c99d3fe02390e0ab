//! Results of promptfoo, whole or as lines.

#![no_main]

use libfuzzer_sys::fuzz_target;
use loopwright_exchange::{PromptfooResultsImport, read_promptfoo_results};

fuzz_target!(|text: &str| {
    let import = PromptfooResultsImport { at_ns: 0, version: String::new() };
    if let Ok(run) = read_promptfoo_results(text, &import) {
        assert_eq!(run.manifest.trials, run.trials.len() as u64);
    }
});
