//! Does the interval hold the truth?

use loopwright_stats::{
    BetaPosterior, BootstrapKind, Coefficient, Item, JudgeWeight, JudgedCounts, LabelledItem, Level, PairedCounts,
    PairedItem, PairedPosterior, ProportionInterval, Resampling, SeededRng, Trials, Weights, agreement_estimate,
    all_of_k, any_of_k, beta_binomial, bootstrap_mean, cautious_rate_difference, difference, mean, newcombe, ppi_mean,
    proportion, rate, rate_difference, ratio_of_means, rogan_gladen,
};

use super::samples::{count, fewer_tokens, ratings, run, shifted_groups, value};
use super::{Row, one_of};

const LEVEL: Level = Level::P95;

pub(super) const ROWS: &[Row] = &[
    Row::calibrated("Wilson", |rng| covers_proportion(ProportionInterval::Wilson, rng)),
    Row::calibrated("Jeffreys", |rng| covers_proportion(ProportionInterval::Jeffreys, rng)),
    Row::calibrated("Beta with a uniform prior", |rng| covers_proportion(ProportionInterval::Uniform, rng)),
    Row::conservative("Agresti–Coull", |rng| covers_proportion(ProportionInterval::AgrestiCoull, rng)),
    Row::conservative("Clopper–Pearson", |rng| covers_proportion(ProportionInterval::ClopperPearson, rng)),
    Row::calibrated("rate of cases with trials", rates),
    Row::calibrated("Beta–binomial over cases", hierarchies).slow(100),
    Row::calibrated("mean, t on clusters", means),
    Row::calibrated("pass^k", |rng| {
        let (trials, k) = one_of(rng, &[(2, 2), (4, 2), (4, 4), (8, 4)]);
        let (suite, power) = suite(trials, k, rng);
        all_of_k(&suite, k, LEVEL).unwrap().covers(power)
    }),
    Row::calibrated("pass@k", |rng| {
        let (trials, k) = one_of(rng, &[(2, 2), (4, 2), (4, 4), (8, 4)]);
        let (suite, power) = suite(trials, k, rng);
        any_of_k(&mirrored(&suite), k, LEVEL).unwrap().covers(1.0 - power)
    }),
    Row::calibrated("bootstrap of a mean, percentile", |rng| covers_bootstrap(BootstrapKind::Percentile, rng)).slow(20),
    Row::calibrated("bootstrap of a mean, BCa", |rng| covers_bootstrap(BootstrapKind::Bca, rng)).slow(20),
    Row::conservative("paired difference of rates", |rng| {
        let (pairs, truth) = paired(rng);
        rate_difference(&pairs).unwrap().estimate(LEVEL).covers(truth)
    }),
    Row::conservative("paired difference of rates, cautious", |rng| {
        let (pairs, truth) = paired(rng);
        cautious_rate_difference(&pairs).unwrap().estimate(LEVEL).covers(truth)
    }),
    Row::calibrated("paired difference of groups", differences_of_groups),
    Row::calibrated("ratio of means", ratios),
    Row::calibrated("Newcombe", |rng| {
        let (p, q) = (0.05 + 0.9 * rng.unit(), 0.05 + 0.9 * rng.unit());
        let (n, m) = (one_of(rng, &[15, 40, 200]), one_of(rng, &[30, 80]));
        newcombe(count(n, p, rng), count(m, q, rng), LEVEL).covers(q - p)
    }),
    Row::calibrated("posterior of a rate, over its prior", |rng| {
        let (p, trials) = (rng.unit(), one_of(rng, &[3, 10, 40]));
        BetaPosterior::of(count(trials, p, rng)).estimate(LEVEL).covers(p)
    }),
    Row::calibrated("posterior of a paired difference, over its prior", paired_posteriors).slow(50),
    Row::calibrated("Rogan–Gladen", judges),
    Row::calibrated("PPI++", predictions),
    Row::calibrated("Cohen's kappa, bootstrap", kappas).slow(20),
];

fn covers_proportion(interval: ProportionInterval, rng: &mut SeededRng) -> bool {
    let (p, n) = (0.02 + 0.96 * rng.unit(), one_of(rng, &[10, 20, 50, 100, 300]));
    proportion(count(n, p, rng), interval, LEVEL).covers(p)
}

/// Cases whose pass probability is Beta, and the mean probability that `k` trials all pass.
fn suite(trials_each: u32, k: u32, rng: &mut SeededRng) -> (Vec<Item>, f64) {
    let (mean, rho) = (0.05 + 0.9 * rng.unit(), one_of(rng, &[0.1, 0.3, 0.6]));
    let size = (1.0 - rho) / rho;
    let power = (0..k).map(|i| (mean * size + f64::from(i)) / (size + f64::from(i))).product();
    let cases = one_of(rng, &[10, 30, 100, 300]);
    let item = |case: usize, rng: &mut SeededRng| {
        let p = rng.beta(mean * size, (1.0 - mean) * size);
        Item::new(case.to_string(), run(p, trials_each, rng))
    };
    ((0..cases).map(|case| item(case, rng)).collect(), power)
}

fn mirrored(items: &[Item]) -> Vec<Item> {
    let one = |item: &Item| {
        let (all, passed) = (item.trials.len(), item.trials.passed().unwrap());
        Item::new(item.cluster.clone(), Trials::counts(all - passed, all).unwrap())
    };
    items.iter().map(one).collect()
}

fn rates(rng: &mut SeededRng) -> bool {
    let each = one_of(rng, &[1, 2, 5, 10]);
    let (suite, mean) = suite(each, 1, rng);
    rate(&suite, LEVEL).unwrap().covers(mean)
}

/// From its own prior: mean and correlation uniform.
fn hierarchies(rng: &mut SeededRng) -> bool {
    let (mean, rho, cases) = (rng.unit(), rng.unit(), one_of(rng, &[5, 15, 40]));
    let size = (1.0 - rho) / rho.max(1e-6);
    let items: Vec<Item> = (0..cases)
        .map(|case: usize| {
            let p = rng.beta((mean * size).max(1e-6), ((1.0 - mean) * size).max(1e-6));
            Item::new(case.to_string(), run(p, 4, rng))
        })
        .collect();
    beta_binomial(&items, LEVEL).unwrap().covers(mean)
}

fn means(rng: &mut SeededRng) -> bool {
    let (groups, size) = (one_of(rng, &[20, 50, 100]), one_of(rng, &[1, 4]));
    let items: Vec<Item> = (0..groups)
        .flat_map(|group: usize| {
            let shared = rng.normal();
            let members: Vec<f64> = (0..size).map(|_| 5.0 + shared + rng.normal()).collect();
            members.into_iter().map(move |x| Item::new(group.to_string(), value(x)))
        })
        .collect();
    mean(&items, LEVEL).unwrap().covers(5.0)
}

fn covers_bootstrap(kind: BootstrapKind, rng: &mut SeededRng) -> bool {
    let cases = one_of(rng, &[50, 100]);
    let items: Vec<Item> = (0..cases).map(|case: usize| Item::new(case.to_string(), value(rng.normal()))).collect();
    let resampling = Resampling { kind, draws: 1_000, seed: rng.bits() };
    bootstrap_mean(&items, resampling, LEVEL).unwrap().covers(0.0)
}

/// A fifth of the cases loses half its failures.
fn paired(rng: &mut SeededRng) -> (Vec<PairedItem>, f64) {
    let (mean, each, cases) = (0.05 + 0.9 * rng.unit(), one_of(rng, &[1, 3, 5]), one_of(rng, &[20, 40, 100, 300]));
    let item = |case: usize, rng: &mut SeededRng| {
        let a = rng.beta(2.3 * mean, 2.3 * (1.0 - mean));
        let b = if rng.flip(0.2) { a + 0.5 * (1.0 - a) } else { a };
        PairedItem::new(case.to_string(), run(a, each, rng), run(b, each, rng))
    };
    ((0..cases).map(|case| item(case, rng)).collect(), 0.1 * (1.0 - mean))
}

fn differences_of_groups(rng: &mut SeededRng) -> bool {
    let groups = one_of(rng, &[10, 30, 100]);
    let items = shifted_groups(groups, rng);
    difference(&items).unwrap().estimate(LEVEL).covers(0.2)
}

fn ratios(rng: &mut SeededRng) -> bool {
    let cases = one_of(rng, &[20, 50, 150]);
    let items = fewer_tokens(cases, rng);
    ratio_of_means(&items).unwrap().estimate(LEVEL).covers(0.7)
}

/// Truths drawn from its own prior.
fn paired_posteriors(rng: &mut SeededRng) -> bool {
    let (a, b, correlation) = (rng.unit(), rng.unit(), 2.0 * rng.beta(4.0, 2.0) - 1.0);
    let (h, k) = (normal_quantile(a), normal_quantile(b));
    let mut counts = PairedCounts::default();
    for _ in 0..one_of(rng, &[5, 20, 60]) {
        let x = rng.normal();
        let y = correlation * x + (1.0 - correlation * correlation).sqrt() * rng.normal();
        match (x <= h, y <= k) {
            (true, true) => counts.both += 1,
            (true, false) => counts.only_a += 1,
            (false, true) => counts.only_b += 1,
            (false, false) => counts.neither += 1,
        }
    }
    PairedPosterior::of(&counts).estimate(LEVEL).covers(b - a)
}

/// By bisection on the error function's series: slow, and independent of the room's own.
fn normal_quantile(p: f64) -> f64 {
    let cdf = |z: f64| {
        let (mut term, mut sum) = (z, z);
        for n in 1..200 {
            term *= z * z / f64::from(2 * n + 1);
            sum += term;
        }
        0.5 + sum * (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt()
    };
    let (mut low, mut high) = (-7.0, 7.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if cdf(middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

fn judges(rng: &mut SeededRng) -> bool {
    let labels = one_of(rng, &[20, 60, 200]);
    let (sensitivity, specificity) = one_of(rng, &[(0.7, 0.7), (0.9, 0.8), (0.97, 0.93)]);
    let truth = one_of(rng, &[0.2, 0.5, 0.8, 0.95]);
    let seen = truth * sensitivity + (1.0 - truth) * (1.0 - specificity);
    let counts = JudgedCounts {
        judged: count(300, seen, rng),
        passed_by_people: count(labels / 2, sensitivity, rng),
        failed_by_people: count(labels / 2, specificity, rng),
    };
    // A judge that looks no better than chance is refused, and covers nothing wrongly.
    rogan_gladen(&counts, LEVEL).map_or(true, |corrected| corrected.estimate.covers(truth))
}

fn predictions(rng: &mut SeededRng) -> bool {
    let labelled = one_of(rng, &[60, 200]);
    let item = |rng: &mut SeededRng| {
        let label = rng.normal();
        LabelledItem { label, judged: 0.7 * label + 0.5 * rng.normal() + 0.3 }
    };
    let known: Vec<LabelledItem> = (0..labelled).map(|_| item(rng)).collect();
    let judged: Vec<f64> = (0..600).map(|_| item(rng).judged).collect();
    ppi_mean(&known, &judged, JudgeWeight::Tuned, LEVEL).unwrap().estimate.covers(0.0)
}

fn kappas(rng: &mut SeededRng) -> bool {
    let resampling = Resampling { kind: BootstrapKind::Percentile, draws: 1_000, seed: rng.bits() };
    agreement_estimate(&ratings(rng), Coefficient::Cohen(Weights::Nominal), resampling, LEVEL).unwrap().covers(0.36)
}
