//! The argument head: for each parameter of a tool, a choice among the values that the conversation offers.

use serde_json::{Map, Value};

use crate::candidate::Kind;
use crate::law::Choose;
use crate::lexicon::{Lexicon, Term, scatter};
use crate::parameter::{Hint, Parameter, Shape};
use crate::profile::Profile;
use crate::relevance::{Query, misreading};
use crate::source::{Offer, Sources};
use crate::suitability::{fits, is_specific};
use crate::voice::parts;
use crate::word::hash;

/// A required parameter whose best value scores less is not found in the conversation.
pub(crate) const FOUND: f64 = 0.36;
/// An optional parameter is left out unless a value scores more.
const WORTH_GIVING: f64 = 0.66;
/// Utility of a full score, against that of full relevance.
const SHARPNESS: f64 = 1.3;
/// Systematic noise of a value, against that of a span.
const MISREAD: f64 = 0.4;
/// What a part of the text loses that has filled an earlier parameter of the call.
const USED: f64 = 0.30;
/// Values considered for one parameter.
const MOST_OPTIONS: usize = 4;
/// Combinations of values of one call; parameters beyond it take their best value.
const MOST_COMBINATIONS: usize = 256;

/// A parameter with its possible values, best first.
pub(crate) struct Slot<'r> {
    pub name: &'r str,
    pub required: bool,
    pub options: Vec<Filling>,
    /// The words that describe it, for asking.
    pub described: String,
}

/// A possible value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filling {
    pub value: Value,
    /// Noise-free, 0..=1.
    pub score: f64,
    /// First and last word in the user's text.
    pub words: Option<(usize, usize)>,
    /// It is a thing of a certain kind, and not just some of the user's words.
    pub specific: bool,
}

impl Slot<'_> {
    /// Whether the conversation holds a value.
    pub(crate) fn found(&self) -> bool {
        self.best() >= FOUND
    }

    /// Whether the value found is a thing of a certain kind.
    pub(crate) fn specific(&self) -> bool {
        self.found() && self.options.first().is_some_and(|option| option.specific)
    }

    pub(crate) fn best(&self) -> f64 {
        self.options.first().map_or(0.0, |option| option.score)
    }
}

/// What the scoring of values sees.
pub(crate) struct View<'s, 'r> {
    pub sources: &'s Sources<'r>,
    pub query: &'s Query,
    pub lexicon: &'s Lexicon,
}

/// The possible values of all `parameters` of one tool.
pub(crate) fn slots<'r>(view: &View<'_, '_>, parameters: &[Parameter<'r>]) -> Vec<Slot<'r>> {
    let mut all: Vec<Slot<'r>> = parameters
        .iter()
        .map(|parameter| {
            let cue = cue(view, parameter, parameters);
            let mut options = options(view, &parameter.shape, parameter, &cue);
            options.sort_by(|one, two| two.score.total_cmp(&one.score));
            Slot { name: parameter.name, required: parameter.required, options, described: described(parameter) }
        })
        .collect();
    yield_to_better(&mut all);
    for slot in &mut all {
        slot.options.sort_by(|one, two| two.score.total_cmp(&one.score));
        slot.options.truncate(MOST_OPTIONS);
    }
    all
}

/// The words that an option takes from the conversation, and its score.
type Claim = (Option<(usize, usize)>, f64);

/// A value that suits another parameter clearly better loses here.
fn yield_to_better(slots: &mut [Slot<'_>]) {
    let claims: Vec<Vec<Claim>> =
        slots.iter().map(|slot| slot.options.iter().map(|option| (option.words, option.score)).collect()).collect();
    for (at, slot) in slots.iter_mut().enumerate() {
        for option in slot.options.iter_mut().filter(|option| option.words.is_some()) {
            let others = claims.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, claims)| claims);
            let better = others.filter(|claim| claim.0 == option.words && claim.1 > option.score + 0.05);
            option.score -= if better.count() > 0 { 0.15 } else { 0.0 };
        }
    }
}

fn described(parameter: &Parameter<'_>) -> String {
    parameter.name.replace(['_', '-', '.'], " ")
}

/// How strongly each word of the user's text announces the parameter.
fn cue(view: &View<'_, '_>, parameter: &Parameter<'_>, all: &[Parameter<'_>]) -> Vec<f32> {
    let mut cue = vec![0.0f32; view.sources.words.len()];
    let mut raise = |term: Term, weight: f32| {
        for (at, likeness) in view.sources.stands(view.query, term) {
            cue[at] = cue[at].max(weight * likeness);
        }
    };
    for term in &parameter.cue {
        let shared = all.iter().filter(|other| other.cue.contains(term)).count().max(1);
        raise(*term, 1.0 / (shared as f32).sqrt());
    }
    for term in parameter.about.iter().filter(|term| view.lexicon.is_content(**term)) {
        // What every description says announces none of them.
        let shared = all.iter().filter(|other| other.about.contains(term) || other.cue.contains(term)).count().max(1);
        raise(*term, 0.6 / shared as f32);
    }
    cue
}

/// How strongly the words near `offer` announce the parameter, 0..=1. Announcements before the value count more.
fn nearness(cue: &[f32], offer: &Offer) -> f64 {
    let Some((first, last)) = offer.words else { return 0.0 };
    let loose = matches!(offer.candidate.kind, Kind::Phrase | Kind::Clause | Kind::Quoted | Kind::Whole);
    let near = cue.iter().enumerate().filter(|(_, weight)| **weight > 0.0).map(|(at, weight)| {
        let distance = match at {
            at if at < first => (first - at) as f32,
            at if at > last => 1.4 * (at - last) as f32 + 0.3,
            _ if loose => 3.0,
            _ => return 0.0,
        };
        weight * (-(distance - 1.0) / 3.5).exp()
    });
    f64::from(near.fold(0.0, f32::max))
}

/// Prepositions, and the words in a parameter's name that they announce: `from` a beginning, `to` an end.
const ANNOUNCED: [(&[&str], &[&str]); 2] = [
    (
        &["from", "between", "since"],
        &["start", "from", "origin", "source", "begin", "initial", "departure", "old", "lower"],
    ),
    (
        &["to", "until", "into", "and"],
        &["end", "to", "destination", "target", "final", "arrival", "new", "upper", "dest"],
    ),
];
/// How strongly they do.
const PREPOSITION: f64 = 0.8;

/// How strongly the word before `offer` announces the parameter.
fn led(said: &str, parameter: &str, offer: &Offer) -> f64 {
    if offer.words.is_none() {
        return 0.0;
    }
    let before = said.get(..offer.candidate.begin).and_then(|text| text.split_whitespace().next_back());
    let before = before.unwrap_or_default();
    let named = |names: &[&str]| parts(parameter).any(|part| names.iter().any(|name| name.eq_ignore_ascii_case(part)));
    let announced = ANNOUNCED.iter().any(|(words, names)| words.contains(&before) && named(names));
    if announced { PREPOSITION } else { 0.0 }
}

fn options(view: &View<'_, '_>, shape: &Shape<'_>, parameter: &Parameter<'_>, cue: &[f32]) -> Vec<Filling> {
    match shape {
        Shape::Choice(values) => choices(view, values),
        Shape::Boolean => flags(view, parameter),
        Shape::List(item) => lists(view, item, parameter, cue),
        Shape::Object(inner) => objects(view, inner),
        Shape::Integer(_) | Shape::Number(_) | Shape::Text(_) => scalars(view, shape, parameter, cue),
    }
}

fn scalars(view: &View<'_, '_>, shape: &Shape<'_>, parameter: &Parameter<'_>, cue: &[f32]) -> Vec<Filling> {
    let mut all: Vec<Filling> = Vec::new();
    let mut push = |option: Filling| match all.iter_mut().find(|other| other.value == option.value) {
        Some(other) => {
            let specific = other.specific || option.specific;
            if other.score < option.score {
                *other = option;
            }
            other.specific = specific;
        }
        None => all.push(option),
    };
    for offer in &view.sources.offers {
        if let Some((value, fit)) = fits(shape, parameter.hint, offer.candidate.kind, &offer.candidate.text) {
            let order = 0.08 / (1 + offer.rank) as f64;
            let announced = nearness(cue, offer).max(led(view.sources.said, parameter.name, offer));
            let score = 0.5 * fit + 0.4 * announced + order + offer.origin;
            push(Filling { value, score, words: offer.words, specific: is_specific(offer.candidate.kind) });
        }
    }
    for given in &view.sources.given {
        let kind = given.candidate.unwrap_or(Kind::Whole);
        if let Some((value, fit)) = fits(shape, parameter.hint, kind, &given.value) {
            let cover =
                |term: &Term| given.words.iter().map(|word| view.lexicon.likeness(*term, *word)).fold(0.0, f32::max);
            let named = parameter.cue.iter().map(cover).sum::<f32>() / parameter.cue.len().max(1) as f32;
            // Rows usually come best first.
            let score = 0.2 * fit + 0.6 * f64::from(named) + 0.08 / (1 + given.row) as f64;
            push(Filling { value, score, words: None, specific: true });
        }
    }
    if parameter.hint == Hint::Free
        && let Shape::Text(None) = shape
        && !view.sources.said.is_empty()
    {
        push(Filling { value: Value::String(view.sources.said.to_owned()), score: 0.42, words: None, specific: false });
    }
    all
}

fn choices(view: &View<'_, '_>, values: &[Value]) -> Vec<Filling> {
    let said = view.sources.said.to_ascii_lowercase();
    let score = |value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), |text| text.replace(['_', '-'], " "));
        let text = text.to_ascii_lowercase();
        let spoken = said.match_indices(&text).any(|(at, _)| {
            let edge = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
            edge(said[..at].chars().next_back()) && edge(said[at + text.len()..].chars().next())
        });
        if spoken && !text.is_empty() {
            return 1.0;
        }
        // Words that the request holds elsewhere have terms too; others cannot be alike.
        let mut words = Vec::new();
        crate::word::each_word(&text, |word| words.push(view.lexicon.known(word)));
        let covered: f32 = words.iter().map(|term| term.map_or(0.0, |term| view.query.likeness(term))).sum();
        let share = f64::from(covered) / words.len().max(1) as f64;
        if share > 0.0 { 0.3 + 0.6 * share } else { 0.1 }
    };
    let filling = |value: &Value| Filling { value: value.clone(), score: score(value), words: None, specific: true };
    values.iter().map(filling).collect()
}

fn flags(view: &View<'_, '_>, parameter: &Parameter<'_>) -> Vec<Filling> {
    let content: Vec<Term> = parameter.cue.iter().copied().filter(|term| view.lexicon.is_content(*term)).collect();
    let share = content.iter().map(|term| view.query.likeness(*term)).sum::<f32>() / content.len().max(1) as f32;
    if share < 0.3 {
        return Vec::new();
    }
    let said = format!(" {} ", view.sources.said.to_ascii_lowercase());
    let denied = [" without ", " no ", " not ", "n't ", " except ", " never "].iter().any(|word| said.contains(word));
    vec![Filling { value: Value::Bool(!denied), score: 0.35 + 0.5 * f64::from(share), words: None, specific: true }]
}

/// Runs of values with only commas and `and` between them.
fn lists(view: &View<'_, '_>, item: &Shape<'_>, parameter: &Parameter<'_>, cue: &[f32]) -> Vec<Filling> {
    if let Shape::Choice(values) = item {
        let chosen: Vec<Filling> = choices(view, values).into_iter().filter(|option| option.score > 0.5).collect();
        let score = chosen.iter().map(|option| option.score).fold(0.0, f64::max);
        let value = Value::Array(chosen.into_iter().map(|option| option.value).collect());
        return if score > 0.0 { vec![Filling { value, score, words: None, specific: true }] } else { Vec::new() };
    }
    let mut all = Vec::new();
    for kind in [Kind::Decimal, Kind::Quoted, Kind::Name, Kind::Id, Kind::Date] {
        let numeric = matches!(kind, Kind::Integer | Kind::Decimal);
        let same = |offer: &&Offer| {
            let other = offer.candidate.kind;
            offer.words.is_some() && (other == kind || numeric && matches!(other, Kind::Integer | Kind::Decimal))
        };
        let mut run: Vec<(&Offer, Value, f64)> = Vec::new();
        for offer in view.sources.offers.iter().filter(same) {
            let fit = fits(item, parameter.hint, offer.candidate.kind, &offer.candidate.text);
            if !run.last().is_none_or(|(last, ..)| adjoin(view.sources.said, last, offer)) {
                all.extend(listed(&run, cue));
                run.clear();
            }
            run.extend(fit.map(|(value, fit)| (offer, value, fit)));
        }
        all.extend(listed(&run, cue));
    }
    all
}

fn listed(run: &[(&Offer, Value, f64)], cue: &[f32]) -> Option<Filling> {
    let (first, _, fit) = run.first()?;
    let near = run.iter().map(|(offer, ..)| nearness(cue, offer)).fold(0.0, f64::max);
    let several = if run.len() > 1 { 0.12 } else { -0.05 };
    let score = 0.5 * fit + 0.3 * near + several + first.origin;
    let words = first.words.zip(run.last().and_then(|(last, ..)| last.words)).map(|(first, last)| (first.0, last.1));
    Some(Filling {
        value: Value::Array(run.iter().map(|(_, value, _)| value.clone()).collect()),
        score,
        words,
        specific: true,
    })
}

fn adjoin(text: &str, one: &Offer, two: &Offer) -> bool {
    let gap = text.get(one.candidate.end..two.candidate.begin).unwrap_or("x");
    gap.len() <= 12
        && gap
            .split(|letter: char| letter.is_whitespace() || ",;&'\"[]()“”$€£%".contains(letter))
            .all(|word| word.is_empty() || word == "and" || word == "or")
}

/// An object is given when all that it requires is found; its parts take their best value.
fn objects(view: &View<'_, '_>, inner: &[Parameter<'_>]) -> Vec<Filling> {
    let slots = slots(view, inner);
    if slots.is_empty() || slots.iter().any(|slot| slot.required && !slot.found()) {
        return Vec::new();
    }
    let worth = |slot: &&Slot<'_>| slot.best() >= if slot.required { FOUND } else { WORTH_GIVING };
    let mut map = Map::new();
    let mut scores = Vec::new();
    for slot in slots.iter().filter(worth) {
        if let Some(option) = slot.options.first() {
            map.insert(slot.name.to_owned(), option.value.clone());
            scores.push(option.score);
        }
    }
    let score = scores.iter().sum::<f64>() / scores.len().max(1) as f64;
    if map.is_empty() {
        Vec::new()
    } else {
        vec![Filling { value: Value::Object(map), score, words: None, specific: true }]
    }
}

/// Chooses a value for each slot. A required parameter that is not found is left out, or, less often, filled with
/// something that does not fit.
pub(crate) fn fill(
    choose: &mut dyn Choose,
    profile: &Profile,
    question: u64,
    slots: &[Slot<'_>],
) -> Map<String, Value> {
    let mut arguments = Map::new();
    let mut combinations = 1;
    let mut used: Vec<(usize, usize)> = Vec::new();
    for slot in slots {
        let bar = if slot.required { FOUND } else { WORTH_GIVING };
        let noise = |option: &Filling| {
            let span = scatter(hash(slot.name.as_bytes()) ^ hash(option.value.to_string().as_bytes()));
            MISREAD * profile.systematic * misreading(profile, question, span)
        };
        // A part of the text that has filled one parameter rarely fills another.
        let taken = |option: &Filling| option.words.is_some_and(|words| used.contains(&words));
        let score = |option: &Filling| option.score - if taken(option) { USED } else { 0.0 };
        let logit = |option: &Filling| (SHARPNESS * profile.gain * score(option) + noise(option)) / profile.noise;
        let mut logits: Vec<f64> = slot.options.iter().map(logit).collect();
        logits.push(SHARPNESS * profile.gain * bar / profile.noise);
        combinations *= logits.len();
        let picked = if combinations > MOST_COMBINATIONS || logits.len() == 1 {
            let best = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            logits.iter().position(|logit| *logit >= best).unwrap_or(0)
        } else {
            choose.pick(&logits)
        };
        if let Some(option) = slot.options.get(picked) {
            arguments.insert(slot.name.to_owned(), option.value.clone());
            used.extend(option.words);
        }
    }
    arguments
}
