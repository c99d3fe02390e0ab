//! What a step costs: tokens, money, energy.

use std::fmt;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

/// Tokens of one or more model calls.
///
/// Invariant: cached tokens are a subset of input, reasoning tokens a subset of output; nothing is counted twice. The
/// constructor clips a provider's report that breaks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    input: u64,
    cached: u64,
    output: u64,
    reasoning: u64,
    #[serde(default, skip_serializing_if = "is_none")]
    cache_written: u64,
}

fn is_none(tokens: &u64) -> bool {
    *tokens == 0
}

impl Usage {
    /// `cached` of the `input` tokens were read from a cache; `reasoning` of the `output` tokens were not shown.
    pub fn new(input: u64, cached: u64, output: u64, reasoning: u64) -> Self {
        Self { input, cached: cached.min(input), output, reasoning: reasoning.min(output), cache_written: 0 }
    }

    /// The same, of which `tokens` of the input were written to the provider's cache: some charge more for these.
    pub fn with_cache_written(self, tokens: u64) -> Self {
        Self { cache_written: tokens.min(self.input - self.cached), ..self }
    }

    /// Tokens read, cached ones included.
    pub fn input(&self) -> u64 {
        self.input
    }

    /// Tokens read from the provider's cache; part of [`Usage::input`].
    pub fn cached(&self) -> u64 {
        self.cached
    }

    /// Tokens written to the provider's cache; part of [`Usage::input`], and none of them is in [`Usage::cached`].
    pub fn cache_written(&self) -> u64 {
        self.cache_written
    }

    /// Tokens written, hidden reasoning included.
    pub fn output(&self) -> u64 {
        self.output
    }

    /// Tokens written but not shown; part of [`Usage::output`].
    pub fn reasoning(&self) -> u64 {
        self.reasoning
    }

    /// Tokens read and written.
    pub fn total(&self) -> u64 {
        self.input.saturating_add(self.output)
    }
}

impl Add for Usage {
    type Output = Usage;

    fn add(self, other: Usage) -> Usage {
        Usage {
            input: self.input.saturating_add(other.input),
            cached: self.cached.saturating_add(other.cached),
            output: self.output.saturating_add(other.output),
            reasoning: self.reasoning.saturating_add(other.reasoning),
            cache_written: self.cache_written.saturating_add(other.cache_written),
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Usage) {
        *self = *self + other;
    }
}

/// Money in micro-dollars (10⁻⁶ US dollar). An unknown price is `None` of this, never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct MicroDollars(pub u64);

impl fmt::Display for MicroDollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dollars = self.0 as f64 / 1e6;
        if self.0 >= 10_000 { write!(f, "${dollars:.2}") } else { write!(f, "${dollars:.6}") }
    }
}

/// Energy in microjoules, estimated by the adapter's published method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct MicroJoules(pub u64);

impl MicroJoules {
    /// In joules.
    pub fn joules(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

/// Everything that one or more steps cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cost {
    /// Tokens.
    pub usage: Usage,
    /// Money; `None` when a price is unknown. One unknown makes a sum unknown.
    pub money: Option<MicroDollars>,
    /// Energy; `None` when there is no method for the model.
    pub energy: Option<MicroJoules>,
}

impl Cost {
    /// The cost of nothing: zero, and known.
    pub const ZERO: Cost = Cost {
        usage: Usage { input: 0, cached: 0, output: 0, reasoning: 0, cache_written: 0 },
        money: Some(MicroDollars(0)),
        energy: Some(MicroJoules(0)),
    };
}

impl Add for Cost {
    type Output = Cost;

    fn add(self, other: Cost) -> Cost {
        Cost {
            usage: self.usage + other.usage,
            money: self.money.zip(other.money).map(|(a, b)| MicroDollars(a.0.saturating_add(b.0))),
            energy: self.energy.zip(other.energy).map(|(a, b)| MicroJoules(a.0.saturating_add(b.0))),
        }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Cost) {
        *self = *self + other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_are_kept() {
        let usage = Usage::new(10, 40, 5, 9);
        assert_eq!((usage.cached(), usage.reasoning(), usage.total()), (10, 5, 15));
        let usage = Usage::new(10, 4, 5, 0).with_cache_written(9);
        assert_eq!((usage.cached(), usage.cache_written()), (4, 6));
        assert_eq!((usage + usage).cache_written(), 12);
    }

    #[test]
    fn one_unknown_price_makes_the_sum_unknown() {
        let known = Cost { money: Some(MicroDollars(3)), ..Cost::ZERO };
        let unknown = Cost { money: None, ..Cost::ZERO };
        assert_eq!((known + known).money, Some(MicroDollars(6)));
        assert_eq!((known + unknown).money, None);
    }
}
