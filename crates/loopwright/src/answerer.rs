//! Who answers for a variant: a model of its own, or what is behind an endpoint.

use loopwright_core::Variant;
use loopwright_model::ModelRef;

/// The model of a native agent; an attached one brings its own.
pub(crate) fn model(variant: &Variant) -> Option<ModelRef> {
    if is_attached(variant) {
        return None;
    }
    variant.part("model")?["ref"].as_str()?.parse().ok()
}

/// Whether the variant's model only simulates a language model.
pub(crate) fn is_simulated(variant: &Variant) -> bool {
    model(variant).is_some_and(|model| model.is_simulated())
}

/// Whether the agent is measured from outside: what is behind its endpoint is neither pinned nor to be rewritten.
pub(crate) fn is_attached(variant: &Variant) -> bool {
    variant.part("endpoint").is_some()
}
