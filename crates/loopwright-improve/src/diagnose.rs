//! Diagnosis: from the evidence of a run to findings, by signals in the traces and by replays.

use std::collections::{BTreeMap, BTreeSet};

use loopwright_core::{CaseKey, Cost, Estimate, Finding, FindingCode, PartName, RunId, TrialKey};
use loopwright_eval::{Watch, WorkError};
use loopwright_report::counted;
use loopwright_stats::{Item, Level, RateError, Trials, rate};

use crate::oracle::{Replaying, Replays, replay, scaled};
use crate::signal::calls::{Confusion, confusion};
use crate::signal::{self, Signal};
use crate::{Evidence, TrialEvidence};

/// Traces that are named with a finding.
const MOST_EXEMPLARS: usize = 3;
/// Patterns of a finding that are told with their counts.
const MOST_PATTERNS: usize = 3;

/// What is to be diagnosed.
#[derive(Clone, Copy)]
pub struct DiagnosisRequest<'a> {
    /// The evidence.
    pub evidence: &'a Evidence,
    /// Level of all intervals.
    pub level: Level,
    /// How failed cases are run again; without it, no headroom is measured.
    pub replaying: Option<Replaying<'a>>,
}

/// Why trials fail.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// The findings, those worth most first.
    pub findings: Vec<Finding>,
    /// For each failed trial that shows any, the signal furthest up the pipeline.
    pub main: BTreeMap<TrialKey, FindingCode>,
    /// Which tools were called in place of which, in failed trials.
    pub confusion: Vec<Confusion>,
    /// The run of the replays, when there was one.
    pub replays: Option<RunId>,
    /// What the replays cost.
    pub cost: Cost,
}

/// Failures cannot be diagnosed.
#[derive(Debug, thiserror::Error)]
pub enum DiagnoseError {
    /// There is nothing to look at.
    #[error("no trial of the arm was judged by the primary metric")]
    NothingJudged,
    /// The replays failed.
    #[error(transparent)]
    Replay(#[from] WorkError),
    /// A share could not be estimated.
    #[error(transparent)]
    Rate(#[from] RateError),
}

/// Says why trials fail, and where it can be measured, what mending each cause would win.
///
/// # Errors
/// When there is nothing to look at, or the replays break off.
pub async fn diagnose(request: DiagnosisRequest<'_>, watch: &mut dyn Watch) -> Result<Diagnosis, DiagnoseError> {
    let DiagnosisRequest { evidence, level, replaying } = request;
    if evidence.trials.iter().all(|trial| trial.passed.is_none()) {
        return Err(DiagnoseError::NothingJudged);
    }
    let replays = match replaying {
        Some(replaying) => replay(evidence, replaying, watch).await?,
        None => None,
    };
    let main = main_signals(evidence);
    let survey = Survey { evidence, level, replays: replays.as_ref(), main: &main };
    let mut findings: Vec<Finding> = vec![];
    for signal in signal::all() {
        findings.extend(survey.finding(signal)?);
    }
    findings.extend(survey.remainder());
    findings.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then_with(|| b.share.point.total_cmp(&a.share.point)));
    let cost = replays.as_ref().map_or(Cost::ZERO, |replays| replays.cost);
    let (replays, confusion) = (replays.map(|replays| replays.run), confusion(evidence));
    Ok(Diagnosis { findings, main, confusion, replays, cost })
}

/// What it is worth to work on `finding`, as a share of all dev trials: its headroom, or, where there is no oracle, half
/// of its share, and a quarter where it does not say where the fault lies. What costs tokens only, or cannot be mended by a
/// technique, comes last.
pub fn worth(finding: &Finding) -> f64 {
    match (&finding.headroom, signal::by_code(finding.code)) {
        (Some(headroom), _) => headroom.point.max(0.0),
        (None, Some(signal)) => signal.presumed_reach() * finding.share.point,
        (None, None) => 0.0,
    }
}

/// The cause of each failed trial that shows one.
fn main_signals(evidence: &Evidence) -> BTreeMap<TrialKey, FindingCode> {
    let cause = |trial: &TrialEvidence| Some((trial.acted.site.key, signal::cause_of(trial, evidence)?.code));
    evidence.failures().filter_map(cause).collect()
}

/// What findings are made from.
struct Survey<'a> {
    evidence: &'a Evidence,
    level: Level,
    replays: Option<&'a Replays>,
    main: &'a BTreeMap<TrialKey, FindingCode>,
}

/// The trials that show a signal.
struct Showing<'a> {
    trials: Vec<(&'a TrialEvidence, String)>,
    items: Vec<Item>,
    judged: u64,
}

impl Survey<'_> {
    fn finding(&self, signal: &Signal) -> Result<Option<Finding>, RateError> {
        let showing = self.showing(signal);
        if showing.trials.is_empty() {
            return Ok(None);
        }
        let cases = showing.cases();
        let share = rate(&showing.items, self.level)?;
        let mut evidence = self.words(signal, &showing, cases.len());
        let headroom = self.headroom(signal, &cases, &mut evidence);
        Ok(Some(Finding {
            code: signal.code,
            title: signal.title.to_owned(),
            run: self.evidence.run.clone(),
            part: self.part(signal),
            share,
            trials: showing.trials.len() as u64,
            cases,
            headroom,
            evidence,
            exemplars: showing.exemplars(),
        }))
    }

    fn showing(&self, signal: &Signal) -> Showing<'_> {
        let mut showing = Showing { trials: vec![], items: vec![], judged: 0 };
        for (case, trials) in self.evidence.by_case() {
            let judged: Vec<&TrialEvidence> = trials.into_iter().filter(|trial| trial.passed.is_some()).collect();
            let shown = judged.iter().filter_map(|trial| Some((*trial, signal.shown_in(trial, self.evidence)?)));
            let shown: Vec<(&TrialEvidence, String)> = shown.collect();
            let counts = (u32::try_from(shown.len()), u32::try_from(judged.len()));
            if let (Ok(shown), Ok(judged)) = counts
                && let Ok(trials) = Trials::counts(shown, judged)
            {
                showing.items.push(Item::new(case.cluster(), trials));
                showing.judged += u64::from(judged);
            }
            showing.trials.extend(shown);
        }
        showing
    }

    /// The part that the signal points at, when the variant has it.
    fn part(&self, signal: &Signal) -> Option<PartName> {
        let name = signal.part?;
        self.evidence.variant.parts.keys().find(|part| part.as_str() == name).cloned()
    }

    fn words(&self, signal: &Signal, showing: &Showing<'_>, cases: usize) -> Vec<String> {
        let Showing { trials, items, judged } = showing;
        let (all, of_cases) = (counted(*judged, "trial", "trials"), counted(items.len() as u64, "case", "cases"));
        let mut words = vec![format!("{} of {all}, {cases} of {of_cases}", trials.len())];
        let first =
            trials.iter().filter(|(trial, _)| self.main.get(&trial.acted.site.key) == Some(&signal.code)).count();
        if 0 < first && first < trials.len() {
            words.push(format!("in {first} of these trials nothing further up went wrong"));
        }
        words.extend(signal.overall(self.evidence));
        words.extend(showing.patterns());
        words
    }

    /// What putting the signal's stage right wins on the cases that show it, as a share of all cases.
    fn headroom(&self, signal: &Signal, cases: &[CaseKey], words: &mut Vec<String>) -> Option<Estimate> {
        let effect = self.replays?.effect(signal.stage?, cases, self.level)?;
        words.push(effect.words);
        let share = cases.len() as f64 / self.evidence.by_case().len().max(1) as f64;
        match effect.difference {
            Some(difference) => Some(scaled(&difference, share)),
            None => {
                words.push("too few independent cases were run again to estimate the headroom".to_owned());
                None
            }
        }
    }

    fn remainder(&self) -> Option<Finding> {
        let remainder = self.replays?.remainder(self.level)?;
        Some(Finding {
            code: signal::NO_ORACLE_HELPS.code,
            title: signal::NO_ORACLE_HELPS.title.to_owned(),
            run: self.evidence.run.clone(),
            part: None,
            share: remainder.share,
            trials: remainder.trials,
            cases: remainder.cases,
            headroom: None,
            evidence: vec![remainder.words],
            exemplars: remainder.exemplars.into_iter().take(MOST_EXEMPLARS).collect(),
        })
    }
}

impl Showing<'_> {
    fn cases(&self) -> Vec<CaseKey> {
        let mut known = BTreeSet::new();
        let keys = self.trials.iter().map(|(trial, _)| &trial.case.key);
        keys.filter(|key| known.insert(*key)).cloned().collect()
    }

    /// The most frequent things that were seen, with how often.
    fn patterns(&self) -> Vec<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, pattern) in &self.trials {
            *counts.entry(pattern).or_default() += 1;
        }
        let mut sorted: Vec<(&str, usize)> = counts.into_iter().collect();
        sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let mut words: Vec<String> = sorted
            .iter()
            .take(MOST_PATTERNS)
            .map(|(pattern, count)| format!("{pattern} ({})", counted(*count as u64, "trial", "trials")))
            .collect();
        if let Some(others) = sorted.len().checked_sub(MOST_PATTERNS).filter(|others| 0 < *others) {
            words.push(counted(others as u64, "other pattern", "other patterns"));
        }
        words
    }

    /// One trace of each of the first cases.
    fn exemplars(&self) -> Vec<TrialKey> {
        let mut known = BTreeSet::new();
        let first = self.trials.iter().filter(|(trial, _)| known.insert(&trial.case.key));
        first.take(MOST_EXEMPLARS).map(|(trial, _)| trial.acted.site.key).collect()
    }
}
