//! What a comparison would say if every unscored trial had gone against one arm.

use crate::{PairedItem, Trials};

/// The trials of one arm on one case, with those that have no score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmOutcome {
    /// The scored trials, where there are any; values in [0, 1], higher is better.
    pub scored: Option<Trials>,
    /// Trials that died or were left unscored.
    pub unscored: u32,
}

/// Which arm the missing scores are imagined to favour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Favour {
    /// Unscored trials of A pass, those of B fail: the worst case for a candidate B.
    A,
    /// Unscored trials of B pass, those of A fail: the best case for B.
    B,
}

/// The pair with every unscored trial counted as a pass for the favoured arm and as a failure for the other.
///
/// An acceptance that survives [`Favour::A`] cannot be an artefact of missing scores (worst-case bounds, Manski 1990).
/// `None` when an arm has no trial at all, scored or not: such a case was never run and pairs with nothing.
///
/// ```
/// use loopwright_stats::{ArmOutcome, Favour, Trials, impute};
///
/// let a = ArmOutcome { scored: Some(Trials::counts(1, 2)?), unscored: 0 };
/// let b = ArmOutcome { scored: Some(Trials::counts(2, 2)?), unscored: 1 };
/// let worst = impute("case-1", &a, &b, Favour::A).expect("both arms ran");
/// assert_eq!((worst.b.passed(), worst.b.len()), (Some(2), 3));
/// # Ok::<(), loopwright_stats::TrialsError>(())
/// ```
pub fn impute(cluster: impl Into<String>, a: &ArmOutcome, b: &ArmOutcome, favour: Favour) -> Option<PairedItem> {
    let a_passes = favour == Favour::A;
    Some(PairedItem::new(cluster, filled(a, a_passes)?, filled(b, !a_passes)?))
}

/// The pair of the scored trials alone; `None` when an arm has none.
pub fn complete(cluster: impl Into<String>, a: &ArmOutcome, b: &ArmOutcome) -> Option<PairedItem> {
    Some(PairedItem::new(cluster, a.scored?, b.scored?))
}

fn filled(arm: &ArmOutcome, pass: bool) -> Option<Trials> {
    let missing = Trials::counts(if pass { arm.unscored } else { 0 }, arm.unscored).ok();
    match (arm.scored, missing) {
        (Some(scored), Some(missing)) => Some(scored.joined(&missing)),
        (scored, missing) => scored.or(missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn favour_decides_the_missing() {
        let dead = ArmOutcome { scored: None, unscored: 2 };
        let alive = ArmOutcome { scored: Some(Trials::counts(1, 1).unwrap()), unscored: 0 };
        let worst = impute("c", &alive, &dead, Favour::A).unwrap();
        assert_eq!(worst.b, Trials::counts(0, 2).unwrap());
        let best = impute("c", &alive, &dead, Favour::B).unwrap();
        assert_eq!(best.b, Trials::counts(2, 2).unwrap());
        assert_eq!(complete("c", &alive, &dead), None);
        let never = ArmOutcome { scored: None, unscored: 0 };
        assert_eq!(impute("c", &alive, &never, Favour::A), None);
    }
}
