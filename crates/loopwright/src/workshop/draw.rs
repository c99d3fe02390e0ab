//! Run ids, and seeds: fresh ones, or ones that follow from what was typed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use loopwright_core::{Clock, Purpose, RunId, Seed};
use loopwright_eval::{Draw, DrawError};

use super::Seeding;
use crate::entropy;
use crate::fault::Fault;

/// Draws for one command.
pub(super) struct Drawing {
    clock: Arc<dyn Clock>,
    seeding: Seeding,
    /// How many seeds were made from the typed one.
    drawn: AtomicU64,
}

impl Drawing {
    pub(super) fn new(clock: Arc<dyn Clock>, seeding: Seeding) -> Self {
        Self { clock, seeding, drawn: AtomicU64::new(0) }
    }
}

impl Draw for Drawing {
    fn run_id(&self) -> Result<RunId, DrawError> {
        entropy::run_id(self.clock.as_ref()).map_err(undrawn)
    }

    fn seed(&self, purpose: Purpose) -> Result<Seed, DrawError> {
        let typed = match self.seeding {
            Seeding::Typed(seed) if purpose != Purpose::Gate => seed,
            Seeding::Story(seed) => seed,
            _ => return entropy::seed().map_err(undrawn),
        };
        Ok(match self.drawn.fetch_add(1, Ordering::Relaxed) {
            0 => typed,
            number => typed.derive("run", &[&number.to_le_bytes()]),
        })
    }
}

fn undrawn(fault: Fault) -> DrawError {
    DrawError { message: fault.message() }
}

#[cfg(test)]
mod tests {
    use loopwright_core::VirtualClock;

    use super::*;

    #[test]
    fn the_vault_draws_its_own_seed_unless_it_is_part_of_a_story() {
        let seeds = |seeding, purpose| {
            let drawing = Drawing::new(Arc::new(VirtualClock::starting_at(0)), seeding);
            [drawing.seed(purpose).unwrap(), drawing.seed(purpose).unwrap()]
        };
        let seed = Seed(7);
        let typed = seeds(Seeding::Typed(seed), Purpose::Race);
        assert_eq!((typed[0], typed), (seed, seeds(Seeding::Typed(seed), Purpose::Race)));
        assert_ne!(typed[1], seed);
        assert_eq!(seeds(Seeding::Story(seed), Purpose::Gate), typed);
        assert_ne!(seeds(Seeding::Typed(seed), Purpose::Gate)[0], seed);
    }
}
