//! A small agent on the stand-in, with a page, a world and six cases: enough for every part of the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use loopwright_agent::{Always, WorldSeed};
use loopwright_core::{
    AgentName, Arm, ArmName, BoxFuture, Case, Clock, Condition, Digest, PartName, Perturbation, Purpose, RunId, Seed,
    Split, SuiteName, Variant, WorkerId,
};
use loopwright_eval::{Approval, Library, Metric, Pace, Plan, PlanRequest, Ports, Reach, Stage, Suite};
use loopwright_knowledge::{Corpus, Document, KnowledgePart};
use loopwright_model::Access;
use loopwright_store::Store;
use serde_json::json;

const PAGE: &str = "# Hire\n\nA bicycle costs 12 pounds for a day. A helmet costs 3 pounds for a day.\n\n\
                    # Times\n\nThe shop opens at 9:00 on weekdays. The shop closes at 17:30 on Saturdays.\n";

const WORLD: &str = "create table bookings(id text primary key, status text);
insert into bookings values ('B-1', 'open'), ('B-2', 'open');";

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

/// The library that the desk's variant pins into.
pub(crate) fn library() -> Library {
    let world = WorldSeed::build("world.sql", WORLD).unwrap();
    let worlds = BTreeMap::from([(Digest::of_bytes(WORLD.as_bytes()), Arc::new(world))]);
    Library::new(BTreeMap::from([(corpus().digest(), corpus())]), worlds)
}

fn corpus() -> Corpus {
    Corpus::new(vec![Document { source: "shop.md".into(), text: PAGE.into() }]).unwrap()
}

/// The desk.
pub(crate) fn variant() -> Variant {
    let knowledge = KnowledgePart {
        chunk: serde_json::from_value(json!({"by": "heading", "size": 40})).unwrap(),
        ..KnowledgePart::new(corpus().digest())
    };
    let tools = json!([{
        "name": "cancel_booking", "description": "Cancel a booking by its booking number.", "effect": "write",
        "parameters": {"booking_id": {"type": "string", "description": "The booking number, such as B-1.", "pattern": "^B-[0-9]+$"}},
        "statements": ["update bookings set status = 'cancelled' where id = :booking_id",
                       "select id, status from bookings where id = :booking_id"],
        "empty": "no such booking",
    }]);
    let parts = [
        ("model", json!({"ref": "standin:small"})),
        (
            "instructions",
            json!("Answer from the passages and cite them. Call a tool when the user wants something done."),
        ),
        ("knowledge", knowledge.to_value()),
        ("tools", tools),
        ("world", json!({"source": "world.sql", "digest": Digest::of_bytes(WORLD.as_bytes())})),
    ];
    let part = |(name, value): (&str, serde_json::Value)| (PartName::new(name).unwrap(), value);
    Variant {
        agent: AgentName::new("desk").unwrap(),
        parts: parts.into_iter().map(part).collect(),
        unpinned: BTreeSet::new(),
    }
}

/// Four cases of dev and two of the vault.
pub(crate) fn suite(metrics: &[&str]) -> Suite {
    let lines = [
        json!({"key": "bike", "input": "What does a bicycle cost for a day?", "tags": ["price"],
               "expect": {"answer": {"contains": "12 pounds"}, "passages": [{"source": "shop.md", "quote": "A bicycle costs 12 pounds for a day."}]}}),
        json!({"key": "helmet", "input": "What does a helmet cost for a day?", "tags": ["price"],
               "expect": {"answer": {"contains": "3 pounds"}, "passages": [{"source": "shop.md", "quote": "A helmet costs 3 pounds for a day."}]}}),
        json!({"key": "opens", "input": "When does the shop open on weekdays?",
               "expect": {"answer": {"contains": "9:00"}, "passages": [{"source": "shop.md", "quote": "The shop opens at 9:00 on weekdays."}]}}),
        json!({"key": "cancel", "input": "Please cancel my booking B-2.", "tags": ["act"],
               "expect": {"calls": [{"tool": "cancel_booking", "args": {"booking_id": "B-2"}}],
                          "state": [{"sql": "select status from bookings where id = 'B-2'", "equals": "cancelled"},
                                    {"sql": "select status from bookings where id = 'B-1'", "equals": "open"}]}}),
        json!({"key": "closes", "input": "When does the shop close on Saturdays?", "split": "vault",
               "expect": {"answer": {"contains": "17:30"}}}),
        json!({"key": "cancel-1", "input": "Please cancel booking B-1.", "split": "vault",
               "expect": {"calls": [{"tool": "cancel_booking", "args": {"booking_id": "B-1"}}]}}),
    ];
    let cases: Vec<Case> = lines.into_iter().map(|line| serde_json::from_value(line).unwrap()).collect();
    Suite {
        name: SuiteName::new("desk").unwrap(),
        cases,
        metrics: metrics.iter().map(|name| Metric::named(name).unwrap()).collect(),
        trials: 3,
        perturbations: vec![Perturbation { name: "ants".into(), dose: 3 }],
        approval: Approval::Always(Always::Approve),
    }
}

/// An arm.
pub(crate) fn arm(name: &str, variant: Variant) -> Arm {
    Arm { name: ArmName::new(name).unwrap(), variant }
}

/// A plan of the dev split of `suite`.
pub(crate) fn plan(suite: &Suite, id: &str, arms: Vec<Arm>, conditions: Vec<Condition>) -> Arc<Plan> {
    let request = PlanRequest {
        id: RunId::new(id).unwrap(),
        purpose: Purpose::Eval,
        arms,
        split: Split::Dev,
        conditions,
        repetitions: suite.trials,
        seed: Seed(7),
        simulated: true,
        started_ns: 1_000_000_000,
        only: None,
    };
    Arc::new(Plan::new(&Arc::new(suite.clone()), request).unwrap())
}

/// The stage of `plan`.
pub(crate) fn stage(plan: &Plan) -> Arc<Stage> {
    let (access, clock) = (Arc::new(Access::default()), Arc::new(Still));
    let reach = Reach { access, clock, folder: PathBuf::from(".") };
    Arc::new(Stage::new(plan, &library(), reach).unwrap())
}

/// A ledger in memory.
pub(crate) fn store() -> Store {
    Store::in_memory(Arc::new(Still)).unwrap()
}

/// Ports over `store`, for the worker `name`.
pub(crate) fn ports(store: &Store, name: &str) -> Ports {
    let worker = WorkerId::new(name).unwrap();
    Ports { ledger: Arc::new(store.clone()), queue: Arc::new(store.clone()), clock: Arc::new(Still), worker }
}

/// A pace without budgets.
pub(crate) fn pace(concurrency: usize) -> Pace {
    Pace { concurrency: NonZeroUsize::new(concurrency).unwrap(), money: None, tokens: None, time: None, rejudge: false }
}
