//! Questions with the places that answer them.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use loopwright_exchange::{SourceText, read_retrieval_questions};
use loopwright_fuzz::has_a_place;

fuzz_target!(|text: &str| {
    let corpora = BTreeMap::from([("wikitexts".to_owned(), "docs/wikitexts.md".to_owned())]);
    let read = read_retrieval_questions(SourceText::new("questions.jsonl", text), &corpora);
    read.as_ref().err().into_iter().for_each(has_a_place);
});
