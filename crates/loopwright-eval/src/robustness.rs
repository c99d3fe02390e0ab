//! How an arm fares over all perturbations together.

use loopwright_core::{Condition, LeftAlone, Perturbation, Robustness};
use loopwright_stats::{Item, Trials, rate};

use crate::perturbation::PerturbationKind;
use crate::{Metric, Ruler, Sided, TalliedCase, Tally};

/// What the perturbations of the arm of `plain` amount to together, on `metric`.
pub(crate) fn robustness(tally: &Tally, plain: &Sided, metric: &Metric, ruler: &Ruler) -> Robustness {
    let judged = judged(tally, plain, metric);
    let perturbed = tally.sides().filter(|side| side.arm == plain.arm);
    let perturbed: Vec<(&Sided, &PerturbationKind)> =
        perturbed.filter_map(|side| Some((side, kind(&side.condition)?))).collect();
    let acted = |side: &Sided| judged.iter().any(|(place, _)| !tally.is_left_alone(side, *place));
    let (counted, others): (Vec<_>, Vec<_>) = perturbed
        .iter()
        .copied()
        .filter(|(side, _)| acted(side))
        .partition(|(_, kind)| kind.invariant.keeps_the_answer());
    let sides: Vec<&Sided> = std::iter::once(plain).chain(counted.into_iter().map(|(side, _)| side)).collect();
    let items: Vec<Item> = judged.iter().filter_map(|case| item(tally, &sides, metric, *case)).collect();
    Robustness {
        passes_all: if sides.len() > 1 { rate(&items, ruler.level).ok() } else { None },
        conditions: sides.iter().map(|side| side.condition.clone()).collect(),
        not_counted: others.iter().map(|(side, kind)| (side.condition.clone(), kind.invariant.to_string())).collect(),
        left_alone: perturbed.iter().filter_map(|(side, kind)| left_alone(tally, side, kind, &judged)).collect(),
    }
}

fn kind(condition: &Condition) -> Option<&'static PerturbationKind> {
    match condition {
        Condition::Perturbation(Perturbation { name, .. }) => PerturbationKind::named(name).ok(),
        Condition::Plain | Condition::Intervention(_) => None,
    }
}

/// The cases that `metric` judged under the plain condition, each with its place.
fn judged<'t>(tally: &'t Tally, plain: &Sided, metric: &Metric) -> Vec<(usize, &'t TalliedCase)> {
    tally.cases().filter(|(place, _)| tally.of(plain, metric.name(), *place).scored.is_some()).collect()
}

/// The chance that one trial of a case on each of `sides` passes: trials are independent, so that the
/// shares are multiplied. A side that left the case alone has nothing to say; one that could not be scored, too much.
fn item(tally: &Tally, sides: &[&Sided], metric: &Metric, (place, case): (usize, &TalliedCase)) -> Option<Item> {
    let asked = sides.iter().filter(|side| !tally.is_left_alone(side, place));
    let chance: f64 = asked.map(|side| tally.of(side, metric.name(), place).pass_share()).product::<Option<f64>>()?;
    Some(Item::new(&case.cluster, Trials::values(&[chance]).ok()?))
}

fn left_alone(
    tally: &Tally,
    side: &Sided,
    kind: &PerturbationKind,
    judged: &[(usize, &TalliedCase)],
) -> Option<LeftAlone> {
    let cases = judged.iter().filter(|(place, _)| tally.is_left_alone(side, *place)).count() as u64;
    let (condition, of, needs) = (side.condition.clone(), judged.len() as u64, kind.needs.to_owned());
    (cases > 0).then_some(LeftAlone { condition, cases, of, needs })
}
