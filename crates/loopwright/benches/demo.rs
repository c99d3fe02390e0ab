//! What the loop makes of the demo project: `cargo bench -p loopwright --bench demo -- [seeds] [first]`.
//!
//! For each seed the bundled project is measured, diagnosed and improved from the start, two seeds at a time, each in a
//! folder of its own; what was accepted is printed as each seed ends, first for all cases, then for the unfixable ones
//! alone. A line of the tables counts the seeds in which a remedy was raced, worth a question, asked about, and accepted.
//! The conditions beside the plain one are left out: diagnosis and improvement do not read them.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark ends at the first fault and prints")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use loopwright::command::{RACE_TRIALS, evidence};
use loopwright::context::Context;
use loopwright::environment::Environment;
use loopwright::printer::{Colour, Format, Printer, Verbosity};
use loopwright::project;
use loopwright::system_clock::SystemClock;
use loopwright::workshop::{Options, Seeding, Shop};
use loopwright_core::{Condition, Decision, Purpose, RunEvent, Seed, Split};
use loopwright_eval::{Order, Watch};
use loopwright_improve::{Candidate, DiagnosisRequest, Follow, ImprovementRequest, Replaying, Step, diagnose, improve};
use loopwright_stats::{Count, Level, ProportionInterval, proportion};

use args::typed;
use process::cpu_seconds;

#[path = "ground/args.rs"]
mod args;
#[path = "ground/process.rs"]
mod process;

/// Seeds, unless the first argument says otherwise.
const SEEDS: u64 = 200;
/// The true fix of each planted defect must be accepted in this share of seeds.
const LEAST: f64 = 0.80;
/// The tag of the cases that no technique can mend.
const UNFIXABLE: &str = "computed";

fn main() {
    let numbers: Vec<u64> = typed().iter().map(|text| text.parse().unwrap()).collect();
    let seeds = numbers.first().copied().unwrap_or(SEEDS);
    let first = numbers.get(1).copied().unwrap_or(1);
    #[expect(clippy::disallowed_methods, reason = "to measure time is its purpose")]
    let (began, before) = (Instant::now(), cpu_seconds());
    let project = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("demo"));
    let whole = every(&project, first..first + seeds, Cases::All);
    let (wall, cpu) = (began.elapsed().as_secs_f64(), cpu_seconds() - before);
    let alone = every(&project, first..first + seeds, Cases::Unfixable);
    println!("simulated model: shows the loop, not LLM performance\n");
    println!(
        "{seeds} seeds, two at a time: {:.1} s of wall time and {:.1} s of CPU a seed",
        2.0 * wall / seeds as f64,
        cpu / seeds as f64
    );
    planted(&whole, &alone);
    remedies(&whole);
}

/// Which cases the loop is given.
#[derive(Clone, Copy, PartialEq)]
enum Cases {
    All,
    /// Those alone that no technique can mend.
    Unfixable,
}

/// How far a remedy came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reached {
    Raced,
    WorthAsking,
    Asked,
    Accepted,
}

/// What happened to the candidates of one seed.
#[derive(Default)]
struct Story {
    steps: Vec<(Candidate, Reached)>,
    /// Techniques that the vault did not accept, each with its reason.
    unaccepted: Vec<(&'static str, String)>,
}

impl Watch for Story {
    fn event(&mut self, _: &RunEvent) {}
}

impl Follow for Story {
    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Racing(candidates) => self.reach(candidates, Reached::Raced),
            Step::Raced(race) => {
                let worth = race.entries.iter().filter(|entry| entry.screen.is_ok());
                self.reach(worth.map(|entry| &entry.candidate), Reached::WorthAsking);
            }
            Step::Asking(candidate) => self.reach([candidate], Reached::Asked),
            Step::Answered(candidate, query) => match &query.outcome.decision {
                Decision::Accept => self.reach([candidate], Reached::Accepted),
                Decision::Reject { reason } | Decision::Inconclusive { reason, .. } => {
                    self.unaccepted.push((candidate.technique, format!("{}: {reason}", query.outcome.decision.word())));
                }
            },
        }
    }
}

impl Story {
    fn reach<'a>(&mut self, candidates: impl IntoIterator<Item = &'a Candidate>, reached: Reached) {
        self.steps.extend(candidates.into_iter().map(|candidate| (candidate.clone(), reached)));
    }

    /// The accepted techniques, each with the finding that it answered.
    fn accepted(&self) -> Vec<String> {
        let accepted = self.steps.iter().filter(|(_, far)| *far == Reached::Accepted);
        accepted.map(|(one, _)| format!("{} ({})", one.technique, one.finding)).collect()
    }
}

/// The stories of `seeds`, two at a time.
fn every(project: &Files, seeds: std::ops::Range<u64>, cases: Cases) -> Vec<Story> {
    let (next, stories) = (AtomicU64::new(seeds.start), Mutex::new(vec![]));
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let story = runtime.block_on(tell(project, seed, cases));
            println!("seed {seed:>4}  {}", story.accepted().join(", "));
            stories.lock().unwrap().push(story);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    stories.into_inner().unwrap()
}

/// The loop on a fresh copy of the project.
async fn tell(project: &Files, seed: u64, cases: Cases) -> Story {
    let folder = tempfile::tempdir().unwrap();
    unpack(project, folder.path());
    let context = Context {
        printer: Printer::new(Format::Text, Verbosity::Quiet, Colour::Never, true),
        environment: Environment::default(),
        clock: Arc::new(SystemClock::default()),
        folder: folder.path().to_owned(),
        chosen: None,
        profile: None,
    };
    let options = Options { seeding: Seeding::Story(Seed(seed)), ..Options::default() };
    let mut shop = Shop::of(project::load(folder.path(), None).unwrap(), &context, None, options).unwrap();
    if cases == Cases::Unfixable {
        Arc::make_mut(&mut shop.workshop.suite)
            .cases
            .retain(|case| case.tags.iter().any(|tag| tag.as_str() == UNFIXABLE));
    }
    let order = Order {
        purpose: Purpose::Eval,
        split: Split::Dev,
        arms: vec![shop.base().unwrap()],
        conditions: vec![Condition::Plain],
        repetitions: shop.workshop.suite.trials,
        only: None,
    };
    let made = shop.workshop.make(order, &mut ()).await.unwrap();
    let evidence = evidence(&shop, &made.plan.manifest).await.unwrap();
    let (level, replaying) = (shop.workshop.ruler.level, Some(Replaying::usual(&shop.workshop)));
    let found = diagnose(DiagnosisRequest { evidence: &evidence, level, replaying }, &mut ()).await.unwrap();
    let request = ImprovementRequest {
        workshop: &shop.workshop,
        rule: &shop.rule().unwrap(),
        evidence,
        findings: found.findings,
        only: None,
        trials: RACE_TRIALS,
    };
    let mut story = Story::default();
    improve(request, &mut story).await.unwrap();
    story
}

/// The project, read once, so that all seeds meet the same one whoever edits it meanwhile.
type Files = Vec<(PathBuf, Vec<u8>)>;

fn files(root: &Path) -> Files {
    let entries = walkdir::WalkDir::new(root).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let read = |entry: walkdir::DirEntry| {
        (entry.path().strip_prefix(root).unwrap().to_owned(), std::fs::read(entry.path()).unwrap())
    };
    files.map(read).collect()
}

fn unpack(project: &Files, folder: &Path) {
    for (path, bytes) in project {
        let target = folder.join(path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, bytes).unwrap();
    }
}

/// Whether a candidate changes the named places of a part, and nothing else.
fn changes(candidate: &Candidate, part: &str, places: &[&str]) -> bool {
    let fits = |pointer: &str| places.is_empty() || places.iter().any(|place| pointer.contains(place));
    candidate.patch.edits.iter().all(|edit| edit.part.as_str() == part && fits(&edit.pointer))
}

/// Seeds in which a remedy that `is_meant` came as far as `reached`.
fn count(stories: &[Story], reached: Reached, is_meant: &dyn Fn(&Candidate) -> bool) -> u64 {
    let came = |story: &&Story| story.steps.iter().any(|(candidate, far)| *far == reached && is_meant(candidate));
    stories.iter().filter(came).count() as u64
}

/// What is planted, and what became of its true fix.
fn planted(whole: &[Story], alone: &[Story]) {
    println!(
        "\n{:<24} {:<34} {:>6} {:>6} {:>6} {:>9} {:>18}",
        "planted", "what would mend it", "raced", "worth", "asked", "accepted", "95 % of that"
    );
    type Meant = fn(&Candidate) -> bool;
    let chunks: Meant = |one| one.technique == "retrieval_parameters" && !changes(one, "knowledge", &["/search"]);
    let fixes: [(&str, &str, Meant); 3] = [
        ("coarse chunks", "retrieval_parameters", chunks),
        ("vague descriptions", "a technique for descriptions", |one| one.technique.starts_with("tool_description")),
        ("a missing rule", "rule, against LW104", |one| one.technique == "rule" && one.finding.0 == 104),
    ];
    for (defect, fix, is_meant) in fixes {
        let share = line((defect, fix), whole, &is_meant);
        println!("  {}", if share >= LEAST { "holds: at least 80 %" } else { "FALLS SHORT of 80 %" });
    }
    let seeds = whole.len() as f64;
    let most = 0.05 + 2.0 * (0.05 * 0.95 / seeds).sqrt();
    let verdict = |share: f64| if share <= most { "holds: at most α + 2 SE" } else { "TOO OFTEN" };
    let share = line(("what cannot be mended", "anything, on these cases alone"), alone, &|_| true);
    println!("  {}", verdict(share));
    let search: Meant = |one| changes(one, "knowledge", &["/search"]);
    let share = line(("what is good already", "another ranking of passages"), whole, &search);
    println!("  {}", verdict(share));
}

fn line((what, fix): (&str, &str), stories: &[Story], is_meant: &dyn Fn(&Candidate) -> bool) -> f64 {
    let [raced, worth, asked, accepted] = [Reached::Raced, Reached::WorthAsking, Reached::Asked, Reached::Accepted]
        .map(|far| count(stories, far, is_meant));
    let counted = Count::new(accepted, stories.len() as u64).unwrap();
    let of_that = proportion(counted, ProportionInterval::Wilson, Level::P95);
    let share = accepted as f64 / stories.len() as f64;
    print!(
        "{what:<24} {fix:<34} {raced:>6} {worth:>6} {asked:>6} {:>7.1} % {:>7.1} – {:>5.1} %",
        100.0 * share,
        100.0 * of_that.low,
        100.0 * of_that.high
    );
    share
}

/// Every technique against every finding that it answered.
fn remedies(stories: &[Story]) {
    let all = stories.iter().flat_map(|story| &story.steps).map(|(one, _)| (one.finding, one.technique));
    let all: BTreeSet<_> = all.collect();
    println!(
        "\nseeds in which a technique answered a finding\n{:<8} {:<34} {:>6} {:>6} {:>6} {:>9}",
        "finding", "technique", "raced", "worth", "asked", "accepted"
    );
    for (finding, technique) in all {
        let is_meant = |one: &Candidate| (one.finding, one.technique) == (finding, technique);
        let [raced, worth, asked, accepted] = [Reached::Raced, Reached::WorthAsking, Reached::Asked, Reached::Accepted]
            .map(|far| count(stories, far, &is_meant));
        println!("{finding:<8} {technique:<34} {raced:>6} {worth:>6} {asked:>6} {accepted:>9}");
    }
    let steps = stories.iter().flat_map(|story| &story.steps);
    let accepted = steps.filter(|(_, far)| *far == Reached::Accepted).map(|(one, _)| one.change.clone());
    most_frequent("accepted changes", accepted);
    let unaccepted = stories.iter().flat_map(|story| &story.unaccepted);
    let unaccepted = unaccepted.map(|(technique, reason)| format!("{technique}: {reason}"));
    most_frequent("answers of the vault that accepted nothing", unaccepted);
}

fn most_frequent(title: &str, lines: impl Iterator<Item = String>) {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    lines.for_each(|line| *counts.entry(line).or_default() += 1);
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    println!("\n{title}");
    counts.iter().take(25).for_each(|(line, count)| println!("{count:>5}  {line}"));
}
