//! Does the test find something where there is nothing?

use loopwright_stats::{
    Adjustment, Better, Level, PairedItem, SeededRng, Side, Verdict, VerdictRule, adjusted, cautious_rate_difference,
    difference, equivalence_p_value, mcnemar_exact, mcnemar_mid_p, non_inferiority_p_value, rate_difference,
    ratio_of_means, sign_flip, verdict, wilcoxon,
};

use super::samples::{graded, run, shifted, tokens_at_target};
use super::{Row, one_of};

const ALPHA: f64 = 0.05;
/// Cases with graded outcomes.
const SIZES: &[usize] = &[15, 60, 200];

pub(super) const ROWS: &[Row] = &[
    Row::error("gate: lower bound of rates above 0", |rng| {
        rate_difference(&alike(rng)).unwrap().bound(Side::Lower, Level::P95) > 0.0
    }),
    Row::error("gate: cautious lower bound above 0", |rng| {
        cautious_rate_difference(&alike(rng)).unwrap().bound(Side::Lower, Level::P95) > 0.0
    }),
    Row::error("verdict: improved or regressed", |rng| {
        let rule = VerdictRule { margin: 0.0, level: Level::P95, better: Better::Higher };
        let said = verdict(&rate_difference(&alike(rng)).unwrap(), &rule);
        matches!(said, Verdict::Improved | Verdict::Regressed)
    }),
    Row::error("sign flip", |rng| sign_flip(&alike(rng), rng.bits()).p.two_sided <= ALPHA).slow(20),
    Row::error("Wilcoxon, normal", |rng| signed_ranks(rng, |rng| rng.normal())),
    Row::error("Wilcoxon, many ties", |rng| signed_ranks(rng, |rng| rng.below(5) as f64 - 2.0)),
    Row::error("McNemar, exact", |rng| {
        let (wins, losses) = discordant(rng);
        mcnemar_exact(wins, losses).two_sided <= ALPHA
    }),
    Row::error("McNemar, mid-p", |rng| {
        let (wins, losses) = discordant(rng);
        mcnemar_mid_p(wins, losses).two_sided <= ALPHA
    }),
    Row::error("equivalence at the margin, graded", |rng| {
        equivalence_p_value(&difference(&shifted(0.3, one_of(rng, SIZES), rng)).unwrap(), 0.3) <= ALPHA
    }),
    Row::error("non-inferiority at the margin, graded", |rng| {
        non_inferiority_p_value(&difference(&shifted(-0.3, one_of(rng, SIZES), rng)).unwrap(), 0.3, Better::Higher)
            <= ALPHA
    }),
    Row::error("non-inferiority at the margin, rates, cautious", |rng| {
        non_inferiority_p_value(&cautious_rate_difference(&losing(rng)).unwrap(), 0.05, Better::Higher) <= ALPHA
    }),
    Row::error("non-inferiority at the margin, rates", |rng| {
        non_inferiority_p_value(&rate_difference(&losing(rng)).unwrap(), 0.05, Better::Higher) <= ALPHA
    }),
    Row::error("token ratio at its target", token_ratio),
    Row::error("Holm, any true null of ten", |rng| family(Adjustment::Holm, rng)),
    Row::error("Benjamini–Hochberg, all null", |rng| family(Adjustment::BenjaminiHochberg, rng)),
];

/// Two arms that are the same agent.
fn alike(rng: &mut SeededRng) -> Vec<PairedItem> {
    let (cases, k, mean) = (one_of(rng, &[12, 30, 60, 120]), one_of(rng, &[1, 3]), 0.1 + 0.8 * rng.unit());
    let item = |case: usize, rng: &mut SeededRng| {
        let p = rng.beta(1.5 * mean, 1.5 * (1.0 - mean));
        PairedItem::new(case.to_string(), run(p, k, rng), run(p, k, rng))
    };
    (0..cases).map(|case| item(case, rng)).collect()
}

/// B loses five points on average, in proportion to what each case passes.
fn losing(rng: &mut SeededRng) -> Vec<PairedItem> {
    let (cases, mean) = (one_of(rng, &[40, 100, 200]), 0.4 + 0.5 * rng.unit());
    let item = |case: usize, rng: &mut SeededRng| {
        let p = rng.beta(4.0 * mean, 4.0 * (1.0 - mean));
        PairedItem::new(case.to_string(), run(p, 3, rng), run(p * (1.0 - 0.05 / mean), 3, rng))
    };
    (0..cases).map(|case| item(case, rng)).collect()
}

fn signed_ranks(rng: &mut SeededRng, draw: fn(&mut SeededRng) -> f64) -> bool {
    let cases = one_of(rng, &[8, 15, 40]);
    let items: Vec<PairedItem> = (0..cases).map(|case| graded(0.0, draw(rng), case)).collect();
    wilcoxon(&items).p.two_sided <= ALPHA
}

fn discordant(rng: &mut SeededRng) -> (u64, u64) {
    let all = one_of(rng, &[6_u64, 12, 25, 60]);
    let wins = (0..all).filter(|_| rng.flip(0.5)).count() as u64;
    (wins, all - wins)
}

fn token_ratio(rng: &mut SeededRng) -> bool {
    let (cases, shape) = (one_of(rng, &[20, 50, 150]), one_of(rng, &[2.0, 8.0]));
    let items = tokens_at_target(cases, shape, rng);
    ratio_of_means(&items).unwrap().bound(Side::Upper, Level::P95) < 0.9
}

fn family(adjustment: Adjustment, rng: &mut SeededRng) -> bool {
    let p: Vec<f64> = (0..10).map(|_| rng.unit()).collect();
    adjusted(&p, adjustment).unwrap().into_iter().any(|p| p <= ALPHA)
}
