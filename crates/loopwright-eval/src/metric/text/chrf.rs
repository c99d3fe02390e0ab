#![doc = include_str!("../../../doc/metric/chrf.md")]

use loopwright_core::{Direction, Unit};

use super::ngram::{common, counts};
use super::similarity::{REFERENCE, likeness};
use crate::metric::{MetricKind, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "chrf",
    version: 1,
    title: "how many runs of letters the answer and the reference share (chrF)",
    doc: include_str!("../../../doc/metric/chrf.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[REFERENCE],
    build: |settings| likeness(settings, chrf),
};

/// The longest run that counts.
const LONGEST: usize = 6;

/// How much more recall weighs than precision, squared.
const BETA_SQUARED: f64 = 4.0;

/// Sentence chrF2 as sacreBLEU computes it: runs of 1 to 6 characters, white space left out, precision and recall each
/// averaged over the orders that both texts are long enough for.
fn chrf(said: &str, reference: &str) -> f64 {
    let characters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<Vec<char>>();
    let (said, reference) = (characters(said), characters(reference));
    let orders = LONGEST.min(said.len()).min(reference.len());
    if orders == 0 {
        return 0.0;
    }
    let (mut precision, mut recall) = (0.0, 0.0);
    for n in 1..=orders {
        let shared = common(&counts(&said, n), &counts(&reference, n)) as f64;
        precision += shared / (said.len() + 1 - n) as f64;
        recall += shared / (reference.len() + 1 - n) as f64;
    }
    let (precision, recall) = (precision / orders as f64, recall / orders as f64);
    let below = BETA_SQUARED * precision + recall;
    if below == 0.0 { 0.0 } else { (1.0 + BETA_SQUARED) * precision * recall / below }
}
