//! A workshop for a suite that a benchmark made, with ids and seeds drawn in order from one seed.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use loopwright::system_clock::SystemClock;
use loopwright_agent::Always;
use loopwright_core::{
    Arm, ArmName, Case, Clock, Condition, Purpose, RunId, Seed, Split, SuiteName, Variant, WorkerId,
};
use loopwright_eval::{Approval, Draw, DrawError, Library, Metric, Order, Pace, Ports, Reach, Ruler, Suite, Workshop};
use loopwright_model::Access;
use loopwright_stats::Level;
use loopwright_store::Store;

/// Ids and seeds in order.
struct InOrder {
    seed: Seed,
    drawn: AtomicU64,
}

impl Draw for InOrder {
    fn run_id(&self) -> Result<RunId, DrawError> {
        let number = self.drawn.fetch_add(1, Ordering::Relaxed);
        RunId::new(format!("run-{number}")).map_err(|error| DrawError { message: error.to_string() })
    }

    fn seed(&self, _: Purpose) -> Result<Seed, DrawError> {
        Ok(self.seed.derive("run", &[&self.drawn.fetch_add(1, Ordering::Relaxed).to_le_bytes()]))
    }
}

/// A workshop for `cases`, whose results go to `store`.
pub(crate) fn workshop(
    cases: Vec<Case>,
    metrics: &[&str],
    library: Arc<Library>,
    store: Store,
    seed: Seed,
) -> Workshop {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    Workshop {
        suite: Arc::new(Suite {
            name: SuiteName::new("bench").unwrap(),
            cases,
            metrics: metrics.iter().map(|name| Metric::named(name).unwrap()).collect(),
            trials: 1,
            perturbations: vec![],
            approval: Approval::Always(Always::Approve),
        }),
        library,
        reach: Reach { access: Arc::new(Access::default()), clock: Arc::clone(&clock), folder: PathBuf::from(".") },
        ports: Ports {
            ledger: Arc::new(store.clone()),
            queue: Arc::new(store),
            clock,
            worker: WorkerId::new("bench").unwrap(),
        },
        pace: Pace {
            concurrency: NonZeroUsize::new(16).unwrap(),
            money: None,
            tokens: None,
            time: None,
            rejudge: false,
        },
        ruler: Ruler { level: Level::P95, margin: 0.05 },
        draw: Arc::new(InOrder { seed, drawn: AtomicU64::new(0) }),
    }
}

/// Trials of every case of dev, for arms that are called by their place.
pub(crate) fn order(arms: &[(&str, &Variant)], repetitions: u32) -> Order {
    let arm =
        |(name, variant): &(&str, &Variant)| Arm { name: ArmName::new(*name).unwrap(), variant: (*variant).clone() };
    Order {
        purpose: Purpose::Eval,
        split: Split::Dev,
        arms: arms.iter().map(arm).collect(),
        conditions: vec![Condition::Plain],
        repetitions,
        only: None,
    }
}
