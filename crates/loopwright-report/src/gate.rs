//! The words for a gate and its endpoints, the same on every surface.

use loopwright_core::{Change, Comparison, Decision, GateKind, GateOutcome};

pub(crate) fn gate_name(kind: GateKind) -> &'static str {
    match kind {
        GateKind::Ci => "CI gate",
        GateKind::Promotion => "promotion gate",
        GateKind::TokenCut => "token-cut gate",
    }
}

/// The endpoints, each with the part that it plays in the rule.
pub(crate) fn endpoints(outcome: &GateOutcome) -> impl Iterator<Item = (&'static str, &Comparison)> {
    let role = |place: usize| match (place, outcome.kind) {
        (0, _) => "primary",
        (1, GateKind::TokenCut) => "to be cut",
        _ => "safeguard",
    };
    outcome.endpoints.iter().enumerate().map(move |(place, one)| (role(place), one))
}

/// The verdict on one endpoint. What was accepted is proven to lie within the margin, so that an interval that is too wide
/// to tell a direction is not too wide to decide by: "underpowered" beside ACCEPT would say that it is.
pub(crate) fn verdict(outcome: &GateOutcome, endpoint: &Comparison) -> String {
    match (&outcome.decision, endpoint.change) {
        (Decision::Accept, Change::Underpowered) => "non-inferior".to_owned(),
        (_, change) => change.to_string(),
    }
}

/// What a reader of the verdicts of an accepted change may stumble over, explained.
pub(crate) fn explained(outcome: &GateOutcome) -> Option<&'static str> {
    if outcome.decision != Decision::Accept {
        return None;
    }
    if outcome.kind == GateKind::Promotion && outcome.endpoints.first()?.change == Change::Equivalent {
        return Some("equivalent: the gain is proven, and smaller than the margin");
    }
    let open = outcome.endpoints.iter().any(|one| one.change == Change::Underpowered);
    open.then_some("non-inferior: proven to be no worse by more than the margin, though no difference can be shown")
}
