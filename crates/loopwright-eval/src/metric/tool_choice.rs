#![doc = include_str!("../../doc/metric/tool_choice.md")]

use std::collections::BTreeSet;

use loopwright_core::{Direction, GoldCall};

use super::call::{MadeCall, none};
use super::trajectory::compared;
use super::{Judged, MetricKind, Scale, answer, listed, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "tool_choice",
    version: 1,
    title: "the tools that are needed are called",
    doc: include_str!("../../doc/metric/tool_choice.md"),
    scale: Scale::Verdict,
    direction: Direction::Up,
    settings: &[],
    build: |_| plain(|judged| compared(judged, called)),
};

/// Making no call is right only of an agent that did something else: it must have said something.
pub(super) fn stayed_out(judged: &Judged<'_>, made: &[MadeCall<'_>]) -> Result<String, String> {
    none(made).and_then(|held| answer::failure(judged).map_or(Ok(held), Err))
}

fn called(needed: &[GoldCall], made: &[MadeCall<'_>]) -> Result<String, String> {
    let names: BTreeSet<&str> = made.iter().map(|call| call.tool).collect();
    match needed.iter().find(|gold| !names.contains(gold.tool.as_str())) {
        None => Ok(String::new()),
        Some(gold) if names.is_empty() => Err(format!("`{}` was not called, and nor was any other tool", gold.tool)),
        Some(gold) => Err(format!("`{}` was not called; called was {}", gold.tool, listed(names))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use loopwright_core::{Outcome, ToolStatus};
    use serde_json::json;

    #[test]
    fn all_needed_tools_whatever_the_arguments() {
        let scene = Scene::expecting(json!({"calls": [{"tool": "a", "args": {"id": 1}}, {"tool": "b"}]}));
        let both = scene.clone().calls("b", json!({})).calls("x", json!({})).calls("a", json!({"id": 9}));
        assert!(both.passes(&KIND));
        assert_eq!(scene.clone().calls("a", json!({})).score(&KIND).evidence, "`b` was not called; called was `a`");
        assert!(!scene.passes(&KIND));
        let denied = Scene::expecting(json!({"calls": [{"tool": "a"}]}));
        assert!(denied.calls_and_gets("a", json!({}), ToolStatus::Denied).passes(&KIND), "the choice was right");
    }

    #[test]
    fn none_where_none_is_right() {
        let scene = Scene::expecting(json!({"calls": []})).answers("Free.");
        assert!(scene.passes(&KIND));
        assert!(!scene.clone().calls("a", json!({})).passes(&KIND));
        let crashed = scene.ends(Outcome::Failed { message: "x".into() });
        assert!(!crashed.passes(&KIND), "an agent that fails has not chosen to make no call");
    }
}
