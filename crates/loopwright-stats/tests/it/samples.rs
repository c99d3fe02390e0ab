//! Samples whose truth is known. The tests draw them in sizes of their own, the benchmark `calibration` in random ones.

use loopwright_stats::{Count, PairedItem, Ratings, SeededRng, Trials};

/// One graded outcome.
pub(crate) fn value(value: f64) -> Trials {
    Trials::values(&[value]).expect("finite")
}

/// A case of its own with one graded outcome in each arm.
pub(crate) fn graded(a: f64, b: f64, case: usize) -> PairedItem {
    PairedItem::new(case.to_string(), value(a), value(b))
}

/// Trials of a case with pass probability `p`.
pub(crate) fn run(p: f64, trials: u32, rng: &mut SeededRng) -> Trials {
    let passed = (0..trials).filter(|_| rng.flip(p)).count();
    Trials::counts(u32::try_from(passed).expect("small"), trials).expect("at least one trial")
}

/// Trials of pass probability `p`, counted.
pub(crate) fn count(trials: u64, p: f64, rng: &mut SeededRng) -> Count {
    Count::new((0..trials).filter(|_| rng.flip(p)).count() as u64, trials).expect("a count")
}

/// Cases on which B is better by `by`.
pub(crate) fn shifted(by: f64, cases: usize, rng: &mut SeededRng) -> Vec<PairedItem> {
    (0..cases).map(|case| graded(0.0, by + 0.5 * rng.normal(), case)).collect()
}

/// Cases in groups of four that resemble each other, on which B is better by 0.2.
pub(crate) fn shifted_groups(groups: usize, rng: &mut SeededRng) -> Vec<PairedItem> {
    let members = |group: usize| {
        let shared = 0.5 * rng.normal();
        let members: Vec<(f64, f64)> = (0..4).map(|_| (rng.normal(), 0.2 + shared + rng.normal())).collect();
        members.into_iter().map(move |(a, b)| PairedItem::new(group.to_string(), value(a), value(b)))
    };
    (0..groups).flat_map(members).collect()
}

/// Token counts, of which B takes 0.7 of A's.
pub(crate) fn fewer_tokens(cases: usize, rng: &mut SeededRng) -> Vec<PairedItem> {
    let case = |case: usize| {
        let size = 200.0 + 200.0 * rng.gamma(2.0);
        let (a, b) = (0.8 + 0.4 * rng.unit(), 0.8 + 0.4 * rng.unit());
        graded(size * a, 0.7 * size * b, case)
    };
    (0..cases).map(case).collect()
}

/// Token counts, of which B takes 0.9 of A's: exactly the target of a cut. The larger `shape`, the more alike the cases.
pub(crate) fn tokens_at_target(cases: usize, shape: f64, rng: &mut SeededRng) -> Vec<PairedItem> {
    let case = |case: usize| {
        let size = 200.0 + 400.0 * rng.gamma(shape) / shape;
        graded(size * (0.9 + 0.2 * rng.unit()), 0.9 * size * (0.9 + 0.2 * rng.unit()), case)
    };
    (0..cases).map(case).collect()
}

/// Two raters see a fair label with error 1 in 5: they agree in 0.68, by chance in 0.5, so kappa is 0.36.
pub(crate) fn ratings(rng: &mut SeededRng) -> Ratings {
    let rows: Vec<Vec<Option<usize>>> = (0..120)
        .map(|_| {
            let label = rng.flip(0.5);
            (0..2).map(|_| Some(usize::from(label != rng.flip(0.2)))).collect()
        })
        .collect();
    Ratings::new(rows, 2).expect("ratings")
}
