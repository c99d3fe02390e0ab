//! The calls of a trial against those that its case needs.

use std::collections::BTreeMap;

use loopwright_agent::Effect;
use loopwright_core::{Case, GoldArg, GoldCall, ToolStatus, ToolUse};
use loopwright_eval::metric::arguments_match;
use serde_json::{Map, Value};

use crate::{Evidence, TrialEvidence};

/// The calls that `case` needs, in order: none when it is answered from passages, `None` when it says nothing of tools.
pub(crate) fn needed(case: &Case) -> Option<&[GoldCall]> {
    match &case.expectation.calls {
        Some(calls) => Some(calls),
        None => (!case.expectation.passages.is_empty()).then_some(&[]),
    }
}

/// Where the tools that were called differ from those that were needed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Slips<'a> {
    /// Tools that were needed and not called, or not often enough, in the order of need.
    pub(crate) missing: Vec<&'a str>,
    /// Tools that were called without need, in the order of the calls.
    pub(crate) extra: Vec<&'a str>,
}

/// Compares the calls of `trial` with those that are needed; `None` when its case says nothing of tools.
pub(crate) fn slips<'a>(trial: &'a TrialEvidence, evidence: &Evidence) -> Option<Slips<'a>> {
    let needed = needed(&trial.case)?;
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    let mut extra = vec![];
    for used in trial.acted.trace.tool_calls() {
        let name = used.call.name.as_str();
        if needed.iter().any(|gold| gold.tool == name) {
            *left.entry(name).or_default() += 1;
        } else if !is_look_up(name, needed, evidence) {
            extra.push(name);
        }
    }
    let mut missing = vec![];
    for gold in needed {
        match left.get_mut(gold.tool.as_str()).filter(|count| 0 < **count) {
            Some(count) => *count -= 1,
            None => missing.push(gold.tool.as_str()),
        }
    }
    Some(Slips { missing, extra })
}

/// Whether a change that is needed was made, and not the look that is needed before it.
pub(crate) fn skips_a_look(trial: &TrialEvidence, evidence: &Evidence) -> bool {
    let is_change = |tool: &str| evidence.spec.tool(tool).is_some_and(|tool| tool.effect != Effect::Read);
    let needed = needed(&trial.case).unwrap_or_default();
    let missing = slips(trial, evidence).and_then(|slips| slips.missing.first().copied());
    let changed = |tool: &str| is_change(tool) && needed.iter().any(|gold| gold.tool == tool);
    missing.is_some_and(|tool| !is_change(tool)) && trial.acted.trace.tool_calls().any(|used| changed(&used.call.name))
}

/// Whether a call of `tool` is a look before a change: careful, and not an error of choice.
fn is_look_up(tool: &str, needed: &[GoldCall], evidence: &Evidence) -> bool {
    let effect = |name: &str| evidence.spec.tool(name).map(|tool| tool.effect);
    let changes = |gold: &GoldCall| effect(&gold.tool).is_some_and(|effect| effect != Effect::Read);
    effect(tool) == Some(Effect::Read) && needed.iter().any(changes)
}

/// The needed calls whose tool was called, but never with arguments that are right.
pub(crate) fn misargued<'a>(trial: &'a TrialEvidence) -> Vec<(&'a GoldCall, Vec<ToolUse<'a>>)> {
    let uses = |gold: &GoldCall| {
        let all = trial.acted.trace.tool_calls();
        all.filter(|used| used.call.name == gold.tool).collect::<Vec<_>>()
    };
    let needed = needed(&trial.case).unwrap_or_default().iter().map(|gold| (gold, uses(gold)));
    let wrong = |(gold, uses): &(&GoldCall, Vec<ToolUse<'_>>)| {
        !uses.is_empty() && !uses.iter().any(|used| is_right(gold, used))
    };
    needed.filter(wrong).collect()
}

fn is_right(gold: &GoldCall, used: &ToolUse<'_>) -> bool {
    used.status != ToolStatus::InvalidArguments
        && used.arguments.is_some_and(|arguments| wrong_names(gold, arguments).is_empty())
}

/// The names of the gold arguments that `arguments` does not keep.
pub(crate) fn wrong_names<'a>(gold: &'a GoldCall, arguments: &Value) -> Vec<&'a str> {
    let none = Map::new();
    let made = arguments.as_object().unwrap_or(&none);
    let is_kept = |(name, arg): &(&String, &GoldArg)| {
        let alone = GoldCall { tool: gold.tool.clone(), args: BTreeMap::from([((*name).clone(), (*arg).clone())]) };
        arguments_match(&alone, made)
    };
    gold.args.iter().filter(|pair| !is_kept(pair)).map(|(name, _)| name.as_str()).collect()
}

/// How often, in failed trials, a tool was needed where another was called.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Confusion {
    /// What was needed; `None` for nothing.
    pub needed: Option<String>,
    /// What was called in its stead; `None` for nothing.
    pub called: Option<String>,
    /// Failed trials.
    pub trials: u64,
}

/// The confusions of tools in the failed trials, most frequent first.
pub(crate) fn confusion(evidence: &Evidence) -> Vec<Confusion> {
    let mut counts: BTreeMap<(Option<&str>, Option<&str>), u64> = BTreeMap::new();
    for slips in evidence.failures().filter_map(|trial| slips(trial, evidence)) {
        let pair = (slips.missing.first().copied(), slips.extra.first().copied());
        if pair != (None, None) {
            *counts.entry(pair).or_default() += 1;
        }
    }
    let owned = |name: Option<&str>| name.map(str::to_owned);
    let confusion = |((needed, called), trials)| Confusion { needed: owned(needed), called: owned(called), trials };
    let mut all: Vec<Confusion> = counts.into_iter().map(confusion).collect();
    all.sort_by_key(|confusion| std::cmp::Reverse(confusion.trials));
    all
}
