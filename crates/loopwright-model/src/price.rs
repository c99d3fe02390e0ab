//! Prices: micro-dollars per million tokens, dated, and replaceable.

use std::collections::BTreeMap;

use loopwright_core::{MicroDollars, Usage};
use serde::{Deserialize, Serialize};

use crate::RemoteModel;

/// When the built-in prices were the listed ones.
pub const PRICES_AS_OF: &str = "2026-06-20";

/// What a model's tokens cost, in micro-dollars (10⁻⁶ US dollar) per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Tokens read.
    pub input: u64,
    /// Tokens read from the provider's cache; `None` when they cost what others do.
    #[serde(default)]
    pub cached: Option<u64>,
    /// Tokens written.
    pub output: u64,
}

impl Price {
    /// What `usage` costs, rounded to the nearest micro-dollar.
    ///
    /// ```
    /// use loopwright_core::{MicroDollars, Usage};
    /// let price = loopwright_model::Price { input: 250_000, cached: Some(25_000), output: 2_000_000 };
    /// assert_eq!(price.of(Usage::new(1_000, 400, 100, 20)), MicroDollars(150 + 10 + 200));
    /// ```
    pub fn of(&self, usage: Usage) -> MicroDollars {
        let cached = self.cached.unwrap_or(self.input);
        let parts = [
            (usage.input().saturating_sub(usage.cached()), self.input),
            (usage.cached(), cached),
            (usage.output(), self.output),
        ];
        let sum: u128 = parts.iter().map(|(tokens, price)| u128::from(*tokens) * u128::from(*price)).sum();
        MicroDollars(u64::try_from((sum + 500_000) / 1_000_000).unwrap_or(u64::MAX))
    }
}

/// Prices by model reference without an address, such as `openai:gpt-5-mini`. What is not listed is unknown, never
/// free.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PriceTable {
    prices: BTreeMap<String, Price>,
}

/// Dollars per million tokens: name, input, cached input, output. Standard tier, as listed on
/// <https://developers.openai.com/api/docs/pricing> on [`PRICES_AS_OF`].
const OPENAI: [(&str, f64, Option<f64>, f64); 17] = [
    ("gpt-5.2", 1.75, Some(0.175), 14.0),
    ("gpt-5.1", 1.25, Some(0.125), 10.0),
    ("gpt-5", 1.25, Some(0.125), 10.0),
    ("gpt-5-mini", 0.25, Some(0.025), 2.0),
    ("gpt-5-nano", 0.05, Some(0.005), 0.4),
    ("gpt-5-pro", 15.0, None, 120.0),
    ("gpt-4.1", 2.0, Some(0.5), 8.0),
    ("gpt-4.1-mini", 0.4, Some(0.1), 1.6),
    ("gpt-4.1-nano", 0.1, Some(0.025), 0.4),
    ("gpt-4o", 2.5, Some(1.25), 10.0),
    ("gpt-4o-2024-05-13", 5.0, None, 15.0),
    ("gpt-4o-mini", 0.15, Some(0.075), 0.6),
    ("o3", 2.0, Some(0.5), 8.0),
    ("o3-mini", 1.1, Some(0.55), 4.4),
    ("o4-mini", 1.1, Some(0.275), 4.4),
    ("text-embedding-3-small", 0.02, None, 0.0),
    ("text-embedding-3-large", 0.13, None, 0.0),
];

impl PriceTable {
    /// The built-in prices.
    pub fn builtin() -> Self {
        let micro = |dollars: f64| (dollars * 1e6).round() as u64;
        let row = |(name, input, cached, output): (&str, f64, Option<f64>, f64)| {
            let price = Price { input: micro(input), cached: cached.map(micro), output: micro(output) };
            (format!("openai:{name}"), price)
        };
        Self { prices: OPENAI.into_iter().map(row).collect() }
    }

    /// Sets the price of `reference`, such as `ollama:llama3`, in place of what was known.
    pub fn set(&mut self, reference: impl Into<String>, price: Price) {
        self.prices.insert(reference.into(), price);
    }

    /// The price of a model. A dated snapshot (`-2025-08-07`) without a row of its own costs what its family does.
    pub fn price(&self, model: &RemoteModel) -> Option<Price> {
        let name = format!("{}:{}", model.provider.price_list, model.model);
        let own = self.prices.get(&name);
        own.or_else(|| undated(&name).and_then(|family| self.prices.get(family))).copied()
    }
}

/// The name before a date of the form `-YYYY-MM-DD`.
fn undated(name: &str) -> Option<&str> {
    let (family, date) = name.split_at_checked(name.len().checked_sub(11)?)?;
    let shape = |(at, byte): (usize, u8)| if [0, 5, 8].contains(&at) { byte == b'-' } else { byte.is_ascii_digit() };
    date.bytes().enumerate().all(shape).then_some(family)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ModelRef;

    fn price(table: &PriceTable, reference: &str) -> Option<Price> {
        let ModelRef::Remote(model) = reference.parse().unwrap() else { panic!() };
        table.price(&model)
    }

    #[test]
    fn unknown_stays_unknown() {
        let mut table = PriceTable::builtin();
        assert_eq!(price(&table, "openai:gpt-9"), None);
        assert_eq!(price(&table, "ollama:gpt-5"), None);
        let own = Price { input: 1, cached: None, output: 2 };
        table.set("ollama:gpt-5", own);
        assert_eq!(price(&table, "ollama:gpt-5@http://host/v1"), Some(own));
    }

    #[test]
    fn a_snapshot_costs_what_its_family_does_unless_it_has_a_row() {
        let table = PriceTable::builtin();
        assert_eq!(price(&table, "openai:gpt-5-mini-2025-08-07").unwrap().input, 250_000);
        assert_eq!(price(&table, "openai:gpt-4o-2024-05-13").unwrap().input, 5_000_000);
        assert_eq!(price(&table, "openai:gpt-5-mini-latest"), None);
    }

    #[test]
    fn cached_tokens_are_part_of_the_input() {
        let price = Price { input: 1_000_000, cached: Some(0), output: 0 };
        assert_eq!(price.of(Usage::new(10, 10, 0, 0)), MicroDollars(0));
        assert_eq!(Price { cached: None, ..price }.of(Usage::new(10, 10, 0, 0)), MicroDollars(10));
        assert_eq!(price.of(Usage::new(u64::MAX, 0, u64::MAX, 0)), MicroDollars(u64::MAX));
    }
}
