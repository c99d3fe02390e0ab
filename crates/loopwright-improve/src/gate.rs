//! Gates: pre-declared rules that say whether a change may replace what it is measured against.
//!
//! ACCEPT needs proof, and proof that survives the worst case for whatever could not be scored. REJECT needs proof too:
//! that it is worse, or that a safeguard is. Everything else is INCONCLUSIVE, and names the cheapest next step.

mod ci;
mod endpoint;
mod next_step;
mod promotion;

use loopwright_core::{Cost, Decision, GateKind, GateOutcome};
use loopwright_eval::{Metric, Sided, Tally};
use loopwright_stats::{Level, Side};

use endpoint::{Endpoint, Missing};
use next_step::next_step;

pub use ci::{CiError, CiRequest, ci_gate};
pub use endpoint::GateError;
pub use promotion::{PromotionError, PromotionRequest, promote, query_alpha};

/// The rule of a gate, declared before it measures.
#[derive(Debug, Clone)]
pub struct GateRule {
    /// Probability of accepting what is no better, over all questions to one vault together; in (0, 0.5).
    pub alpha: f64,
    /// Differences smaller than this do not matter, as a share; in (0, 1). Of a measure it is that share of the
    /// incumbent's mean.
    pub margin: f64,
    /// Trials of each case and arm, at least 1.
    pub trials: u32,
    /// Questions that one generation of the vault answers.
    pub vault_queries: u32,
    /// The metric that decides.
    pub primary: Metric,
    /// Metrics that must not get worse.
    pub safeguards: Vec<Metric>,
    /// A token cut must leave at most this share of the tokens; in (0, 1).
    pub token_share: f64,
}

/// Two sides that were measured for a gate.
#[derive(Debug, Clone, Copy)]
pub struct Measured<'a> {
    /// The scores.
    pub tally: &'a Tally,
    /// What is to be replaced.
    pub incumbent: &'a Sided,
    /// What would replace it.
    pub candidate: &'a Sided,
    /// What the measuring cost, to price a next step.
    pub cost: Cost,
}

/// What the rule says of `measured`, at significance `alpha`.
///
/// # Errors
/// When the primary metric cannot be compared: no case was scored on both sides, or all are of one group.
pub fn decide(measured: Measured<'_>, kind: GateKind, rule: &GateRule, alpha: f64) -> Result<GateOutcome, GateError> {
    let level = Level::of_alpha(alpha)?;
    let primary = Endpoint::new(measured, &rule.primary, rule.margin)?;
    let mut safeguards = vec![];
    for metric in &rule.safeguards {
        safeguards.extend(Endpoint::of_safeguard(measured, metric, rule.margin)?);
    }
    let tokens = match kind {
        GateKind::TokenCut => Some(Endpoint::new(measured, &Metric::named("tokens")?, rule.margin)?),
        _ => None,
    };
    let decision = match reject(&primary, &safeguards, kind, level) {
        Some(reason) => Decision::Reject { reason },
        None => accept(&primary, tokens.as_ref(), &safeguards, (kind, rule, level))
            .map(|()| Decision::Accept)
            .unwrap_or_else(|reason| {
                let next_step = next_step(&primary, measured, rule, alpha);
                Decision::Inconclusive { reason, next_step }
            }),
    };
    let endpoints = std::iter::once(&primary).chain(&tokens).chain(&safeguards);
    let endpoints = endpoints.map(|endpoint| endpoint.comparison(measured, level)).collect::<Result<_, _>>()?;
    Ok(GateOutcome { kind, decision, alpha, margin: rule.margin, endpoints })
}

/// Why it is proven worse, if it is.
fn reject(primary: &Endpoint, safeguards: &[Endpoint], kind: GateKind, level: Level) -> Option<String> {
    // A cut of tokens may cost quality within the margin; only what goes beyond it counts as worse.
    let allowed = if kind == GateKind::Promotion { 0.0 } else { primary.margin };
    if primary.gain(Side::Upper, level, Missing::Left) < -allowed {
        return Some(format!("{} is worse", primary.name()));
    }
    let worse = safeguards.iter().find(|one| one.gain(Side::Upper, level, Missing::Left) < -one.margin);
    worse.map(|one| format!("the safeguard {} is worse by more than the margin", one.name()))
}

/// Whether everything is proven that the gate asks for; else what is not.
fn accept(
    primary: &Endpoint,
    tokens: Option<&Endpoint>,
    safeguards: &[Endpoint],
    (kind, rule, level): (GateKind, &GateRule, Level),
) -> Result<(), String> {
    let least = if kind == GateKind::Promotion { 0.0 } else { -primary.margin };
    let proves = |missing| primary.gain(Side::Lower, level, missing) > least;
    if !proves(Missing::Left) {
        let what = if kind == GateKind::Promotion { "better" } else { "as good within the margin" };
        return Err(format!("{} is not proven {what}", primary.name()));
    }
    if !proves(Missing::AgainstCandidate) {
        return Err("the proof rests on trials that could not be scored".to_owned());
    }
    if let Some(tokens) = tokens {
        let share = tokens.ratio(Side::Upper, level);
        if share.is_none_or(|share| share >= rule.token_share) {
            return Err(format!("tokens are not proven below {:.0} % of the incumbent's", 100.0 * rule.token_share));
        }
    }
    match safeguards.iter().find(|one| one.gain(Side::Lower, level, Missing::AgainstCandidate) <= -one.margin) {
        Some(one) => Err(format!("the safeguard {} is not proven as good within the margin", one.name())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
