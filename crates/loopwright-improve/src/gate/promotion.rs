//! The promotion gate: a candidate becomes champion on the sealed vault. The vault opens here and nowhere else; only the
//! decision and rounded intervals come out, and every question is a fact in the ledger.

use loopwright_core::{
    Case, Comparison, Digest, Estimate, Fact, GateKind, GateOutcome, GateQuery, LedgerError, Split, Variant,
};
use loopwright_eval::{Watch, Workshop};
use loopwright_report::counted;
use serde_json::json;

use super::{GateError, GateRule, Measured, decide};
use crate::duel::{Duel, DuelError};

/// What the vault is asked.
pub struct PromotionRequest<'a> {
    /// What every run of the suite shares.
    pub workshop: &'a Workshop,
    /// The rule.
    pub rule: &'a GateRule,
    /// Better, or cheaper and as good.
    pub kind: GateKind,
    /// The champion.
    pub incumbent: Variant,
    /// What would replace it.
    pub candidate: Variant,
}

/// The vault cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum PromotionError {
    /// It has answered as often as it may.
    #[error(
        "this generation of the vault has answered {}, which is all it may; put fresh cases in the vault",
        counted((*asked).into(), "question", "questions")
    )]
    Exhausted {
        /// How often.
        asked: u32,
    },
    /// There is no vault.
    #[error("the suite `{suite}` has no case in the vault; mark cases with `\"split\": \"vault\"`")]
    NoVault {
        /// The suite.
        suite: String,
    },
    /// The two cannot be measured.
    #[error(transparent)]
    Duel(#[from] DuelError),
    /// Nothing can be compared.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The question cannot be recorded.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// The significance level of the `number`-th question (from 1) to one vault: `alpha / (number · (number + 1))`. However
/// many are asked, the levels sum to at most `alpha` (Bonferroni with a telescoping series), so that asking often cannot
/// make an acceptance out of nothing.
pub fn query_alpha(alpha: f64, number: u32) -> f64 {
    let number = f64::from(number.max(1));
    alpha / (number * (number + 1.0))
}

/// Asks the vault once: both sides measured afresh and side by side, decided by the rule, recorded whatever the answer.
///
/// # Errors
/// When the vault is empty or has answered too often, or the run cannot be made or recorded.
pub async fn promote(request: PromotionRequest<'_>, watch: &mut dyn Watch) -> Result<GateQuery, PromotionError> {
    let PromotionRequest { workshop, rule, kind, incumbent, candidate } = request;
    let sealed = workshop.suite.split(Split::Vault);
    if sealed.is_empty() {
        return Err(PromotionError::NoVault { suite: workshop.suite.name.to_string() });
    }
    let vault = generation(&sealed);
    let number = next_number(workshop, rule, vault).await?;
    let digests = (incumbent.digest(), candidate.digest());
    let duel = Duel { split: Split::Vault, incumbent, candidate, trials: rule.trials, only: None };
    let held = duel.hold(workshop, watch).await?;
    let tally = &held.made.execution.tally;
    let cost = tally.cost();
    let measured = Measured { tally, incumbent: &held.incumbent, candidate: &held.candidate, cost };
    let outcome = decide(measured, kind, rule, query_alpha(rule.alpha, number))?;
    let query = GateQuery {
        suite: workshop.suite.name.clone(),
        vault,
        number,
        run: held.made.plan.manifest.id.clone(),
        incumbent: digests.0,
        candidate: digests.1,
        outcome: published(outcome),
        cases: sealed.len() as u64,
        trials: rule.trials,
        cost,
        at_ns: workshop.ports.clock.now_ns(),
    };
    workshop.ports.ledger.append(vec![Fact::GateQueried(Box::new(query.clone()))]).await?;
    Ok(query)
}

/// The identity of the vault's cases: changing one begins a new generation.
fn generation(sealed: &[Case]) -> Digest {
    let cases: Vec<_> =
        sealed.iter().map(|case| json!([case.key, case.input.digest(), case.expectation.digest()])).collect();
    Digest::of_json(&json!(cases))
}

async fn next_number(workshop: &Workshop, rule: &GateRule, vault: Digest) -> Result<u32, PromotionError> {
    let queries = workshop.ports.ledger.gate_queries(&workshop.suite.name).await?;
    let asked = queries.iter().filter(|query| query.vault == vault).count();
    let asked = u32::try_from(asked).unwrap_or(u32::MAX);
    if asked >= rule.vault_queries { Err(PromotionError::Exhausted { asked }) } else { Ok(asked + 1) }
}

/// What may be known of a question to the vault: intervals to whole hundredths of the unit, and no case's name.
fn published(outcome: GateOutcome) -> GateOutcome {
    let round = |value: f64| (value * 100.0).round() / 100.0;
    let blur = |one: Comparison| {
        let Estimate { point, low, high, .. } = one.difference;
        let difference = Estimate { point: round(point), low: round(low), high: round(high), ..one.difference };
        Comparison { difference, detectable: round(one.detectable), fixed: vec![], broken: vec![], ..one }
    };
    GateOutcome { endpoints: outcome.endpoints.into_iter().map(blur).collect(), ..outcome }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_levels_together_stay_within_alpha() {
        let spent: f64 = (1..=100_000).map(|number| query_alpha(0.05, number)).sum();
        assert!(spent < 0.05 && spent > 0.0499);
        assert_eq!(query_alpha(0.05, 1), 0.025);
    }
}
