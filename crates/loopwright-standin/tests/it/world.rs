//! Small generated worlds: things with made-up names, each with a few properties, and the requests that ask for them.

use loopwright_core::{ChatRequest, Message, Role, Seed, ToolSpec};
use loopwright_standin::{Profile, complete, distribution};
use serde_json::json;

/// Properties: what is asked for, and the unit of its value.
const PROPERTIES: [(&str, &str); 6] = [
    ("weight", "grams"),
    ("height", "inches"),
    ("price", "crowns"),
    ("voltage", "volts"),
    ("lifetime", "months"),
    ("capacity", "litres"),
];

/// Sentences that have nothing to do with anything.
const ANTS: [&str; 12] = [
    "The sky over the bay was grey that morning.",
    "Two sparrows quarrelled on the roof of the chapel.",
    "Her grandmother used to hum while she knitted.",
    "The train to the north leaves from the far platform.",
    "Nobody remembers who painted the blue door.",
    "A fox crossed the meadow shortly after dawn.",
    "The orchestra tuned their violins for a while.",
    "Rain is expected over the hills by evening.",
    "An old map hung beside the fireplace.",
    "The librarian whispered and pointed upstairs.",
    "Children were flying kites along the shore.",
    "Snow had covered the vineyard overnight.",
];

/// The finaliser of SplitMix64, so that the worlds owe nothing to the crate under test.
pub(crate) fn scatter(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Sentences about something else altogether.
pub(crate) fn ants(count: usize) -> Vec<&'static str> {
    ANTS.into_iter().take(count).collect()
}

/// A made-up word of three syllables.
pub(crate) fn word(seed: u64) -> String {
    const CONSONANTS: &[u8] = b"bdfgklmnprstvz";
    const VOWELS: &[u8] = b"aeiou";
    let mut bits = scatter(seed);
    let mut pick = |letters: &[u8]| {
        let letter = letters[(bits % letters.len() as u64) as usize];
        bits /= letters.len() as u64;
        char::from(letter)
    };
    let mut word = String::new();
    for _ in 0..3 {
        word.push(pick(CONSONANTS));
        word.push(pick(VOWELS));
    }
    word.push(pick(CONSONANTS));
    word
}

/// One question with its surroundings.
pub(crate) struct Item {
    pub(crate) question: String,
    /// The sentence that answers it.
    pub(crate) gold: String,
    /// What a right answer holds.
    pub(crate) value: String,
    /// Sentences about other things, or other properties of the same thing.
    pub(crate) near: Vec<String>,
}

/// `count` questions. `names` decides the names of the things and nothing else.
pub(crate) fn items(names: u64, count: u64) -> Vec<Item> {
    (0..count).map(|at| item(names, at)).collect()
}

fn item(names: u64, at: u64) -> Item {
    let name = |thing: u64| word(scatter(names) ^ (at * 64 + thing));
    let number = |thing: u64, property: usize| 100 + scatter(at << 16 | thing << 4 | property as u64) % 900;
    let asked = (at % PROPERTIES.len() as u64) as usize;
    let state = |thing: u64, property: usize| {
        let (what, unit) = PROPERTIES[property];
        format!("The {what} of the {} is {} {unit}.", name(thing), number(thing, property))
    };
    // Near-misses by turns: the same property of another thing, another property of the same thing.
    let near = (1..=12u64).map(|miss| match miss % 2 {
        0 => state(0, (asked + miss as usize / 2) % PROPERTIES.len()),
        _ => state(miss, asked),
    });
    let near: Vec<String> = near.filter(|sentence| *sentence != state(0, asked)).collect();
    Item {
        question: format!("What is the {} of the {}?", PROPERTIES[asked].0, name(0)),
        gold: state(0, asked),
        value: format!("{} {}", number(0, asked), PROPERTIES[asked].1),
        near,
    }
}

impl Item {
    pub(crate) fn with_gold(&self) -> Vec<&str> {
        vec![&self.gold]
    }

    /// The gold sentence among `near` near-misses and `ants` irrelevant ones; the gold's place goes with the question.
    pub(crate) fn among(&self, near: usize, ants: usize) -> Vec<&str> {
        let others = self.near.iter().map(String::as_str).take(near).chain(ANTS.into_iter().take(ants));
        let mut all: Vec<&str> = others.collect();
        let place = (scatter(self.question.len() as u64 ^ self.gold.len() as u64) % (all.len() as u64 + 1)) as usize;
        all.insert(place, &self.gold);
        all
    }

    /// The first near-misses alone.
    pub(crate) fn near(&self, count: usize) -> Vec<&str> {
        self.near.iter().map(String::as_str).take(count).collect()
    }

    /// The request that shows `passages`, under `instructions`.
    pub(crate) fn request(&self, instructions: &str, passages: &[&str]) -> ChatRequest {
        request(instructions, passages, &self.question)
    }

    /// The exact probability of a right answer.
    pub(crate) fn right(&self, profile: &Profile, request: &ChatRequest) -> f64 {
        probability(profile, request, |text| text.contains(&self.value))
    }
}

/// A request in the grammar that agents use.
pub(crate) fn request(instructions: &str, passages: &[&str], question: &str) -> ChatRequest {
    let mut text = String::new();
    if !passages.is_empty() {
        text.push_str("Passages:\n");
        for (at, passage) in passages.iter().enumerate() {
            text.push_str(&format!("[{}] (notes/{}.md) {passage}\n", at + 1, at + 1));
        }
        text.push_str("\nQuestion: ");
    }
    text.push_str(question);
    let system = (!instructions.is_empty()).then(|| Message::text(Role::System, instructions));
    ChatRequest::new("standin:small", system.into_iter().chain([Message::text(Role::User, text)]).collect())
}

/// The exact probability that the text of the answer holds.
pub(crate) fn probability(profile: &Profile, request: &ChatRequest, holds: impl Fn(&str) -> bool) -> f64 {
    let all = distribution(profile, request).into_iter();
    all.filter(|one| holds(&one.message.plain_text())).map(|one| one.probability).sum()
}

/// The exact probability that this tool is called.
pub(crate) fn calls(profile: &Profile, request: &ChatRequest, tool: &str) -> f64 {
    let all = distribution(profile, request).into_iter();
    let called = all.filter(|one| one.message.tool_calls.iter().any(|call| call.name == tool));
    called.map(|one| one.probability).sum()
}

/// Whether an answer says that it does not know.
pub(crate) fn abstains(text: &str) -> bool {
    text.contains("not know")
}

/// What one draw says, with its calls, as bytes.
pub(crate) fn said(profile: &Profile, request: &ChatRequest, seed: u64) -> String {
    serde_json::to_string(&complete(profile, request, Seed(seed)).response).unwrap()
}

/// Mean and standard error of the mean.
pub(crate) fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

pub(crate) fn small() -> &'static Profile {
    Profile::named("small").unwrap()
}

/// A tool that takes one text.
pub(crate) fn tool(name: &str, description: &str) -> ToolSpec {
    let parameters = json!({"type": "object", "required": ["subject"],
        "properties": {"subject": {"type": "string", "description": "the name of the thing"}}});
    ToolSpec { name: name.into(), description: description.into(), parameters }
}
