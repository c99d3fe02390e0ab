//! The judge head: whether an answer meets a criterion, imperfectly.
//!
//! It sees words, numbers and negations, and nothing else: what the criterion asks for, how much of it the answer says,
//! whether the numbers agree, whether one says *not* where the other does not. A profile's noise makes its mistakes.
//!
//! Through [`complete`](crate::complete()) it is reached by a public grammar. The system message holds the line `Judge
//! whether the answer meets the criterion.`, the last user message the blocks `Criterion:` and `Answer:`, and, if wanted,
//! `Question:` and `Reference:`, each at the beginning of a line. It answers `PASS` or `FAIL`, and
//! `{"verdict":"pass"}` or `{"verdict":"fail"}` where the response format or the instructions ask for JSON.

use std::borrow::Cow;

use loopwright_core::{ChatRequest, Message, ResponseFormat, Role};

use crate::law::{Choose, softmax};
use crate::lexicon::{Lexicon, Term};
use crate::profile::Profile;
use crate::relevance::{Query, Rarity, digest, misreading};

/// The line that makes a request a judging request.
pub const JUDGE_LINE: &str = "Judge whether the answer meets the criterion.";

/// Coverage at which a criterion is as likely met as not.
const MET: f64 = 0.45;
/// What a number of the criterion that the answer lacks takes, and a negation on one side only.
const NUMBER: f64 = 0.40;
const NEGATION: f64 = 0.25;
/// Share of the reference's coverage in the evidence, where there is a reference.
const REFERENCE: f64 = 0.6;

/// What is to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter<'m> {
    /// What the answer must do.
    pub criterion: &'m str,
    /// The answer.
    pub answer: &'m str,
    /// What was asked; empty if it is not told.
    pub question: &'m str,
    /// A right answer; empty if there is none.
    pub reference: &'m str,
}

/// A judging request.
pub(crate) struct Judging<'m> {
    matter: Matter<'m>,
    json: bool,
}

/// The probability, at temperature 1, that the profile lets the answer pass.
///
/// ```
/// use loopwright_standin::{Matter, Profile, judge};
/// let large = Profile::named("large").unwrap();
/// let criterion = "says that goods may come back within 30 days";
/// let judged = |answer| judge(large, &Matter { criterion, answer, question: "", reference: "" });
/// assert!(judged("Goods may come back within 30 days.") > 0.8);
/// assert!(judged("The kettle holds two litres.") < 0.2);
/// ```
pub fn judge(profile: &Profile, matter: &Matter<'_>) -> f64 {
    softmax(&logits(profile, matter), 1.0)[0]
}

/// The logits of pass and fail.
fn logits(profile: &Profile, matter: &Matter<'_>) -> [f64; 2] {
    let (criterion, refused) = denied(matter.criterion);
    let mut lexicon = Lexicon::new(profile);
    let asked = lexicon.read(criterion);
    let said = lexicon.read(matter.answer);
    let reference = lexicon.read(matter.reference);
    let question = lexicon.read(matter.question);
    let own =
        coverage(&lexicon, &asked, &said) - mismatch(&lexicon, &asked, &said, &question, criterion, matter.answer);
    let evidence = if matter.reference.is_empty() {
        own
    } else {
        let against = coverage(&lexicon, &reference, &said)
            - mismatch(&lexicon, &reference, &said, &question, matter.reference, matter.answer);
        (1.0 - REFERENCE) * own.max(0.0) + REFERENCE * against
    };
    let noise = profile.systematic * misreading(profile, digest(&lexicon, &asked), digest(&lexicon, &said));
    let lead = (profile.gain * (evidence - MET) + noise) / profile.noise;
    if refused { [0.0, lead] } else { [lead, 0.0] }
}

/// The share of `asked` that `said` covers.
fn coverage(lexicon: &Lexicon, asked: &[Term], said: &[Term]) -> f64 {
    let query = Query::new(lexicon, asked, &[], 0.0);
    let weights = query.weights(lexicon, &Rarity::new(lexicon));
    let mut best = vec![0.0; query.len()];
    query.raise(&mut best, said);
    weights.coverage(&best)
}

fn mismatch(lexicon: &Lexicon, asked: &[Term], said: &[Term], question: &[Term], one: &str, two: &str) -> f64 {
    let numbers = asked.iter().filter(|term| lexicon.has_digits(**term) && !question.contains(term));
    let lacking = numbers.filter(|term| !said.contains(term)).count();
    let negated = negates(one) != negates(two);
    (if lacking > 0 { NUMBER } else { 0.0 }) + if negated { NEGATION } else { 0.0 }
}

fn negates(text: &str) -> bool {
    let lower = format!(" {} ", text.to_ascii_lowercase());
    [" not ", " no ", " never ", "n't ", " cannot ", " without ", " nothing "].iter().any(|word| lower.contains(word))
}

/// `does not mention X` is met by an answer that does not cover X.
fn denied(criterion: &str) -> (&str, bool) {
    let lower = criterion.to_ascii_lowercase();
    for cue in [
        "does not mention",
        "does not say",
        "does not contain",
        "doesn't mention",
        "must not",
        "never mentions",
        "avoids",
    ] {
        if let Some(at) = lower.find(cue) {
            return (criterion.get(at + cue.len()..).unwrap_or(criterion), true);
        }
    }
    (criterion, false)
}

/// What a judging request asks; `None` if the request is not one.
pub(crate) fn judging<'m>(request: &ChatRequest, texts: &'m [Cow<'_, str>]) -> Option<Judging<'m>> {
    let of = |role: Role| request.messages.iter().zip(texts).filter(move |(message, _)| message.role == role);
    let (_, told) = of(Role::System).find(|(_, text)| text.lines().any(|line| line.trim() == JUDGE_LINE))?;
    let (_, text) = of(Role::User).next_back()?;
    let criterion = block(text, "Criterion:")?;
    let answer = block(text, "Answer:")?;
    let optional = |name| block(text, name).unwrap_or_default();
    let matter = Matter { criterion, answer, question: optional("Question:"), reference: optional("Reference:") };
    Some(Judging { matter, json: request.response_format != ResponseFormat::Text || told.contains("JSON") })
}

/// The text after a line that begins with `name`, up to the next block.
fn block<'m>(text: &'m str, name: &str) -> Option<&'m str> {
    const NAMES: [&str; 4] = ["Criterion:", "Question:", "Reference:", "Answer:"];
    let starts = |name: &str| {
        let inner = text.match_indices(name).find(|(at, _)| *at == 0 || text[..*at].ends_with('\n'));
        inner.map(|(at, _)| at)
    };
    let begin = starts(name)? + name.len();
    // The answer is last and may hold anything.
    let end = if name == "Answer:" {
        None
    } else {
        NAMES.iter().filter_map(|name| starts(name)).filter(|at| *at >= begin).min()
    };
    Some(text[begin..end.unwrap_or(text.len())].trim())
}

/// Judges in words.
pub(crate) fn reply(profile: &Profile, judging: &Judging<'_>, choose: &mut dyn Choose) -> Message {
    let passed = choose.pick(&logits(profile, &judging.matter)) == 0;
    let text = match (judging.json, passed) {
        (false, true) => "PASS",
        (false, false) => "FAIL",
        (true, true) => r#"{"verdict":"pass"}"#,
        (true, false) => r#"{"verdict":"fail"}"#,
    };
    Message::text(Role::Assistant, text)
}
