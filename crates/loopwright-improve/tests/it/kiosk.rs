//! A bicycle hire on the stand-in whose two tools are told apart badly, with a patch that mends it and one that makes it
//! worse: small, and large enough for a gate to decide on.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use loopwright_agent::{Always, WorldSeed};
use loopwright_core::{
    AgentName, Arm, ArmName, BoxFuture, Case, Clock, Condition, Digest, Edit, PartName, Patch, Purpose, RunId, Seed,
    Split, SuiteName, Variant, WorkerId,
};
use loopwright_eval::{
    Approval, Draw, DrawError, Library, Made, Metric, Order, Pace, Ports, Reach, Ruler, Suite, Workshop,
};
use loopwright_improve::{GateRule, PromotionRequest};
use loopwright_model::Access;
use loopwright_stats::Level;
use loopwright_store::Store;
use serde_json::{Value, json};

/// Bookings in each split.
const BOOKINGS: usize = 12;
/// A sentence that stands in a sealed case and nowhere else.
pub(crate) const SEALED: &str = "my quixotic marmoset wants to know";

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

/// Ids in order, which tell workshops apart, and seeds from one.
struct From {
    seed: Seed,
    drawn: AtomicU64,
}

impl Draw for From {
    fn run_id(&self) -> Result<RunId, DrawError> {
        let id = format!("run-{}-{}", self.seed, self.drawn.fetch_add(1, Ordering::Relaxed));
        RunId::new(id).map_err(|error| DrawError { message: error.to_string() })
    }

    fn seed(&self, _: Purpose) -> Result<Seed, DrawError> {
        Ok(self.seed.derive("run", &[&self.drawn.fetch_add(1, Ordering::Relaxed).to_le_bytes()]))
    }
}

/// The hire as it stands.
pub(crate) fn incumbent() -> Variant {
    let tool = |name: &str, column: &str| {
        json!({"name": name, "description": "Booking information.", "effect": "read", "empty": "no such booking",
               "parameters": {"booking_id": {"type": "string", "description": "The booking, such as B-1.", "pattern": "^B-[0-9]+$"}},
               "statements": [format!("select {column} from bookings where id = :booking_id")]})
    };
    let parts = [
        ("model", json!({"ref": "standin:small"})),
        ("instructions", json!("Call a tool for questions about a booking.")),
        ("tools", json!([tool("read_a", "status"), tool("read_b", "bike")])),
        ("world", json!({"source": "world.sql", "digest": Digest::of_bytes(world().as_bytes())})),
    ];
    let part = |(name, value): (&str, Value)| (PartName::new(name).unwrap(), value);
    let agent = AgentName::new("hire").unwrap();
    Variant { agent, parts: parts.into_iter().map(part).collect(), unpinned: BTreeSet::new() }
}

/// Descriptions that say what each tool reads.
pub(crate) fn fix() -> Patch {
    describing("Whether a booking is paid or open.", "Which bike a booking is for.")
}

/// Descriptions that say what the other tool reads.
pub(crate) fn harm() -> Patch {
    describing("Which bike a booking is for.", "Whether a booking is paid or open.")
}

fn describing(first: &str, second: &str) -> Patch {
    let edit = |(index, text): (usize, &str)| Edit {
        part: PartName::new("tools").unwrap(),
        pointer: format!("/{index}/description"),
        value: json!(text),
    };
    Patch { edits: [first, second].into_iter().enumerate().map(edit).collect() }
}

/// The hire with `patch`.
pub(crate) fn patched(patch: &Patch) -> Variant {
    incumbent().patched(patch).unwrap()
}

/// What its gate asks for.
pub(crate) fn rule() -> GateRule {
    GateRule {
        alpha: 0.05,
        margin: 0.05,
        trials: 3,
        vault_queries: 3,
        primary: Metric::named("resolved").unwrap(),
        safeguards: vec![],
        token_share: 0.9,
    }
}

/// A workshop of the hire, whose runs take their seeds from `seed`, on `store`.
pub(crate) fn workshop_on(store: Store, seed: u64) -> Workshop {
    let clock: Arc<dyn Clock> = Arc::new(Still);
    let script = world();
    let worlds = BTreeMap::from([(
        Digest::of_bytes(script.as_bytes()),
        Arc::new(WorldSeed::build("world.sql", &script).unwrap()),
    )]);
    Workshop {
        suite: Arc::new(Suite {
            name: SuiteName::new("hire").unwrap(),
            cases: cases(),
            metrics: vec![Metric::named("resolved").unwrap()],
            trials: 3,
            perturbations: vec![],
            approval: Approval::Always(Always::Approve),
        }),
        library: Arc::new(Library::new(BTreeMap::new(), worlds)),
        reach: Reach { access: Arc::new(Access::default()), clock: Arc::clone(&clock), folder: PathBuf::from(".") },
        ports: Ports {
            ledger: Arc::new(store.clone()),
            queue: Arc::new(store),
            clock,
            worker: WorkerId::new("w").unwrap(),
        },
        pace: Pace { concurrency: NonZeroUsize::new(8).unwrap(), money: None, tokens: None },
        ruler: Ruler { level: Level::P95, margin: 0.05 },
        draw: Arc::new(From { seed: Seed(seed), drawn: AtomicU64::new(1) }),
    }
}

/// As [`workshop_on`], on a ledger in memory.
pub(crate) fn workshop(seed: u64) -> Workshop {
    workshop_on(Store::in_memory(Arc::new(Still)).unwrap(), seed)
}

/// A run of the hire on dev, as `base`.
pub(crate) async fn run(workshop: &Workshop) -> Made {
    let order = Order {
        purpose: Purpose::Eval,
        split: Split::Dev,
        arms: vec![Arm { name: ArmName::new("base").unwrap(), variant: incumbent() }],
        conditions: vec![Condition::Plain],
        repetitions: workshop.suite.trials,
        only: None,
    };
    workshop.make(order, &mut ()).await.unwrap()
}

/// The question whether `candidate` may replace the hire as it stands.
pub(crate) fn question<'a>(workshop: &'a Workshop, rule: &'a GateRule, candidate: Variant) -> PromotionRequest<'a> {
    PromotionRequest { workshop, rule, kind: loopwright_core::GateKind::Promotion, incumbent: incumbent(), candidate }
}

fn world() -> String {
    let row = |number: usize| {
        format!("('B-{number}', '{}', 'bike {number}')", if number.is_multiple_of(2) { "paid" } else { "open" })
    };
    let rows: Vec<String> = (1..=2 * BOOKINGS).map(row).collect();
    format!(
        "create table bookings(id text primary key, status text, bike text);\ninsert into bookings values {};",
        rows.join(", ")
    )
}

/// Two questions about each booking; half of the bookings are sealed, and the first sealed case says so in words.
fn cases() -> Vec<Case> {
    let case = |key: String, input: String, tool: &str, number: usize| -> Case {
        let split = if number > BOOKINGS { "vault" } else { "dev" };
        let calls = json!([{"tool": tool, "args": {"booking_id": format!("B-{number}")}}]);
        serde_json::from_value(json!({"key": key, "input": input, "split": split, "expect": {"calls": calls}})).unwrap()
    };
    let about = |number: usize| {
        let asks = if number == BOOKINGS + 1 { format!("{SEALED}: is") } else { "Is".to_owned() };
        [
            case(format!("status-{number}"), format!("{asks} booking B-{number} paid or open?"), "read_a", number),
            case(format!("bike-{number}"), format!("Which bike is booking B-{number} for?"), "read_b", number),
        ]
    };
    (1..=2 * BOOKINGS).flat_map(about).collect()
}
