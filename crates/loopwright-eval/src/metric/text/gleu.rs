#![doc = include_str!("../../../doc/metric/gleu.md")]

use loopwright_core::{Direction, Unit};

use super::ngram::{common, counts, words};
use super::similarity::{REFERENCE, likeness};
use crate::metric::{MetricKind, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "gleu",
    version: 1,
    title: "how many runs of words the answer and the reference share, in the worse of both directions (GLEU)",
    doc: include_str!("../../../doc/metric/gleu.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[REFERENCE],
    build: |settings| likeness(settings, gleu),
};

/// Google's sentence score: runs of one to four words in common, over the runs of the text that has more of them.
fn gleu(said: &str, reference: &str) -> f64 {
    let (said, reference) = (words(said), words(reference));
    let shared: usize = (1..=4).map(|n| common(&counts(&said, n), &counts(&reference, n))).sum();
    let runs = |words: usize| (1..=4_usize).map(|n| (words + 1).saturating_sub(n)).sum::<usize>();
    let most = runs(said.len()).max(runs(reference.len()));
    if most == 0 { 0.0 } else { shared as f64 / most as f64 }
}
