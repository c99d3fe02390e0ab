//! How often intervals hold the truth: `cargo bench -p loopwright --bench coverage -- [suites]`.
//!
//! The interval of a suite is about the population that its cases were drawn from, so a simulated suite draws its cases
//! anew (single ones, or whole groups), then the trials of each, and is summarised as any run is. The truth is the mean
//! pass probability over the population:
//!
//! - of one-step cases it is exact: the law of the stand-in's answer, in closed form, judged answer by answer;
//! - of cases with tool calls it is sampled: the population is the recorded outcomes of real trials.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark ends at the first fault and prints")]

use std::collections::BTreeMap;
use std::sync::Arc;

use loopwright_core::*;
use loopwright_eval::metric::Opinions;
use loopwright_eval::{Judged, Metric, Ruler, Tally, Watch, summarise};
use loopwright_standin::{Profile, distribution};
use loopwright_stats::{Count, Level, ProportionInterval, SeededRng, proportion};
use loopwright_store::Store;

use args::typed;
use catalogue::{Catalogue, MOST};
use workshop::{order, workshop};

#[path = "ground/args.rs"]
mod args;
#[path = "ground/catalogue.rs"]
mod catalogue;
#[path = "ground/workshop.rs"]
mod workshop;

/// Simulated suites a line, unless the first argument says otherwise.
const SUITES: u32 = 2000;
/// Trials of each case by which the closed form is checked.
const CHECKED: u32 = 20;
/// Trials of each case that make the population of sampled truth.
const SAMPLED: u32 = 100;
/// Kinds of question about an article.
const KINDS: usize = 5;
/// Cases of one kind in a group.
const TOGETHER: usize = 5;
/// Shares of suites, in per cent, between which the coverage of a nominal 95 % must lie.
const TARGET: (f64, f64) = (93.0, 97.0);

fn main() {
    let suites = typed().first().and_then(|text| text.parse().ok()).unwrap_or(SUITES);
    println!("coverage of the 95 % interval of `resolved`, over {suites} simulated suites a line");
    println!("cases are drawn from a population for each suite; the truth is the mean over that population");
    let mut lines = Lines::default();
    for profile in ["nano", "small", "large"] {
        let population = one_step(profile);
        println!("standin:{profile}, one step, pass probabilities in closed form: {}", population.described());
        lines.print(&population, suites);
    }
    let population = several_steps();
    println!(
        "\nstandin:small, with tool calls, {SAMPLED} real trials a case are the population: {}",
        population.described()
    );
    lines.print(&population, suites);
    let Lines { below, within, above } = lines;
    let (low, high) = TARGET;
    println!("\nlines: {within} within {low} to {high} %, {below} below, {above} above");
}

/// A case of a population.
struct Member {
    /// Cases of one kind that resemble each other.
    alike: String,
    /// Cases of several kinds about one thing.
    mixed: String,
    /// Probability to pass.
    passes: f64,
}

/// How cases come into a suite.
#[derive(Clone, Copy, PartialEq)]
enum Drawn {
    /// Each by itself.
    Singly,
    /// In groups of one kind, which is what groups are for: to say that cases are not independent.
    Alike,
    /// In groups of several kinds. Such groups differ less than their cases do, so the interval is wider than it need be.
    Mixed,
}

impl Drawn {
    const ALL: [Self; 3] = [Self::Singly, Self::Alike, Self::Mixed];

    fn label(self) -> &'static str {
        match self {
            Self::Singly => "singly",
            Self::Alike => "in groups of one kind",
            Self::Mixed => "in groups of all kinds",
        }
    }
}

struct Population {
    members: Vec<Member>,
    alike: Vec<Vec<usize>>,
    mixed: Vec<Vec<usize>>,
}

impl Population {
    fn new(members: Vec<Member>) -> Self {
        let grouped = |of: fn(&Member) -> &String| {
            let mut groups: BTreeMap<&String, Vec<usize>> = BTreeMap::new();
            members.iter().enumerate().for_each(|(index, member)| groups.entry(of(member)).or_default().push(index));
            groups.into_values().collect()
        };
        let (alike, mixed) = (grouped(|member| &member.alike), grouped(|member| &member.mixed));
        Self { members, alike, mixed }
    }

    /// The mean pass probability: what intervals are about.
    fn truth(&self) -> f64 {
        self.members.iter().map(|member| member.passes).sum::<f64>() / self.members.len() as f64
    }

    fn described(&self) -> String {
        let count = self.members.len() as f64;
        let share =
            |of: fn(f64) -> bool| 100.0 * self.members.iter().filter(|member| of(member.passes)).count() as f64 / count;
        format!(
            "{count} cases, truth {:.4}, {:.0} % of them below .05, {:.0} % above .95",
            self.truth(),
            share(|passes| passes < 0.05),
            share(|passes| passes > 0.95)
        )
    }

    /// At least `count` pass probabilities, each with the number of the group that it was drawn in. Nothing keeps a case
    /// from being drawn twice, as in a sample from the world.
    fn draw(&self, count: usize, drawn: Drawn, rng: &mut SeededRng) -> Vec<(Option<usize>, f64)> {
        let groups = match drawn {
            Drawn::Singly => {
                return (0..count).map(|_| (None, self.members[rng.below(self.members.len())].passes)).collect();
            }
            Drawn::Alike => &self.alike,
            Drawn::Mixed => &self.mixed,
        };
        let mut cases = vec![];
        for number in 0.. {
            if cases.len() >= count {
                break;
            }
            let group = &groups[rng.below(groups.len())];
            cases.extend(group.iter().map(|index| (Some(number), self.members[*index].passes)));
        }
        cases
    }
}

/// The exact pass probability of every question of the largest shop, checked against trials.
fn one_step(profile: &str) -> Population {
    let catalogue = Catalogue::new(MOST);
    let mut reader = catalogue.reader();
    reader.parts.insert(PartName::new("model").unwrap(), serde_json::json!({"ref": format!("standin:{profile}")}));
    let cases = catalogue.questions(Split::Dev);
    let recorded = record(&catalogue, &reader, cases.clone(), CHECKED);
    let law = |case: &Case| chance(Profile::named(profile).unwrap(), case, &recorded.first[&case.key]);
    let passes: Vec<f64> = cases.iter().map(law).collect();
    check(&cases, &passes, &recorded);
    let member = |(index, passes): (usize, &f64)| {
        let (article, kind) = (index / KINDS, index % KINDS);
        Member { alike: format!("{kind}-{}", article / TOGETHER), mixed: format!("{article}"), passes: *passes }
    };
    Population::new(passes.iter().enumerate().map(member).collect())
}

/// The share of real trials that passed, of wishes that need one or two tool calls.
fn several_steps() -> Population {
    let catalogue = Catalogue::new(MOST);
    let mut cases = catalogue.look_ups(Split::Dev);
    cases.extend(catalogue.cancellations(Split::Dev));
    let recorded = record(&catalogue, &catalogue.clerk(), cases.clone(), SAMPLED);
    let member = |(index, case): (usize, &Case)| {
        let (kind, order) = (index / MOST, index % MOST);
        let passes = f64::from(recorded.passed[&case.key]) / f64::from(SAMPLED);
        Member { alike: format!("{kind}-{}", order / TOGETHER), mixed: format!("{order}"), passes }
    };
    Population::new(cases.iter().enumerate().map(member).collect())
}

/// What real trials came to.
#[derive(Default)]
struct Recorded {
    /// The first trial of each case.
    first: BTreeMap<CaseKey, ActedTrial>,
    passed: BTreeMap<CaseKey, u32>,
}

impl Watch for Recorded {
    fn event(&mut self, event: &RunEvent) {
        let RunEvent::Finished { trial, scores, .. } = event else { return };
        *self.passed.entry(trial.site.case.clone()).or_default() += u32::from(scores[0].verdict == Verdict::Pass);
        self.first.entry(trial.site.case.clone()).or_insert_with(|| (**trial).clone());
    }
}

fn record(catalogue: &Catalogue, variant: &Variant, cases: Vec<Case>, trials: u32) -> Recorded {
    let mut recorded = Recorded::default();
    let store = Store::in_memory(Arc::new(VirtualClock::starting_at(1))).unwrap();
    let workshop = workshop(cases, &["resolved"], Arc::new(catalogue.library()), store, Seed(3));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(workshop.make(order(&[("base", variant)], trials), &mut recorded)).unwrap();
    recorded
}

/// The probability that `case` passes: every answer that the stand-in may give to the request of `trial`, judged in the
/// place of the one that it gave. The search is no matter of chance, so the request is the same in all trials.
fn chance(profile: &Profile, case: &Case, trial: &ActedTrial) -> f64 {
    let asked = trial.trace.spans.iter().find_map(|span| match &span.detail {
        SpanDetail::Chat { request, .. } => Some(request),
        _ => None,
    });
    let resolved = Metric::named("resolved").unwrap();
    let would_pass = |message: &Message| {
        let mut trial = trial.clone();
        trial.trace.outcome = Outcome::Answered { text: message.plain_text() };
        resolved.score(&Judged { case, trial: &trial, gold: &[], gold_world: None, opinions: Opinions::NONE }).verdict
            == Verdict::Pass
    };
    let law = distribution(profile, asked.unwrap());
    law.iter().filter(|one| would_pass(&one.message)).map(|one| one.probability).sum()
}

/// Says how far real trials are from the closed form, in standard errors.
fn check(cases: &[Case], passes: &[f64], recorded: &Recorded) {
    let trials = f64::from(CHECKED);
    let found: f64 = cases.iter().map(|case| f64::from(recorded.passed[&case.key])).sum();
    let expected: f64 = passes.iter().map(|passes| passes * trials).sum();
    let error = passes.iter().map(|passes| trials * passes * (1.0 - passes)).sum::<f64>().sqrt();
    let all = trials * cases.len() as f64;
    println!(
        "\n{all:.0} real trials: {:.4} passed, closed form {:.4}, apart by {:+.2} standard errors",
        found / all,
        expected / all,
        (found - expected) / error
    );
}

/// Lines by where their coverage lies.
#[derive(Default)]
struct Lines {
    below: u32,
    within: u32,
    above: u32,
}

impl Lines {
    fn note(&mut self, coverage: f64) -> &'static str {
        if coverage < TARGET.0 {
            self.below += 1;
            "  too low"
        } else if coverage > TARGET.1 {
            self.above += 1;
            "  wider than need be"
        } else {
            self.within += 1;
            ""
        }
    }

    /// Prints a line for each size of suite, and the mean of each way of drawing.
    fn print(&mut self, population: &Population, suites: u32) {
        println!(
            "{:<23} {:>6} {:>7} {:>9} {:>16} {:>7}",
            "drawn", "cases", "trials", "coverage", "95 % of that", "width"
        );
        for drawn in Drawn::ALL {
            let mut all = vec![];
            for (cases, trials) in [20, 60, 150].into_iter().flat_map(|cases| [1, 3, 5].map(|trials| (cases, trials))) {
                let simulated = simulated(population, Size { cases, trials, drawn }, suites);
                all.push(simulated.coverage(suites));
                let count = Count::new(u64::from(simulated.covered), u64::from(suites)).unwrap();
                let of_that = proportion(count, ProportionInterval::Wilson, Level::P95);
                let (coverage, width) = (simulated.coverage(suites), simulated.width / f64::from(suites));
                println!(
                    "{:<23} {cases:>6} {trials:>7} {coverage:>7.2} % {:>7.2} – {:>5.2} {width:>8.3}{}",
                    drawn.label(),
                    100.0 * of_that.low,
                    100.0 * of_that.high,
                    self.note(coverage)
                );
            }
            println!("{:<23} {:>6} {:>7} {:>7.2} %", "", "mean", "", all.iter().sum::<f64>() / all.len() as f64);
        }
    }
}

/// How large a suite is.
#[derive(Clone, Copy)]
struct Size {
    cases: usize,
    trials: u32,
    drawn: Drawn,
}

#[derive(Default)]
struct Simulated {
    covered: u32,
    width: f64,
}

impl Simulated {
    /// In per cent.
    fn coverage(&self, suites: u32) -> f64 {
        100.0 * f64::from(self.covered) / f64::from(suites)
    }
}

/// Suites of one size, half of them on each of two threads.
fn simulated(population: &Population, size: Size, suites: u32) -> Simulated {
    let half = |from: u32, to: u32| {
        let mut all = Simulated::default();
        for number in from..to {
            let mut rng = SeededRng::new(Seed(11).derive("suite", &[&number.to_le_bytes()]).0);
            let estimate = suite(population, size, &mut rng);
            all.covered += u32::from(estimate.covers(population.truth()));
            all.width += estimate.high - estimate.low;
        }
        all
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(0, suites / 2));
        let one = half(suites / 2, suites);
        let other = other.join().unwrap();
        Simulated { covered: one.covered + other.covered, width: one.width + other.width }
    })
}

/// The interval of one simulated suite, as its summary gives it.
fn suite(population: &Population, size: Size, rng: &mut SeededRng) -> Estimate {
    let resolved = Metric::named("resolved").unwrap();
    let (manifest, metric) = (manifest(), resolved.id().clone());
    let mut tally = Tally::default();
    for (number, (group, passes)) in population.draw(size.cases, size.drawn, rng).into_iter().enumerate() {
        let group = group.map(|group| GroupName::new(format!("group-{group}")).unwrap());
        let mut site = site(&manifest, number, group);
        for repetition in 0..size.trials {
            site.repetition = repetition;
            let verdict = if rng.flip(passes) { Verdict::Pass } else { Verdict::Fail };
            let value = Some(f64::from(u8::from(verdict == Verdict::Pass)));
            let (trial, expectation, metric) = (site.key, manifest.plan, metric.clone());
            let score = Score { trial, metric, expectation, value, verdict, evidence: String::new() };
            tally.add(&site, &[score], Cost::ZERO);
        }
    }
    let ruler = Ruler { level: Level::P95, margin: 0.05 };
    let mut summary = summarise(&manifest, RunStatus::Complete, &tally, &[resolved], &ruler);
    summary.arms.remove(0).metrics.remove(0).estimate.unwrap()
}

fn manifest() -> RunManifest {
    let variant =
        Variant { agent: AgentName::new("shop").unwrap(), parts: BTreeMap::new(), unpinned: Default::default() };
    RunManifest {
        id: RunId::new("simulated").unwrap(),
        purpose: Purpose::Eval,
        suite: SuiteName::new("bench").unwrap(),
        plan: Digest::of_bytes(b"simulated"),
        seed: Seed(0),
        arms: vec![Arm { name: ArmName::new("base").unwrap(), variant }],
        metrics: vec![],
        metric_specs: Default::default(),
        split: Split::Dev,
        trials: 0,
        simulated: true,
        started_ns: 1,
        version: String::new(),
    }
}

fn site(manifest: &RunManifest, number: usize, group: Option<GroupName>) -> TrialSite {
    TrialSite {
        key: TrialKey(manifest.plan),
        run: manifest.id.clone(),
        index: 0,
        arm: manifest.arms[0].name.clone(),
        case: CaseKey::new(format!("case-{number}")).unwrap(),
        group,
        tags: vec![],
        condition: Condition::Plain,
        repetition: 0,
    }
}
