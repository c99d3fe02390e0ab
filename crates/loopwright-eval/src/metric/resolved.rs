#![doc = include_str!("../../doc/metric/resolved.md")]

use loopwright_core::{Direction, Unit};

use super::{Judged, Metric, Reading};

pub(super) const METRIC: Metric = Metric {
    name: "resolved",
    version: 1,
    title: "everything that the case expects holds",
    doc: include_str!("../../doc/metric/resolved.md"),
    unit: Unit::Share,
    direction: Direction::Up,
    read,
};

fn read(judged: &Judged<'_>) -> Reading {
    super::Metric::named("answer").map_or(Reading::NOT_APPLICABLE, |answer| (answer.read)(judged))
}
