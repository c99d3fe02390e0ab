#![doc = include_str!("../../doc/technique/vote.md")]

use loopwright_core::Finding;
use serde_json::json;

use super::Technique;
use crate::candidate::edit;
use crate::signal::code;
use crate::{Candidate, Evidence};

pub(super) const TECHNIQUE: Technique = Technique {
    name: "vote",
    title: "take the most frequent of several samples",
    doc: include_str!("../../doc/technique/vote.md"),
    answers: &[code::FLAKY_SUCCESS],
    propose,
};

/// Odd, so that two answers cannot tie.
const SAMPLES: [u32; 2] = [3, 5];

fn propose(finding: &Finding, evidence: &Evidence) -> Vec<Candidate> {
    if evidence.variant.part("model").is_none() {
        return vec![];
    }
    let more = SAMPLES.into_iter().filter(|votes| evidence.spec.model.votes < *votes);
    let candidate = |votes: u32| {
        let edits = vec![edit("model", &["votes"], json!(votes))?];
        let change = format!("take the most frequent of {votes} samples at each step");
        Some(Candidate::better(TECHNIQUE.name, finding.code, change, edits))
    };
    more.filter_map(candidate).collect()
}
