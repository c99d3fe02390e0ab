//! The hire with a desk that has two pages beside its tools, and its cases.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use loopwright_core::{Case, Purpose, RunId, Seed, Split, Variant};
use loopwright_eval::{Draw, DrawError, Made, Workshop};
use loopwright_knowledge::{Corpus, Document, KnowledgePart};
use loopwright_store::Store;
use serde_json::json;

use crate::hire::{self, Still, library, suite};

const HIRE: &str = "A bicycle costs 12 pounds for a day. A helmet costs 3 pounds for a day.\n";
const TIMES: &str = "The shop opens at 9:00 on weekdays. The shop closes at 17:30 on Saturdays.\n";
const WORLD: &str = "create table bookings(id text primary key, status text, bike text);
insert into bookings values ('B-1', 'open', 'a tandem'), ('B-2', 'paid', 'a racer'), ('B-3', 'open', 'a cargo bike');";

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
    let knowledge = KnowledgePart { top_k: 1, ..KnowledgePart::new(corpus().digest()) };
    let instructions = "Answer from the passages. Call a tool for questions about a booking.";
    hire::variant("desk", WORLD, vec![("instructions", json!(instructions)), ("knowledge", knowledge.to_value())])
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
    let store = Store::in_memory(Arc::new(Still)).unwrap();
    let draw = Arc::new(Counting(AtomicU64::new(1)));
    hire::workshop(suite("desk", cases(), 4), library(WORLD, [corpus()]), store, draw)
}

/// A run of the desk on `split`.
pub(crate) async fn run(workshop: &Workshop, split: Split) -> Made {
    hire::run(workshop, split, variant()).await
}
