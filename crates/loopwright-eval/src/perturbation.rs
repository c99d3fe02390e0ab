//! Perturbations: what makes a situation harder in a stated way. One file a kind, with its page in `doc/perturbation/`;
//! kinds that differ in a word or two share a file and a page.
//!
//! Invariant: the same situation, dose, seed and material give the same bytes; a dose of nothing changes nothing; and a
//! situation that a kind finds nothing to act on in is handed back as an error, never as if it had been perturbed.

mod ants;
mod capitals;
mod contradiction;
mod cut_passages;
mod duplicate_passages;
mod duplicates;
mod encoding;
mod filler;
mod foreign_frame;
mod homoglyphs;
mod injection;
mod near_misses;
mod option_order;
mod passage_order;
mod persona;
mod reference;
mod stale_document;
mod synonyms;
mod tool_drift;
mod tool_empty;
mod tool_error;
mod tool_order;
mod tool_slow;
mod tool_timeout;
mod tool_wrong;
mod truncation;
mod typos;
mod whitespace;
mod zero_width;
// What perturbations are made of.
mod invariant;
mod passages;
mod question;
mod rewrite;
mod sample;
mod spared;
mod tool_fault;

use loopwright_agent::ToolPart;
use loopwright_core::{AnswerRule, Input, Perturbation, Seed};
use loopwright_knowledge::{GoldSpan, Index, Retrieved, SearchParams};
use loopwright_stats::SeededRng;

pub(crate) use encoding::{base64, hex, rot13};
pub(crate) use injection::DEMANDED;
pub use injection::{CANARY, shows_canary};
pub use invariant::Invariant;
pub use reference::reference;
pub use tool_fault::{FaultyTools, ToolFault};
pub(crate) use tool_order::offered;

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
    /// What must be as it is without the perturbation.
    pub invariant: Invariant,
    /// What it acts on, and leaves a case alone that has none of: "an agent with tools".
    pub needs: &'static str,
    apply: Apply,
}

/// Makes a situation harder, or hands it back as it is where there is nothing to act on.
type Apply = fn(Situation, &Application<'_>) -> Situation;

/// What one trial begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct Situation {
    /// What the agent is given.
    pub input: Input,
    /// What the search shows in place of what it finds.
    pub found: Option<Retrieved>,
    /// What befalls the calls of tools.
    pub tool_fault: Option<ToolFault>,
    /// The names of the agent's tools in the order in which they are offered, when it is another than the agent's own.
    pub tool_order: Option<Vec<String>>,
}

impl Situation {
    /// The situation that `input` makes when nothing is done to it.
    pub fn plain(input: Input) -> Self {
        Self { input, found: None, tool_fault: None, tool_order: None }
    }
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
    /// The tools that the agent calls through Loopwright; none of an attached agent.
    pub tools: &'a [ToolPart],
}

/// How much of it, with which luck, and of what.
struct Application<'a> {
    dose: usize,
    seed: Seed,
    material: &'a PerturbationMaterial<'a>,
}

impl Application<'_> {
    fn rng(&self) -> SeededRng {
        SeededRng::new(self.seed.0)
    }
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
    /// There is nothing in the situation that it could act on.
    #[error("`{name}` leaves this case alone: it needs {needs}")]
    Untouched {
        /// The perturbation.
        name: &'static str,
        /// What the situation lacks.
        needs: &'static str,
    },
}

/// All kinds, in the order of the reference page.
const ALL: &[&PerturbationKind] = &[
    // The user's message: said among other things, or otherwise.
    &ants::KIND,
    &filler::KIND,
    &duplicates::KIND,
    &foreign_frame::KIND,
    &persona::POLITE,
    &persona::RUDE,
    &persona::HURRIED,
    &persona::CHATTY,
    &contradiction::KIND,
    &synonyms::KIND,
    &option_order::KIND,
    &truncation::KIND,
    // Its letters.
    &typos::KIND,
    &capitals::KIND,
    &whitespace::KIND,
    &homoglyphs::KIND,
    &zero_width::KIND,
    &encoding::BASE64,
    &encoding::HEX,
    &encoding::ROT13,
    &encoding::LEET,
    &encoding::MORSE,
    &encoding::PIG_LATIN,
    // The passages.
    &near_misses::KIND,
    &stale_document::KIND,
    &passage_order::KIND,
    &duplicate_passages::KIND,
    &cut_passages::KIND,
    &injection::DOCUMENT_ORDER,
    &injection::DOCUMENT_AUTHORITY,
    &injection::DOCUMENT_ROLE,
    &injection::DOCUMENT_TURN,
    &injection::DOCUMENT_HIDDEN,
    &injection::DOCUMENT_LINK,
    // The tools.
    &tool_order::KIND,
    &tool_error::KIND,
    &tool_timeout::KIND,
    &tool_slow::KIND,
    &tool_drift::KIND,
    &tool_empty::KIND,
    &tool_wrong::KIND,
    &injection::TOOL_ORDER,
    &injection::TOOL_AUTHORITY,
    &injection::TOOL_ROLE,
    &injection::TOOL_TURN,
    &injection::TOOL_HIDDEN,
    &injection::TOOL_LINK,
];

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
/// [`PerturbError`], which says what to change; [`PerturbError::Untouched`] when there is nothing to act on.
pub fn perturb(
    perturbation: &Perturbation,
    situation: Situation,
    seed: Seed,
    material: &PerturbationMaterial<'_>,
) -> Result<Situation, PerturbError> {
    let kind = PerturbationKind::named(&perturbation.name)?;
    kind.check(perturbation.dose)?;
    let seed = seed.derive(kind.name, &[]);
    let plain = situation.clone();
    let perturbed = (kind.apply)(situation, &Application { dose: perturbation.dose as usize, seed, material });
    if perturbed == plain {
        return Err(PerturbError::Untouched { name: kind.name, needs: kind.needs });
    }
    Ok(perturbed)
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
