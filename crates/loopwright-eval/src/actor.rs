//! One trial acted: the situation is made, the agent runs in it, and what happened is recorded.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use loopwright_agent::{AgentSpec, Approver, PartError, Ruling, RunContext, ToolPart, Toolbox};
use loopwright_core::{
    ActedTrial, BoxFuture, Case, Clock, Condition, Cost, GoldCall, Model, Outcome, Span, SpanDetail, StateImage, Trace,
    TraceId, VirtualClock,
};
use loopwright_knowledge::{GoldSpan, RetrieveError, Retrieved, Retriever, SearchParams};
use serde_json::{Map, Value};

use crate::conversation::Conversation;
use crate::intervention::{RightArguments, Swaps, gold_context, gold_tools, offering};
use crate::lazy_world::LazyWorld;
use crate::meter::Meter;
use crate::metric::arguments_match;
use crate::perturbation::{FaultyTools, PerturbError, PerturbationMaterial, Situation, offered, perturb};
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
    /// Its infrastructure failed at every attempt: why, and what the attempts cost.
    Dead(String, Cost),
    /// The budget had no room for one of its calls; what those before it cost.
    Unpaid(Cost),
}

/// Acts `planned`. An attempt that its infrastructure failed is followed by another in a fresh world; an agent that
/// fails is a result and is never asked again.
pub(crate) async fn act(stage: &Stage, approval: Approval, meter: &Arc<Meter>, planned: &PlannedTrial<'_>) -> Acted {
    let Some(arm) = stage.arms.get(&planned.site.arm) else {
        return Acted::Dead(format!("the arm `{}` is not on the stage", planned.site.arm), Cost::ZERO);
    };
    let scene = match Scene::new(stage, arm, planned) {
        Ok(scene) => scene,
        Err(SceneError::Untouched(reason)) => return Acted::Trial(Box::new(untouched(stage, arm, planned, reason))),
        Err(SceneError::Broken(message)) => return Acted::Dead(message, Cost::ZERO),
    };
    let mut cost = Cost::ZERO;
    let mut last = String::new();
    for attempt in 1..=ATTEMPTS {
        if !meter.has_time() {
            return Acted::Unpaid(cost);
        }
        match scene.attempt(stage, arm, (approval, meter), planned).await {
            Ok(Attempt { trace, state, is_paid }) => {
                cost += trace.cost();
                if !is_paid {
                    return Acted::Unpaid(cost);
                }
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
    Acted::Dead(last, cost)
}

/// The record of a trial whose condition finds nothing to act on in its case. It is not run: it would be the plain
/// condition under another name.
fn untouched(stage: &Stage, arm: &StagedArm, planned: &PlannedTrial<'_>, reason: String) -> ActedTrial {
    let now = if arm.is_simulated() { stage.started_ns } else { stage.reach.clock.now_ns() };
    let detail = SpanDetail::Agent { agent: arm.spec.name.clone(), variant: arm.spec.variant };
    let run = Span { id: 0, parent: None, start_ns: now, end_ns: now, detail, error: None };
    let (site, id) = (planned.site.clone(), TraceId::of(&planned.site.key.0));
    let trace = Trace { id, outcome: Outcome::Untouched { reason }, spans: vec![run] };
    ActedTrial { site, attempts: 1, cost: Cost::ZERO, trace, state: None }
}

/// Why a trial has no situation.
enum SceneError {
    /// The perturbation finds nothing to act on.
    Untouched(String),
    /// The condition cannot be made.
    Broken(String),
}

impl From<PerturbError> for SceneError {
    fn from(error: PerturbError) -> Self {
        match error {
            PerturbError::Untouched { .. } => Self::Untouched(error.to_string()),
            PerturbError::Unknown { .. } | PerturbError::Dose { .. } => Self::Broken(error.to_string()),
        }
    }
}

/// The situation of a trial, the same for each attempt.
struct Scene<'a> {
    situation: Situation,
    swaps: Swaps,
    spec: Cow<'a, AgentSpec>,
    /// What the search shows in place of what it finds.
    found: Option<Retrieved>,
}

impl<'a> Scene<'a> {
    fn new(stage: &Stage, arm: &'a StagedArm, planned: &PlannedTrial<'_>) -> Result<Self, SceneError> {
        let broken = |error: PartError| SceneError::Broken(error.to_string());
        let gold = stage.gold(&planned.site.arm, &planned.case.key);
        let swaps = Swaps::of(&planned.site.condition).map_err(SceneError::Broken)?;
        let situation = Situation::plain(planned.case.input.clone());
        let mut situation = match &planned.site.condition {
            Condition::Perturbation(perturbation) => {
                let material = material(arm, planned.case, gold);
                perturb(perturbation, situation, planned.situation_seed, &material)?
            }
            _ => situation,
        };
        let spec = match (gold_tools(planned.case).filter(|_| swaps.tool), &situation.tool_order) {
            (Some(names), _) => {
                situation.input.tools.retain(|tool| names.contains(tool.name.as_str()));
                Cow::Owned(offering(&arm.variant, &names).map_err(broken)?)
            }
            (None, Some(order)) => Cow::Owned(offered(&arm.variant, order).map_err(broken)?),
            (None, None) => Cow::Borrowed(&arm.spec),
        };
        let corpus = arm.index.as_ref().map(|index| index.corpus()).filter(|_| swaps.context);
        let found = corpus.and_then(|corpus| gold_context(corpus, gold)).or_else(|| situation.found.take());
        Ok(Self { situation, swaps, spec, found })
    }

    async fn attempt(
        &self,
        stage: &Stage,
        arm: &StagedArm,
        (approval, meter): (Approval, &Arc<Meter>),
        planned: &PlannedTrial<'_>,
    ) -> Result<Attempt, String> {
        let clock: Arc<dyn Clock> = match arm.is_simulated() {
            true => Arc::new(VirtualClock::starting_at(stage.started_ns)),
            false => Arc::clone(&stage.reach.clock),
        };
        let model = arm.open(Arc::clone(&clock), &stage.reach).map_err(|error| error.to_string())?;
        let (model, refusal) = meter.over(model, &arm.model);
        let model = self.model(model, planned);
        let setup = self.situation.input.setup.as_deref();
        let world = arm.world.as_ref().map(|seed| LazyWorld::new(seed, setup));
        let retriever = arm.index.as_ref().map(|index| Shown { inner: index.as_ref(), found: self.found.as_ref() });
        let tools = world.as_ref().map(|world| world as &dyn Toolbox);
        let fault = self.situation.tool_fault.as_ref();
        let faulty = tools.zip(fault).map(|(tools, fault)| FaultyTools::new(tools, fault, clock.as_ref()));
        let approver = Decides { approval, gold: planned.case.expectation.calls.as_deref().unwrap_or_default() };
        let tools = faulty.as_ref().map(|tools| tools as &dyn Toolbox).or(tools);
        let id = TraceId::of(&planned.site.key.0);
        let mut conversation = Conversation::new(&self.situation.input, planned.model_seed);
        let trace = loop {
            let context = RunContext {
                clock: clock.as_ref(),
                seed: conversation.seed(),
                model: model.as_ref(),
                retriever: retriever.as_ref().map(|retriever| retriever as &dyn Retriever),
                tools,
                approver: &approver,
                remote: arm.remote.as_deref(),
                watcher: None,
            };
            let turn = loopwright_agent::run(context, &self.spec, conversation.input(), id.clone()).await;
            if let Some(whole) = conversation.took(turn) {
                break whole;
            }
        };
        let state = world.map(LazyWorld::image).transpose().map_err(|error| error.to_string())?;
        Ok(Attempt { trace, state, is_paid: !refusal.happened() })
    }

    fn model(&self, inner: Arc<dyn Model>, planned: &PlannedTrial<'_>) -> Arc<dyn Model> {
        match (&planned.case.expectation.calls, self.swaps.arguments) {
            (Some(gold), true) => Arc::new(RightArguments { inner, gold: gold.clone() }),
            _ => inner,
        }
    }
}

/// One attempt at a trial.
struct Attempt {
    trace: Trace,
    state: Option<StateImage>,
    /// Whether the budget had room for all of its calls.
    is_paid: bool,
}

/// What a perturbation of `case` may be made of. What an attached agent searches and calls is out of reach.
fn material<'a>(arm: &'a StagedArm, case: &'a Case, gold: &'a [GoldSpan]) -> PerturbationMaterial<'a> {
    let answer = case.expectation.answer.as_ref();
    if arm.remote.is_some() {
        return PerturbationMaterial { gold, answer, ..PerturbationMaterial::default() };
    }
    let tools = if arm.world.is_some() { &arm.spec.tools[..] } else { &[] };
    PerturbationMaterial { index: arm.index.as_deref(), search: arm.spec.search, gold, answer, tools }
}

/// What the search shows in a trial: what the index finds, or something in its place.
struct Shown<'a> {
    inner: &'a loopwright_knowledge::Index,
    found: Option<&'a Retrieved>,
}

impl Retriever for Shown<'_> {
    fn retrieve<'a>(
        &'a self,
        query: &'a str,
        params: &'a SearchParams,
    ) -> BoxFuture<'a, Result<Retrieved, RetrieveError>> {
        match self.found {
            Some(found) => Box::pin(std::future::ready(Ok(found.clone()))),
            None => self.inner.retrieve(query, params),
        }
    }
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
