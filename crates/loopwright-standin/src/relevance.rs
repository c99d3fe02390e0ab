//! Relevance: how much of a question's words, weighted by their rarity, a span covers.

use crate::lexicon::{Lexicon, Term, scatter, unit};
use crate::profile::Profile;
use crate::word::Commonness;

/// Spans of everyday text that every request is imagined to hold too, so that the rarity of a word does not jump when a
/// request holds only a few spans.
const BACKGROUND: f32 = 20.0;
/// Rarity that a question must cover beyond its own words: a question of one common word is weak evidence.
const SMOOTHING: f32 = 1.5;
/// Evidence of this many sentences is long enough for the full effect of position.
const LONG: f64 = 24.0;
/// Question words beyond this many are not read.
const MOST_TERMS: usize = 48;

/// How many spans hold each term: the source of rarity.
pub(crate) struct Rarity {
    frequency: Vec<f32>,
    seen: Vec<u32>,
    spans: u32,
}

impl Rarity {
    pub(crate) fn new(lexicon: &Lexicon) -> Self {
        Self { frequency: vec![0.0; lexicon.len()], seen: vec![0; lexicon.len()], spans: 0 }
    }

    /// Counts one span.
    pub(crate) fn count(&mut self, words: &[Term]) {
        self.spans += 1;
        for term in words.iter().map(|term| *term as usize) {
            if self.seen[term] != self.spans {
                self.seen[term] = self.spans;
                self.frequency[term] += 1.0;
            }
        }
    }

    /// Inverse document frequency with the background: about 3.3 for a word that is in no span, near 0 for grammar.
    pub(crate) fn of(&self, lexicon: &Lexicon, term: Term) -> f32 {
        let background = match lexicon.commonness(term) {
            Commonness::Function => return 0.0,
            Commonness::Generic => 0.4,
            Commonness::Content => 0.015,
        };
        let frequency = self.frequency[term as usize] + background * BACKGROUND;
        (1.0 + (self.spans as f32 + BACKGROUND - frequency + 0.5) / (frequency + 0.5)).ln()
    }
}

/// The words of what is asked, each once, and what in the lexicon stands for them.
pub(crate) struct Query {
    terms: Vec<(Term, f32)>,
    /// For each term of the lexicon, the part of `pool` with its matches.
    ranges: Vec<(u32, u32)>,
    /// Places in `terms`, with likeness.
    pool: Vec<(u16, f32)>,
}

impl Query {
    /// A query of the words `asked` at full weight and `earlier` at a part of it. The lexicon must have read all text
    /// that will be compared.
    pub(crate) fn new(lexicon: &Lexicon, asked: &[Term], earlier: &[Term], earlier_weight: f32) -> Self {
        let mut terms: Vec<(Term, f32)> = Vec::new();
        let weighted = asked.iter().map(|term| (*term, 1.0)).chain(earlier.iter().map(|term| (*term, earlier_weight)));
        for (term, weight) in weighted {
            let known = terms.iter().any(|(other, _)| *other == term);
            if !known && terms.len() < MOST_TERMS && lexicon.commonness(term) != Commonness::Function {
                terms.push((term, weight));
            }
        }
        let mut pool = Vec::new();
        let ranges = (0..lexicon.len() as Term).map(|other| {
            let begin = pool.len() as u32;
            let plain = lexicon.is_plain(other);
            for (place, (term, _)) in terms.iter().enumerate().filter(|(_, (term, _))| !plain || *term == other) {
                let likeness = lexicon.likeness(*term, other);
                if likeness > 0.0 {
                    pool.push((place as u16, likeness));
                }
            }
            (begin, pool.len() as u32)
        });
        let ranges = ranges.collect();
        Self { terms, ranges, pool }
    }

    /// How many different words carry the question.
    pub(crate) fn len(&self) -> usize {
        self.terms.len()
    }

    /// The words, with their weight.
    pub(crate) fn terms(&self) -> &[(Term, f32)] {
        &self.terms
    }

    /// The places in the query that `term` stands for, with likeness.
    pub(crate) fn matches(&self, term: Term) -> &[(u16, f32)] {
        let (begin, end) = self.ranges[term as usize];
        &self.pool[begin as usize..end as usize]
    }

    /// The best likeness of `term` to any word of the query.
    pub(crate) fn likeness(&self, term: Term) -> f32 {
        self.matches(term).iter().map(|(_, likeness)| *likeness).fold(0.0, f32::max)
    }

    /// Raises `best`, one place for each word of the query, to the likeness of the best of `words`.
    pub(crate) fn raise(&self, best: &mut [f32], words: &[Term]) {
        for (place, likeness) in words.iter().flat_map(|term| self.matches(*term)) {
            let place = &mut best[usize::from(*place)];
            *place = place.max(*likeness);
        }
    }

    /// The weight of each word, and the sum to divide by.
    pub(crate) fn weights(&self, lexicon: &Lexicon, rarity: &Rarity) -> Weights {
        let each: Vec<f32> = self.terms.iter().map(|(term, weight)| weight * rarity.of(lexicon, *term)).collect();
        let total = each.iter().sum::<f32>() + SMOOTHING;
        Weights { each, total }
    }
}

/// The weights of a query's words in one collection of spans.
pub(crate) struct Weights {
    each: Vec<f32>,
    total: f32,
}

impl Weights {
    /// The covered share of the question, 0..1.
    pub(crate) fn coverage(&self, best: &[f32]) -> f64 {
        let covered: f32 = self.each.iter().zip(best).map(|(weight, best)| weight * best).sum();
        f64::from(covered / self.total)
    }

    /// The share covered of what `said` does not cover already. `named` counts in full, `all` at 0.7.
    pub(crate) fn coverage_of_rest(&self, named: &[f32], all: &[f32], said: &[f32]) -> f64 {
        let (mut covered, mut total) = (0.0, SMOOTHING);
        for (place, weight) in self.each.iter().enumerate() {
            let rest = weight * (1.0 - said[place]);
            covered += rest * named[place].max(0.7 * all[place]);
            total += rest;
        }
        f64::from(covered / total)
    }
}

/// A span's own noise for a profile and a question: standard normal in shape, the same in every call.
pub(crate) fn misreading(profile: &Profile, question: u64, span: u64) -> f64 {
    let bits = scatter(question ^ scatter(span ^ crate::word::hash(profile.name.as_bytes())));
    let sum: f64 = (0..4).map(|step| unit(scatter(bits.wrapping_add(step)))).sum();
    (sum - 2.0) * 3f64.sqrt()
}

/// 0 at the edges, 1 in the middle of long evidence.
pub(crate) fn middle(place: f64, count: f64) -> f64 {
    if count < 3.0 {
        return 0.0;
    }
    let x = 2.0 * place / (count - 1.0) - 1.0;
    (1.0 - x * x) * (count / LONG).min(1.0)
}

/// A number that stands for a sequence of words.
pub(crate) fn digest(lexicon: &Lexicon, words: &[Term]) -> u64 {
    words.iter().fold(0, |state, term| scatter(state ^ lexicon.stem(*term)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_weigh_more_and_cover_more() {
        let mut lexicon = Lexicon::new(Profile::named("mid").unwrap());
        let asked = lexicon.read("How long is the warranty on a kettle?");
        let spans =
            ["The warranty on a kettle is two years.", "The kettle boils fast.", "A kettle is not a pan.", "Hi."];
        let spans: Vec<_> = spans.iter().map(|span| lexicon.read(span)).collect();
        let query = Query::new(&lexicon, &asked, &[], 0.0);
        let mut rarity = Rarity::new(&lexicon);
        spans.iter().for_each(|span| rarity.count(span));
        let weights = query.weights(&lexicon, &rarity);
        let coverage = |span: &[Term]| {
            let mut best = vec![0.0; query.len()];
            query.raise(&mut best, span);
            weights.coverage(&best)
        };
        let values: Vec<f64> = spans.iter().map(|span| coverage(span)).collect();
        assert!(values[0] > 0.7 && values[0] < 1.0, "{values:?}");
        assert!(values[1] < 0.5 && values[1] == values[2]);
        assert_eq!(values[3], 0.0);
        let warranty = lexicon.read("warranty")[0];
        let kettle = lexicon.read("kettle")[0];
        assert!(rarity.of(&lexicon, warranty) > rarity.of(&lexicon, kettle));
    }

    #[test]
    fn misreading_is_centred() {
        let profile = Profile::named("small").unwrap();
        let values: Vec<f64> = (0..10_000).map(|span| misreading(profile, 1, scatter(span))).collect();
        let mean = values.iter().sum::<f64>() / 1e4;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 1e4;
        assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.06, "{mean} {variance}");
    }
}
