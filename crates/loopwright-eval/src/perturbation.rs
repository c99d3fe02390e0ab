//! Perturbations: what makes a situation harder in a stated way. One file a kind, with its page in `doc/perturbation/`.
//!
//! Invariant: the same situation, dose, seed and material give the same bytes, and what counts as right does not change.

mod ants;
mod near_misses;
mod reference;
mod typos;
// What perturbations are made of.
mod question;

use loopwright_core::{AnswerRule, FoundPassage, Input, Perturbation, Seed};
use loopwright_knowledge::{GoldSpan, Index, SearchParams};

pub use reference::reference;

/// One way of making a situation harder.
#[derive(Debug, Clone, Copy)]
pub struct PerturbationKind {
    /// What it is called in a project file and in tables.
    pub name: &'static str,
    /// One line.
    pub title: &'static str,
    /// The page about it, in Markdown.
    pub doc: &'static str,
    /// What a dose counts.
    pub dose_meaning: &'static str,
    /// The largest dose; the smallest is 1.
    pub most: u32,
    apply: fn(Situation, &Application<'_>) -> Result<Situation, PerturbError>,
}

/// What one trial begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct Situation {
    /// What the agent is given.
    pub input: Input,
    /// Passages that the model is shown beside those that retrieval shows it. One that retrieval shows anyway is not
    /// shown twice.
    pub extra_passages: Vec<FoundPassage>,
}

/// What a perturbation may be made of.
#[derive(Debug, Clone, Copy, Default)]
pub struct PerturbationMaterial<'a> {
    /// The agent's own index; `None` when it has no knowledge.
    pub index: Option<&'a Index>,
    /// How the agent searches it (`AgentSpec::search`): a near-miss comes beside what that shows anyway.
    pub search: Option<SearchParams>,
    /// The case's gold passages, located in the knowledge.
    pub gold: &'a [GoldSpan],
    /// What the answer must be like. A passage that would do as an answer is no near-miss.
    pub answer: Option<&'a AnswerRule>,
}

/// How much of it, with which luck, and of what.
struct Application<'a> {
    dose: usize,
    seed: Seed,
    material: &'a PerturbationMaterial<'a>,
}

/// A situation cannot be perturbed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PerturbError {
    /// No such perturbation.
    #[error("there is no perturbation `{name}`; {hint}")]
    Unknown {
        /// What was given.
        name: String,
        /// The nearest names, or all of them.
        hint: String,
    },
    /// The dose is out of range.
    #[error("`{name}({dose})` is out of range; the dose is a whole number from 1 to {most}")]
    Dose {
        /// The perturbation.
        name: &'static str,
        /// What was given.
        dose: u32,
        /// The largest.
        most: u32,
    },
    /// The agent has nothing to retrieve from.
    #[error("`{name}` needs an agent with knowledge, and this one has none; leave it out of the suite")]
    NoKnowledge {
        /// The perturbation.
        name: &'static str,
    },
    /// The input holds no message of a user.
    #[error("`{name}` changes the last user message, and the input has none; leave the case out")]
    NoQuestion {
        /// The perturbation.
        name: &'static str,
    },
}

/// All kinds, in the order of the reference page.
const ALL: &[&PerturbationKind] = &[&ants::KIND, &near_misses::KIND, &typos::KIND];

impl PerturbationKind {
    /// All kinds, in the order of the reference page.
    pub fn all() -> &'static [&'static PerturbationKind] {
        ALL
    }

    /// The kind called `name`.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn named(name: &str) -> Result<&'static PerturbationKind, PerturbError> {
        let found = ALL.iter().find(|kind| kind.name == name);
        found.copied().ok_or_else(|| PerturbError::Unknown {
            name: name.to_owned(),
            hint: crate::metric::suggestion(name, ALL.iter().map(|kind| kind.name)),
        })
    }

    /// Whether `dose` is within the range of this kind.
    ///
    /// # Errors
    /// When it is 0, which would be the plain condition under another name, or above [`PerturbationKind::most`].
    pub fn check(&self, dose: u32) -> Result<(), PerturbError> {
        let fault = PerturbError::Dose { name: self.name, dose, most: self.most };
        if (1..=self.most).contains(&dose) { Ok(()) } else { Err(fault) }
    }
}

/// The situation, made harder. The same arguments give the same bytes.
///
/// # Errors
/// [`PerturbError`], which says what to change.
pub fn perturb(
    perturbation: &Perturbation,
    situation: Situation,
    seed: Seed,
    material: &PerturbationMaterial<'_>,
) -> Result<Situation, PerturbError> {
    let kind = PerturbationKind::named(&perturbation.name)?;
    kind.check(perturbation.dose)?;
    let seed = seed.derive(kind.name, &[]);
    (kind.apply)(situation, &Application { dose: perturbation.dose as usize, seed, material })
}
