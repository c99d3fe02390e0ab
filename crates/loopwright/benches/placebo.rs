//! How often chance alone moves a gate: `cargo bench -p loopwright --bench placebo -- [duels]`.
//!
//! Each duel is a variant against itself, both sides measured with a luck of their own, as real providers give it. Whatever
//! is decided but "no difference is proven" is decided by chance, and may happen as often as the level says.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark ends at the first fault and prints")]

use std::sync::Arc;

use loopwright_core::{ArmName, Case, Change, Condition, Decision, GateKind, Seed, Split, VirtualClock};
use loopwright_eval::{Library, Metric, Sided, Workshop, compare};
use loopwright_improve::{GateRule, Measured, PromotionRequest, decide, promote, query_alpha};
use loopwright_stats::{Count, Level, ProportionInterval, proportion};
use loopwright_store::Store;

use args::typed;
use catalogue::Catalogue;
use workshop::{order, workshop};

#[path = "ground/args.rs"]
mod args;
#[path = "ground/catalogue.rs"]
mod catalogue;
#[path = "ground/workshop.rs"]
mod workshop;

/// Duels, unless the first argument says otherwise.
const DUELS: u32 = 500;
const ALPHA: f64 = 0.05;
/// Trials of each case and arm.
const TRIALS: u32 = 3;

fn main() {
    let duels = typed().first().and_then(|text| text.parse().ok()).unwrap_or(DUELS);
    let catalogue = Catalogue::new(8);
    let cases = cases(&catalogue);
    let count = cases.len() / 2;
    println!("{duels} duels of a variant against itself: {count} cases, {TRIALS} trials of each and arm");
    let library = Arc::new(catalogue.library());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    let mut counts = Counts::default();
    for number in 0..duels {
        runtime.block_on(duel(&catalogue, cases.clone(), Arc::clone(&library), Seed(u64::from(number)), &mut counts));
    }
    counts.print(duels);
}

/// 40 questions, 8 looks and 8 changes, in either split.
fn cases(catalogue: &Catalogue) -> Vec<Case> {
    let of =
        |split: Split| [catalogue.questions(split), catalogue.look_ups(split), catalogue.cancellations(split)].concat();
    let sealed =
        of(Split::Vault).into_iter().map(|case| Case { key: format!("sealed-{}", case.key).parse().unwrap(), ..case });
    of(Split::Dev).into_iter().chain(sealed).collect()
}

#[derive(Default)]
struct Counts {
    promoted: u32,
    promotion_rejected: u32,
    cut: u32,
    ci_rejected: u32,
    improved: u32,
    regressed: u32,
    vault_accepted: u32,
    vault_rejected: u32,
}

async fn duel(catalogue: &Catalogue, cases: Vec<Case>, library: Arc<Library>, seed: Seed, counts: &mut Counts) {
    let store = Store::in_memory(Arc::new(VirtualClock::starting_at(1))).unwrap();
    let workshop = workshop(cases, &["resolved", "tokens"], library, store, seed);
    on_dev(catalogue, &workshop, counts).await;
    let clerk = catalogue.clerk();
    let request = PromotionRequest {
        workshop: &workshop,
        rule: &rule(),
        kind: GateKind::Promotion,
        incumbent: clerk.clone(),
        candidate: clerk,
    };
    match promote(request, &mut ()).await.unwrap().outcome.decision {
        Decision::Accept => counts.vault_accepted += 1,
        Decision::Reject { .. } => counts.vault_rejected += 1,
        Decision::Inconclusive { .. } => {}
    }
}

/// One duel on dev, decided by every rule.
async fn on_dev(catalogue: &Catalogue, workshop: &Workshop, counts: &mut Counts) {
    let clerk = catalogue.clerk();
    let made = workshop.make(order(&[("incumbent", &clerk), ("candidate", &clerk)], TRIALS), &mut ()).await.unwrap();
    let tally = &made.execution.tally;
    let [incumbent, candidate] = ["incumbent", "candidate"].map(side);
    let measured = Measured { tally, incumbent: &incumbent, candidate: &candidate, cost: tally.cost() };
    let decided = |kind: GateKind| decide(measured, kind, &rule(), ALPHA).unwrap().decision;
    let promotion = decided(GateKind::Promotion);
    counts.promoted += u32::from(promotion == Decision::Accept);
    counts.promotion_rejected += u32::from(matches!(promotion, Decision::Reject { .. }));
    counts.cut += u32::from(decided(GateKind::TokenCut) == Decision::Accept);
    counts.ci_rejected += u32::from(matches!(decided(GateKind::Ci), Decision::Reject { .. }));
    let (a, b) = ((tally, &incumbent), (tally, &candidate));
    let change = compare(a, b, &rule().primary, &workshop.ruler).unwrap().change;
    counts.improved += u32::from(change == Change::Improved);
    counts.regressed += u32::from(change == Change::Regressed);
}

fn side(arm: &str) -> Sided {
    Sided { arm: ArmName::new(arm).unwrap(), condition: Condition::Plain }
}

fn rule() -> GateRule {
    GateRule {
        alpha: ALPHA,
        margin: 0.05,
        trials: TRIALS,
        vault_queries: 20,
        primary: Metric::named("resolved").unwrap(),
        safeguards: vec![],
        token_share: 0.9,
    }
}

impl Counts {
    fn print(&self, duels: u32) {
        let first = query_alpha(ALPHA, 1);
        let lines = [
            ("promotion gate accepts, on dev", self.promoted, ALPHA),
            ("promotion gate rejects, on dev", self.promotion_rejected, ALPHA),
            ("promotion gate accepts, first question to a vault", self.vault_accepted, first),
            ("promotion gate rejects, first question to a vault", self.vault_rejected, first),
            ("token cut accepted", self.cut, ALPHA),
            ("CI gate rejects", self.ci_rejected, ALPHA),
            ("compare says improved", self.improved, ALPHA / 2.0),
            ("compare says regressed", self.regressed, ALPHA / 2.0),
        ];
        println!("\n{:<50} {:>6} {:>8} {:>17} {:>7} {:>9}", "", "count", "share", "95 % of that", "level", "+ 2 SE");
        for (label, count, level) in lines {
            let share = f64::from(count) / f64::from(duels);
            let most = level + 2.0 * (level * (1.0 - level) / f64::from(duels)).sqrt();
            let counted = Count::new(u64::from(count), u64::from(duels)).unwrap();
            let of_that = proportion(counted, ProportionInterval::Wilson, Level::P95);
            println!(
                "{label:<50} {count:>6} {:>6.2} % {:>7.2} – {:>5.2} % {:>5.1} % {:>7.2} %{}",
                100.0 * share,
                100.0 * of_that.low,
                100.0 * of_that.high,
                100.0 * level,
                100.0 * most,
                if share <= most { "" } else { "  TOO OFTEN" }
            );
        }
    }
}
