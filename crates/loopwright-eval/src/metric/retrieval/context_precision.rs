#![doc = include_str!("../../../doc/metric/context_precision.md")]

use loopwright_core::{Direction, Unit};

use super::search::{first_search, missing_gold, precisions, relevance};
use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "context_precision",
    version: 1,
    title: "how far evidence stands before the rest of what was shown",
    doc: include_str!("../../../doc/metric/context_precision.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    missing_gold(judged).unwrap_or_else(|| measured(judged).unwrap_or_else(|unscored| unscored))
}

fn measured(judged: &Judged<'_>) -> Result<Reading, Reading> {
    let (passages, shown) = first_search(judged)?;
    let relevant = relevance(judged, passages.iter().take(shown));
    let hits = relevant.iter().filter(|relevant| **relevant).count();
    let value = if hits == 0 { 0.0 } else { precisions(&relevant) / hits as f64 };
    let evidence = format!("{hits} of {} passages shown hold evidence", relevant.len());
    Ok(Reading::Measured { value, evidence })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn evidence_should_stand_first() {
        let scene = Scene::expecting(json!({})).gold(10, 50).gold(310, 350).gold(910, 950);
        // The precisions at the second and the third place are 1/2 and 2/3; gold that was not shown does not count.
        let value = scene.clone().finds(&[500, 0, 300], 3).measures(&KIND);
        assert!((value - 7.0 / 12.0).abs() < 1e-12, "{value}");
        assert_eq!(scene.clone().finds(&[0, 500, 300], 1).measures(&KIND), 1.0);
        assert_eq!(scene.finds(&[500], 1).measures(&KIND), 0.0);
    }
}
