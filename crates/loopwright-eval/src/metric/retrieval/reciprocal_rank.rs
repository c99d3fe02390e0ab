#![doc = include_str!("../../../doc/metric/reciprocal_rank.md")]

use loopwright_core::{Direction, Unit};

use super::search::evidence;
use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "reciprocal_rank",
    version: 1,
    title: "how high the first evidence ranks",
    doc: include_str!("../../../doc/metric/reciprocal_rank.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let values = evidence(judged, |passages, shown| (passages, shown));
    values.map_or_else(
        |unscored| unscored,
        |values| {
            let rank = values.gold_ranks.iter().flatten().min();
            let evidence = rank.map_or_else(|| "no evidence was found".to_owned(), |rank| format!("rank {rank}"));
            Reading::Measured { value: values.reciprocal_rank, evidence }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn all_that_was_found_counts_shown_or_not() {
        let scene = Scene::expecting(json!({})).gold(10, 50).gold(910, 950);
        assert_eq!(scene.clone().finds(&[500, 700, 300, 0], 1).measures(&KIND), 0.25);
        assert_eq!(scene.clone().finds(&[0, 700], 1).score(&KIND).evidence, "rank 1");
        assert_eq!(scene.finds(&[500], 1).measures(&KIND), 0.0);
    }
}
