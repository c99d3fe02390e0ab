//! Files of cases; what is read can be written, and reads the same again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use loopwright_core::Case;
use loopwright_exchange::read_cases;
use loopwright_fuzz::has_a_place;

fuzz_target!(|text: &str| match read_cases("cases.jsonl", text) {
    Ok(cases) => assert_eq!(read_cases("cases.jsonl", &lines(&cases)).as_ref(), Ok(&cases)),
    Err(fault) => has_a_place(&fault),
});

fn lines(cases: &[Case]) -> String {
    let line = |case| serde_json::to_string(case).expect("a case is an object");
    cases.iter().map(line).collect::<Vec<_>>().join("\n")
}
