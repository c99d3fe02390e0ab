//! What it costs to record a trial: `cargo bench -p loopwright-store --bench commit`.
//!
//! The floor is the same rows, made ready beforehand and put in by bare INSERTs, 64 trials a transaction. CPU time is
//! that of the whole process, all threads together, as Linux counts it.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark ends at the first fault and prints")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use block_on::block_on;
use loopwright_core::*;
use loopwright_store::Store;
use rusqlite::{Connection, params};
use serde_json::json;

#[path = "../tests/it/block_on.rs"]
mod block_on;

/// Trials of one measurement.
const TRIALS: u64 = 4000;
/// Spans of a trial: the run itself, a search, a model call and a tool call; then eight more calls.
const SHORT: usize = 4;
const LONG: usize = 12;
/// Scores of a trial.
const SCORES: u32 = 4;
const LEASE: Duration = Duration::from_secs(600);

/// Runs the measurements whose label contains the first argument; without one, all.
fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).unwrap_or_default();
    println!("{TRIALS} trials a line, {SCORES} scores each; microseconds a trial");
    println!("{:<44} {:>6} {:>8} {:>8}", "", "spans", "CPU", "wall");
    let lines = [
        ("floor: bare INSERTs, 64 a transaction", floor as fn(usize) -> Cost),
        ("serialising alone", serialising),
        ("commit: 8 callers, 1 trial a call", |spans| commit(8, 1, spans)),
        ("commit: 32 callers, 1 trial a call", |spans| commit(32, 1, spans)),
        ("commit: 1 caller, 1 trial a call", |spans| commit(1, 1, spans)),
        ("commit: 1 caller, 64 trials a call", |spans| commit(1, 64, spans)),
    ];
    for (label, measure) in lines.into_iter().filter(|(label, _)| label.contains(&wanted)) {
        let [few, many] = [SHORT, LONG].map(measure);
        println!("{label:<44} {SHORT:>6} {:>8.1} {:>8.1}", few.cpu, few.wall);
        println!("{:<44} {LONG:>6} {:>8.1} {:>8.1}", "", many.cpu, many.wall);
        let further = (LONG - SHORT) as f64;
        let (cpu, wall) = ((many.cpu - few.cpu) / further, (many.wall - few.wall) / further);
        println!("{:<44} {:>6} {cpu:>8.1} {wall:>8.1}", "", "a span");
    }
    let label = "claim 8 and give them up";
    if label.contains(&wanted) {
        let claiming = claim();
        println!("{label:<44} {:>6} {:>8.1} {:>8.1}", "", claiming.cpu, claiming.wall);
    }
    for spans in [SHORT, LONG] {
        let trace = trial(0, spans).trace;
        let (bytes, kept) = (serde_json::to_string(&trace).unwrap().len(), packed(&trace).len());
        println!("a trace of {spans} spans is {bytes} bytes of JSON, {kept} packed");
    }
}

/// Microseconds a trial.
struct Cost {
    cpu: f64,
    wall: f64,
}

fn measured(work: impl FnOnce()) -> Cost {
    #[expect(clippy::disallowed_methods, reason = "to measure time is its purpose")]
    let (began, before) = (Instant::now(), cpu_seconds());
    work();
    let (wall, cpu) = (began.elapsed().as_secs_f64(), cpu_seconds() - before);
    let scale = 1e6 / TRIALS as f64;
    Cost { cpu: cpu * scale, wall: wall * scale }
}

/// User and system time of this process. Linux counts it in hundredths of a second here; elsewhere it is not known.
fn cpu_seconds() -> f64 {
    let Ok(line) = std::fs::read_to_string("/proc/self/stat") else { return f64::NAN };
    let fields: Vec<&str> = line.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| fields.get(field).and_then(|ticks| ticks.parse().ok()).unwrap_or(f64::NAN);
    (ticks(11) + ticks(12)) / 100.0
}

fn floor(spans: usize) -> Cost {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    drop(open(&path));
    let rows: Vec<_> = (0..TRIALS).map(|index| trial(index, spans)).map(ready).collect();
    let mut database = Connection::open(&path).unwrap();
    database.pragma_update(None, "synchronous", "NORMAL").unwrap();
    measured(|| {
        for batch in rows.chunks(64) {
            let transaction = database.transaction().unwrap();
            batch.iter().for_each(|row| insert(&transaction, row));
            transaction.commit().unwrap();
        }
    })
}

/// What the floor writes of a trial.
struct Ready {
    acted: ActedTrial,
    condition: String,
    tags: String,
    trace: Vec<u8>,
    scores: Vec<Score>,
}

fn ready(acted: ActedTrial) -> Ready {
    let condition = acted.site.condition.to_string();
    let tags = serde_json::to_string(&acted.site.tags).unwrap();
    let (trace, scores) = (packed(&acted.trace), scores(&acted));
    Ready { acted, condition, tags, trace, scores }
}

/// A trace as the store packs it.
fn packed(trace: &Trace) -> Vec<u8> {
    lz4_flex::block::compress_prepend_size(&serde_json::to_vec(trace).unwrap())
}

fn insert(database: &Connection, row: &Ready) {
    let (site, usage) = (&row.acted.site, row.acted.cost.usage);
    let as_integer = |count: u64| i64::try_from(count).unwrap();
    let sql = "INSERT INTO trial (key, run, idx, arm, case_key, group_name, tags, condition, repetition, outcome,
                                  attempts, input, cached, output, reasoning, money, energy, duration_ns, state)
               VALUES (?1, 1, ?2, ?3, ?4, NULL, ?5, ?6, ?7, 'answered', 1, ?8, ?9, ?10, ?11, 17, 9, ?12, NULL)";
    let values = params![
        site.key.0.as_bytes(),
        as_integer(site.index),
        site.arm.as_str(),
        site.case.as_str(),
        row.tags,
        row.condition,
        site.repetition,
        as_integer(usage.input()),
        as_integer(usage.cached()),
        as_integer(usage.output()),
        as_integer(usage.reasoning()),
        as_integer(row.acted.trace.duration_ns()),
    ];
    database.prepare_cached(sql).unwrap().execute(values).unwrap();
    let id = database.last_insert_rowid();
    let sql = "INSERT INTO trace (trial, body) VALUES (?1, ?2)";
    database.prepare_cached(sql).unwrap().execute(params![id, row.trace]).unwrap();
    let sql = "INSERT INTO score (trial, metric, expectation, name, value, verdict, reason, evidence)
               VALUES (?1, ?2, ?3, ?4, ?5, 'pass', NULL, ?6)";
    let mut statement = database.prepare_cached(sql).unwrap();
    for score in &row.scores {
        let (metric, expectation) = (score.metric.digest.as_bytes(), score.expectation.as_bytes());
        let name = score.metric.name.as_str();
        statement.execute(params![id, metric, expectation, name, score.value, score.evidence]).unwrap();
    }
}

fn serialising(spans: usize) -> Cost {
    let trials: Vec<_> = (0..TRIALS).map(|index| trial(index, spans)).collect();
    measured(|| {
        for trial in trials {
            std::hint::black_box(packed(&trial.trace));
        }
    })
}

/// `callers` threads commit at the same time, each `together` trials a call, claimed beforehand.
fn commit(callers: usize, together: usize, spans: usize) -> Cost {
    let directory = tempfile::tempdir().unwrap();
    let store = started(directory.path());
    let leases = block_on(store.claim(&run(), &worker(), TRIALS as usize, LEASE)).unwrap();
    let results = leases.into_iter().map(|lease| {
        let trial = Box::new(trial(lease.index, spans));
        Commit::Acted { lease, scores: scores(&trial), trial }
    });
    let mut shares: Vec<Vec<Commit>> = (0..callers).map(|_| vec![]).collect();
    results.enumerate().for_each(|(index, result)| shares[index % callers].push(result));
    measured(|| {
        std::thread::scope(|scope| {
            for share in shares {
                let store = &store;
                scope.spawn(move || {
                    let mut share = share.into_iter().peekable();
                    while share.peek().is_some() {
                        let batch = share.by_ref().take(together).collect();
                        assert!(block_on(store.commit(batch)).unwrap().into_iter().all(|recorded| recorded));
                    }
                });
            }
        });
    })
}

fn claim() -> Cost {
    let directory = tempfile::tempdir().unwrap();
    let store = started(directory.path());
    measured(|| {
        loop {
            let leases = block_on(store.claim(&run(), &worker(), 8, LEASE)).unwrap();
            let give_up =
                |lease| Commit::Dead { lease, message: "no network".to_owned(), cost: loopwright_core::Cost::ZERO };
            let results: Vec<Commit> = leases.into_iter().map(give_up).collect();
            if results.is_empty() {
                break;
            }
            block_on(store.commit(results)).unwrap();
        }
    })
}

fn open(path: &Path) -> Store {
    Store::open(path, Arc::new(VirtualClock::starting_at(1))).unwrap()
}

fn started(directory: &Path) -> Store {
    let store = open(&directory.join("ledger.db"));
    let manifest = RunManifest {
        id: run(),
        purpose: Purpose::Eval,
        suite: SuiteName::new("support").unwrap(),
        plan: Digest::of_bytes(b"plan"),
        seed: Seed(7),
        arms: vec![],
        metrics: vec![],
        metric_specs: Default::default(),
        split: Split::Dev,
        trials: TRIALS,
        simulated: true,
        started_ns: 1,
        version: "0.1.0".to_owned(),
    };
    block_on(store.append(vec![Fact::RunStarted(Box::new(manifest))])).unwrap();
    block_on(store.materialise(&run(), TRIALS)).unwrap();
    store
}

fn run() -> RunId {
    RunId::new("r").unwrap()
}

fn worker() -> WorkerId {
    WorkerId::new("w").unwrap()
}

/// A trial of the size that an agent with knowledge and tools makes.
fn trial(index: u64, spans: usize) -> ActedTrial {
    let case = CaseKey::new(format!("dev-returns-{:04}", index / 5)).unwrap();
    let arm = ArmName::new("base").unwrap();
    let (input, repetition) = (Digest::of_bytes(case.as_str().as_bytes()), u32::try_from(index % 5).unwrap());
    let key = TrialKey::planned(&run(), &arm, &input, &Condition::Plain, repetition);
    let details = [agent(), retrieval()].into_iter().chain([chat(), tool()].into_iter().cycle());
    let spans = (0..).zip(details.take(spans)).map(|(id, detail)| Span {
        id,
        parent: (id > 0).then_some(0),
        start_ns: 1_760_000_000_000_000_000 + index,
        end_ns: 1_760_000_001_000_000_000 + index,
        detail,
        error: None,
    });
    let outcome = Outcome::Answered { text: "You can send it back within 30 days [returns.md].".to_owned() };
    let trace = Trace { id: TraceId::of(&key.0), outcome, spans: spans.collect() };
    let tags = vec![Tag::new("returns").unwrap()];
    let site =
        TrialSite { key, run: run(), index, arm, case, group: None, tags, condition: Condition::Plain, repetition };
    ActedTrial { site, attempts: 1, cost: price(), trace, state: None }
}

fn price() -> loopwright_core::Cost {
    let usage = Usage::new(900, 300, 60, 0);
    loopwright_core::Cost { usage, money: Some(MicroDollars(17)), energy: Some(MicroJoules(9)) }
}

fn scores(trial: &ActedTrial) -> Vec<Score> {
    let score = |index: u32| {
        let name = MetricName::new(format!("metric-{index}")).unwrap();
        Score {
            trial: trial.site.key,
            metric: MetricId { digest: Digest::of_bytes(name.as_str().as_bytes()), name },
            expectation: Digest::of_bytes(trial.site.case.as_str().as_bytes()),
            value: Some(1.0),
            verdict: Verdict::Pass,
            evidence: "contains `30 days`".to_owned(),
        }
    };
    (0..SCORES).map(score).collect()
}

const PASSAGE: &str = "Goods can be sent back within 30 days of delivery, unused and in their box. Write to the desk \
    with the number of the order; a label comes by mail within one working day. Refunds go to the card that was charged, \
    and take up to ten days to show. Cut fabric, opened seeds and gift cards are not taken back, and neither is what was \
    made to order. When the fault is ours, so is the postage.\n";

fn agent() -> SpanDetail {
    SpanDetail::Agent { agent: "support".to_owned(), variant: Digest::of_bytes(b"variant") }
}

fn retrieval() -> SpanDetail {
    let passage = |rank: usize| FoundPassage {
        source: format!("docs/handbook-{rank:02}.md"),
        start: 400 * rank,
        end: 400 * rank + PASSAGE.len(),
        score: 9.7 / (rank as f64 + 1.3),
        text: if rank < 4 { PASSAGE.to_owned() } else { String::new() },
    };
    SpanDetail::Retrieval { query: QUESTION.to_owned(), passages: (0..8).map(passage).collect(), shown: 4 }
}

const QUESTION: &str = "How long do I have to send the garden chair of order A-1043 back?";

fn chat() -> SpanDetail {
    let system = "You answer the customers of a small shop. Cite the page you rely on. ".repeat(6);
    let context = format!("{}\n\n{QUESTION}", PASSAGE.repeat(4));
    let messages = vec![Message::text(Role::System, system), Message::text(Role::User, context)];
    let parameters = json!({"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]});
    let tool = |name: &str| ToolSpec {
        name: name.to_owned(),
        description: "Looks up one order by its number and says where it is.".to_owned(),
        parameters: parameters.clone(),
    };
    let tools = ["find_order", "cancel_order", "send_label"].map(tool).to_vec();
    let request = ChatRequest { tools, ..ChatRequest::new("small", messages) };
    let response = ChatResponse {
        id: "answer-1".to_owned(),
        model: "small".to_owned(),
        message: Message::text(Role::Assistant, "You can send it back within 30 days [returns.md]."),
        finish: FinishReason::Stop,
        cost: price(),
    };
    let segment = |name: &str| SegmentUse { name: name.to_owned(), tokens: 200, dropped: 0 };
    let segments = ["system", "knowledge", "tools", "user"].map(segment).to_vec();
    SpanDetail::Chat { request: Box::new(request), response: Some(Box::new(response)), segments, attempts: 1 }
}

fn tool() -> SpanDetail {
    let arguments = json!({"order": "A-1043"});
    let (id, name) = ("call-1".to_owned(), "find_order".to_owned());
    let call = ToolCall { id, name, arguments: arguments.to_string() };
    let result = r#"{"order":"A-1043","state":"delivered","on":"2026-03-04","items":["garden chair"]}"#.to_owned();
    SpanDetail::Tool { call, arguments: Some(arguments), result, status: ToolStatus::Done }
}
