#![doc = include_str!("../../../doc/metric/meteor.md")]

use loopwright_core::{Direction, Unit};
use rust_stemmers::{Algorithm, Stemmer};

use super::ngram::words;
use super::similarity::{REFERENCE, likeness};
use crate::metric::{MetricKind, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "meteor",
    version: 1,
    title: "how many words match the reference, and how well their order is kept (METEOR)",
    doc: include_str!("../../../doc/metric/meteor.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[REFERENCE],
    build: |settings| likeness(settings, meteor),
};

/// METEOR with the weights of NLTK (alpha 0.9, beta 3, gamma 0.5), by exact words and then by stems; without synonyms.
fn meteor(said: &str, reference: &str) -> f64 {
    let (said, reference) = (words(said), words(reference));
    let matches = aligned(&said, &reference);
    if matches.is_empty() {
        return 0.0;
    }
    let count = matches.len() as f64;
    let (precision, recall) = (count / said.len() as f64, count / reference.len() as f64);
    let mean = precision * recall / (0.9 * precision + 0.1 * recall);
    mean * (1.0 - 0.5 * (chunks(&matches) as f64 / count).powi(3))
}

/// Pairs of places whose words match, by place in the answer. As in NLTK, the last words are matched first, each with the
/// last that is left.
fn aligned(said: &[String], reference: &[String]) -> Vec<(usize, usize)> {
    let stemmer = Stemmer::create(Algorithm::English);
    let stems = |words: &[String]| words.iter().map(|word| stemmer.stem(word).into_owned()).collect::<Vec<_>>();
    let (said_stems, reference_stems) = (stems(said), stems(reference));
    let mut matches: Vec<(usize, usize)> = vec![];
    for (said, reference) in [(said, reference), (&said_stems, &reference_stems)] {
        for (at, word) in said.iter().enumerate().rev() {
            if matches.iter().any(|(taken, _)| *taken == at) {
                continue;
            }
            let is_free = |other: &usize| matches.iter().all(|(_, taken)| taken != other);
            let found = (0..reference.len()).rev().find(|other| reference[*other] == *word && is_free(other));
            matches.extend(found.map(|other| (at, other)));
        }
    }
    matches.sort_unstable();
    matches
}

/// How many runs of neighbours, in both texts, the matches fall into.
fn chunks(matches: &[(usize, usize)]) -> usize {
    1 + matches.windows(2).filter(|pair| pair[1] != (pair[0].0 + 1, pair[0].1 + 1)).count()
}
