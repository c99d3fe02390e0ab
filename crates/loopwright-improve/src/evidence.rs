//! Evidence: what diagnosis reads of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use loopwright_agent::{AgentSpec, PartError};
use loopwright_core::{
    ActedTrial, Arm, ArmName, Case, CaseKey, Condition, FoundPassage, Ledger, LedgerError, MetricName, RunId,
    RunManifest, RunQuery, Score, ScoreQuery, Split, TrialKey, TrialQuery, TrialSite, Variant, Verdict,
};
use loopwright_knowledge::{Corpus, GoldSpan, LocateError, locate};

/// What is known of one arm of a run, under the plain condition, on dev cases.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The run.
    pub run: RunId,
    /// The arm.
    pub arm: ArmName,
    /// What the arm ran.
    pub variant: Variant,
    /// The variant's parts, read.
    pub spec: AgentSpec,
    /// The documents that the variant pins, when it has knowledge.
    pub corpus: Option<Corpus>,
    /// The trials, in plan order.
    pub trials: Vec<TrialEvidence>,
    /// Trials that cannot be read against their case, because it was removed or its input changed since.
    pub left_out: u64,
    used_tools: BTreeSet<String>,
}

/// What is known of one trial.
#[derive(Debug, Clone)]
pub struct TrialEvidence {
    /// The case.
    pub case: Arc<Case>,
    /// Where the evidence for the answer stands.
    pub gold: Vec<GoldSpan>,
    /// What happened. The image of the final state is dropped: no signal reads it.
    pub acted: ActedTrial,
    /// What the metrics say.
    pub scores: Vec<Score>,
    /// Whether it passed on the primary metric; `None` when that metric does not judge it.
    pub passed: Option<bool>,
}

/// What evidence is made of.
#[derive(Clone)]
pub struct EvidenceRequest<'a> {
    /// Where the run is recorded.
    pub ledger: &'a dyn Ledger,
    /// The run.
    pub run: &'a RunId,
    /// The arm to look at.
    pub arm: &'a ArmName,
    /// The suite's cases. Those of the vault are left alone.
    pub cases: &'a [Case],
    /// The documents, when the variant has knowledge.
    pub corpus: Option<&'a Corpus>,
    /// The metric that says whether a trial passed.
    pub primary: &'a MetricName,
}

/// The evidence of a run cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The ledger could not be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// There is no such run.
    #[error("the ledger holds no run `{0}`")]
    UnknownRun(RunId),
    /// The run looked at the vault.
    #[error("the run `{0}` looked at the vault, which is sealed; diagnose a run on the dev split")]
    Sealed(RunId),
    /// There is no such arm.
    #[error("the run has no arm `{arm}`; it has {known}")]
    UnknownArm {
        /// What was asked for.
        arm: ArmName,
        /// The arms, listed.
        known: String,
    },
    /// The variant cannot be read.
    #[error(transparent)]
    Part(#[from] PartError),
    /// The documents are not those of the run.
    #[error("the documents were changed since the run `{0}`; run the suite again")]
    OtherCorpus(RunId),
    /// The evidence of a case is not where its gold says.
    #[error("the gold passages of the case `{case}` cannot be found")]
    Gold {
        /// The case.
        case: CaseKey,
        /// Why not.
        #[source]
        source: LocateError,
    },
}

impl Evidence {
    /// The evidence that `trials` of `arm` give.
    ///
    /// # Errors
    /// When the arm's variant cannot be read.
    pub fn new(run: RunId, arm: Arm, corpus: Option<Corpus>, trials: Vec<TrialEvidence>) -> Result<Self, PartError> {
        let spec = AgentSpec::parse(&arm.variant)?;
        let used_tools = trials.iter().flat_map(TrialEvidence::tools_of_use).collect();
        Ok(Self { run, arm: arm.name, variant: arm.variant, spec, corpus, trials, left_out: 0, used_tools })
    }

    /// Reads the evidence of one arm of a run from the ledger.
    ///
    /// # Errors
    /// [`EvidenceError`]; a run that looked at the vault is always refused.
    pub async fn read(request: EvidenceRequest<'_>) -> Result<Self, EvidenceError> {
        let arm = arm(&request, manifest(&request).await?)?;
        check_corpus(&request, &arm.variant)?;
        let mut scores = scores(&request).await?;
        let known = known_cases(&request)?;
        let (mut trials, mut left_out) = (vec![], 0);
        for site in sites(&request).await? {
            let acted = request.ledger.trial(&site.key).await?;
            match (known.get(&site.case).filter(|known| is_same_input(&site, &known.0)), acted) {
                (Some((case, gold)), Some(acted)) => {
                    let scores = scores.remove(&site.key).unwrap_or_default();
                    let passed = passed(&scores, request.primary);
                    let acted = ActedTrial { state: None, ..acted };
                    trials.push(TrialEvidence { case: Arc::clone(case), gold: gold.clone(), acted, scores, passed });
                }
                _ => left_out += 1,
            }
        }
        let evidence = Self::new(request.run.clone(), arm, request.corpus.cloned(), trials)?;
        Ok(Self { left_out, ..evidence })
    }

    /// The trials that failed on the primary metric.
    pub fn failures(&self) -> impl Iterator<Item = &TrialEvidence> {
        self.trials.iter().filter(|trial| trial.failed())
    }

    /// The trials by case, in the order in which the cases first appear.
    pub fn by_case(&self) -> Vec<(&Arc<Case>, Vec<&TrialEvidence>)> {
        let mut places: BTreeMap<&CaseKey, usize> = BTreeMap::new();
        let mut cases: Vec<(&Arc<Case>, Vec<&TrialEvidence>)> = vec![];
        for trial in &self.trials {
            let place = *places.entry(&trial.case.key).or_insert_with(|| {
                cases.push((&trial.case, vec![]));
                cases.len() - 1
            });
            cases[place].1.push(trial);
        }
        cases
    }

    /// The tools that some trial called to good use, or that some case needs.
    pub fn used_tools(&self) -> &BTreeSet<String> {
        &self.used_tools
    }
}

impl TrialEvidence {
    /// Whether it failed on the primary metric. A trial without a verdict did not.
    pub fn failed(&self) -> bool {
        self.passed == Some(false)
    }

    /// What the agent said in the end.
    pub fn answer(&self) -> &str {
        self.acted.trace.outcome.text()
    }

    /// All passages that the searches of the trial found, shown or not.
    pub fn candidates(&self) -> Vec<&FoundPassage> {
        self.acted.trace.retrievals().flat_map(|(_, passages, _)| passages).collect()
    }

    /// The passages that reached the model, in the order in which it numbers them: those that the search showed, less
    /// those that a budget of the context cut.
    pub fn seen(&self) -> Vec<&FoundPassage> {
        let request = self.acted.trace.chats().next().map(|(request, _)| {
            request.messages.iter().map(loopwright_core::Message::plain_text).collect::<Vec<_>>().join("\n")
        });
        let shown = self.acted.trace.retrievals().flat_map(|(_, passages, shown)| passages.iter().take(shown));
        let reached =
            |passage: &&FoundPassage| request.as_ref().is_none_or(|request| request.contains(passage.text.trim()));
        shown.filter(reached).collect()
    }

    fn tools_of_use(&self) -> Vec<String> {
        let called = self.acted.trace.tool_calls().filter(|_| self.passed == Some(true)).map(|used| &used.call.name);
        let needed = self.case.expectation.calls.iter().flatten().map(|call| &call.tool);
        called.chain(needed).cloned().collect()
    }
}

async fn manifest(request: &EvidenceRequest<'_>) -> Result<RunManifest, EvidenceError> {
    let query = RunQuery { id: Some(request.run.to_string()), ..RunQuery::default() };
    let mut records = request.ledger.runs(query).await?.into_iter();
    let record = records.find(|record| record.manifest.id == *request.run);
    let manifest = record.ok_or_else(|| EvidenceError::UnknownRun(request.run.clone()))?.manifest;
    match manifest.split {
        Split::Dev => Ok(manifest),
        Split::Vault => Err(EvidenceError::Sealed(request.run.clone())),
    }
}

fn arm(request: &EvidenceRequest<'_>, manifest: RunManifest) -> Result<Arm, EvidenceError> {
    let known: Vec<String> = manifest.arms.iter().map(|arm| format!("`{}`", arm.name)).collect();
    let found = manifest.arms.into_iter().find(|arm| arm.name == *request.arm);
    found.ok_or_else(|| EvidenceError::UnknownArm { arm: request.arm.clone(), known: known.join(", ") })
}

fn check_corpus(request: &EvidenceRequest<'_>, variant: &Variant) -> Result<(), EvidenceError> {
    let pinned = variant.part("knowledge").and_then(|part| part["corpus"].as_str());
    match (pinned, request.corpus) {
        (Some(pinned), Some(corpus)) if corpus.digest().to_string() != pinned => {
            Err(EvidenceError::OtherCorpus(request.run.clone()))
        }
        _ => Ok(()),
    }
}

async fn scores(request: &EvidenceRequest<'_>) -> Result<BTreeMap<TrialKey, Vec<Score>>, LedgerError> {
    let query = ScoreQuery { run: request.run.clone(), metric: None, trial: None };
    let mut by_trial: BTreeMap<TrialKey, Vec<Score>> = BTreeMap::new();
    for score in request.ledger.scores(query).await? {
        by_trial.entry(score.trial).or_default().push(score);
    }
    Ok(by_trial)
}

async fn sites(request: &EvidenceRequest<'_>) -> Result<Vec<TrialSite>, LedgerError> {
    let query = TrialQuery { condition: Some(Condition::Plain), ..TrialQuery::of(request.run.clone()) };
    let sites = request.ledger.trials(query).await?;
    Ok(sites.into_iter().filter(|site| site.arm == *request.arm).collect())
}

type KnownCases = BTreeMap<CaseKey, (Arc<Case>, Vec<GoldSpan>)>;

fn known_cases(request: &EvidenceRequest<'_>) -> Result<KnownCases, EvidenceError> {
    let dev = request.cases.iter().filter(|case| case.split == Split::Dev);
    let known = dev.map(|case| Ok((case.key.clone(), (Arc::new(case.clone()), gold(case, request.corpus)?))));
    known.collect()
}

fn gold(case: &Case, corpus: Option<&Corpus>) -> Result<Vec<GoldSpan>, EvidenceError> {
    let Some(corpus) = corpus else { return Ok(vec![]) };
    let fault = |source| EvidenceError::Gold { case: case.key.clone(), source };
    case.expectation.passages.iter().map(|passage| locate(corpus, passage).map_err(fault)).collect()
}

/// A trial's key holds the digest of its input, so a case that asks something else now is noticed.
fn is_same_input(site: &TrialSite, case: &Case) -> bool {
    let key = TrialKey::planned(&site.run, &site.arm, &case.input.digest(), &site.condition, site.repetition);
    key == site.key
}

fn passed(scores: &[Score], primary: &MetricName) -> Option<bool> {
    match scores.iter().find(|score| score.metric.name == *primary)?.verdict {
        Verdict::Pass => Some(true),
        Verdict::Fail => Some(false),
        Verdict::Measured | Verdict::Unscored(_) => None,
    }
}
