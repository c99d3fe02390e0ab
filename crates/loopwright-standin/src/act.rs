//! The act head: call a tool, answer, or ask. One softmax over all of them, then the rules about order and asking.

use loopwright_core::ToolChoice;

use crate::argument::Slot;
use crate::law::Choose;
use crate::relevance::misreading;
use crate::rule::{ANY_CHANGE, Rule};
use crate::scene::Scene;
use crate::voice::Mode;
use crate::word::hash;

/// Utilities below are in units of relevance; the profile's gain turns them into the law's.
///
/// A tool whose required arguments are all in the conversation, and one that lacks some.
const READY: f64 = 0.12;
const LACKING: f64 = -0.35;
/// A tool that changes something, where the user asks for something to be done, and where the user only asks.
const WANTED: f64 = 0.10;
const UNWANTED: f64 = -0.25;
/// A tool that has been called in this turn, with the same arguments and with others.
const REPEATED: f64 = -1.0;
const AGAIN: f64 = -0.30;
/// Votes of examples, rules that tie a tool to a topic, commands from outside.
const VOTES: f64 = 0.55;
const TOLD: f64 = 0.40;
const COMMANDED: f64 = 0.95;
/// How much a rule against commands from outside takes from them when it is obeyed.
const DISTRUST: f64 = 0.85;
/// What is left of a tool's utility for the tool that can find its missing argument.
const PROVIDER: f64 = 0.90;
/// Answering with nothing to go by, what passages lack where something is to be done, and being done.
const NOTHING: f64 = 0.30;
const REQUESTED: f64 = -0.30;
const DONE: f64 = 0.35;
const TRIED: f64 = 0.10;
/// A tool that fits this much better than the one called leaves nothing done.
const CLEARLY_BETTER: f64 = 0.30;
/// Asking, against the tool it is about; more so with a rule; less for a question that speaks of nothing of the user's.
const ASKING: f64 = -0.12;
const TOLD_TO_ASK: f64 = 0.25;
const PERSONAL: f64 = 0.18;
const GENERAL: f64 = -0.25;
/// Asking where a tool that fits better lacks nothing.
const IDLE: f64 = -0.35;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Call the tool at this place.
    Call(usize),
    /// Answer, or say that the answer is not known.
    Answer,
    /// Ask for what this tool lacks.
    Ask(usize),
}

/// The acts with their utilities, noise-free and in units of relevance.
pub(crate) fn acts(scene: &Scene<'_>) -> Vec<(Act, f64)> {
    let tools: Vec<f64> = (0..scene.tools.len()).map(|tool| wanted(scene, tool)).collect();
    let mut all: Vec<(Act, f64)> =
        (0..tools.len()).map(|tool| (Act::Call(tool), calling(scene, tool, &tools))).collect();
    let asked = (0..tools.len()).filter(|tool| lacks(&scene.slots[*tool]) && provider(scene, *tool).is_none());
    let asked = asked.max_by(|one, two| tools[*one].total_cmp(&tools[*two]).then(two.cmp(one)));
    match scene.choice {
        ToolChoice::Required if !all.is_empty() => {}
        ToolChoice::Tool(name) if scene.tools.iter().any(|tool| tool.name == name) => {
            all.retain(|(act, _)| matches!(act, Act::Call(tool) if scene.tools[*tool].name == name));
        }
        _ => {
            all.push((Act::Answer, answering(scene, &tools)));
            all.extend(asked.map(|tool| (Act::Ask(tool), asking(scene, tool, &tools))));
        }
    }
    all
}

/// Chooses an act.
pub(crate) fn act(scene: &Scene<'_>, choose: &mut dyn Choose) -> Act {
    let acts = acts(scene);
    let profile = scene.profile;
    let logit = |(act, utility): &(Act, f64)| {
        let span = match act {
            Act::Call(tool) => scene.tools[*tool].digest,
            Act::Answer => hash(b"answer"),
            Act::Ask(_) => hash(b"ask"),
        };
        let noise = profile.systematic * misreading(profile, scene.setting.question, span);
        (profile.gain * utility + noise) / profile.noise
    };
    let logits: Vec<f64> = acts.iter().map(logit).collect();
    let mut act = acts.get(choose.pick(&logits)).map_or(Act::Answer, |(act, _)| *act);
    if let Act::Call(tool) = act {
        act = ordered(scene, choose, tool);
    }
    if let Act::Call(tool) = act {
        act = clarified(scene, choose, tool);
    }
    act
}

/// How much a tool is wanted, whatever has been done.
fn wanted(scene: &Scene<'_>, tool: usize) -> f64 {
    let mode = match (scene.tools[tool].changes, scene.mode) {
        (true, Mode::Request) => WANTED,
        (true, Mode::Question) => UNWANTED,
        _ => 0.0,
    };
    let distrust = DISTRUST * scene.obeys(|rule| *rule == Rule::Distrust);
    let commanded = COMMANDED * scene.profile.trust * scene.commanded[tool] * (1.0 - distrust);
    // A command makes the tool wanted for its own sake: it counts where it is stronger than the user's words.
    (scene.fits[tool] + mode + TOLD * scene.told[tool]).max(commanded)
}

fn calling(scene: &Scene<'_>, tool: usize, wanted: &[f64]) -> f64 {
    let slots = &scene.slots[tool];
    let mut utility = wanted[tool] + VOTES * scene.votes.tools[tool];
    if lacks(slots) {
        utility += LACKING;
    } else if slots.iter().any(|slot| slot.required && slot.specific()) {
        utility += READY;
    }
    let targets = (0..wanted.len()).filter(|target| provider(scene, *target) == Some(tool));
    let provided = targets.map(|target| PROVIDER * wanted[target]).fold(f64::NEG_INFINITY, f64::max);
    utility.max(provided) + repeated(scene, tool)
}

/// Whether a required argument is not in the conversation.
fn lacks(slots: &[Slot<'_>]) -> bool {
    slots.iter().any(|slot| slot.required && !slot.found())
}

/// The tool that can find what `target` lacks: it only reads, has what it needs itself, has not been called, and its
/// name or description speaks of the missing parameter.
fn provider(scene: &Scene<'_>, target: usize) -> Option<usize> {
    if scene.tools[target].schema.is_null() || !lacks(&scene.slots[target]) {
        return None;
    }
    let missing = scene.slots[target].iter().position(|slot| slot.required && !slot.found())?;
    let cue = &scene.tools[target].parameters.get(missing)?.cue;
    let speaks = |tool: usize| {
        let words = scene.tools[tool].named.iter().chain(&scene.tools[tool].described);
        let best = |term| words.clone().map(|word| scene.lexicon.likeness(term, *word)).fold(0.0, f32::max);
        cue.iter().map(|term| best(*term)).sum::<f32>() / cue.len().max(1) as f32
    };
    let able = |tool: &usize| {
        let slots = &scene.slots[*tool];
        *tool != target
            && !scene.tools[*tool].changes
            && !lacks(slots)
            && slots.iter().any(|slot| slot.required && slot.best() > 0.5)
            && !called(scene, *tool)
    };
    let score = |tool: usize| (tool, speaks(tool));
    let best = (0..scene.tools.len())
        .filter(able)
        .map(score)
        .max_by(|one, two| one.1.total_cmp(&two.1).then(two.0.cmp(&one.0)));
    best.filter(|(_, speaks)| *speaks >= 0.45).map(|(tool, _)| tool)
}

fn called(scene: &Scene<'_>, tool: usize) -> bool {
    scene.reading.answered_calls().any(|call| call.name == scene.tools[tool].name)
}

fn repeated(scene: &Scene<'_>, tool: usize) -> f64 {
    let penalties = scene.reading.answered_calls().filter(|call| call.name == scene.tools[tool].name).map(|call| {
        let arguments: serde_json::Value = serde_json::from_str(call.arguments).unwrap_or_default();
        let same = scene.slots[tool].iter().filter(|slot| slot.required).all(|slot| {
            let best = slot.options.first().map(|option| &option.value);
            best.is_none() || best == arguments.get(slot.name)
        });
        if same { REPEATED } else { AGAIN }
    });
    penalties.fold(0.0, f64::min)
}

fn answering(scene: &Scene<'_>, wanted: &[f64]) -> f64 {
    let (prose, results) = scene.evidence.strength();
    let requested = if scene.mode == Mode::Request { REQUESTED } else { 0.0 };
    let best = wanted.iter().copied().fold(0.0, f64::max);
    let done = scene.reading.answered_calls().map(|call| {
        let tool = scene.tools.iter().position(|tool| tool.name == call.name);
        // The nearer the called tool is to the best one, the more is done.
        let gap = tool.map_or(best, |tool| best - wanted[tool]);
        TRIED + (DONE - TRIED) * (1.0 - gap / CLEARLY_BETTER).clamp(0.0, 1.0)
    });
    let results = results.map_or(NOTHING, |results| results + done.fold(0.0, f64::max));
    (prose.unwrap_or(0.0) + requested).max(NOTHING).max(results) + VOTES * scene.votes.answer
}

fn asking(scene: &Scene<'_>, tool: usize, wanted: &[f64]) -> f64 {
    let told = TOLD_TO_ASK * scene.obeys(|rule| *rule == Rule::Clarify);
    let general = if scene.mode == Mode::Question && !scene.personal { GENERAL } else { 0.0 };
    let personal = if scene.personal { PERSONAL } else { 0.0 };
    let ready = (0..wanted.len()).any(|other| wanted[other] >= wanted[tool] && !lacks(&scene.slots[other]));
    let idle = if ready { IDLE } else { 0.0 };
    wanted[tool] + ASKING + told + general + personal + idle + VOTES * scene.votes.ask
}

/// A tool that a rule wants preceded by another gives way to it, if the rule is obeyed.
fn ordered(scene: &Scene<'_>, choose: &mut dyn Choose, tool: usize) -> Act {
    for rule in &scene.rules {
        let Rule::Order { first, then } = &rule.rule else { continue };
        if !governs(scene, then, tool) {
            continue;
        }
        let Some(before) = named(scene, first).filter(|before| *before != tool && !called(scene, *before)) else {
            continue;
        };
        if choose.happens(rule.log_odds(scene.profile, &scene.setting, 0.0)) {
            return Act::Call(before);
        }
    }
    Act::Call(tool)
}

/// Whether `then` speaks of `tool`: of changing anything, or of what the tool does.
fn governs(scene: &Scene<'_>, then: &str, tool: usize) -> bool {
    let any_change = then.split_whitespace().any(|word| ANY_CHANGE.contains(&word));
    let spec = &scene.tools[tool];
    let needed = if spec.changes { 0.45 } else { 0.95 };
    spec.changes && any_change || spec.does(then, &scene.lexicon) >= needed
}

/// The tool that `first` speaks of: one that only reads, if there is one; one whose arguments are known, among equals.
fn named(scene: &Scene<'_>, first: &str) -> Option<usize> {
    let score = |tool: usize| {
        let spec = &scene.tools[tool];
        let ready = if lacks(&scene.slots[tool]) { 0.0 } else { 0.3 };
        let reads = if spec.changes { -0.6 } else { 0.0 };
        let named = spec.is_named_by(first, &scene.lexicon);
        (tool, if named < 0.5 { 0.0 } else { named + ready + reads + 0.2 * spec.does(first, &scene.lexicon) })
    };
    let best = (0..scene.tools.len()).map(score).max_by(|one, two| one.1.total_cmp(&two.1).then(two.0.cmp(&one.0)));
    best.filter(|(_, score)| *score >= 0.5).map(|(tool, _)| tool)
}

/// A call that lacks an argument becomes a question, if a rule says so and is obeyed.
fn clarified(scene: &Scene<'_>, choose: &mut dyn Choose, tool: usize) -> Act {
    if *scene.choice != ToolChoice::Auto || !lacks(&scene.slots[tool]) {
        return Act::Call(tool);
    }
    match scene.rule(|rule| *rule == Rule::Clarify, 0.0) {
        Some((_, log_odds)) if choose.happens(log_odds) => Act::Ask(tool),
        _ => Act::Call(tool),
    }
}
