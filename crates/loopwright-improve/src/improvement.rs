//! The loop: propose, race, ask the vault, take what holds, and begin again from the new champion.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use loopwright_core::{
    ArmName, Comparison, Cost, Decision, Finding, FindingCode, GateKind, GateQuery, Patch, RunId, Split, Variant,
};
use loopwright_eval::{Watch, Workshop};
use loopwright_report::Fate;

use crate::race::{Entry, Race, RaceError, RaceRequest, race};
use crate::{
    Aim, Candidate, DiagnoseError, DiagnosisRequest, Evidence, EvidenceError, EvidenceRequest, GateRule,
    PromotionError, PromotionRequest, diagnose, promote, technique,
};

/// Rounds at most: each accepted change begins a new one.
const MOST_ROUNDS: u32 = 6;

/// Questions to the vault in one round at most, each about another technique.
const MOST_QUESTIONS: usize = 3;

/// What is to be improved.
pub struct ImprovementRequest<'a> {
    /// What every run of the suite shares.
    pub workshop: &'a Workshop,
    /// The rule of the promotion gate.
    pub rule: &'a GateRule,
    /// What the champion does on dev.
    pub evidence: Evidence,
    /// Why it fails, the most important first.
    pub findings: Vec<Finding>,
    /// Only remedies for this finding.
    pub only: Option<FindingCode>,
    /// Trials of each case and arm in a race.
    pub trials: u32,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Improvement {
    /// What was tried, in order.
    pub tried: Vec<Tried>,
    /// All accepted changes together.
    pub patch: Patch,
    /// The agent with them.
    pub champion: Variant,
    /// What races and gates cost.
    pub cost: Cost,
}

/// One candidate, and what became of it.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The candidate.
    pub candidate: Candidate,
    /// All changes that had been accepted before it.
    pub base: Patch,
    /// The candidate against the incumbent on dev.
    pub race: Comparison,
    /// The incumbent against itself in the same race.
    pub placebo: Comparison,
    /// What the vault answered, when it was asked.
    pub query: Option<GateQuery>,
    /// What became of it.
    pub fate: Fate,
}

/// Told while the loop turns.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// Candidates are about to race.
    Racing(&'a [Candidate]),
    /// The race is over.
    Raced(&'a Race),
    /// The vault is about to be asked about this candidate.
    Asking(&'a Candidate),
    /// It has answered.
    Answered(&'a Candidate, &'a GateQuery),
}

/// Follows the loop.
pub trait Follow: Watch {
    /// The loop has come to a step.
    fn step(&mut self, step: Step<'_>);
}

/// The loop cannot turn.
#[derive(Debug, thiserror::Error)]
pub enum ImproveError {
    /// A race broke off.
    #[error(transparent)]
    Race(#[from] RaceError),
    /// The vault cannot answer.
    #[error(transparent)]
    Promotion(#[from] PromotionError),
    /// What the champion does cannot be read.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The failures cannot be diagnosed.
    #[error(transparent)]
    Diagnose(#[from] DiagnoseError),
}

/// Turns the loop until nothing more holds. Changes are accepted one at a time, each measured on top of those before it,
/// because gains that were measured apart do not add up.
///
/// # Errors
/// When a race or the vault fails. A vault that has answered all its questions ends the loop and is no error.
pub async fn improve(request: ImprovementRequest<'_>, follow: &mut dyn Follow) -> Result<Improvement, ImproveError> {
    let ImprovementRequest { workshop, rule, evidence, findings, only, trials } = request;
    let champion = evidence.variant.clone();
    let state = Improvement { tried: vec![], patch: Patch::default(), champion, cost: Cost::ZERO };
    let mut turning = Loop { workshop, rule, trials, state, refused: BTreeSet::new(), closed: None };
    let (mut evidence, mut findings) = (evidence, findings);
    for _ in 0..MOST_ROUNDS {
        findings.retain(|finding| only.is_none_or(|code| finding.code == code));
        let Some((run, arm)) = turning.round(&findings, &evidence, follow).await? else { break };
        evidence = turning.reread(&run, &arm, &evidence).await?;
        findings = turning.rediagnose(&evidence, follow).await?;
    }
    Ok(turning.state)
}

/// The loop between two rounds.
struct Loop<'a> {
    workshop: &'a Workshop,
    rule: &'a GateRule,
    trials: u32,
    state: Improvement,
    /// Changes that the vault did not accept, by technique and words: it is not asked about them again.
    refused: BTreeSet<(&'static str, String)>,
    /// Why the vault answers no more questions, when it does not.
    closed: Option<String>,
}

impl Loop<'_> {
    /// One race, and the questions to the vault that come of it. The run and arm of the new champion, if there is one.
    async fn round(
        &mut self,
        findings: &[Finding],
        evidence: &Evidence,
        follow: &mut dyn Follow,
    ) -> Result<Option<(RunId, ArmName)>, ImproveError> {
        let candidates = self.candidates(findings, evidence);
        if candidates.is_empty() || self.closed.is_some() {
            return Ok(None);
        }
        follow.step(Step::Racing(&candidates));
        let request = RaceRequest {
            workshop: self.workshop,
            rule: self.rule,
            incumbent: &self.state.champion,
            candidates,
            trials: self.trials,
        };
        let race = race(request, follow).await?;
        self.state.cost += race.cost;
        follow.step(Step::Raced(&race));
        self.ask(&race, follow).await
    }

    fn candidates(&self, findings: &[Finding], evidence: &Evidence) -> Vec<Candidate> {
        let proposed = technique::propose(findings, evidence);
        let is_new = |candidate: &Candidate| !self.refused.contains(&(candidate.technique, candidate.change.clone()));
        proposed.into_iter().filter(is_new).collect()
    }

    /// Asks the vault about the best of each technique until it accepts one.
    async fn ask(&mut self, race: &Race, follow: &mut dyn Follow) -> Result<Option<(RunId, ArmName)>, ImproveError> {
        let ranked = ranked(race);
        let mut asked = BTreeSet::new();
        let mut accepted = None;
        let base = self.state.patch.clone();
        for entry in ranked {
            let is_turn = entry.screen.is_ok()
                && accepted.is_none()
                && asked.len() < MOST_QUESTIONS
                && !asked.contains(entry.candidate.technique);
            let query = if is_turn && self.closed.is_none() { self.question(entry, follow).await? } else { None };
            if query.is_some() {
                asked.insert(entry.candidate.technique);
            }
            let fate = fate(entry, query.as_ref(), self.closed.as_deref());
            match &fate {
                Fate::Accepted => {
                    self.state.champion = entry.variant.clone();
                    self.state.patch.edits.extend(entry.candidate.patch.edits.clone());
                    accepted = Some((race.run.clone(), entry.arm.clone()));
                }
                _ if query.is_some() => {
                    self.refused.insert((entry.candidate.technique, entry.candidate.change.clone()));
                }
                _ => {}
            }
            self.note(Tried {
                candidate: entry.candidate.clone(),
                base: base.clone(),
                race: entry.quality.clone(),
                placebo: race.placebo.clone(),
                query,
                fate,
            });
        }
        Ok(accepted)
    }

    async fn question(&mut self, entry: &Entry, follow: &mut dyn Follow) -> Result<Option<GateQuery>, ImproveError> {
        let suite = &self.workshop.suite;
        if suite.split(Split::Vault).is_empty() {
            self.closed = Some(PromotionError::NoVault { suite: suite.name.to_string() }.to_string());
            return Ok(None);
        }
        follow.step(Step::Asking(&entry.candidate));
        let kind = match entry.candidate.aim {
            Aim::Better => GateKind::Promotion,
            Aim::Cheaper => GateKind::TokenCut,
        };
        let request = PromotionRequest {
            workshop: self.workshop,
            rule: self.rule,
            kind,
            incumbent: self.state.champion.clone(),
            candidate: entry.variant.clone(),
        };
        match promote(request, follow).await {
            Ok(query) => {
                self.state.cost += query.cost;
                follow.step(Step::Answered(&entry.candidate, &query));
                Ok(Some(query))
            }
            Err(closed @ PromotionError::Exhausted { .. }) => {
                self.closed = Some(closed.to_string());
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A change that is raced again in a later round is told once, with what became of it last.
    fn note(&mut self, tried: Tried) {
        let same = |other: &Tried| {
            other.query.is_none()
                && other.candidate.technique == tried.candidate.technique
                && other.candidate.change == tried.candidate.change
        };
        self.state.tried.retain(|other| !same(other));
        self.state.tried.push(tried);
    }

    /// What the new champion did in the race that it came from.
    async fn reread(&self, run: &RunId, arm: &ArmName, before: &Evidence) -> Result<Evidence, EvidenceError> {
        Evidence::read(EvidenceRequest {
            ledger: self.workshop.ports.ledger.as_ref(),
            run,
            arm,
            cases: &self.workshop.suite.cases,
            corpus: before.corpus.as_ref(),
            primary: self.rule.primary.name(),
        })
        .await
    }

    /// Signals alone: what was measured by replays belongs to another variant now.
    async fn rediagnose(&self, evidence: &Evidence, follow: &mut dyn Follow) -> Result<Vec<Finding>, DiagnoseError> {
        let level = self.workshop.ruler.level;
        Ok(diagnose(DiagnosisRequest { evidence, level, replaying: None }, follow).await?.findings)
    }
}

/// The entries in the order in which the vault is asked about them: what is better before what is only cheaper, and of
/// those the largest gain for its tokens first. A change that wins little and costs five times as much should not be the
/// ground on which all others are measured.
fn ranked(race: &Race) -> Vec<&Entry> {
    let gain = |entry: &Entry| entry.quality.difference.point / entry.tokens.unwrap_or(1.0).max(1.0);
    let saved = |entry: &Entry| -entry.tokens.unwrap_or(1.0);
    let mut entries: Vec<&Entry> = race.entries.iter().collect();
    entries.sort_by(|a, b| match (a.candidate.aim, b.candidate.aim) {
        (Aim::Better, Aim::Cheaper) => Ordering::Less,
        (Aim::Cheaper, Aim::Better) => Ordering::Greater,
        (Aim::Better, Aim::Better) => gain(b).total_cmp(&gain(a)),
        (Aim::Cheaper, Aim::Cheaper) => saved(b).total_cmp(&saved(a)),
    });
    entries
}

fn fate(entry: &Entry, query: Option<&GateQuery>, closed: Option<&str>) -> Fate {
    match (query.map(|query| &query.outcome.decision), &entry.screen) {
        (Some(Decision::Accept), _) => Fate::Accepted,
        (Some(Decision::Reject { reason }), _) => Fate::Refused { reason: format!("the vault: {reason}") },
        (Some(Decision::Inconclusive { reason, next_step }), _) => {
            Fate::Open { reason: format!("the vault: {reason}"), next_step: next_step.clone() }
        }
        (None, Err(reason)) => Fate::Refused { reason: reason.clone() },
        (None, Ok(())) => match closed {
            Some(reason) => Fate::Open {
                reason: reason.to_owned(),
                next_step: "put fresh cases in the vault and run `improve` again".to_owned(),
            },
            None => Fate::Refused { reason: "another remedy did better in the same race".to_owned() },
        },
    }
}
