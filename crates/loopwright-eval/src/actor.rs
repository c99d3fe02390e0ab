//! One trial acted: the situation is made, the agent runs in it, and what happened is recorded.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use loopwright_agent::{AgentSpec, Approver, PartError, Ruling, RunContext, ToolPart, Toolbox};
use loopwright_core::{
    ActedTrial, BoxFuture, Clock, Condition, Cost, FoundPassage, GoldCall, Model, Outcome, StateImage, Trace, TraceId,
    VirtualClock,
};
use loopwright_knowledge::{RetrieveError, Retrieved, Retriever, SearchParams};
use serde_json::{Map, Value};

use crate::intervention::{RightArguments, Swaps, gold_context, gold_tools, offering};
use crate::lazy_world::LazyWorld;
use crate::metric::arguments_match;
use crate::perturbation::{PerturbationMaterial, Situation, perturb};
use crate::stage::StagedArm;
use crate::{Approval, PlannedTrial, Stage};

/// Infrastructure attempts of one trial at most.
const ATTEMPTS: u32 = 3;

/// Wait before the second attempt; doubled before each further one.
const PAUSE: Duration = Duration::from_millis(500);

/// What became of a trial.
pub(crate) enum Acted {
    /// It was acted, well or badly.
    Trial(Box<ActedTrial>),
    /// Its infrastructure failed at every attempt.
    Dead(String),
}

/// Acts `planned`. An attempt that its infrastructure failed is followed by another in a fresh world; an agent that
/// fails is a result and is never asked again.
pub(crate) async fn act(stage: &Stage, approval: Approval, planned: &PlannedTrial<'_>) -> Acted {
    let Some(arm) = stage.arms.get(&planned.site.arm) else {
        return Acted::Dead(format!("the arm `{}` is not on the stage", planned.site.arm));
    };
    let scene = match Scene::new(stage, arm, planned) {
        Ok(scene) => scene,
        Err(message) => return Acted::Dead(message),
    };
    let mut cost = Cost::ZERO;
    let mut last = String::new();
    for attempt in 1..=ATTEMPTS {
        match scene.attempt(stage, arm, approval, planned).await {
            Ok((trace, state)) => {
                cost += trace.cost();
                if let Outcome::Infrastructure { message } = &trace.outcome {
                    last.clone_from(message);
                } else {
                    let site = planned.site.clone();
                    return Acted::Trial(Box::new(ActedTrial { site, attempts: attempt, cost, trace, state }));
                }
            }
            Err(message) => last = message,
        }
        if attempt < ATTEMPTS && !arm.is_simulated() {
            stage.reach.clock.sleep(PAUSE * 2_u32.pow(attempt - 1)).await;
        }
    }
    Acted::Dead(last)
}

/// The situation of a trial, the same for each attempt.
struct Scene<'a> {
    situation: Situation,
    swaps: Swaps,
    spec: Cow<'a, AgentSpec>,
    gold_context: Option<Retrieved>,
}

impl<'a> Scene<'a> {
    fn new(stage: &Stage, arm: &'a StagedArm, planned: &PlannedTrial<'_>) -> Result<Self, String> {
        let gold = stage.gold(&planned.site.arm, &planned.case.key);
        let swaps = Swaps::of(&planned.site.condition)?;
        let situation = Situation { input: planned.case.input.clone(), extra_passages: vec![] };
        let mut situation = match &planned.site.condition {
            Condition::Perturbation(perturbation) => {
                let answer = planned.case.expectation.answer.as_ref();
                let search = arm.spec.search;
                let material = PerturbationMaterial { index: arm.index.as_deref(), search, gold, answer };
                let seed = planned.situation_seed;
                perturb(perturbation, situation, seed, &material).map_err(|error| error.to_string())?
            }
            _ => situation,
        };
        let spec = match gold_tools(planned.case).filter(|_| swaps.tool) {
            Some(names) => {
                situation.input.tools.retain(|tool| names.contains(tool.name.as_str()));
                Cow::Owned(offering(&arm.variant, &names).map_err(|error: PartError| error.to_string())?)
            }
            None => Cow::Borrowed(&arm.spec),
        };
        let corpus = arm.index.as_ref().map(|index| index.corpus()).filter(|_| swaps.context);
        let gold_context = corpus.and_then(|corpus| gold_context(corpus, gold));
        Ok(Self { situation, swaps, spec, gold_context })
    }

    async fn attempt(
        &self,
        stage: &Stage,
        arm: &StagedArm,
        approval: Approval,
        planned: &PlannedTrial<'_>,
    ) -> Result<(Trace, Option<StateImage>), String> {
        let clock: Arc<dyn Clock> = match arm.is_simulated() {
            true => Arc::new(VirtualClock::starting_at(stage.started_ns)),
            false => Arc::clone(&stage.reach.clock),
        };
        let model = arm.open(Arc::clone(&clock), &stage.reach).map_err(|error| error.to_string())?;
        let model = self.model(model, planned);
        let setup = self.situation.input.setup.as_deref();
        let world = arm.world.as_ref().map(|seed| LazyWorld::new(seed, setup));
        let retriever = arm.index.as_ref().map(|index| Shown {
            inner: index.as_ref(),
            gold: self.gold_context.as_ref(),
            extra: &self.situation.extra_passages,
        });
        let approver = Decides { approval, gold: planned.case.expectation.calls.as_deref().unwrap_or_default() };
        let context = RunContext {
            clock: clock.as_ref(),
            seed: planned.model_seed,
            model: model.as_ref(),
            retriever: retriever.as_ref().map(|retriever| retriever as &dyn Retriever),
            tools: world.as_ref().map(|world| world as &dyn Toolbox),
            approver: &approver,
            remote: arm.remote.as_deref(),
            watcher: None,
        };
        let id = TraceId::of(&planned.site.key.0);
        let trace = loopwright_agent::run(context, &self.spec, &self.situation.input, id).await;
        let state = world.map(LazyWorld::image).transpose().map_err(|error| error.to_string())?;
        Ok((trace, state))
    }

    fn model(&self, inner: Arc<dyn Model>, planned: &PlannedTrial<'_>) -> Arc<dyn Model> {
        match (&planned.case.expectation.calls, self.swaps.arguments) {
            (Some(gold), true) => Arc::new(RightArguments { inner, gold: gold.clone() }),
            _ => inner,
        }
    }
}

/// What the search shows in a trial: what the index finds, the gold in its place, or more beside it.
struct Shown<'a> {
    inner: &'a loopwright_knowledge::Index,
    gold: Option<&'a Retrieved>,
    extra: &'a [FoundPassage],
}

impl Retriever for Shown<'_> {
    fn retrieve<'a>(
        &'a self,
        query: &'a str,
        params: &'a SearchParams,
    ) -> BoxFuture<'a, Result<Retrieved, RetrieveError>> {
        if let Some(gold) = self.gold {
            return Box::pin(std::future::ready(Ok(gold.clone())));
        }
        if self.extra.is_empty() {
            return self.inner.retrieve(query, params);
        }
        Box::pin(async move {
            let found = self.inner.retrieve(query, params).await?;
            Ok(beside(&found, self.extra, params))
        })
    }
}

/// `found` with the passages `extra` shown beside what it shows. What was a mere candidate is left out: it has no text.
fn beside(found: &Retrieved, extra: &[FoundPassage], params: &SearchParams) -> Retrieved {
    let shown = found.shown();
    let is_there = |passage: &&FoundPassage| {
        shown.iter().any(|other| other.source == passage.source && other.start == passage.start)
    };
    let more = extra.iter().filter(|passage| !is_there(passage));
    let all: Vec<FoundPassage> = shown.iter().chain(more).cloned().collect();
    let count = all.len();
    Retrieved::new(all, count, params.order)
}

/// Decides as the suite says.
struct Decides<'a> {
    approval: Approval,
    gold: &'a [GoldCall],
}

impl Approver for Decides<'_> {
    fn decide<'a>(&'a self, tool: &'a ToolPart, arguments: &'a Map<String, Value>) -> BoxFuture<'a, Ruling> {
        match &self.approval {
            Approval::Always(always) => always.decide(tool, arguments),
            Approval::Oracle => {
                let is_gold = |gold: &&GoldCall| gold.tool == tool.name && arguments_match(gold, arguments);
                let ruling = match self.gold.iter().find(is_gold) {
                    Some(_) => Ruling::Approved,
                    None => Ruling::Denied { reason: "this is not what was asked for".to_owned() },
                };
                Box::pin(std::future::ready(ruling))
            }
        }
    }
}
