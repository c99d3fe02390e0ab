//! A workshop on the stand-in: a desk with two pages and two tools that are told apart badly, and its dev cases.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use loopwright_agent::{Always, WorldSeed};
use loopwright_core::{
    AgentName, Arm, ArmName, BoxFuture, Case, Clock, Condition, Digest, PartName, Purpose, RunId, Seed, Split,
    SuiteName, Variant, WorkerId,
};
use loopwright_eval::{
    Approval, Draw, DrawError, Library, Made, Metric, Order, Pace, Ports, Reach, Ruler, Suite, Workshop,
};
use loopwright_knowledge::{Corpus, Document, KnowledgePart};
use loopwright_model::Access;
use loopwright_stats::Level;
use loopwright_store::Store;
use serde_json::{Value, json};

const HIRE: &str = "A bicycle costs 12 pounds for a day. A helmet costs 3 pounds for a day.\n";
const TIMES: &str = "The shop opens at 9:00 on weekdays. The shop closes at 17:30 on Saturdays.\n";
const WORLD: &str = "create table bookings(id text primary key, status text, bike text);
insert into bookings values ('B-1', 'open', 'a tandem'), ('B-2', 'paid', 'a racer'), ('B-3', 'open', 'a cargo bike');";

struct Still;

impl Clock for Still {
    fn now_ns(&self) -> u64 {
        1
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Ids and seeds in order.
struct Counting(AtomicU64);

impl Draw for Counting {
    fn run_id(&self) -> Result<RunId, DrawError> {
        let id = format!("run-{}", self.0.fetch_add(1, Ordering::Relaxed));
        RunId::new(id).map_err(|error| DrawError { message: error.to_string() })
    }

    fn seed(&self, _: Purpose) -> Result<Seed, DrawError> {
        Ok(Seed(self.0.fetch_add(1, Ordering::Relaxed)))
    }
}

/// The documents.
pub(crate) fn corpus() -> Corpus {
    let page = |source: &str, text: &str| Document { source: source.into(), text: text.into() };
    Corpus::new(vec![page("hire.md", HIRE), page("times.md", TIMES)]).unwrap()
}

fn variant() -> Variant {
    let tool = |name: &str, column: &str| {
        json!({"name": name, "description": "Booking information.", "effect": "read", "empty": "no such booking",
               "parameters": {"booking_id": {"type": "string", "description": "The booking, such as B-1.", "pattern": "^B-[0-9]+$"}},
               "statements": [format!("select {column} from bookings where id = :booking_id")]})
    };
    let knowledge = KnowledgePart { top_k: 1, ..KnowledgePart::new(corpus().digest()) };
    let parts = [
        ("model", json!({"ref": "standin:small"})),
        ("instructions", json!("Answer from the passages. Call a tool for questions about a booking.")),
        ("knowledge", knowledge.to_value()),
        ("tools", json!([tool("read_a", "status"), tool("read_b", "bike")])),
        ("world", json!({"source": "world.sql", "digest": Digest::of_bytes(WORLD.as_bytes())})),
    ];
    let part = |(name, value): (&str, Value)| (PartName::new(name).unwrap(), value);
    let agent = AgentName::new("desk").unwrap();
    Variant { agent, parts: parts.into_iter().map(part).collect(), unpinned: BTreeSet::new() }
}

fn cases() -> Vec<Case> {
    let page = |key: &str, input: &str, answer: &str, source: &str, quote: &str| {
        json!({"key": key, "input": input,
               "expect": {"answer": {"contains": answer}, "passages": [{"source": source, "quote": quote}]}})
    };
    let call = |key: &str, input: &str, tool: &str, id: &str| json!({"key": key, "input": input, "expect": {"calls": [{"tool": tool, "args": {"booking_id": id}}]}});
    let lines = [
        page("bike", "What does a bicycle cost?", "12 pounds", "hire.md", "A bicycle costs 12 pounds for a day."),
        page("opens", "When do you open?", "9:00", "times.md", "The shop opens at 9:00 on weekdays."),
        call("status-1", "Is booking B-1 paid or open?", "read_a", "B-1"),
        call("status-2", "Is my booking B-2 paid?", "read_a", "B-2"),
        call("status-3", "Has booking B-3 been paid?", "read_a", "B-3"),
        call("bike-1", "Which bike is in booking B-1?", "read_b", "B-1"),
        call("bike-2", "Tell me the bike of booking B-2.", "read_b", "B-2"),
        call("bike-3", "Which bike do I get with booking B-3?", "read_b", "B-3"),
        json!({"key": "sealed", "input": "Is booking B-9 paid?", "split": "vault",
               "expect": {"calls": [{"tool": "read_a", "args": {"booking_id": "B-9"}}]}}),
    ];
    lines.into_iter().map(|line| serde_json::from_value(line).unwrap()).collect()
}

/// The workshop, on a ledger in memory.
pub(crate) fn workshop() -> Workshop {
    let suite = Suite {
        name: SuiteName::new("desk").unwrap(),
        cases: cases(),
        metrics: vec![Metric::named("resolved").unwrap()],
        trials: 4,
        perturbations: vec![],
        approval: Approval::Always(Always::Approve),
    };
    let worlds =
        BTreeMap::from([(Digest::of_bytes(WORLD.as_bytes()), Arc::new(WorldSeed::build("w", WORLD).unwrap()))]);
    let clock: Arc<dyn Clock> = Arc::new(Still);
    let store = Store::in_memory(Arc::clone(&clock)).unwrap();
    Workshop {
        suite: Arc::new(suite),
        library: Arc::new(Library::new(BTreeMap::from([(corpus().digest(), corpus())]), worlds)),
        reach: Reach { access: Arc::new(Access::default()), clock: Arc::clone(&clock), folder: PathBuf::from(".") },
        ports: Ports {
            ledger: Arc::new(store.clone()),
            queue: Arc::new(store),
            clock,
            worker: WorkerId::new("w").unwrap(),
        },
        pace: Pace { concurrency: NonZeroUsize::new(4).unwrap(), money: None, tokens: None },
        ruler: Ruler { level: Level::P95, margin: 0.02 },
        draw: Arc::new(Counting(AtomicU64::new(1))),
    }
}

/// A run of the desk on `split`.
pub(crate) async fn run(workshop: &Workshop, split: Split) -> Made {
    let order = Order {
        purpose: Purpose::Eval,
        split,
        arms: vec![Arm { name: ArmName::new("base").unwrap(), variant: variant() }],
        conditions: vec![Condition::Plain],
        repetitions: workshop.suite.trials,
        only: None,
    };
    workshop.make(order, &mut ()).await.unwrap()
}
