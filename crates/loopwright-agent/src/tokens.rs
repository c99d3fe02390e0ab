//! How long a text is to a model, where its vocabulary is not at hand.

/// An estimate of the tokens in `text`: a quarter of its characters, rounded up. Budgets are kept by it; what a call
/// really took is what the model reports.
pub fn estimate_tokens(text: &str) -> u64 {
    (text.chars().count() as u64).div_ceil(4)
}
