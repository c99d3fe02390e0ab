//! Where the variance of a metric comes from: versions, cases, their interaction, or chance.

use crate::{Item, Trials};
use serde::{Deserialize, Serialize};

/// Between and within variance of items with repeated trials.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Intraclass {
    /// Variance of the true item means, at least 0.
    pub between: f64,
    /// Mean variance of one trial within an item.
    pub within: f64,
    /// Intraclass correlation between/(between + within): the correlation of two trials of one case, in [0, 1].
    pub correlation: f64,
}

/// One-way random-effects analysis: ICC(1) of Shrout and Fleiss (1979), with unequal numbers of trials.
///
/// `between = (MS_b − MS_w)/k₀`, `k₀ = (N − Σk²/N)/(n − 1)`; a negative estimate is cut to 0. Near 1, more trials of a
/// case teach nothing; near 0, they are worth as much as more cases. `None` below two items, without any item of two
/// trials, or without any variance.
pub fn intraclass(items: &[Item]) -> Option<Intraclass> {
    let n = items.len() as f64;
    let sizes: Vec<f64> = items.iter().map(|item| f64::from(item.trials.len())).collect();
    let total: f64 = sizes.iter().sum();
    if n < 2.0 || total <= n {
        return None;
    }
    let grand = items.iter().zip(&sizes).map(|(item, k)| k * item.trials.mean()).sum::<f64>() / total;
    let squares_between: f64 = items.iter().zip(&sizes).map(|(item, k)| k * (item.trials.mean() - grand).powi(2)).sum();
    let within = items.iter().map(|item| item.trials.spread()).sum::<f64>() / (total - n);
    let effective = (total - sizes.iter().map(|k| k * k).sum::<f64>() / total) / (n - 1.0);
    let between = ((squares_between / (n - 1.0) - within) / effective).max(0.0);
    let sum = between + within;
    (sum > 0.0).then(|| Intraclass { between, within, correlation: between / sum })
}

/// Variance components of versions × items × trials, each at least 0, in the squared unit of the metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VarianceComponents {
    /// Between versions: the signal.
    pub version: f64,
    /// Between items, alike for all versions: difficulty, which cancels in pairs.
    pub item: f64,
    /// Between items, differently for each version.
    pub interaction: f64,
    /// Between trials of the same version on the same item.
    pub trial: f64,
}

impl VarianceComponents {
    /// The generalisability coefficient with that many items and trials an item:
    /// `σ²_v/(σ²_v + σ²_vi/n_i + σ²_t/(n_i·n_t))`, in [0, 1]; the share of the variance between version scores that is
    /// signal (Cronbach et al. 1972). 0 without items, trials or signal.
    pub fn generalisability(&self, items: u32, trials: u32) -> f64 {
        if items == 0 || trials == 0 || self.version <= 0.0 {
            return 0.0;
        }
        let items = f64::from(items);
        let noise = self.interaction / items + self.trial / (items * f64::from(trials));
        self.version / (self.version + noise)
    }
}

/// Two-way random-effects analysis of a table: one row a version, one place an item, the same number of trials
/// everywhere.
///
/// From the expected mean squares of a balanced crossed design: `σ²_t = MS_t`, `σ²_vi = (MS_vi − MS_t)/k`,
/// `σ²_v = (MS_v − MS_vi)/(k·n_i)`, `σ²_i = (MS_i − MS_vi)/(k·n_v)`; negative estimates are cut to 0. With one trial
/// everywhere, interaction and chance cannot be told apart and both are put in `interaction`.
///
/// # Errors
/// [`VarianceError`] when the table is too small or not balanced.
pub fn variance_components(table: &[Vec<Trials>]) -> Result<VarianceComponents, VarianceError> {
    let (versions, items) = (table.len(), table.first().map_or(0, Vec::len));
    if versions < 2 || items < 2 {
        return Err(VarianceError::TooSmall { versions, items });
    }
    let repeats = table[0][0].len();
    for (version, row) in table.iter().enumerate() {
        if row.len() != items || row.iter().any(|trials| trials.len() != repeats) {
            return Err(VarianceError::Unbalanced { version });
        }
    }
    let (v, i, k) = (versions as f64, items as f64, f64::from(repeats));
    let row_means: Vec<f64> = table.iter().map(|row| row.iter().map(Trials::mean).sum::<f64>() / i).collect();
    let column_means: Vec<f64> =
        (0..items).map(|item| table.iter().map(|row| row[item].mean()).sum::<f64>() / v).collect();
    let grand = row_means.iter().sum::<f64>() / v;
    let about_grand = |means: &[f64]| means.iter().map(|mean| (mean - grand).powi(2)).sum::<f64>();
    let version_square = k * i * about_grand(&row_means) / (v - 1.0);
    let item_square = k * v * about_grand(&column_means) / (i - 1.0);
    let mut residual = 0.0;
    let mut chance = 0.0;
    for (row, row_mean) in table.iter().zip(&row_means) {
        for (trials, column_mean) in row.iter().zip(&column_means) {
            residual += (trials.mean() - row_mean - column_mean + grand).powi(2);
            chance += trials.spread();
        }
    }
    let interaction_square = k * residual / ((v - 1.0) * (i - 1.0));
    let trial = if repeats > 1 { chance / (v * i * (k - 1.0)) } else { 0.0 };
    Ok(VarianceComponents {
        version: ((version_square - interaction_square) / (k * i)).max(0.0),
        item: ((item_square - interaction_square) / (k * v)).max(0.0),
        interaction: ((interaction_square - trial) / k).max(0.0),
        trial,
    })
}

/// Why variance components could not be estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VarianceError {
    /// Fewer than two versions or items.
    #[error("split the variance of a metric: {versions} versions and {items} items; at least 2 of each are needed")]
    TooSmall {
        /// Versions given.
        versions: usize,
        /// Items given.
        items: usize,
    },
    /// A version lacks items or trials.
    #[error("split the variance of a metric: version {version} has other items or trials than the first")]
    Unbalanced {
        /// The version, counted from 0.
        version: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    #[test]
    fn intraclass_of_extremes() {
        let item = |name: &str, passed| Item::new(name, Trials::counts(passed, 4).unwrap());
        let split = intraclass(&[item("a", 4), item("b", 0), item("c", 4)]).unwrap();
        assert_eq!((split.within, split.correlation), (0.0, 1.0));
        let alike = intraclass(&[item("a", 2), item("b", 2)]).unwrap();
        assert_eq!((alike.between, alike.correlation), (0.0, 0.0));
        assert_eq!(intraclass(&[item("a", 4), item("b", 4)]), None);
        assert_eq!(intraclass(&[item("a", 4)]), None);
    }

    #[test]
    fn components_are_recovered() {
        let mut rng = SeededRng::new(90);
        let (versions, items) = (60, 200);
        let item_effects: Vec<f64> = (0..items).map(|_| 2.0 * rng.normal()).collect();
        let table: Vec<Vec<Trials>> = (0..versions)
            .map(|_| {
                let version = rng.normal();
                item_effects
                    .iter()
                    .map(|item| {
                        let cell = version + item + 0.5 * rng.normal();
                        let trials: Vec<f64> = (0..3).map(|_| cell + 1.5 * rng.normal()).collect();
                        Trials::values(&trials).unwrap()
                    })
                    .collect()
            })
            .collect();
        let found = variance_components(&table).unwrap();
        assert!((found.trial - 2.25).abs() < 0.05 && (found.interaction - 0.25).abs() < 0.05, "{found:?}");
        assert!((found.item - 4.0).abs() < 0.9 && (found.version - 1.0).abs() < 0.45, "{found:?}");
        let here = VarianceComponents { version: 1.0, item: 4.0, interaction: 0.25, trial: 2.25 };
        assert!((here.generalisability(10, 3) - 1.0 / (1.0 + 0.025 + 0.075)).abs() < 1e-12);
    }

    #[test]
    fn faults_are_named() {
        let one = Trials::counts(1, 1).unwrap();
        let two = Trials::counts(1, 2).unwrap();
        assert_eq!(variance_components(&[]), Err(VarianceError::TooSmall { versions: 0, items: 0 }));
        let ragged = variance_components(&[vec![one, one], vec![one, two]]);
        assert_eq!(ragged, Err(VarianceError::Unbalanced { version: 1 }));
    }
}
