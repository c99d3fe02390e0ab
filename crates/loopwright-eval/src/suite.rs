//! A suite: cases, metrics, and how they are measured.

use loopwright_agent::Always;
use loopwright_core::{Case, Condition, Perturbation, Split, SuiteName};

use loopwright_model::ModelRef;

use crate::Metric;
use crate::metric::Respondent;

/// Cases, metrics, and how they are measured.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Its name.
    pub name: SuiteName,
    /// The cases, of both splits.
    pub cases: Vec<Case>,
    /// The metrics, the primary one first; never empty.
    pub metrics: Vec<Metric>,
    /// Trials of each case, at least 1.
    pub trials: u32,
    /// What is done to the situations, beside leaving them as they are.
    pub perturbations: Vec<Perturbation>,
    /// Who decides on a tool call that policy holds back.
    pub approval: Approval,
}

/// Who decides, in a trial, on a tool call that policy holds back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// The same answer to every call.
    Always(Always),
    /// The calls that the case expects are approved, all others denied.
    Oracle,
}

impl Suite {
    /// The cases of `split`, in order.
    pub fn split(&self, split: Split) -> Vec<Case> {
        self.cases.iter().filter(|case| case.split == split).cloned().collect()
    }

    /// The models that its metrics ask, in order; not those that a check of one case asks.
    pub fn judges(&self) -> Vec<ModelRef> {
        let models = self.metrics.iter().flat_map(Metric::respondents).filter_map(|respondent| match respondent {
            Respondent::Model(reference) => reference.parse().ok(),
            Respondent::Program(_) => None,
        });
        models.collect()
    }

    /// Plain first, then each perturbation.
    pub fn conditions(&self) -> Vec<Condition> {
        let perturbed = self.perturbations.iter().cloned().map(Condition::Perturbation);
        std::iter::once(Condition::Plain).chain(perturbed).collect()
    }
}
