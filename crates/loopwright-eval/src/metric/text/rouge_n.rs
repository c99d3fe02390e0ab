#![doc = include_str!("../../../doc/metric/rouge_n.md")]

use std::num::NonZeroUsize;

use loopwright_core::{Direction, Unit};
use serde::Deserialize;

use super::ngram::{common, counts, f1, words};
use super::similarity::{REFERENCE, compared};
use crate::metric::kind::set;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting};

pub(super) const KIND: MetricKind = MetricKind {
    name: "rouge_n",
    version: 1,
    title: "how many runs of n words the answer and the reference share (ROUGE-N)",
    doc: include_str!("../../../doc/metric/rouge_n.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[REFERENCE, Setting::new("n", "how many words make a run, at least 1; 1 when absent")],
    build: set::<RougeN>,
};

#[derive(Deserialize)]
struct RougeN {
    reference: Option<String>,
    #[serde(default = "one")]
    n: NonZeroUsize,
}

fn one() -> NonZeroUsize {
    NonZeroUsize::MIN
}

impl Scorer for RougeN {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        compared(judged, self.reference.as_ref(), |said, reference| rouge_n(said, reference, self.n.get()), f64::max)
    }
}

fn rouge_n(said: &str, reference: &str, n: usize) -> f64 {
    let (said, reference) = (words(said), words(reference));
    let runs = |words: &[String]| (words.len() + 1).saturating_sub(n);
    f1(common(&counts(&said, n), &counts(&reference, n)), runs(&said), runs(&reference))
}
