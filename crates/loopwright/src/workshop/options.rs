//! How the runs of a command are made: how many trials at once, from which seeds, for how much at most.

use std::num::NonZeroUsize;
use std::sync::Arc;

use loopwright_core::{Seed, Variant};
use loopwright_eval::Pace;
use loopwright_model::Cassette;

use crate::answerer::is_simulated;
use crate::cli::{Budget, Running};
use crate::open_files::most_calls;
use crate::printer::Printer;

/// How runs of a command are made.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Trials at the same time.
    pub concurrency: Option<NonZeroUsize>,
    /// Where seeds come from.
    pub seeding: Seeding,
    /// What may be spent.
    pub budget: Budget,
    /// What answers in place of models. None where the vault may be opened: its payloads are kept nowhere.
    pub cassette: Option<Arc<Cassette>>,
}

/// Where the seeds of a command's runs come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seeding {
    /// Each is drawn afresh.
    #[default]
    Fresh,
    /// The first run has the typed seed, each further one a seed made from it. Only the vault draws its own.
    Typed(Seed),
    /// As typed, the vault's too: a story that is told again from the start, on a vault that nobody relies on.
    Story(Seed),
}

impl From<&Running> for Options {
    fn from(running: &Running) -> Self {
        let seeding = running.seed.map_or(Seeding::Fresh, |seed| Seeding::Typed(Seed(seed)));
        Self { concurrency: running.concurrency, seeding, budget: running.budget.clone(), cassette: None }
    }
}

impl Options {
    /// A simulated model costs no provider anything, and its trials are short: enough of them must be under way for all
    /// cores to have work while results are recorded. With a budget there are fewer, for what is under way is not yet
    /// counted.
    pub(super) fn pace(&self, variant: Option<&Variant>, printer: &Printer) -> Pace {
        let Budget { max_cost, max_tokens, max_time, yes: _ } = self.budget;
        let is_bounded = max_cost.is_some() || max_tokens.is_some();
        let is_simulated = variant.is_some_and(is_simulated);
        let usual = if is_simulated && !is_bounded { 64 } else { 16 };
        let wanted = self.concurrency.or(NonZeroUsize::new(usual)).unwrap_or(NonZeroUsize::MIN);
        let concurrency = if is_simulated { wanted } else { within_open_files(wanted, printer) };
        Pace { concurrency, money: max_cost, tokens: max_tokens, time: max_time, rejudge: false }
    }
}

/// As many as are wanted, or as the system's limit on open files has room for.
fn within_open_files(wanted: NonZeroUsize, printer: &Printer) -> NonZeroUsize {
    let most = most_calls().unwrap_or(NonZeroUsize::MAX);
    if wanted > most {
        printer.warn(&format!(
            "{most} trials at a time instead of {wanted}: the system lets this process open no more files (`ulimit -Hn`)"
        ));
    }
    wanted.min(most)
}
