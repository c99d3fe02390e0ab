#![doc = include_str!("../../doc/signal/LW401.md")]

use loopwright_agent::estimate_tokens;
use loopwright_core::{FoundPassage, SpanDetail};
use loopwright_knowledge::Citations;

use super::answer::{Words, values};
use super::{Seen, Signal, code};
use crate::{Evidence, TrialEvidence};

/// Waste below this share of what is sent is not worth a change.
const WORTH_TELLING: f64 = 0.25;

pub(super) const SIGNAL: Signal = Signal {
    code: code::TOKEN_WASTE,
    name: "token waste",
    title: "many of the tokens that are sent do not help",
    doc: include_str!("../../doc/signal/LW401.md"),
    part: Some("context"),
    stage: None,
    seen: Seen::All(detect, overall),
};

fn detect(trial: &TrialEvidence, evidence: &Evidence) -> Option<String> {
    let Waste { passages, schemas, sent } = Waste::of(trial, evidence)?;
    let share = |tokens: u64| tokens as f64 / sent.max(1) as f64;
    if share(passages + schemas) < WORTH_TELLING {
        return None;
    }
    Some(if schemas <= passages {
        "most of the waste is passages that the answer does not rest on".to_owned()
    } else {
        "most of the waste is schemas of tools that no passing trial called".to_owned()
    })
}

/// The tokens of all trials together.
fn overall(evidence: &Evidence) -> Option<String> {
    let all: Vec<Waste> = evidence.trials.iter().filter_map(|trial| Waste::of(trial, evidence)).collect();
    let total = |tokens: fn(&Waste) -> u64| all.iter().map(tokens).sum::<u64>();
    let (passages, schemas, sent) = (total(|w| w.passages), total(|w| w.schemas), total(|w| w.sent));
    let percent = |tokens: u64| 100.0 * tokens as f64 / sent as f64;
    (0 < sent).then(|| {
        format!(
            "of the tokens of first model calls (estimated), {:.0} % are passages that did not help and {:.0} % are schemas \
             of unused tools",
            percent(passages),
            percent(schemas)
        )
    })
}

/// Estimated tokens of the first model call of a trial.
struct Waste {
    /// Of passages that the answer neither cites nor takes a value from, and that hold no evidence.
    passages: u64,
    /// Of the schemas of tools that no passing trial called and no case needs.
    schemas: u64,
    /// All that were sent.
    sent: u64,
}

impl Waste {
    /// The waste of `trial`; `None` when its model calls were not recorded with their segments.
    fn of(trial: &TrialEvidence, evidence: &Evidence) -> Option<Self> {
        let sent = trial.acted.trace.spans.iter().find_map(|span| match &span.detail {
            SpanDetail::Chat { segments, .. } => Some(segments.iter().map(|segment| segment.tokens).sum()),
            _ => None,
        })?;
        let idle = idle_passages(trial);
        let passages = idle.into_iter().map(|passage| estimate_tokens(&passage.text)).sum();
        // Tools that came with the input are the case's own and are not to be spared.
        let own = if trial.case.input.tools.is_empty() { evidence.spec.offered() } else { &[] };
        let unused = own.iter().filter(|tool| !evidence.used_tools().contains(&tool.name));
        let tokens = |text: &str| estimate_tokens(text);
        let schemas = unused
            .map(|tool| tokens(&tool.name) + tokens(&tool.description) + tokens(&tool.parameters.to_string()))
            .sum();
        Some(Self { passages, schemas, sent })
    }
}

/// The passages that the model saw and that helped in no way that can be seen.
fn idle_passages(trial: &TrialEvidence) -> Vec<&FoundPassage> {
    let seen = trial.seen();
    let cited = Citations::of(trial.answer(), seen.len()).shown;
    let values = values(trial.answer());
    let helps = |place: usize, passage: &FoundPassage| {
        let words = Words::of([passage.text.as_str()]);
        cited.contains(&place)
            || trial.gold.iter().any(|span| span.is_met_by(passage))
            || values.iter().any(|value| words.hold(value))
    };
    seen.into_iter()
        .enumerate()
        .filter(|(place, passage)| !helps(*place, passage))
        .map(|(_, passage)| passage)
        .collect()
}
