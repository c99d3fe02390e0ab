//! What a command is about to spend: told before it is spent, and asked about where it is real money.

use std::io::{BufRead, IsTerminal, Read};
use std::sync::Arc;

use loopwright_agent::AgentSpec;
use loopwright_core::{Arm, Ledger, Purpose, RunQuery, RunRecord, TrialQuery, Unit, Variant};
use loopwright_eval::{StageError, WorkError};
use loopwright_model::open;
use loopwright_report::{counted, value};

use crate::answerer::model;
use crate::context::Context;
use crate::fault::Fault;
use crate::printer::{FAINT, STRONG, WARN};
use crate::workshop::Shop;

/// Traces of an earlier run that are read to learn how many calls a trial takes.
const SAMPLE: usize = 20;

/// The longest answer to a question that is read, in bytes.
const LONGEST: u64 = 1 << 10;

/// Trials that are about to be run.
#[derive(Debug, Clone, Copy)]
pub struct Outlay<'a> {
    /// How many.
    pub trials: u64,
    /// The arms that share them evenly; the first stands for all where an earlier run is looked for.
    pub arms: &'a [Arm],
}

/// What one trial took on average in an earlier run.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Earlier {
    calls: f64,
    tokens: f64,
    money: Option<f64>,
}

/// Says what `outlay` will take, as far as it is known, and asks before real money is spent at a terminal.
///
/// # Errors
/// When the ledger cannot be read, or the person says no.
pub async fn tell(outlay: Outlay<'_>, shop: &Shop, asks: bool, context: &Context) -> Result<(), Fault> {
    let Some(first) = outlay.arms.first() else { return Ok(()) };
    for arm in outlay.arms {
        check_key(&arm.variant, shop)?;
    }
    let earlier = earlier(&first.variant, shop).await?;
    let words = match earlier {
        Some(earlier) => foreseen(outlay.trials, &earlier),
        None => bounded(outlay.trials, &first.variant)?,
    };
    context.printer.say(&format!("{FAINT}{words}{FAINT:#}"));
    let costs = outlay.arms.iter().any(|arm| costs_money(&arm.variant, shop));
    if costs && asks && std::io::stdin().is_terminal() && !agrees(context) {
        return Err(Fault::nothing("nothing was run: the person said no").with_hint("`--yes` does not ask"));
    }
    Ok(())
}

/// A key that is missing is told before anything is asked.
fn check_key(variant: &Variant, shop: &Shop) -> Result<(), Fault> {
    let Some(model) = model(variant) else { return Ok(()) };
    let reach = &shop.workshop.reach;
    let opened = open(&model, Arc::clone(&reach.clock), &reach.access);
    opened.map(drop).map_err(|error| Fault::from(WorkError::Stage(StageError::Open(error))))
}

/// What a trial of the same model took in the suite's latest run.
async fn earlier(variant: &Variant, shop: &Shop) -> Result<Option<Earlier>, Fault> {
    let suite = Some(shop.workshop.suite.name.clone());
    let query = RunQuery { suite, purpose: Some(Purpose::Eval), limit: SAMPLE, ..RunQuery::default() };
    let runs = shop.store.runs(query).await.map_err(Fault::unexpected)?;
    let is_alike = |run: &&RunRecord| {
        let arms = &run.manifest.arms;
        run.acted > 0 && arms.len() == 1 && answers_alike(&arms[0].variant, variant)
    };
    let Some(run) = runs.iter().find(is_alike) else { return Ok(None) };
    let per_trial = |sum: u64| sum as f64 / run.acted as f64;
    Ok(Some(Earlier {
        calls: calls(run, shop).await?,
        tokens: per_trial(run.cost.usage.total()),
        money: run.cost.money.map(|money| per_trial(money.0)),
    }))
}

fn answers_alike(one: &Variant, other: &Variant) -> bool {
    ["model", "endpoint"].into_iter().all(|part| one.part(part) == other.part(part))
}

/// Model calls of a trial on average; of an attached agent, calls of the agent.
async fn calls(run: &RunRecord, shop: &Shop) -> Result<f64, Fault> {
    let query = TrialQuery { limit: SAMPLE, ..TrialQuery::of(run.manifest.id.clone()) };
    let sites = shop.store.trials(query).await.map_err(Fault::unexpected)?;
    let (mut calls, mut trials) = (0, 0);
    for site in &sites {
        if let Some(trial) = shop.store.trial(&site.key).await.map_err(Fault::unexpected)? {
            // An agent that does not tell of its model calls was called once itself.
            calls += trial.trace.chats().count().max(1);
            trials += 1;
        }
    }
    Ok(calls as f64 / f64::from(trials.max(1)))
}

/// By what an earlier run took.
fn foreseen(trials: u64, earlier: &Earlier) -> String {
    let all = |each: f64| rounded(each * trials as f64);
    let calls = counted(all(earlier.calls), "call", "calls");
    let tokens = match all(earlier.tokens) {
        0 => "an unknown number of tokens".to_owned(),
        tokens => counted(tokens, "token", "tokens"),
    };
    let money = earlier.money.map(|each| value(Unit::Dollars, all(each) as f64 / 1e6));
    let money = money.unwrap_or_else(|| "at an unknown price".to_owned());
    format!("about {calls}, {tokens}, {money}, by what the last run took")
}

/// Before the first run nothing but the bounds on steps and tokens is known.
fn bounded(trials: u64, variant: &Variant) -> Result<String, Fault> {
    let spec = AgentSpec::parse(variant).map_err(Fault::usage)?;
    if spec.endpoint.is_some() {
        let calls = counted(trials, "call", "calls");
        return Ok(format!("{calls} of the attached agent; what they cost is not known before the first run"));
    }
    let most = trials.saturating_mul(u64::from(spec.limits.steps)).saturating_mul(u64::from(spec.model.votes));
    let calls = counted(most, "model call", "model calls");
    let tokens = counted(trials.saturating_mul(spec.limits.tokens), "token", "tokens");
    Ok(format!("at most {calls} and {tokens}; what it costs is not known before the first run"))
}

/// Two digits: an estimate that looks exact is none.
fn rounded(value: f64) -> u64 {
    let scale = 10_f64.powf((value.max(1.0).log10().floor() - 1.0).max(0.0));
    ((value / scale).round() * scale) as u64
}

/// Whether the variant's model takes real money at a price that is known.
fn costs_money(variant: &Variant, shop: &Shop) -> bool {
    model(variant).is_some_and(|model| !model.is_simulated() && shop.workshop.reach.access.is_priced(&model))
}

/// Whether the person at the terminal says yes.
pub(crate) fn agrees(context: &Context) -> bool {
    context.printer.ask(&format!("{WARN}?{WARN:#} {STRONG}spend it?{STRONG:#} [y/N] "));
    let mut line = Vec::new();
    // Nothing else goes on yet that could be held up.
    let read = tokio::task::block_in_place(|| std::io::stdin().lock().take(LONGEST).read_until(b'\n', &mut line));
    read.is_ok() && matches!(String::from_utf8_lossy(&line).trim(), "y" | "Y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_have_two_digits() {
        let cases = [(0.0, 0), (7.4, 7), (74.0, 74), (783.2, 780), (46_961.0, 47_000), (1_999_999.0, 2_000_000)];
        for (value, shown) in cases {
            assert_eq!(rounded(value), shown, "{value}");
        }
    }

    #[test]
    fn what_is_unknown_is_said_to_be() {
        let known = Earlier { calls: 1.5, tokens: 783.0, money: Some(230.0) };
        let words = "about 90 calls, 47,000 tokens, $0.014, by what the last run took";
        assert_eq!(foreseen(60, &known), words);
        let unknown = Earlier { calls: 1.0, tokens: 0.0, money: None };
        let words = "about 9 calls, an unknown number of tokens, at an unknown price, by what the last run took";
        assert_eq!(foreseen(9, &unknown), words);
    }
}
