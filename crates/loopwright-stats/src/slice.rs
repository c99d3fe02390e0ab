//! A slice of the cases against the rest of them.

use crate::clusters::Clusters;
use crate::distribution::t_cdf;
use crate::{Item, Side};

/// One-sided p-value against the hypothesis that the cases `inside` a slice have a mean no lower (for [`Side::Upper`],
/// the question "is it lower?") or no higher (for [`Side::Lower`]) than those `outside`:
/// `t_{C−2} = (m̄_in − m̄_out) / √(n·V·(1/n_in + 1/n_out))`.
///
/// `V` is the cluster-robust variance of the mean over all cases, as if the slice were none: so a slice whose few cases
/// agree is not taken for certainty. Source: the pooled two-sample t test, with Miller 2024 (arXiv:2411.00640, appendix A)
/// for the variance. Domain: any finite values. The value is that of one test: where many slices are looked at, adjust it
/// with [`crate::adjusted`].
///
/// `None` when a side has no case, when there are fewer than three clusters, or when all cases are alike.
pub fn slice_p_value(inside: &[Item], outside: &[Item], side: Side) -> Option<f64> {
    let all = Clusters::of(inside.iter().chain(outside).map(Item::clustered_mean));
    if inside.is_empty() || outside.is_empty() || all.len() < 3 {
        return None;
    }
    let [inside, outside] = [inside, outside].map(|items| Clusters::of(items.iter().map(Item::clustered_mean)));
    let spread = all.items * all.variance_of_mean()? * (1.0 / inside.items + 1.0 / outside.items);
    if spread <= 0.0 {
        return None;
    }
    let t = (inside.mean() - outside.mean()) / spread.sqrt();
    let df = all.len() as f64 - 2.0;
    Some(match side {
        Side::Lower => t_cdf(-t, df),
        Side::Upper => t_cdf(t, df),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SeededRng, Trials};

    fn item(cluster: usize, passed: u32, trials: u32) -> Item {
        Item::new(cluster.to_string(), Trials::counts(passed, trials).unwrap())
    }

    #[test]
    fn a_weak_slice_is_told_from_a_strong_one() {
        let weak: Vec<Item> = (0..10).map(|case| item(case, 1, 5)).collect();
        let rest: Vec<Item> = (10..60).map(|case| item(case, 4 + u32::from(case % 2 == 0), 5)).collect();
        assert!(slice_p_value(&weak, &rest, Side::Upper).unwrap() < 1e-6);
        assert!(slice_p_value(&weak, &rest, Side::Lower).unwrap() > 0.999);
    }

    #[test]
    fn nothing_is_said_without_two_sides_or_without_spread() {
        let some: Vec<Item> = (0..4).map(|case| item(case, case as u32 % 2, 1)).collect();
        assert_eq!(slice_p_value(&[], &some, Side::Upper), None);
        let alike: Vec<Item> = (10..14).map(|case| item(case, 1, 1)).collect();
        assert_eq!(slice_p_value(&alike[..1], &alike[1..], Side::Upper), None);
        assert_eq!(slice_p_value(&some[..1], &some[1..2], Side::Upper), None);
    }

    #[test]
    fn a_slice_like_the_rest_is_rarely_called_weak() {
        let mut rng = SeededRng::new(7);
        let rounds = 2000_u32;
        for (size, all) in [(3, 12), (15, 60), (40, 170)] {
            let called = (0..rounds).filter(|_| {
                let items: Vec<Item> =
                    (0..all).map(|case| item(case, (0..5).map(|_| u32::from(rng.flip(0.7))).sum(), 5)).collect();
                slice_p_value(&items[..size], &items[size..], Side::Upper).is_some_and(|p| p <= 0.05)
            });
            let share = called.count() as f64 / f64::from(rounds);
            let most = 0.05 + 2.0 * (0.05 * 0.95 / f64::from(rounds)).sqrt();
            assert!(share <= most, "{share} of slices of {size} in {all} cases");
        }
    }
}
