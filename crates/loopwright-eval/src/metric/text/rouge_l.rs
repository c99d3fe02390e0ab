#![doc = include_str!("../../../doc/metric/rouge_l.md")]

use loopwright_core::{Direction, Unit};

use super::ngram::{f1, words};
use super::similarity::{REFERENCE, likeness};
use crate::metric::{MetricKind, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "rouge_l",
    version: 1,
    title: "how long the longest common sequence of words is (ROUGE-L)",
    doc: include_str!("../../../doc/metric/rouge_l.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[REFERENCE],
    build: |settings| likeness(settings, rouge_l),
};

fn rouge_l(said: &str, reference: &str) -> f64 {
    let (said, reference) = (words(said), words(reference));
    f1(longest(&said, &reference), said.len(), reference.len())
}

/// The length of the longest sequence that stands in both, with gaps allowed (row by row of the usual table).
fn longest(a: &[String], b: &[String]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for one in a {
        let mut diagonal = 0;
        for (at, other) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if one == other { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row.last().copied().unwrap_or(0)
}
