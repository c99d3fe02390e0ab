//! Two sides paired by case: how far apart they are, and what that amounts to.

use loopwright_core::{CaseKey, Change, Comparison, Direction, Estimate, MetricId, RunRecord, Split, Unit};
use loopwright_stats::{
    Better, Difference, DifferenceError, Item, Level, PairedDesign, PairedItem, PowerTarget, Sides, VerdictRule,
    detectable_difference, difference, mean, rate, rate_difference, verdict,
};

use crate::summary::Ruler;
use crate::{Metric, Pair, Sided, Tally};

/// Two sides cannot be compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CompareError {
    /// Statistics cannot be made of the cases.
    #[error(transparent)]
    Difference(#[from] DifferenceError),
    /// A run on the vault shows nothing but the gate's outcome.
    #[error("the run `{0}` looked at the vault; only its gate's outcome comes out")]
    Sealed(String),
    /// One is simulated, the other is not.
    #[error("the runs `{0}` and `{1}` cannot be compared: one is of a simulated model, the other is not")]
    Mixed(String, String),
    /// They did not measure the same thing.
    #[error("the runs share no metric of the same version (one measured {0}, the other {1})")]
    Metrics(String, String),
}

/// The side `b` of `there` against the side `a` of `here`, on `metric`.
///
/// The margin of a share is taken as it is; of a measure (tokens, money, time) it is that share of the baseline's mean.
///
/// # Errors
/// When no case has scores on both sides, or all cases are of one group.
pub fn compare(
    (here, a): (&Tally, &Sided),
    (there, b): (&Tally, &Sided),
    metric: &Metric,
    ruler: &Ruler,
) -> Result<Comparison, CompareError> {
    let pairs = here.pairs(a, there, b, metric.name());
    let items: Vec<PairedItem> = pairs.iter().filter_map(Pair::item).collect();
    let found = of(metric.unit(), &items)?;
    let margin = margin(metric, &items, ruler);
    let better = match metric.direction() {
        Direction::Up => Better::Higher,
        Direction::Down => Better::Lower,
    };
    let rule = VerdictRule { margin, level: ruler.level, better };
    let (fixed, broken) = flips(&pairs);
    Ok(Comparison {
        metric: metric.name().clone(),
        baseline: a.arm.clone(),
        candidate: b.arm.clone(),
        difference: found.estimate(ruler.level),
        change: change(verdict(&found, &rule)),
        margin,
        detectable: detectable(&found, ruler),
        fixed,
        broken,
        unpaired: (pairs.len() - items.len()) as u64,
    })
}

/// The metrics that two runs can be compared by, the first run's order kept.
///
/// # Errors
/// When one of them looked at the vault, only one is of a simulated model, or they share no metric.
pub fn comparable(a: &RunRecord, b: &RunRecord) -> Result<Vec<Metric>, CompareError> {
    let (a, b) = (&a.manifest, &b.manifest);
    if let Some(sealed) = [a, b].into_iter().find(|run| run.split == Split::Vault) {
        return Err(CompareError::Sealed(sealed.id.to_string()));
    }
    if a.simulated != b.simulated {
        return Err(CompareError::Mixed(a.id.to_string(), b.id.to_string()));
    }
    let is_shared = |metric: &Metric| a.metrics.contains(metric.id()) && b.metrics.contains(metric.id());
    let shared: Vec<Metric> = Metric::of_run(a).into_iter().filter(is_shared).collect();
    let names = |ids: &[MetricId]| ids.iter().map(|id| format!("`{}`", id.name)).collect::<Vec<_>>().join(", ");
    if shared.is_empty() { Err(CompareError::Metrics(names(&a.metrics), names(&b.metrics))) } else { Ok(shared) }
}

/// The paired difference in `unit`: shares keep within their range, measures do not.
pub(crate) fn of(unit: Unit, items: &[PairedItem]) -> Result<Difference, DifferenceError> {
    if unit == Unit::Share { rate_difference(items) } else { difference(items) }
}

/// The estimate of a metric over `items`; `None` when there are too few.
pub(crate) fn estimate(unit: Unit, items: &[Item], ruler: &Ruler) -> Option<Estimate> {
    if unit == Unit::Share {
        return rate(items, ruler.level).ok();
    }
    // No amount is ever below nothing, whatever the normal theory of a few cases says.
    let least = if unit == Unit::Number { f64::NEG_INFINITY } else { 0.0 };
    mean(items, ruler.level).ok().map(|estimate| Estimate { low: estimate.low.max(least), ..estimate })
}

fn margin(metric: &Metric, items: &[PairedItem], ruler: &Ruler) -> f64 {
    if metric.unit() == Unit::Share {
        return ruler.margin;
    }
    let baseline: Vec<Item> = items.iter().map(|item| Item::new(&item.cluster, item.a)).collect();
    mean(&baseline, ruler.level).map_or(0.0, |estimate| ruler.margin * estimate.point.abs())
}

/// The smallest true difference that a comparison as precise as this one shows with power 0.8. By its standard error, which
/// holds what few cases leave open, and not by the spread of the cases alone: cases that all agree have none.
fn detectable(found: &Difference, ruler: &Ruler) -> f64 {
    let Ok(power) = Level::new(0.8) else { return f64::INFINITY };
    let target = PowerTarget { level: ruler.level, power, sides: Sides::Two };
    let design = PairedDesign {
        difference_variance: found.standard_error().powi(2),
        trial_variance_a: 0.0,
        trial_variance_b: 0.0,
        trials_a: 1,
        trials_b: 1,
        clustering: 1.0,
    };
    detectable_difference(&design, &target, 1)
}

/// Cases that mostly failed and now mostly pass, and those that went the other way.
fn flips(pairs: &[Pair]) -> (Vec<CaseKey>, Vec<CaseKey>) {
    let (mut fixed, mut broken) = (vec![], vec![]);
    for Pair { case, a, b } in pairs {
        match (a.pass_share(), b.pass_share()) {
            (Some(a), Some(b)) if a < 0.5 && b > 0.5 => fixed.push(case.key.clone()),
            (Some(a), Some(b)) if a > 0.5 && b < 0.5 => broken.push(case.key.clone()),
            _ => {}
        }
    }
    (fixed, broken)
}

pub(crate) fn change(verdict: loopwright_stats::Verdict) -> Change {
    match verdict {
        loopwright_stats::Verdict::Improved => Change::Improved,
        loopwright_stats::Verdict::Regressed => Change::Regressed,
        loopwright_stats::Verdict::Equivalent => Change::Equivalent,
        loopwright_stats::Verdict::Underpowered => Change::Underpowered,
    }
}
