//! What `loopwright explain` can explain.

use std::borrow::Cow;

use loopwright_eval::MetricKind;
use loopwright_eval::perturbation::PerturbationKind;
use loopwright_improve::{signal, technique};

/// One thing that can be explained.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Topic {
    /// The code or name that is typed: `LW101`, `resolved`, `exit-codes`.
    pub code: Cow<'static, str>,
    /// One line.
    pub title: &'static str,
    /// The page, in Markdown.
    pub body: &'static str,
}

/// The words of the command line itself.
pub const WORDS: &[Topic] = &[
    Topic {
        code: Cow::Borrowed("exit-codes"),
        title: "how commands end",
        body: include_str!("../topics/exit-codes.md"),
    },
    Topic {
        code: Cow::Borrowed("verdicts"),
        title: "improved, regressed, equivalent, underpowered",
        body: include_str!("../topics/verdicts.md"),
    },
    Topic {
        code: Cow::Borrowed("vault"),
        title: "why some cases are sealed",
        body: include_str!("../topics/vault.md"),
    },
    Topic {
        code: Cow::Borrowed("standin"),
        title: "the built-in predictor, and what it is not",
        body: include_str!("../topics/standin.md"),
    },
    Topic {
        code: Cow::Borrowed("attached-agents"),
        title: "how an agent that exists is measured",
        body: include_str!("../topics/attached-agents.md"),
    },
];

/// Everything: the words, then metrics, perturbations, findings and techniques.
pub fn all() -> Vec<Topic> {
    let metrics = MetricKind::all().iter().map(|one| topic(one.name, one.title, one.doc));
    let perturbations = PerturbationKind::all().iter().map(|one| topic(one.name, one.title, one.doc));
    let findings = signal::all().iter().map(|one| Topic {
        code: Cow::Owned(one.code.to_string()),
        title: one.title,
        body: one.doc,
    });
    let techniques = technique::all().iter().map(|one| topic(one.name, one.title, one.doc));
    WORDS.iter().cloned().chain(metrics).chain(perturbations).chain(findings).chain(techniques).collect()
}

fn topic(code: &'static str, title: &'static str, body: &'static str) -> Topic {
    Topic { code: Cow::Borrowed(code), title, body }
}
