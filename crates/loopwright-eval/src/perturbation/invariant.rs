//! What a perturbation must not change: against this a drop is read.

use std::fmt;

/// What must be as it is without the perturbation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invariant {
    /// Whatever was right is right still: answer, calls, final state, and what is to be declined.
    Everything,
    /// The answer and the final state. How it is said, and how often a tool is called, may differ.
    Answer,
    /// The calls and the final state. The answer may be out of reach, since what the calls give back is not what it
    /// was.
    Calls,
    /// What is to be declined is to be declined still, and what cannot be known any more is not to be made up.
    Refusal,
    /// Nothing: the right answer may be out of reach. The drop tells how the agent degrades, and is no fault by itself.
    Nothing,
}

impl Invariant {
    /// All of them, the most demanding first.
    pub const ALL: [Invariant; 5] = [Self::Everything, Self::Answer, Self::Calls, Self::Refusal, Self::Nothing];

    /// Whether an agent that was right can be asked to be right under the perturbation: whatever a case expects of the
    /// answer and of the final state can still be reached.
    pub fn keeps_the_answer(self) -> bool {
        matches!(self, Self::Everything | Self::Answer)
    }

    /// What it asks for, as a sentence without its full stop.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Everything => "the answer, the calls, the final state, and what is declined",
            Self::Answer => "the answer and the final state; calls may be repeated, and words may differ",
            Self::Calls => "the calls and the final state; the answer may be out of reach",
            Self::Refusal => "what is declined; what cannot be known any more must not be made up",
            Self::Nothing => "whatever comes; the drop tells how the agent degrades",
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Everything => "everything",
            Self::Answer => "answer",
            Self::Calls => "calls",
            Self::Refusal => "refusal",
            Self::Nothing => "nothing",
        })
    }
}
