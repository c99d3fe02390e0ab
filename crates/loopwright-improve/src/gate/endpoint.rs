//! One endpoint of a gate: a metric, compared on both sides, in the direction that counts as better.

use loopwright_core::{Comparison, Direction, Unit};
use loopwright_eval::{CompareError, Metric, MetricError, Pair, Ruler, compare};
use loopwright_stats::{
    Difference, DifferenceError, Favour, Item, Level, LevelError, PairedItem, Side, cautious_rate_difference,
    difference, impute, mean, rate_difference, ratio_of_means,
};

use super::Measured;

/// A gate cannot decide.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The sides cannot be compared.
    #[error(transparent)]
    Difference(#[from] DifferenceError),
    /// The sides cannot be compared.
    #[error(transparent)]
    Compare(#[from] CompareError),
    /// The significance level is no probability.
    #[error(transparent)]
    Level(#[from] LevelError),
    /// A metric that the gate needs is not there.
    #[error(transparent)]
    Metric(#[from] MetricError),
}

/// What is made of trials that could not be scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// They are left out.
    Left,
    /// Each counts for the incumbent and against the candidate.
    AgainstCandidate,
}

/// A metric, compared on both sides.
pub(super) struct Endpoint {
    pub(super) metric: Metric,
    /// In the metric's unit.
    pub(super) margin: f64,
    /// As a share, as the rule gives it.
    share: f64,
    pub(super) pairs: Vec<PairedItem>,
    scored: Difference,
    worst: Difference,
}

impl Endpoint {
    /// Compares the primary metric, where every change counts.
    pub(super) fn new(measured: Measured<'_>, metric: &Metric, margin: f64) -> Result<Self, GateError> {
        Self::with(measured, metric, margin, rate_difference)
    }

    /// Compares a safeguard; `None` when no case was scored by it on both sides. The danger is the rare case that
    /// breaks, so shares take the cautious interval.
    pub(super) fn of_safeguard(
        measured: Measured<'_>,
        metric: &Metric,
        margin: f64,
    ) -> Result<Option<Self>, GateError> {
        match Self::with(measured, metric, margin, cautious_rate_difference) {
            Err(GateError::Difference(DifferenceError::NoItems)) => Ok(None),
            other => other.map(Some),
        }
    }

    fn with(
        measured: Measured<'_>,
        metric: &Metric,
        margin: f64,
        of_shares: fn(&[PairedItem]) -> Result<Difference, DifferenceError>,
    ) -> Result<Self, GateError> {
        let of = if metric.unit() == Unit::Share { of_shares } else { difference };
        let all = measured.tally.pairs(measured.incumbent, measured.tally, measured.candidate, metric.name());
        let pairs: Vec<PairedItem> = all.iter().filter_map(Pair::item).collect();
        let scored = of(&pairs)?;
        // A missing measure has no worst value, so only what judges is imputed.
        let worst = if metric.unit() == Unit::Share { of(&imputed(&all))? } else { scored };
        let share = margin;
        let margin = if metric.unit() == Unit::Share { share } else { share * baseline(&pairs) };
        Ok(Self { metric: metric.clone(), margin, share, pairs, scored, worst })
    }

    /// The one-sided bound of how much better the candidate is, in the metric's unit: above 0 is better.
    pub(super) fn gain(&self, side: Side, level: Level, missing: Missing) -> f64 {
        let found = match missing {
            Missing::Left => &self.scored,
            Missing::AgainstCandidate => &self.worst,
        };
        match (self.metric.direction(), side) {
            (Direction::Up, side) => found.bound(side, level),
            (Direction::Down, Side::Lower) => -found.bound(Side::Upper, level),
            (Direction::Down, Side::Upper) => -found.bound(Side::Lower, level),
        }
    }

    /// The one-sided bound of the candidate's mean over the incumbent's; `None` when it cannot be said.
    pub(super) fn ratio(&self, side: Side, level: Level) -> Option<f64> {
        ratio_of_means(&self.pairs).ok().map(|ratio| ratio.bound(side, level))
    }

    /// The metric's name, as it stands in a sentence.
    pub(super) fn name(&self) -> String {
        format!("`{}`", self.metric.name())
    }

    /// The comparison, with a two-sided interval whose ends are the one-sided bounds that decide.
    pub(super) fn comparison(&self, measured: Measured<'_>, level: Level) -> Result<Comparison, GateError> {
        let two_sided = Level::new(2.0 * level.get() - 1.0)?;
        let ruler = Ruler { level: two_sided, margin: self.share };
        let (incumbent, candidate) = (measured.incumbent, measured.candidate);
        let usual = compare((measured.tally, incumbent), (measured.tally, candidate), &self.metric, &ruler)?;
        Ok(Comparison { difference: self.scored.estimate(two_sided), ..usual })
    }
}

fn imputed(pairs: &[Pair]) -> Vec<PairedItem> {
    let worst = |pair: &Pair| impute(&pair.case.cluster, &pair.a.outcome(), &pair.b.outcome(), Favour::A);
    pairs.iter().filter_map(worst).collect()
}

fn baseline(pairs: &[PairedItem]) -> f64 {
    let items: Vec<Item> = pairs.iter().map(|pair| Item::new(&pair.cluster, pair.a)).collect();
    mean(&items, Level::P95).map_or(0.0, |estimate| estimate.point.abs())
}
