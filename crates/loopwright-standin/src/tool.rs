//! A tool as the stand-in sees it, and how well it fits what the user says.

use loopwright_core::ToolSpec;
use serde_json::Value;

use crate::argument::Slot;
use crate::lexicon::{Lexicon, Term};
use crate::parameter::{Parameter, parameters};
use crate::relevance::{Query, Rarity, Weights, digest};
use crate::source::Sources;
use crate::voice::changes;
use crate::word::each_word;

/// Shares of a tool's fit: the question's words that the tool covers, its name's words and its description's words that
/// the question covers.
const QUESTION: f64 = 0.60;
const NAME: f64 = 0.25;
const DESCRIPTION: f64 = 0.15;
/// How much less a word in the parameters' documentation counts than one in the name or the description.
const IN_PARAMETERS: f32 = 0.7;

/// Rarity that a name or a description must have beyond its own words: a name of words that all tools share says little.
const COMMON_NAME: f32 = 1.0;

/// A tool.
pub(crate) struct Tool<'r> {
    pub name: &'r str,
    pub schema: &'r Value,
    pub parameters: Vec<Parameter<'r>>,
    /// Whether its name says that it changes something.
    pub changes: bool,
    /// The words of the name.
    pub named: Vec<Term>,
    /// The words of the description.
    pub described: Vec<Term>,
    pub digest: u64,
}

impl<'r> Tool<'r> {
    pub(crate) fn read(spec: &'r ToolSpec, lexicon: &mut Lexicon) -> Self {
        let named = lexicon.read(&spec.name);
        let described = lexicon.read(&spec.description);
        let parameters = parameters(&spec.parameters, lexicon);
        let mut all = named.clone();
        all.extend_from_slice(&described);
        let digest = digest(lexicon, &all);
        let changes = changes(&spec.name);
        Self { name: &spec.name, schema: &spec.parameters, parameters, changes, named, described, digest }
    }

    /// All words of the tool, for the rarity of words among tools.
    pub(crate) fn words(&self) -> Vec<Term> {
        let own = self.named.iter().chain(&self.described);
        own.chain(self.parameters.iter().flat_map(|parameter| parameter.cue.iter().chain(&parameter.about)))
            .copied()
            .collect()
    }

    /// How far a rule's words name the tool, 0..=1: its name as it is written, or the share of its words that carry
    /// meaning.
    pub(crate) fn is_named_by(&self, text: &str, lexicon: &Lexicon) -> f64 {
        let lower = self.name.to_ascii_lowercase();
        if text.split_whitespace().any(|word| word == lower) {
            return 2.0;
        }
        let mut words = Vec::new();
        each_word(text, |word| words.extend(lexicon.known(word)));
        let mut named: Vec<Term> = self.named.iter().copied().filter(|term| lexicon.is_content(*term)).collect();
        if named.is_empty() {
            named.clone_from(&self.named);
        }
        let best = |term: &Term| words.iter().map(|word| lexicon.likeness(*term, *word)).fold(0.0, f32::max);
        f64::from(named.iter().map(best).sum::<f32>()) / named.len().max(1) as f64
    }

    /// How far `text` speaks of what the tool does, 0..=1: the best of the verb in its name, and of the whole name.
    pub(crate) fn does(&self, text: &str, lexicon: &Lexicon) -> f64 {
        let mut words = Vec::new();
        each_word(text, |word| words.extend(lexicon.known(word)));
        let best = |term: &Term| words.iter().map(|word| lexicon.likeness(*term, *word)).fold(0.0, f32::max);
        let whole = self.named.iter().map(best).sum::<f32>() / self.named.len().max(1) as f32;
        let verb = if self.changes { self.named.first().map_or(0.0, best) } else { 0.0 };
        f64::from(verb.max(whole))
    }

    /// How well the tool fits, 0..=1 and free of noise.
    pub(crate) fn fit(&self, ask: &Ask<'_>, slots: &[Slot<'_>]) -> f64 {
        let mut best = vec![0.0; ask.query.len()];
        for parameter in &self.parameters {
            ask.query.raise(&mut best, &parameter.cue);
            ask.query.raise(&mut best, &parameter.about);
        }
        best.iter_mut().for_each(|one| *one *= IN_PARAMETERS);
        ask.query.raise(&mut best, &self.named);
        ask.query.raise(&mut best, &self.described);
        for words in slots.iter().filter(|slot| slot.specific()).filter_map(|slot| slot.options.first()?.words) {
            ask.cover_words(&mut best, words);
        }
        // What earlier calls of this turn were given is dealt with.
        ask.query.raise(&mut best, &ask.spent);
        let described = (1.5 * ask.covered(&self.described)).min(1.0);
        QUESTION * ask.weights.coverage(&best) + NAME * ask.covered(&self.named) + DESCRIPTION * described
    }
}

/// What is asked of the tools.
pub(crate) struct Ask<'q> {
    pub query: &'q Query,
    pub weights: Weights,
    pub rarity: Rarity,
    pub lexicon: &'q Lexicon,
    /// The words of the user's text, where values for arguments stand in it.
    pub said: &'q Sources<'q>,
    /// Words of the arguments of earlier calls of this turn.
    pub spent: Vec<Term>,
}

impl<'q> Ask<'q> {
    pub(crate) fn new(
        lexicon: &'q Lexicon,
        query: &'q Query,
        tools: &[Tool<'_>],
        said: &'q Sources<'q>,
        spent: Vec<Term>,
    ) -> Self {
        let mut rarity = Rarity::new(lexicon);
        tools.iter().for_each(|tool| rarity.count(&tool.words()));
        Self { query, weights: query.weights(lexicon, &rarity), rarity, lexicon, said, spent }
    }

    /// The share of `words`, weighted by rarity, that the user speaks of.
    fn covered(&self, words: &[Term]) -> f64 {
        let (mut covered, mut total) = (0.0, COMMON_NAME);
        for term in words {
            let weight = self.rarity.of(self.lexicon, *term);
            covered += weight * self.query.likeness(*term);
            total += weight;
        }
        f64::from(covered / total)
    }

    /// What the tool takes as an argument, it is about.
    fn cover_words(&self, best: &mut [f32], (first, last): (usize, usize)) {
        for (term, _) in self.said.words.iter().take(last + 1).skip(first) {
            for (place, likeness) in self.query.matches(*term).iter().filter(|(_, likeness)| *likeness >= 1.0) {
                best[usize::from(*place)] = *likeness;
            }
        }
    }

    /// The share of what is asked that `words` cover.
    pub(crate) fn coverage(&self, words: &[Term]) -> f64 {
        let mut best = vec![0.0; self.query.len()];
        self.query.raise(&mut best, words);
        self.weights.coverage(&best)
    }

    /// How alike an example's words and the user's are, 0..=1: the harmonic mean of both coverages. Ids, numbers and
    /// dates differ from case to case and do not count.
    pub(crate) fn alike(&self, words: &[Term]) -> f64 {
        let mut best = vec![0.0; self.query.len()];
        self.query.raise(&mut best, words);
        let (mut there, mut asked) = (0.0f32, 1e-6f32);
        for ((term, weight), best) in self.query.terms().iter().zip(&best) {
            if !self.lexicon.has_digits(*term) {
                let weight = weight * self.rarity.of(self.lexicon, *term);
                there += weight * best;
                asked += weight;
            }
        }
        let plain: Vec<Term> = words.iter().copied().filter(|term| !self.lexicon.has_digits(*term)).collect();
        let (forth, back) = (f64::from(there / asked), self.covered(&plain));
        2.0 * forth * back / (forth + back + 1e-9)
    }

    /// How far `words` speak of `tool`: the share of its name's words.
    pub(crate) fn mentions(&self, tool: &Tool<'_>, words: &[Term]) -> f64 {
        let (mut covered, mut total) = (0.0f32, 1e-6f32);
        for named in &tool.named {
            let weight = self.rarity.of(self.lexicon, *named);
            covered += weight * words.iter().map(|word| self.lexicon.likeness(*named, *word)).fold(0.0, f32::max);
            total += weight;
        }
        f64::from(covered / total)
    }
}
