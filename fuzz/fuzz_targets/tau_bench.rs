//! Recorded runs of τ-bench.

#![no_main]

use libfuzzer_sys::fuzz_target;
use loopwright_core::RunId;
use loopwright_exchange::{TauBenchImport, read_tau_bench};

fuzz_target!(|bytes: &[u8]| {
    let import = TauBenchImport {
        domain: "airline".to_owned(),
        model: "model".to_owned(),
        run: RunId::new("fuzz").expect("it is a name"),
        at_ns: 0,
        max_bytes: 1 << 20,
        version: String::new(),
    };
    if let Ok(run) = read_tau_bench(&mut &*bytes, &import) {
        assert_eq!(run.manifest.trials, run.trials.len() as u64);
    }
});
