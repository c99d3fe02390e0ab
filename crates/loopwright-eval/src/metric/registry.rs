//! The kinds that are built in: their order on the reference page, and how one is found by its name.

use std::sync::LazyLock;

use loopwright_core::MetricName;
use serde_json::{Map, Value};

use super::{Metric, MetricError, MetricKind, suggestion};
use super::{
    abstention, all, answer, any, bfcl_ast, checks, clarification, exact_match, expression, final_state, gold_state,
    grounding, judge, mean, operation, program, resolved, retrieval, safety, structure, text, token_f1, tool_arguments,
    tool_choice, trajectory, turns,
};

/// The kinds that look at more than one side of a trial, or that have no family, in the order of the reference page.
const GENERAL_KINDS: &[&MetricKind] = &[
    &resolved::KIND,
    &answer::KIND,
    &exact_match::KIND,
    &token_f1::KIND,
    &checks::KIND,
    &all::KIND,
    &any::KIND,
    &mean::KIND,
    &expression::KIND,
    &program::KIND,
    &turns::KIND,
    &abstention::KIND,
    &clarification::KIND,
    &tool_choice::KIND,
    &tool_arguments::KIND,
    &bfcl_ast::KIND,
    &final_state::KIND,
    &gold_state::KIND,
];

/// All kinds, family by family, in the order of the reference page.
const FAMILIES: &[&[&MetricKind]] = &[
    GENERAL_KINDS,
    retrieval::KINDS,
    grounding::KINDS,
    trajectory::KINDS,
    text::KINDS,
    structure::KINDS,
    safety::KINDS,
    operation::KINDS,
    judge::KINDS,
];

impl MetricKind {
    /// All kinds, in the order of the reference page.
    pub fn all() -> &'static [&'static MetricKind] {
        static ALL: LazyLock<Vec<&MetricKind>> = LazyLock::new(|| FAMILIES.concat());
        &ALL
    }

    /// The kind called `name`.
    ///
    /// # Errors
    /// When there is none; the error names the nearest.
    pub fn named(name: &str) -> Result<&'static MetricKind, MetricError> {
        let found = Self::all().iter().find(|kind| kind.name == name);
        found.copied().ok_or_else(|| MetricError::Unknown {
            name: name.to_owned(),
            hint: suggestion(name, Self::all().iter().map(|kind| kind.name)),
        })
    }

    /// A metric of this kind, called like it.
    ///
    /// # Errors
    /// When a setting is unknown, wrong or missing.
    pub fn with(&'static self, settings: Map<String, Value>) -> Result<Metric, MetricError> {
        Metric::made(MetricName::new(self.name)?, self, settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_that_is_missing_has_neighbours() {
        let hint = |name: &str| Metric::named(name).unwrap_err().to_string();
        assert!(hint("resolve").contains("did you mean `resolved`"));
        assert!(hint("zzz").contains("there are `resolved`, `answer`"));
    }
}
