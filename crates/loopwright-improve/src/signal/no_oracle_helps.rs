#![doc = include_str!("../../doc/signal/LW900.md")]

use super::{Seen, Signal, code};

pub(super) const SIGNAL: Signal = Signal {
    code: code::NO_ORACLE_HELPS,
    name: "no oracle helps",
    title: "it fails although every stage before the answer is put right",
    doc: include_str!("../../doc/signal/LW900.md"),
    part: None,
    stage: None,
    seen: Seen::Replays,
};
