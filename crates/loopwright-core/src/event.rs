//! What happens while a run runs. The runner only tells; progress, recording and reports listen.

use crate::{ActedTrial, Cost, Lease, Opinion, RunManifest, RunStatus, Score, TrialSite};

/// One thing that happened in a run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RunEvent {
    /// The run began or went on: `done` of its trials were there already.
    Started {
        /// The run.
        manifest: Box<RunManifest>,
        /// Trials acted in an earlier session.
        done: u64,
    },
    /// A trial was acted, and scored by every metric that asks nobody.
    Finished {
        /// The claim under which it was executed.
        lease: Lease,
        /// What happened.
        trial: Box<ActedTrial>,
        /// What the metrics say.
        scores: Vec<Score>,
    },
    /// Those that the other metrics ask about an acted trial have been heard.
    Judged {
        /// Which trial.
        site: Box<TrialSite>,
        /// What all metrics say; empty when a budget left no room for a question.
        scores: Vec<Score>,
        /// What was asked for it, and what came back.
        opinions: Vec<Opinion>,
    },
    /// A trial died: its infrastructure failed more often than is retried.
    Died {
        /// The claim under which it was executed.
        lease: Lease,
        /// Which one.
        site: Box<TrialSite>,
        /// The last failure.
        message: String,
        /// What all attempts cost together.
        cost: Cost,
    },
    /// No more trials will come.
    Ended {
        /// How the run stands.
        status: RunStatus,
    },
}
