#![doc = include_str!("../../doc/metric/tokens.md")]

use loopwright_core::{Direction, Unit, Unscored};

use super::{Judged, Metric, Reading};

pub(super) const METRIC: Metric = Metric {
    name: "tokens",
    version: 1,
    title: "tokens read and written",
    doc: include_str!("../../doc/metric/tokens.md"),
    unit: Unit::Count,
    direction: Direction::Down,
    read,
};

fn read(judged: &Judged<'_>) -> Reading {
    let usage = judged.trial.cost.usage;
    if usage.total() == 0 {
        return Reading::Unscored(Unscored::Scorer("no tokens were recorded".to_owned()));
    }
    let evidence = format!("{} read, {} of them cached; {} written", usage.input(), usage.cached(), usage.output());
    Reading::Measured { value: usage.total() as f64, evidence }
}
