//! The stage: what the arms of a run need in order to act, made before the first trial.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use loopwright_agent::{AgentSpec, ConnectError, PartError, Remote, WorldPart, WorldSeed, connect};
use loopwright_core::{Arm, ArmName, Case, CaseKey, Clock, Digest, Model, Variant};
use loopwright_knowledge::{Corpus, GoldSpan, Index, IndexError, KnowledgePart, LocateError, locate};
use loopwright_model::{Access, ModelRef, OpenError, open};

use crate::asker::Asker;
use crate::metric::GoldWorld;
use crate::{Library, Metric, Plan};

/// How the world outside is reached: models, attached agents, time.
#[derive(Clone)]
pub struct Reach {
    /// Keys, prices and patience.
    pub access: Arc<Access>,
    /// The machine's clock. Simulated models are given one of their own instead.
    pub clock: Arc<dyn Clock>,
    /// The folder in which attached agents are started.
    pub folder: PathBuf,
}

/// What the arms of a run need in order to act.
pub struct Stage {
    pub(crate) arms: BTreeMap<ArmName, StagedArm>,
    gold: BTreeMap<ArmName, Arc<GoldByCase>>,
    pub(crate) reach: Reach,
    pub(crate) asker: Asker,
    /// Where the clocks of simulated models begin.
    pub(crate) started_ns: u64,
}

/// Where the evidence of each case stands.
type GoldByCase = BTreeMap<CaseKey, Vec<GoldSpan>>;

/// One arm, ready to act.
pub(crate) struct StagedArm {
    pub(crate) variant: Variant,
    pub(crate) spec: AgentSpec,
    pub(crate) model: ModelRef,
    pub(crate) index: Option<Arc<Index>>,
    pub(crate) world: Option<Arc<WorldSeed>>,
    pub(crate) remote: Option<Arc<dyn Remote>>,
}

/// The arms cannot act.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// A part of a variant cannot be read.
    #[error(transparent)]
    Part(#[from] PartError),
    /// The model's reference cannot be read.
    #[error("use the model `{reference}`: {message}")]
    Model {
        /// The reference.
        reference: String,
        /// What is wrong.
        message: String,
    },
    /// The model cannot be reached.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The attached agent cannot be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The knowledge cannot be searched.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// What a variant pins is not in the library.
    #[error("the {what} `{}` that the agent pins is not at hand", digest.short())]
    Missing {
        /// A corpus or a world.
        what: &'static str,
        /// Its digest.
        digest: Digest,
    },
    /// A case's gold passage is not where it says.
    #[error("case `{case}`: {source}")]
    Gold {
        /// The case.
        case: CaseKey,
        /// What is wrong.
        source: LocateError,
    },
}

impl Stage {
    /// Makes ready the arms of `plan`.
    ///
    /// # Errors
    /// At the first part, model, judge, index, world or gold passage that cannot be used.
    pub fn new(plan: &Plan, library: &Library, reach: Reach) -> Result<Self, StageError> {
        let mut arms = BTreeMap::new();
        for arm in &plan.manifest.arms {
            arms.insert(arm.name.clone(), StagedArm::new(arm, library, &reach)?);
        }
        let gold = located(plan, &arms)?;
        let started_ns = plan.manifest.started_ns;
        let asker = Asker::new(reach.clone(), started_ns);
        plan.metrics().iter().flat_map(Metric::respondents).try_for_each(|whom| asker.check(&whom))?;
        Ok(Self { arms, gold, reach, asker, started_ns })
    }

    /// Where the evidence of `case` stands in the documents of `arm`; empty when it has none, or they do not hold it.
    pub(crate) fn gold(&self, arm: &ArmName, case: &CaseKey) -> &[GoldSpan] {
        let gold = self.gold.get(arm).and_then(|gold| gold.get(case));
        gold.map(Vec::as_slice).unwrap_or_default()
    }

    /// Where the gold calls of a case can be carried out as `arm` would.
    pub(crate) fn gold_world(&self, arm: &ArmName) -> Option<GoldWorld<'_>> {
        let arm = self.arms.get(arm)?;
        Some(GoldWorld { seed: arm.world.as_deref()?, agent: &arm.spec })
    }
}

/// The evidence of all cases, arm by arm; arms with the same documents share it. Documents may change from one arm to
/// another, and what an arm's documents do not hold it cannot find: a fault is only what no arm's documents hold.
fn located(plan: &Plan, arms: &BTreeMap<ArmName, StagedArm>) -> Result<BTreeMap<ArmName, Arc<GoldByCase>>, StageError> {
    let mut by_corpus: BTreeMap<Option<Digest>, Arc<GoldByCase>> = BTreeMap::new();
    let mut faults: BTreeMap<&CaseKey, LocateError> = BTreeMap::new();
    for corpus in arms.values().map(StagedArm::corpus) {
        if by_corpus.contains_key(&corpus.map(Corpus::digest)) {
            continue;
        }
        let mut gold = GoldByCase::new();
        for case in plan.cases().filter(|case| !case.expectation.passages.is_empty()) {
            match gold_spans(case, corpus) {
                Ok(spans) => drop(gold.insert(case.key.clone(), spans)),
                Err(fault) => drop(faults.insert(&case.key, fault)),
            }
        }
        by_corpus.insert(corpus.map(Corpus::digest), Arc::new(gold));
    }
    let is_somewhere = |case: &CaseKey| by_corpus.values().any(|gold| gold.contains_key(case));
    if let Some((case, source)) = faults.into_iter().find(|(case, _)| !is_somewhere(case)) {
        return Err(StageError::Gold { case: case.clone(), source });
    }
    let of = |arm: &StagedArm| by_corpus.get(&arm.corpus().map(Corpus::digest)).cloned().unwrap_or_default();
    Ok(arms.iter().map(|(name, arm)| (name.clone(), of(arm))).collect())
}

impl StagedArm {
    fn new(arm: &Arm, library: &Library, reach: &Reach) -> Result<Self, StageError> {
        let variant = arm.variant.clone();
        let spec = AgentSpec::parse(&variant)?;
        let reference = &spec.model.reference;
        let model: ModelRef = reference.parse().map_err(|error: loopwright_model::ParseModelRefError| {
            StageError::Model { reference: reference.clone(), message: error.to_string() }
        })?;
        let remote = match &spec.endpoint {
            Some(_) => Some(connect(&spec, &reach.folder, Arc::clone(&reach.clock), &reach.access)?),
            None => {
                // Opened once to say now, and not in the first trial, that a key is missing.
                open(&model, Arc::clone(&reach.clock), &reach.access)?;
                None
            }
        };
        let index = index(&variant, library)?;
        let world = world(&variant, library)?;
        Ok(Self { variant, spec, model, index, world, remote })
    }

    fn corpus(&self) -> Option<&Corpus> {
        self.index.as_ref().map(|index| index.corpus())
    }

    /// Whether the model only simulates a language model.
    pub(crate) fn is_simulated(&self) -> bool {
        self.remote.is_none() && self.model.is_simulated()
    }

    /// The model, on the time of `clock`.
    pub(crate) fn open(&self, clock: Arc<dyn Clock>, reach: &Reach) -> Result<Arc<dyn Model>, OpenError> {
        open(&self.model, clock, &reach.access)
    }
}

fn index(variant: &Variant, library: &Library) -> Result<Option<Arc<Index>>, StageError> {
    let Some(value) = variant.part("knowledge").filter(|value| !value.is_null()) else { return Ok(None) };
    let part = KnowledgePart::parse(value).map_err(|error| PartError {
        agent: variant.agent.to_string(),
        part: "knowledge".to_owned(),
        message: error.to_string(),
    })?;
    let missing = StageError::Missing { what: "corpus", digest: part.corpus };
    library.index(&part)?.ok_or(missing).map(Some)
}

fn world(variant: &Variant, library: &Library) -> Result<Option<Arc<WorldSeed>>, StageError> {
    let Some(part) = WorldPart::of(variant)? else { return Ok(None) };
    let missing = StageError::Missing { what: "world", digest: part.digest };
    library.world(&part.digest).cloned().ok_or(missing).map(Some)
}

/// Where the evidence of `case` stands. Without a corpus only spans can be used: a quote has nowhere to be found.
fn gold_spans(case: &Case, corpus: Option<&Corpus>) -> Result<Vec<GoldSpan>, LocateError> {
    let passages = case.expectation.passages.iter();
    match corpus {
        Some(corpus) => passages.map(|passage| locate(corpus, passage)).collect(),
        None => Ok(passages
            .filter_map(|passage| {
                passage.span.map(|(start, end)| GoldSpan { source: passage.source.clone(), start, end })
            })
            .collect()),
    }
}
