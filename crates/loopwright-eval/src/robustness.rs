//! How an arm fares over all perturbations together.

use loopwright_core::{Condition, LeftAlone, Perturbation, Robustness};
use loopwright_stats::{Item, Trials, rate};

use crate::perturbation::PerturbationKind;
use crate::{Metric, Ruler, Sided, TalliedCase, Tally};

/// What the perturbations of the arm of `plain` amount to together, on `metric`.
pub(crate) fn robustness(tally: &Tally, plain: &Sided, metric: &Metric, ruler: &Ruler) -> Robustness {
    let perturbed: Vec<(&Sided, &PerturbationKind)> = tally
        .sides()
        .filter(|side| side.arm == plain.arm)
        .filter_map(|side| Some((side, kind(&side.condition)?)))
        .collect();
    let (counted, others): (Vec<_>, Vec<_>) =
        perturbed.iter().copied().partition(|(_, kind)| kind.invariant.keeps_the_answer());
    let sides: Vec<&Sided> = std::iter::once(plain).chain(counted.into_iter().map(|(side, _)| side)).collect();
    let items: Vec<Item> = all(tally, plain, metric, |case| passes_all(tally, &sides, metric, case));
    Robustness {
        passes_all: if sides.len() > 1 { rate(&items, ruler.level).ok() } else { None },
        conditions: sides.iter().map(|side| side.condition.clone()).collect(),
        not_counted: others.iter().map(|(side, kind)| (side.condition.clone(), kind.invariant.to_string())).collect(),
        left_alone: perturbed.iter().filter_map(|(side, kind)| left_alone(tally, plain, side, kind, metric)).collect(),
    }
}

fn kind(condition: &Condition) -> Option<&'static PerturbationKind> {
    match condition {
        Condition::Perturbation(Perturbation { name, .. }) => PerturbationKind::named(name).ok(),
        Condition::Plain | Condition::Intervention(_) => None,
    }
}

/// The cases that `metric` judged under the plain condition, each with what `value` says of it.
fn all(tally: &Tally, plain: &Sided, metric: &Metric, value: impl Fn(usize) -> Option<f64>) -> Vec<Item> {
    let item = |(index, case): (usize, &TalliedCase)| {
        tally.of(plain, metric.name(), index).scored?;
        Some(Item::new(&case.cluster, Trials::values(&[value(index)?]).ok()?))
    };
    tally.cases().iter().enumerate().filter_map(item).collect()
}

/// The chance that one trial of the case at the place `case` on each of `sides` passes: trials are independent, so that the
/// shares are multiplied. A side that left the case alone has nothing to say; one that could not be scored, too much.
fn passes_all(tally: &Tally, sides: &[&Sided], metric: &Metric, case: usize) -> Option<f64> {
    let asked = sides.iter().filter(|side| !tally.is_left_alone(side, case));
    asked.map(|side| tally.of(side, metric.name(), case).pass_share()).product()
}

fn left_alone(
    tally: &Tally,
    plain: &Sided,
    side: &Sided,
    kind: &PerturbationKind,
    metric: &Metric,
) -> Option<LeftAlone> {
    let judged = |case: &usize| tally.of(plain, metric.name(), *case).scored.is_some();
    let of: Vec<usize> = (0..tally.cases().len()).filter(judged).collect();
    let cases = of.iter().filter(|case| tally.is_left_alone(side, **case)).count() as u64;
    let (condition, of, needs) = (side.condition.clone(), of.len() as u64, kind.needs.to_owned());
    (cases > 0).then_some(LeftAlone { condition, cases, of, needs })
}
