#![doc = include_str!("../../doc/technique/context_pruning.md")]

use loopwright_core::{Edit, Finding, FoundPassage};
use loopwright_report::counted;
use serde_json::json;

use super::Technique;
use crate::candidate::edit;
use crate::signal::code;
use crate::{Candidate, Evidence, TrialEvidence};

pub(super) const TECHNIQUE: Technique = Technique {
    name: "context_pruning",
    title: "send less of what does not help",
    doc: include_str!("../../doc/technique/context_pruning.md"),
    answers: &[code::TOKEN_WASTE],
    propose,
};

/// Share of the passing trials whose evidence must still be shown.
const KEPT: f64 = 0.95;
/// A description of an unused tool that is shorter than this is left alone, in characters.
const SHORT: usize = 80;

fn propose(finding: &Finding, evidence: &Evidence) -> Vec<Candidate> {
    let cheaper = |(change, edits): (String, Vec<Edit>)| {
        (!edits.is_empty()).then(|| Candidate::cheaper(TECHNIQUE.name, finding.code, change, edits))
    };
    let all = [fewer_passages(evidence), shorter_descriptions(evidence), no_examples(evidence)];
    all.into_iter().flatten().filter_map(cheaper).collect()
}

/// As many passages as the answers of passing trials needed.
fn fewer_passages(evidence: &Evidence) -> Option<(String, Vec<Edit>)> {
    let top_k = evidence.spec.search?.top_k;
    let passing = evidence.trials.iter().filter(|trial| trial.passed == Some(true));
    let mut depths: Vec<usize> = passing.filter_map(depth).collect();
    depths.sort_unstable();
    let place = ((depths.len() as f64 * KEPT).ceil() as usize).checked_sub(1)?;
    let needed = *depths.get(place)?;
    if top_k <= needed {
        return None;
    }
    let change = format!("show {} instead of {top_k}", counted(needed as u64, "passage", "passages"));
    Some((change, edit("knowledge", &["top_k"], json!(needed)).into_iter().collect()))
}

/// How many of the best passages must be shown for all evidence of the trial to be among them; `None` when it was not.
fn depth(trial: &TrialEvidence) -> Option<usize> {
    let mut ranked: Vec<&FoundPassage> = trial.seen();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    let rank = |span: &loopwright_knowledge::GoldSpan| ranked.iter().position(|passage| span.is_met_by(passage));
    let ranks: Option<Vec<usize>> = trial.gold.iter().map(rank).collect();
    ranks?.into_iter().max().map(|last| last + 1)
}

/// Tools that no trial had use for are told of in one sentence. They stay: production may need what dev does not.
fn shorter_descriptions(evidence: &Evidence) -> Option<(String, Vec<Edit>)> {
    let tools = evidence.spec.tools.iter().enumerate();
    let unused = tools.filter(|(_, tool)| !evidence.used_tools().contains(&tool.name));
    let shorter = unused.filter_map(|(place, tool)| {
        let end = tool.description.find(". ").map(|at| at + 1)?;
        let long = SHORT < tool.description.chars().count();
        long.then(|| edit("tools", &[&place.to_string(), "description"], json!(tool.description[..end])))?
    });
    let edits: Vec<Edit> = shorter.collect();
    let tools = counted(edits.len() as u64, "tool", "tools");
    Some((format!("one sentence for {tools} that no trial had use for"), edits))
}

fn no_examples(evidence: &Evidence) -> Option<(String, Vec<Edit>)> {
    let count = evidence.spec.examples.len();
    let change = format!("leave out {}", counted(count as u64, "example", "examples"));
    (0 < count).then(|| (change, edit("examples", &[], json!([])).into_iter().collect()))
}
