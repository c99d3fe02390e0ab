//! Results of τ²-bench.

#![no_main]

use libfuzzer_sys::fuzz_target;
use loopwright_exchange::{Tau2Import, read_tau2};

fuzz_target!(|text: &str| {
    let import = Tau2Import { at_ns: 0, version: String::new() };
    if let Ok(run) = read_tau2(text, &import) {
        assert!(run.manifest.trials >= run.trials.len() as u64);
    }
});
