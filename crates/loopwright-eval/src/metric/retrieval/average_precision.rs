#![doc = include_str!("../../../doc/metric/average_precision.md")]

use loopwright_core::{Direction, Unit};

use super::search::{Cut, K, cut, first_search, precisions, relevance};
use crate::metric::{Judged, MetricKind, Reading, Scale};

pub(super) const KIND: MetricKind = MetricKind {
    name: "average_precision",
    version: 1,
    title: "how high all of the evidence ranks among what was found",
    doc: include_str!("../../../doc/metric/average_precision.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[K],
    build: |settings| cut(settings, read),
};

fn read(judged: &Judged<'_>, cut: &Cut) -> Reading {
    measured(judged, cut).unwrap_or_else(|unscored| unscored)
}

fn measured(judged: &Judged<'_>, cut: &Cut) -> Result<Reading, Reading> {
    let values = cut.values(judged)?;
    let (passages, shown) = first_search(judged)?;
    let mut ranked: Vec<_> = passages.iter().collect();
    if cut.is_by_shown() {
        ranked.truncate(shown);
    }
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    let relevant = relevance(judged, ranked);
    let counted = &relevant[..cut.count(shown).min(relevant.len())];
    let missed = values.gold_ranks.iter().filter(|rank| rank.is_none()).count();
    let all = relevant.iter().filter(|relevant| **relevant).count() + missed;
    Ok(Reading::measured(if all == 0 { 0.0 } else { precisions(counted) / all as f64 }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn is_that_of_trec_eval() {
        // `map` of pytrec_eval where the second and the third are relevant, and one more was not found: (1/2 + 2/3) / 3.
        let scene = Scene::expecting(json!({})).gold(10, 50).gold(310, 350).gold(910, 950);
        let found = scene.finds(&[500, 0, 300, 700], 2);
        let value = found.score_with(&KIND, json!({"k": 4})).value.unwrap();
        assert!((value - 7.0 / 18.0).abs() < 1e-12, "{value}");
        // `map_cut_2` counts what ranks lower as missed.
        assert_eq!(found.score_with(&KIND, json!({"k": 2})).value, Some(0.5 / 3.0));
        assert_eq!(found.measures(&KIND), 0.5 / 3.0);
    }
}
