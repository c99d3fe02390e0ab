//! Completing a request: the whole predictor behind one function, and its closed form.

use std::collections::HashMap;
use std::time::Duration;

use loopwright_core::{
    ChatRequest, ChatResponse, Cost, FinishReason, Message, MicroJoules, Part, Role, Seed, ToolCall, Usage,
};

use crate::act::{Act, act};
use crate::answer::answer;
use crate::argument::{Slot, fill};
use crate::format::written;
use crate::judge;
use crate::law::{Choose, Sampler, enumerate};
use crate::lexicon::scatter;
use crate::profile::Profile;
use crate::reading::{Reading, texts};
use crate::scene::Scene;
use crate::token::{request_tokens, tokens, written_tokens};

/// An answer, and how long it would have taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The answer, with what it cost.
    pub response: ChatResponse,
    /// Nominal latency; nobody has waited.
    pub latency: Duration,
}

/// One possible answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// How probable it is, above 0 and up to 1.
    pub probability: f64,
    /// What would be said.
    pub message: Message,
}

/// Answers `request`. The same profile, request and seed give the same bytes.
///
/// The request's temperature scales the noise of every choice: 1 where there is none, and at 0 the best option is taken.
/// What the window cannot hold is dropped from the middle of history and passages, and not billed.
///
/// ```
/// use loopwright_core::{ChatRequest, Message, Role, Seed};
/// use loopwright_standin::{Profile, complete};
///
/// let text = "Passages:\n[1] (docs/returns.md) Unused goods may be returned within 30 days.\n\n\
///             Question: How long may unused goods be returned?";
/// let request = ChatRequest::new("standin:mid", vec![Message::text(Role::User, text)]);
/// let mid = Profile::named("mid").unwrap();
/// let completion = complete(mid, &request, Seed(1));
/// assert_eq!(completion.response.message.plain_text(), "Unused goods may be returned within 30 days.");
/// assert_eq!(completion, complete(mid, &request, Seed(1)));
/// ```
pub fn complete(profile: &Profile, request: &ChatRequest, seed: Seed) -> Completion {
    let mut sampler = Sampler::new(seed, temperature(request));
    let (mut message, read) = predict(profile, request, |reply| reply(&mut sampler));
    let finish = limit(&mut message, request.max_output_tokens);
    let output = written_tokens(&message);
    let usage = Usage::new(read, 0, output, 0);
    let response = ChatResponse {
        id: format!("standin-{:016x}", scatter(seed.0 ^ scatter(read ^ output << 32))),
        model: profile.id(),
        message,
        finish,
        cost: Cost {
            usage,
            money: Some(profile.price(&usage)),
            energy: Some(MicroJoules(profile.energy_in * read + profile.energy_out * output)),
        },
    };
    let times = |each: Duration, count: u64| each * u32::try_from(count).unwrap_or(u32::MAX);
    let latency = profile.latency + times(profile.latency_in, read) + times(profile.latency_out, output);
    Completion { response, latency }
}

/// All possible answers to `request` with their exact probabilities, most probable first; they sum to 1.
///
/// [`complete`] draws from this law and no other: both run the same code, once with a generator that draws and once with
/// one that walks every path.
///
/// ```
/// use loopwright_core::{ChatRequest, Message, Role};
/// use loopwright_standin::{Profile, distribution};
///
/// let text = "Passages:\n[1] (a.md) The kettle holds two litres.\n[2] (b.md) The pan is heavy.\n\n\
///             Question: How much does the kettle hold?";
/// let request = ChatRequest::new("standin:nano", vec![Message::text(Role::User, text)]);
/// let all = distribution(Profile::named("nano").unwrap(), &request);
/// assert_eq!(all[0].message.plain_text(), "The kettle holds two litres.");
/// assert!((all.iter().map(|one| one.probability).sum::<f64>() - 1.0).abs() < 1e-9);
/// ```
pub fn distribution(profile: &Profile, request: &ChatRequest) -> Vec<Alternative> {
    let (outcomes, _) = predict(profile, request, |reply| enumerate(temperature(request), reply));
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut all: Vec<Alternative> = Vec::new();
    for (probability, mut message) in outcomes {
        limit(&mut message, request.max_output_tokens);
        let place = *places.entry(format!("{message:?}")).or_insert(all.len());
        match all.get_mut(place) {
            Some(same) => same.probability += probability,
            None => all.push(Alternative { probability, message }),
        }
    }
    all.sort_by(|one, two| two.probability.total_cmp(&one.probability));
    all
}

fn temperature(request: &ChatRequest) -> f64 {
    request.temperature.filter(|temperature| temperature.is_finite()).unwrap_or(1.0).clamp(0.0, 2.0)
}

/// Reads the request, lets `run` play the reply, and gives the tokens read.
fn predict<T>(
    profile: &Profile,
    request: &ChatRequest,
    run: impl FnOnce(&mut dyn FnMut(&mut dyn Choose) -> Message) -> T,
) -> (T, u64) {
    let total = request_tokens(request);
    let texts = texts(request);
    let mut reading = Reading::of(request, &texts);
    let dropped = reading.fit(total.saturating_sub(profile.window));
    let read = total.saturating_sub(dropped).min(profile.window);
    if let Some(judging) = judge::judging(request, &texts) {
        return (run(&mut |choose| judge::reply(profile, &judging, choose)), read);
    }
    let scene = Scene::new(profile, request, &reading, read);
    (run(&mut |choose| reply(&scene, choose)), read)
}

fn reply(scene: &Scene<'_>, choose: &mut dyn Choose) -> Message {
    match act(scene, choose) {
        Act::Call(tool) => {
            let arguments = fill(choose, scene.profile, scene.setting.question, &scene.slots[tool]);
            let call = ToolCall {
                id: format!("call_{}", scene.reading.calls.len() + 1),
                name: scene.tools[tool].name.to_owned(),
                arguments: loopwright_core::canonical_json(&serde_json::Value::Object(arguments)),
            };
            Message { role: Role::Assistant, content: vec![], tool_calls: vec![call], tool_call_id: None }
        }
        Act::Ask(tool) => Message::text(Role::Assistant, question(&scene.slots[tool])),
        Act::Answer => {
            let answer = answer(scene, choose);
            Message::text(Role::Assistant, written(scene, choose, &answer))
        }
    }
}

/// Asks for the required arguments that are not known.
fn question(slots: &[Slot<'_>]) -> String {
    let missing = slots.iter().filter(|slot| slot.required && !slot.found());
    let names: Vec<String> = missing.map(|slot| format!("the {}", slot.described)).collect();
    format!("Could you please tell me {}?", names.join(" and "))
}

/// Cuts a message at the limit of output tokens.
fn limit(message: &mut Message, most: Option<u64>) -> FinishReason {
    let done = if message.tool_calls.is_empty() { FinishReason::Stop } else { FinishReason::ToolCalls };
    let Some(most) = most.filter(|most| written_tokens(message) > *most) else { return done };
    let spare = |text: &str, room: u64| cut(text, room).to_owned();
    for part in &mut message.content {
        if let Part::Text { text } = part {
            *text = spare(text, most);
        }
    }
    for call in &mut message.tool_calls {
        call.arguments = spare(&call.arguments, most.saturating_sub(4 + tokens(&call.name)));
    }
    FinishReason::Length
}

/// The longest beginning of `text` with at most `room` tokens.
fn cut(text: &str, room: u64) -> &str {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let fitting = ends.partition_point(|end| tokens(&text[..*end]) <= room);
    &text[..ends[fitting.saturating_sub(1)]]
}
