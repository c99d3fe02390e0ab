#![doc = include_str!("../../../doc/metric/money.md")]

use loopwright_core::{Direction, Unit, Unscored};

use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "money",
    version: 1,
    title: "what the model calls cost",
    doc: include_str!("../../../doc/metric/money.md"),
    scale: Scale::Measure(Unit::Dollars),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    match judged.trial.cost.money {
        Some(money) => Reading::measured(money.0 as f64 / 1e6),
        None => Reading::Unscored(Unscored::Scorer("the price of a model is unknown".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::{Cost, MicroDollars};
    use serde_json::json;

    #[test]
    fn an_unknown_price_is_never_zero() {
        let priced = Cost { money: Some(MicroDollars(2_500)), ..Cost::ZERO };
        let scene = Scene::expecting(json!({})).thinks(priced).thinks(priced);
        assert_eq!(scene.measures(&KIND), 0.005);
        let unpriced = scene.thinks(Cost { money: None, ..Cost::ZERO });
        assert!(matches!(unpriced.unscored(&KIND), Unscored::Scorer(_)));
    }
}
