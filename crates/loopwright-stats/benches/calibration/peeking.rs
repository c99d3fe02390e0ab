//! Does a rule that is looked at after every case ever find something where there is nothing?

use loopwright_stats::{
    Bet, BettingSequence, Count, Level, SeededRng, Side, asymptotic_margin, paired_e_value, rate_e_value,
    rate_sequence, sequence_rho,
};

use super::{Row, one_of};

/// Cases that are looked at.
const CASES: u64 = 300;

pub(super) const ROWS: &[Row] = &[
    Row::error("mixture e-value of pairs, B wins", |rng| pairs(Bet::BWins, rng)).slow(4),
    Row::error("mixture e-value of pairs, A wins", |rng| pairs(Bet::AWins, rng)).slow(4),
    Row::error("mixture e-value of pairs, either", |rng| pairs(Bet::Either, rng)).slow(4),
    Row::error("mixture e-value of a rate", |rng| {
        let p = one_of(rng, &[0.05, 0.3, 0.5, 0.9]);
        counts(p, rng).into_iter().any(|count| rate_e_value(count, p).rejects(Level::P95))
    })
    .slow(4),
    Row::error("confidence sequence of a rate", |rng| {
        let p = one_of(rng, &[0.05, 0.3, 0.5, 0.9]);
        counts(p, rng).into_iter().any(|count| !rate_sequence(count, Level::P95).covers(p))
    })
    .slow(40),
    Row::error("betting, one-sided, coarse", |rng| betting(one_sided, coarse, rng)).slow(40),
    Row::error("betting, two-sided, coarse", |rng| betting(two_sided, coarse, rng)).slow(40),
    Row::error("betting, two-sided, graded", |rng| betting(two_sided, |rng| rng.beta(2.0, 2.0) * 2.0 - 1.0, rng))
        .slow(40),
    Row::error("betting, two-sided, rare and large", |rng| betting(two_sided, rare, rng)).slow(40),
    Row::error("asymptotic sequence from item 30, normal", |rng| asymptotic(|rng| rng.normal(), rng)),
    Row::error("asymptotic sequence from item 30, skewed", |rng| asymptotic(|rng| rng.gamma(2.0) - 2.0, rng)),
];

/// Cases of which some are passed by one arm alone, by either as likely.
fn pairs(bet: Bet, rng: &mut SeededRng) -> bool {
    let discordance = one_of(rng, &[0.1, 0.3, 0.6]);
    let (mut wins, mut losses) = (0, 0);
    (0..CASES).any(|_| {
        if rng.flip(discordance) {
            if rng.flip(0.5) { wins += 1 } else { losses += 1 }
        }
        paired_e_value(wins, losses, bet).rejects(Level::P95)
    })
}

/// The counts after each trial.
fn counts(p: f64, rng: &mut SeededRng) -> Vec<Count> {
    let mut passed = 0;
    let next = |total: u64| {
        passed += u64::from(rng.flip(p));
        Count::new(passed, total).unwrap()
    };
    (1..=CASES).map(next).collect()
}

fn coarse(rng: &mut SeededRng) -> f64 {
    one_of(rng, &[-1.0, 0.0, 0.0, 0.0, 1.0])
}

/// Nine small losses to one gain.
fn rare(rng: &mut SeededRng) -> f64 {
    if rng.flip(0.1) { 0.9 } else { -0.1 }
}

/// Bounds only ever tighten, so the last look knows of every look.
fn betting(erred: fn(&BettingSequence) -> bool, draw: fn(&mut SeededRng) -> f64, rng: &mut SeededRng) -> bool {
    let mut watched = BettingSequence::new(Level::P95);
    for _ in 0..CASES {
        watched.observe(draw(rng)).unwrap();
    }
    erred(&watched)
}

fn one_sided(watched: &BettingSequence) -> bool {
    watched.bound(Side::Lower) > 0.0
}

fn two_sided(watched: &BettingSequence) -> bool {
    !watched.estimate().covers(0.0)
}

fn asymptotic(draw: fn(&mut SeededRng) -> f64, rng: &mut SeededRng) -> bool {
    let rho = sequence_rho(100, Level::P95);
    let (mut sum, mut squares) = (0.0, 0.0);
    (1..=CASES).any(|n| {
        let x = draw(rng);
        sum += x;
        squares += x * x;
        let mean = sum / n as f64;
        let variance = squares / n as f64 - mean * mean;
        30 <= n && mean.abs() > asymptotic_margin(n, variance, rho, Level::P95)
    })
}
