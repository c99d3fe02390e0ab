#![doc = include_str!("../../../doc/metric/joules.md")]

use loopwright_core::{Direction, Unit, Unscored};

use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "joules",
    version: 1,
    title: "the energy that the model calls took",
    doc: include_str!("../../../doc/metric/joules.md"),
    scale: Scale::Measure(Unit::Joules),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    match judged.trial.cost.energy {
        Some(energy) => Reading::measured(energy.joules()),
        None => Reading::Unscored(Unscored::Scorer("the energy of a model is unknown".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::{Cost, MicroJoules};
    use serde_json::json;

    #[test]
    fn unknown_energy_is_never_zero() {
        let metered = Cost { energy: Some(MicroJoules(1_500_000)), ..Cost::ZERO };
        let scene = Scene::expecting(json!({})).thinks(metered);
        assert_eq!(scene.measures(&KIND), 1.5);
        let unmetered = scene.thinks(Cost { energy: None, ..Cost::ZERO });
        assert!(matches!(unmetered.unscored(&KIND), Unscored::Scorer(_)));
    }
}
