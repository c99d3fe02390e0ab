//! Kinds of metrics: what is built in, and how a metric is made of it.

use std::sync::Arc;

use loopwright_core::{Direction, Unit};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Judged, Question, Reading, Respondent, SettingError};

/// What a metric is made of: a question, before its settings are known.
#[derive(Debug)]
pub struct MetricKind {
    /// What it is called in a project file and in tables.
    pub name: &'static str,
    /// Grows whenever the same trial may get another score; scores of two versions are never mixed.
    pub version: u32,
    /// One line.
    pub title: &'static str,
    /// The page about it, in Markdown.
    pub doc: &'static str,
    /// What its answers are like. A kind that lets settings choose says here what it does without them.
    pub scale: Scale,
    /// Which way is better.
    pub direction: Direction,
    /// What can be set, beside what every metric understands.
    pub settings: &'static [Setting],
    /// Makes the scorer.
    pub(super) build: fn(&Map<String, Value>) -> Built,
}

/// A scorer, or what is wrong with its settings.
pub(super) type Built = Result<Arc<dyn Scorer>, SettingError>;

/// What the answers of a metric are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Pass or fail.
    Verdict,
    /// A value in this unit.
    Measure(Unit),
}

impl Scale {
    /// The unit of its values; of a verdict the share that passes.
    pub fn unit(self) -> Unit {
        match self {
            Self::Verdict => Unit::Share,
            Self::Measure(unit) => unit,
        }
    }
}

/// One thing that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The key.
    pub name: &'static str,
    /// What it means, its range, and what holds when it is absent.
    pub meaning: &'static str,
}

impl Setting {
    pub(super) const fn new(name: &'static str, meaning: &'static str) -> Self {
        Self { name, meaning }
    }
}

/// Answers a metric's question about a trial.
pub trait Scorer: Send + Sync {
    /// What it finds.
    fn read(&self, judged: &Judged<'_>) -> Reading;

    /// What must be known before it can judge, whether it is known already or not. Further questions may follow from the
    /// answers.
    fn questions(&self, judged: &Judged<'_>) -> Vec<Question> {
        let _ = judged;
        vec![]
    }

    /// Whom its questions go to, as far as that does not depend on the case.
    fn respondents(&self) -> Vec<Respondent> {
        vec![]
    }

    /// Whether it may put questions at all.
    fn may_ask(&self) -> bool {
        !self.respondents().is_empty()
    }

    /// What its answers are like, where its settings say so; else they are as its kind says.
    fn scale(&self) -> Option<(Scale, Direction)> {
        None
    }
}

impl<F: Fn(&Judged<'_>) -> Reading + Send + Sync> Scorer for F {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        self(judged)
    }
}

/// The scorer of a kind that has no settings.
pub(super) fn plain(read: fn(&Judged<'_>) -> Reading) -> Built {
    Ok(Arc::new(read))
}

/// The scorer of a kind whose settings are its fields.
pub(super) fn set<S: Scorer + DeserializeOwned + 'static>(settings: &Map<String, Value>) -> Built {
    Ok(Arc::new(SettingError::read::<S>(settings)?))
}
