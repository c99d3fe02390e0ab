//! Votes: what similar worked examples would do next.

use crate::lexicon::Term;
use crate::reading::{Example, Reading};
use crate::tool::{Ask, Tool};

/// Examples that are less alike do not vote.
const ALIKE: f64 = 0.30;
/// What the votes behind the strongest one add.
const OTHERS: f64 = 0.15;

/// The strength of the votes for each act, 0..=1.
#[derive(Debug, Clone, Default)]
pub(crate) struct Votes {
    /// One for each tool.
    pub tools: Vec<f64>,
    pub answer: f64,
    pub ask: f64,
}

/// Counts the votes. An example votes for the call that it makes after as many calls as have been made in this turn, or
/// for answering when it makes no more.
pub(crate) fn votes(reading: &Reading<'_>, tools: &[Tool<'_>], shots: &[Vec<Term>], ask: &Ask<'_>) -> Votes {
    let mut votes = Votes { tools: vec![0.0; tools.len()], ..Votes::default() };
    let made = reading.calls.iter().filter(|call| call.this_turn).count();
    for (example, words) in reading.examples.iter().zip(shots) {
        let alike = ask.alike(words);
        if alike < ALIKE {
            continue;
        }
        let weight = alike * alike;
        let place = match example.calls.get(made) {
            Some(name) => tools.iter().position(|tool| tool.name == *name).and_then(|at| votes.tools.get_mut(at)),
            None if is_question(example) => Some(&mut votes.ask),
            None => Some(&mut votes.answer),
        };
        if let Some(place) = place {
            *place = (place.max(weight) + OTHERS * place.min(weight)).min(1.0);
        }
    }
    votes
}

fn is_question(example: &Example<'_>) -> bool {
    example.calls.is_empty() && example.answer.is_some_and(|answer| answer.trim_end().ends_with('?'))
}
