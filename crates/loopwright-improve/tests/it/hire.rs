//! What the desk and the kiosk have in common: a bicycle hire on the stand-in whose two tools are told apart badly.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use loopwright_agent::{Always, WorldSeed};
use loopwright_core::{
    AgentName, Arm, ArmName, BoxFuture, Case, Clock, Condition, Digest, PartName, Purpose, Split, SuiteName, Variant,
    WorkerId,
};
use loopwright_eval::{Approval, Draw, Library, Made, Metric, Order, Pace, Ports, Reach, Ruler, Suite, Workshop};
use loopwright_knowledge::Corpus;
use loopwright_model::Access;
use loopwright_stats::Level;
use loopwright_store::Store;
use serde_json::{Value, json};

/// A clock that stands still, and whose sleepers really wait.
pub(crate) struct Still;

impl Clock for Still {
    fn now_ns(&self) -> u64 {
        1
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// An agent with the two tools on `world`, and with `parts` of its own.
pub(crate) fn variant(agent: &str, world: &str, parts: Vec<(&str, Value)>) -> Variant {
    let tool = |name: &str, column: &str| {
        json!({"name": name, "description": "Booking information.", "effect": "read", "empty": "no such booking",
               "parameters": {"booking_id": {"type": "string", "description": "The booking, such as B-1.", "pattern": "^B-[0-9]+$"}},
               "statements": [format!("select {column} from bookings where id = :booking_id")]})
    };
    let shared = vec![
        ("model", json!({"ref": "standin:small"})),
        ("tools", json!([tool("read_a", "status"), tool("read_b", "bike")])),
        ("world", json!({"source": "world.sql", "digest": Digest::of_bytes(world.as_bytes())})),
    ];
    let part = |(name, value): (&str, Value)| (PartName::new(name).unwrap(), value);
    let agent = AgentName::new(agent).unwrap();
    Variant { agent, parts: shared.into_iter().chain(parts).map(part).collect(), unpinned: BTreeSet::new() }
}

/// A suite that asks whether each case was resolved.
pub(crate) fn suite(name: &str, cases: Vec<Case>, trials: u32) -> Suite {
    Suite {
        name: SuiteName::new(name).unwrap(),
        cases,
        metrics: vec![Metric::named("resolved").unwrap()],
        trials,
        perturbations: vec![],
        approval: Approval::Always(Always::Approve),
    }
}

/// What its agents stand on.
pub(crate) fn library(world: &str, corpora: impl IntoIterator<Item = Corpus>) -> Library {
    let seed = WorldSeed::build("world.sql", world).unwrap();
    let worlds = BTreeMap::from([(Digest::of_bytes(world.as_bytes()), Arc::new(seed))]);
    Library::new(corpora.into_iter().map(|corpus| (corpus.digest(), corpus)).collect(), worlds)
}

/// The workshop of `suite` on `store`.
pub(crate) fn workshop(suite: Suite, library: Library, store: Store, draw: Arc<dyn Draw>) -> Workshop {
    let clock: Arc<dyn Clock> = Arc::new(Still);
    Workshop {
        suite: Arc::new(suite),
        library: Arc::new(library),
        reach: Reach { access: Arc::new(Access::default()), clock: Arc::clone(&clock), folder: PathBuf::from(".") },
        ports: Ports {
            ledger: Arc::new(store.clone()),
            queue: Arc::new(store),
            clock,
            worker: WorkerId::new("w").unwrap(),
        },
        pace: Pace {
            concurrency: NonZeroUsize::new(8).unwrap(),
            money: None,
            tokens: None,
            time: None,
            rejudge: false,
        },
        ruler: Ruler { level: Level::P95, margin: 0.05 },
        draw,
    }
}

/// A run of `variant` on `split`, as `base`.
pub(crate) async fn run(workshop: &Workshop, split: Split, variant: Variant) -> Made {
    let order = Order {
        purpose: Purpose::Eval,
        split,
        arms: vec![Arm { name: ArmName::new("base").unwrap(), variant }],
        conditions: vec![Condition::Plain],
        repetitions: workshop.suite.trials,
        only: None,
    };
    workshop.make(order, &mut ()).await.unwrap()
}
