#![doc = include_str!("../../doc/signal/LW900.md")]

use loopwright_core::FindingCode;

use super::{Seen, Signal};

pub(super) const SIGNAL: Signal = Signal {
    code: FindingCode(900),
    name: "no oracle helps",
    title: "it fails although every stage before the answer is put right",
    doc: include_str!("../../doc/signal/LW900.md"),
    part: None,
    stage: None,
    seen: Seen::Replays,
};
