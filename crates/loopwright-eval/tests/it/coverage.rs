//! Intervals hold the truth as often as they say, on simulated suites whose truth is known: cases are drawn from a
//! population with pass probabilities in closed form, trials from those, and the summary is made as for any run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use loopwright_agent::Always;
use loopwright_core::{
    ActedTrial, ArmName, Case, CaseKey, Condition, Cost, Estimate, Message, MetricName, Outcome, PartName, RunEvent,
    RunManifest, RunStatus, Score, Seed, SpanDetail, SuiteName, TrialSite, Variant, Verdict,
};
use loopwright_eval::metric::Opinions;
use loopwright_eval::{
    Approval, Judged, Library, Metric, Plan, Reach, Ruler, Sided, Stage, Suite, Tally, Watch, execute, summarise,
};
use loopwright_knowledge::{Corpus, Document, KnowledgePart};
use loopwright_model::Access;
use loopwright_standin::{Profile, distribution};
use loopwright_stats::{Level, SeededRng};
use serde_json::json;

use crate::desk;

/// Trials of each case by which the closed form is checked.
const CHECKED: u32 = 8;
/// Suites that are simulated.
const SUITES: u64 = 400;

/// What is sold, in pages that resemble each other.
fn goods() -> Vec<String> {
    let materials = ["copper", "iron", "oak", "glass", "tin", "slate"];
    let articles = ["kettle", "pan", "bench", "lamp"];
    materials.into_iter().flat_map(|material| articles.map(|article| format!("{material} {article}"))).collect()
}

fn corpus() -> Corpus {
    let page = |(index, name): (usize, String)| {
        let (price, weight, aisle) = (11 + index * 37 % 89, 2 + index * 7 % 23, 1 + index * 5 % 31);
        let text = format!(
            "The {name} costs {price} pounds. The {name} weighs {weight} kg. The {name} stands in aisle {aisle}.\n"
        );
        Document { source: format!("{index}.md"), text }
    };
    Corpus::new(goods().into_iter().enumerate().map(page).collect()).unwrap()
}

fn cases() -> Vec<Case> {
    let questions = |(index, name): (usize, String)| {
        let (price, weight, aisle) = (11 + index * 37 % 89, 2 + index * 7 % 23, 1 + index * 5 % 31);
        [
            ("price", format!("What does the {name} cost?"), format!("{price} pounds")),
            ("weight", format!("How heavy is the {name}?"), format!("{weight} kg")),
            ("place", format!("Where is the {name}?"), format!("aisle {aisle}")),
        ]
        .map(|(kind, input, answer)| {
            let case =
                json!({"key": format!("{kind}-{index}"), "input": input, "expect": {"answer": {"contains": answer}}});
            serde_json::from_value(case).unwrap()
        })
    };
    goods().into_iter().enumerate().flat_map(questions).collect()
}

fn variant() -> Variant {
    let knowledge = KnowledgePart { top_k: 3, ..KnowledgePart::new(corpus().digest()) };
    let parts = [
        ("model", json!({"ref": "standin:small"})),
        ("instructions", json!("Answer from the passages.")),
        ("knowledge", knowledge.to_value()),
    ];
    let parts = parts.map(|(name, value)| (PartName::new(name).unwrap(), value));
    Variant { parts: parts.into_iter().collect(), ..desk::variant() }
}

/// What real trials came to.
#[derive(Default)]
struct Real {
    first: BTreeMap<CaseKey, ActedTrial>,
    manifest: Option<RunManifest>,
}

impl Watch for Real {
    fn event(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Started { manifest, .. } => self.manifest = Some((**manifest).clone()),
            RunEvent::Finished { trial, .. } => {
                self.first.entry(trial.site.case.clone()).or_insert_with(|| (**trial).clone());
            }
            _ => {}
        }
    }
}

/// The population, run and worked out once for all tests.
struct Population {
    cases: Vec<Case>,
    /// The pass probability of each case, in closed form.
    passes: Vec<f64>,
    /// Passed trials of each case, of [`CHECKED`] real ones.
    passed: Vec<u32>,
    manifest: RunManifest,
    site: TrialSite,
}

static POPULATION: LazyLock<Population> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(Population::new())
});

impl Population {
    async fn new() -> Self {
        let suite = Suite {
            name: SuiteName::new("goods").unwrap(),
            cases: cases(),
            metrics: vec![resolved()],
            trials: CHECKED,
            perturbations: vec![],
            approval: Approval::Always(Always::Approve),
        };
        let plan = desk::plan(&suite, "r", vec![desk::arm("base", variant())], vec![Condition::Plain]);
        let mut real = Real::default();
        let done =
            execute(&plan, &stage(&plan), &desk::ports(&desk::store(), "w"), desk::pace(8), &mut real).await.unwrap();
        let passes = suite.cases.iter().map(|case| chance(case, &real.first[&case.key])).collect();
        let side = Sided { arm: ArmName::new("base").unwrap(), condition: Condition::Plain };
        let place: BTreeMap<&CaseKey, usize> = done.tally.cases().map(|(place, case)| (&case.key, place)).collect();
        let passed = |case: &Case| {
            let cell = done.tally.of(&side, &MetricName::new("resolved").unwrap(), place[&case.key]);
            cell.scored.and_then(|trials| trials.passed()).unwrap()
        };
        let passed = suite.cases.iter().map(passed).collect();
        let site = real.first.values().next().unwrap().site.clone();
        Self { cases: suite.cases, passes, passed, manifest: real.manifest.unwrap(), site }
    }

    /// The mean over the population: what an interval is about.
    fn truth(&self) -> f64 {
        self.passes.iter().sum::<f64>() / self.passes.len() as f64
    }
}

fn stage(plan: &Plan) -> Arc<Stage> {
    let library = Library::new(BTreeMap::from([(corpus().digest(), corpus())]), BTreeMap::new());
    let reach = Reach { access: Arc::new(Access::default()), clock: Arc::new(desk::Still), folder: PathBuf::from(".") };
    Arc::new(Stage::new(plan, &library, reach).unwrap())
}

fn resolved() -> Metric {
    Metric::named("resolved").unwrap()
}

/// The probability that `case` passes: every answer that the stand-in may give to the request of `trial`, judged in the
/// place of the one that it gave.
fn chance(case: &Case, trial: &ActedTrial) -> f64 {
    let request = trial.trace.spans.iter().find_map(|span| match &span.detail {
        SpanDetail::Chat { request, .. } => Some(request),
        _ => None,
    });
    let would_pass = |message: &Message| {
        let mut trial = trial.clone();
        trial.trace.outcome = Outcome::Answered { text: message.plain_text() };
        resolved().score(&Judged { case, trial: &trial, gold: &[], gold_world: None, opinions: Opinions::NONE }).verdict
            == Verdict::Pass
    };
    let law = distribution(Profile::named("small").unwrap(), request.unwrap());
    law.iter().filter(|one| would_pass(&one.message)).map(|one| one.probability).sum()
}

/// What a trial is an observation of.
#[derive(Clone, Copy, PartialEq)]
enum Item {
    Case,
    /// As if each trial were a case of its own, which is the usual mistake.
    Trial,
}

/// The interval of the suite number `seed`: 40 cases drawn from the population, five trials of each.
fn suite(population: &Population, seed: u64, item: Item) -> Estimate {
    let mut rng = SeededRng::new(seed);
    let mut tally = Tally::default();
    let mut site = population.site.clone();
    for number in 0..40 {
        let passes = population.passes[rng.below(population.passes.len())];
        for repetition in 0..5 {
            let name = if item == Item::Case { format!("{number}") } else { format!("{number}-{repetition}") };
            site.case = CaseKey::new(name).unwrap();
            let value = f64::from(u8::from(rng.flip(passes)));
            let verdict = if value > 0.5 { Verdict::Pass } else { Verdict::Fail };
            let (trial, metric, expectation) = (site.key, resolved().id().clone(), population.manifest.plan);
            let score = Score { trial, metric, expectation, value: Some(value), verdict, evidence: String::new() };
            tally.add(&site, &[score], Cost::ZERO);
        }
    }
    let ruler = Ruler { level: Level::P95, margin: 0.05 };
    let mut summary = summarise(&population.manifest, RunStatus::Complete, &tally, &[resolved()], &ruler);
    summary.arms.remove(0).metrics.remove(0).estimate.unwrap()
}

fn coverage(item: Item) -> f64 {
    let truth = POPULATION.truth();
    let held =
        (0..SUITES).filter(|number| suite(&POPULATION, Seed(*number).derive("suite", &[]).0, item).covers(truth));
    held.count() as f64 / SUITES as f64
}

/// Four hundred suites tell a share of 95 % from what lies more than some four points, or four standard errors, away.
#[test]
fn the_interval_covers_as_often_as_it_says() {
    let coverage = coverage(Item::Case);
    assert!((0.91..=0.99).contains(&coverage), "{coverage}");
}

#[test]
fn taking_trials_for_cases_would_be_noticed() {
    let coverage = coverage(Item::Trial);
    assert!(coverage < 0.90, "{coverage}");
}

#[test]
fn real_trials_agree_with_the_closed_form() {
    let Population { cases, passes, passed, .. } = &*POPULATION;
    let trials = f64::from(CHECKED);
    let expected: f64 = passes.iter().map(|passes| trials * passes).sum();
    let error = passes.iter().map(|passes| trials * passes * (1.0 - passes)).sum::<f64>().sqrt();
    let found: u32 = passed.iter().sum();
    let apart = (f64::from(found) - expected) / error;
    assert!(apart.abs() < 3.5, "{apart} standard errors apart");
    // Cases differ, or the truth of a population would be that of any case in it.
    assert!(passes.iter().any(|passes| *passes < 0.4) && passes.iter().any(|passes| *passes > 0.8));
    // Case by case: what passes for certain or never in closed form does so in each trial, and no case is far off.
    for ((case, passes), passed) in cases.iter().zip(passes).zip(passed) {
        let error = (trials * passes * (1.0 - passes)).sqrt();
        let apart = (f64::from(*passed) - trials * passes).abs();
        assert!(apart <= 4.0 * error + 0.01, "{}: {passed} of {CHECKED} at {passes:.3}", case.key);
    }
}
