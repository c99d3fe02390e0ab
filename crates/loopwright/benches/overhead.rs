//! What the engine adds to a trial: `cargo bench -p loopwright --bench overhead`.
//!
//! A line is a run of 10,000 trials into a ledger on the disk. From the CPU time of the whole process, all threads
//! together, is taken what the stand-in itself uses: its chat is called on the very same requests with the same seeds,
//! and nothing around it. What is left is planning, search, the agent's machine, the world, metrics, counting and
//! recording.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark ends at the first fault and prints")]

use std::sync::Arc;

use loopwright_core::{Case, ChatRequest, Model, ModelCall, RunEvent, Seed, SpanDetail, Split, Variant, VirtualClock};
use loopwright_eval::Watch;
use loopwright_model::Standin;
use loopwright_store::Store;
use tokio::runtime::Runtime;

use args::typed;
use catalogue::Catalogue;
use process::cpu_seconds;
use workshop::{order, workshop};

#[path = "ground/args.rs"]
mod args;
#[path = "ground/catalogue.rs"]
mod catalogue;
#[path = "ground/process.rs"]
mod process;
#[path = "ground/workshop.rs"]
mod workshop;

/// Cases of a run.
const CASES: u32 = 100;
/// Trials of each case: 10,000 in all.
const REPETITIONS: u32 = 100;
/// Goes of a measurement.
const GOES: u32 = 3;
/// Scores of a trial.
const METRICS: [&str; 4] = ["resolved", "answer", "tokens", "latency"];
/// The ceiling of a trial of one turn, with at most [`SPANS`] spans, in microseconds.
const A_TRIAL: f64 = 300.0;
const SPANS: f64 = 4.0;
/// What each further span may add to it.
const A_SPAN: f64 = 60.0;

/// Without arguments, all of it; `memory N` runs N trials and says the most memory that the process held; `run N M`
/// only runs N trials of the M-th load, from 0, to be looked at with a profiler.
fn main() {
    let arguments = typed();
    let number = |place: usize| arguments.get(place).and_then(|text| text.parse::<u32>().ok()).unwrap_or(10_000);
    match arguments.first().map(String::as_str) {
        Some("memory") => memory(number(1)),
        Some("run") => Load::all()[number(2).min(3) as usize].run(number(1) / CASES, &mut ()),
        _ => {
            overhead();
            peaks();
        }
    }
}

/// Agents that do more or less in a trial.
struct Load {
    label: &'static str,
    catalogue: Catalogue,
    variant: Variant,
    cases: Vec<Case>,
}

impl Load {
    fn new(label: &'static str, variant: fn(&Catalogue) -> Variant, cases: fn(&Catalogue, Split) -> Vec<Case>) -> Self {
        let catalogue = Catalogue::new(CASES as usize);
        let (variant, mut cases) = (variant(&catalogue), cases(&catalogue, Split::Dev));
        cases.truncate(CASES as usize);
        Self { label, catalogue, variant, cases }
    }

    fn one_turn() -> Self {
        Self::new("an answer from the pages", Catalogue::reader, Catalogue::questions)
    }

    fn all() -> [Self; 4] {
        [
            Self::one_turn(),
            Self::new("the same, beside tools and a world", Catalogue::clerk, Catalogue::questions),
            Self::new("a look at an order", Catalogue::clerk, Catalogue::look_ups),
            Self::new("a look at an order, and its change", Catalogue::clerk, Catalogue::cancellations),
        ]
    }

    /// Runs `repetitions` of every case, and measures that and the stand-in alone.
    fn measured(&self, repetitions: u32) -> Measured {
        let whole = least(|| self.run(repetitions, &mut ()));
        // The same run again is the same to the last byte, so what it asked is what was asked before.
        let mut asked = Asked::default();
        self.run(repetitions, &mut asked);
        let standin = least(|| asked.ask_again());
        let trials = f64::from(repetitions) * self.cases.len() as f64;
        let scale = 1e6 / trials;
        Measured { spans: asked.spans as f64 / trials, whole: whole * scale, standin: standin * scale }
    }

    fn run(&self, repetitions: u32, watch: &mut dyn Watch) {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(loopwright::system_clock::SystemClock::default());
        let store = Store::open(folder.path().join("ledger.db"), clock).unwrap();
        let library = Arc::new(self.catalogue.library());
        let workshop = workshop(self.cases.clone(), &METRICS, library, store, Seed(1));
        let made = runtime().block_on(workshop.make(order(&[("base", &self.variant)], repetitions), watch)).unwrap();
        assert_eq!(made.execution.tally.trials(), u64::from(repetitions) * self.cases.len() as u64);
    }
}

/// The least CPU time of several goes, in seconds: whatever else the machine does only adds to it.
fn least(work: impl Fn()) -> f64 {
    let go = |_| {
        let before = cpu_seconds();
        work();
        cpu_seconds() - before
    };
    (0..GOES).map(go).fold(f64::INFINITY, f64::min)
}

/// Microseconds of CPU a trial.
struct Measured {
    spans: f64,
    whole: f64,
    standin: f64,
}

impl Measured {
    fn engine(&self) -> f64 {
        self.whole - self.standin
    }

    fn ceiling(&self) -> f64 {
        A_TRIAL + A_SPAN * (self.spans - SPANS).max(0.0)
    }
}

/// Everything that the stand-in was asked in a run.
#[derive(Default)]
struct Asked {
    requests: Vec<ChatRequest>,
    spans: usize,
}

impl Watch for Asked {
    fn event(&mut self, event: &RunEvent) {
        let RunEvent::Finished { trial, .. } = event else { return };
        self.spans += trial.trace.spans.len();
        for span in &trial.trace.spans {
            if let SpanDetail::Chat { request, .. } = &span.detail {
                self.requests.push((**request).clone());
            }
        }
    }
}

impl Asked {
    fn ask_again(&self) {
        let model = Standin::new("small", Arc::new(VirtualClock::starting_at(1))).unwrap();
        runtime().block_on(async {
            for (seed, request) in (0..).zip(&self.requests) {
                let call = ModelCall { request, seed: Seed(seed), deadline: None, deltas: None };
                std::hint::black_box(model.chat(call).await.unwrap());
            }
        });
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap()
}

fn overhead() {
    let trials = CASES * REPETITIONS;
    println!(
        "CPU of {trials} trials recorded in SQLite, {} scores each, the least of {GOES} goes; microseconds a trial\n",
        METRICS.len()
    );
    println!("{:<36} {:>6} {:>8} {:>9} {:>8} {:>8}", "", "spans", "all", "stand-in", "engine", "ceiling");
    let mut lines = vec![];
    for load in Load::all() {
        let line = load.measured(REPETITIONS);
        let Measured { spans, whole, standin } = &line;
        let (engine, ceiling) = (line.engine(), line.ceiling());
        let holds = if engine <= ceiling { "holds" } else { "DOES NOT HOLD" };
        println!("{:<36} {spans:>6.2} {whole:>8.1} {standin:>9.1} {engine:>8.1} {ceiling:>8.1}  {holds}", load.label);
        lines.push(line);
    }
    println!("\nthe ceiling: {A_TRIAL:.0} for a trial of at most {SPANS} spans, and {A_SPAN:.0} for each further span");
    let slope = |from: &Measured, to: &Measured| (to.engine() - from.engine()) / (to.spans - from.spans);
    println!("a span more, from the answer beside tools to the look: {:.1}", slope(&lines[1], &lines[2]));
    println!(
        "from the look to the change, which also keeps a final state and checks it: {:.1}",
        slope(&lines[2], &lines[3])
    );
}

/// Runs `trials` trials of one turn in this process, and says the most memory that it held.
fn memory(trials: u32) {
    Load::one_turn().run(trials / CASES, &mut ());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("{}", line.trim().trim_end_matches(" kB"));
}

/// Peak memory of runs of two sizes, each in a process of its own.
fn peaks() {
    let peak = |trials: u32| -> f64 {
        #[expect(clippy::disallowed_methods, reason = "the peak of a process can only be read once in it")]
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        let output = child.args(["memory", &trials.to_string()]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.trim().parse::<f64>().unwrap() / 1024.0
    };
    println!("\npeak memory of a run of one turn");
    for trials in [1_000, 10_000, 100_000] {
        println!("{trials:>8} trials {:>8.1} MiB", peak(trials));
    }
}
