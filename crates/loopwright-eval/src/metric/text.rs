//! Metrics of the answer's text: what it holds, and how like a reference it is.

mod bleu;
mod choice;
mod chrf;
mod contains;
mod contains_all;
mod contains_any;
mod equals;
mod gleu;
mod levenshtein;
mod math;
mod meteor;
mod numeric;
mod refusal;
mod regex;
mod rouge_l;
mod rouge_n;
mod starts_with;
mod word_count;
// What they are made of.
mod formula;
mod ngram;
#[cfg(test)]
mod reference_values;
mod similarity;

pub(super) use refusal::refusing;

use super::{Judged, MetricKind, Reading, answer};

/// The kinds of this family, in the order of the reference page.
pub(super) const KINDS: &[&MetricKind] = &[
    &equals::KIND,
    &contains::KIND,
    &contains_all::KIND,
    &contains_any::KIND,
    &starts_with::KIND,
    &regex::KIND,
    &numeric::KIND,
    &math::KIND,
    &choice::KIND,
    &levenshtein::KIND,
    &rouge_n::KIND,
    &rouge_l::KIND,
    &bleu::KIND,
    &gleu::KIND,
    &meteor::KIND,
    &chrf::KIND,
    &word_count::KIND,
    &refusal::KIND,
];

/// What `read` finds in what the agent said; of an agent that failed, or said nothing, [`Reading::Absent`].
pub(super) fn read_said(judged: &Judged<'_>, read: impl FnOnce(&str) -> Reading) -> Reading {
    match answer::failure(judged) {
        Some(failure) => Reading::Absent(failure),
        None => read(judged.trial.trace.outcome.text()),
    }
}
