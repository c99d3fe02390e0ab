//! Prices: micro-dollars per million tokens, dated, and replaceable.

use std::collections::BTreeMap;

use loopwright_core::{MicroDollars, Usage};
use serde::{Deserialize, Serialize};

use crate::RemoteModel;

/// When the built-in prices of OpenAI were the listed ones; those of others are some weeks older.
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
    /// Tokens written to the provider's cache; `None` when they cost what others do.
    #[serde(default)]
    pub cache_write: Option<u64>,
    /// Tokens written.
    pub output: u64,
    /// What a request costs that reads more than so many tokens, where that is more.
    #[serde(default)]
    pub long: Option<LongPrice>,
}

/// What the tokens of a long request cost, all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LongPrice {
    /// The request is long when it reads more tokens than this.
    pub above: u64,
    /// Tokens read.
    pub input: u64,
    /// Tokens read from the provider's cache; `None` when they cost what others do.
    #[serde(default)]
    pub cached: Option<u64>,
    /// Tokens written to the provider's cache; `None` when they cost what others do.
    #[serde(default)]
    pub cache_write: Option<u64>,
    /// Tokens written.
    pub output: u64,
}

impl Price {
    /// What `usage` costs, rounded to the nearest micro-dollar.
    ///
    /// ```
    /// use loopwright_core::{MicroDollars, Usage};
    /// let price = loopwright_model::Price { input: 250_000, cached: Some(25_000), output: 2_000_000, ..Default::default() };
    /// assert_eq!(price.of(Usage::new(1_000, 400, 100, 20)), MicroDollars(150 + 10 + 200));
    /// ```
    pub fn of(&self, usage: Usage) -> MicroDollars {
        let price = self.long.filter(|long| usage.input() > long.above).map_or(*self, |long| Self {
            input: long.input,
            cached: long.cached,
            cache_write: long.cache_write,
            output: long.output,
            long: None,
        });
        let (cached, written) = (usage.cached(), usage.cache_written());
        let parts = [
            (usage.input().saturating_sub(cached).saturating_sub(written), price.input),
            (cached, price.cached.unwrap_or(price.input)),
            (written, price.cache_write.unwrap_or(price.input)),
            (usage.output(), price.output),
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

/// Dollars per million tokens: name, input, output, as listed on <https://platform.claude.com/docs/en/about-claude/pricing>.
/// Reading from the cache costs a tenth of the input, writing to it for five minutes 1.25 times.
const ANTHROPIC: [(&str, f64, f64); 10] = [
    ("claude-opus-4-7", 5.0, 25.0),
    ("claude-opus-4-6", 5.0, 25.0),
    ("claude-opus-4-5", 5.0, 25.0),
    ("claude-opus-4-1", 15.0, 75.0),
    ("claude-opus-4", 15.0, 75.0),
    ("claude-sonnet-4-6", 3.0, 15.0),
    ("claude-sonnet-4-5", 3.0, 15.0),
    ("claude-sonnet-4", 3.0, 15.0),
    ("claude-haiku-4-5", 1.0, 5.0),
    ("claude-3-5-haiku", 0.8, 4.0),
];

/// Dollars per million tokens: name, input, cached input, output, as listed on
/// <https://ai.google.dev/gemini-api/docs/pricing> for text.
const GEMINI: [(&str, f64, f64, f64); 4] = [
    ("gemini-3.1-pro-preview", 2.0, 0.2, 12.0),
    ("gemini-2.5-pro", 1.25, 0.125, 10.0),
    ("gemini-2.5-flash", 0.3, 0.03, 2.5),
    ("gemini-2.5-flash-lite", 0.1, 0.01, 0.4),
];

/// Tokens above which a request is long, with those who ask more for it: twice the input, 1.5 times the output.
const LONG: u64 = 200_000;

/// The models whose long requests cost more, by both pages.
const DEARER_WHEN_LONG: [&str; 4] =
    ["claude-sonnet-4-5", "claude-sonnet-4", "gemini-3.1-pro-preview", "gemini-2.5-pro"];

fn micro(dollars: f64) -> u64 {
    (dollars * 1e6).round() as u64
}

fn with_long(name: &str, price: Price) -> Price {
    let long = LongPrice {
        above: LONG,
        input: price.input * 2,
        cached: price.cached.map(|amount| amount * 2),
        cache_write: price.cache_write.map(|amount| amount * 2),
        output: price.output * 3 / 2,
    };
    Price { long: DEARER_WHEN_LONG.contains(&name).then_some(long), ..price }
}

fn openai((name, input, cached, output): (&str, f64, Option<f64>, f64)) -> (String, Price) {
    let price = Price { input: micro(input), cached: cached.map(micro), output: micro(output), ..Price::default() };
    (format!("openai:{name}"), price)
}

fn anthropic((name, input, output): (&str, f64, f64)) -> (String, Price) {
    let (cached, cache_write) = (Some(micro(input * 0.1)), Some(micro(input * 1.25)));
    let price = Price { input: micro(input), cached, cache_write, output: micro(output), long: None };
    (format!("anthropic:{name}"), with_long(name, price))
}

fn gemini((name, input, cached, output): (&str, f64, f64, f64)) -> (String, Price) {
    let price = Price { input: micro(input), cached: Some(micro(cached)), output: micro(output), ..Price::default() };
    (format!("gemini:{name}"), with_long(name, price))
}

impl PriceTable {
    /// The built-in prices.
    pub fn builtin() -> Self {
        let rows = OPENAI.into_iter().map(openai);
        let rows = rows.chain(ANTHROPIC.into_iter().map(anthropic)).chain(GEMINI.into_iter().map(gemini));
        Self { prices: rows.collect() }
    }

    /// Sets the price of `reference`, such as `ollama:llama3`, in place of what was known.
    pub fn set(&mut self, reference: impl Into<String>, price: Price) {
        self.prices.insert(reference.into(), price);
    }

    /// The price of a model. A dated snapshot (`-2025-08-07`, `-20250929`) without a row of its own costs what its family does.
    pub fn price(&self, model: &RemoteModel) -> Option<Price> {
        let name = format!("{}:{}", model.provider.price_list, model.model);
        let own = self.prices.get(&name);
        own.or_else(|| undated(&name).and_then(|family| self.prices.get(family))).copied()
    }
}

/// The name before a date of the form `-YYYY-MM-DD` or `-YYYYMMDD`.
fn undated(name: &str) -> Option<&str> {
    ["-0000-00-00", "-00000000"].into_iter().find_map(|form| {
        let (family, date) = name.split_at_checked(name.len().checked_sub(form.len())?)?;
        let fits = |(byte, form): (u8, u8)| if form == b'-' { byte == b'-' } else { byte.is_ascii_digit() };
        date.bytes().zip(form.bytes()).all(fits).then_some(family)
    })
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
        let own = Price { input: 1, output: 2, ..Price::default() };
        table.set("ollama:gpt-5", own);
        assert_eq!(price(&table, "ollama:gpt-5@http://host/v1"), Some(own));
    }

    #[test]
    fn a_snapshot_costs_what_its_family_does_unless_it_has_a_row() {
        let table = PriceTable::builtin();
        assert_eq!(price(&table, "openai:gpt-5-mini-2025-08-07").unwrap().input, 250_000);
        assert_eq!(price(&table, "openai:gpt-4o-2024-05-13").unwrap().input, 5_000_000);
        assert_eq!(price(&table, "openai:gpt-5-mini-latest"), None);
        assert_eq!(price(&table, "openai-responses:gpt-5-mini").unwrap().input, 250_000);
        assert_eq!(price(&table, "anthropic:claude-haiku-4-5-20251001").unwrap().output, 5_000_000);
        assert_eq!(price(&table, "anthropic:claude-haiku-9"), None);
    }

    #[test]
    fn writing_to_the_cache_and_long_requests_cost_more() {
        let table = PriceTable::builtin();
        let sonnet = price(&table, "anthropic:claude-sonnet-4-5").unwrap();
        let usage = Usage::new(1_000, 600, 100, 0).with_cache_written(300);
        assert_eq!(sonnet.of(usage), MicroDollars(100 * 3 + 180 + 1125 + 1500));
        assert_eq!(sonnet.of(Usage::new(200_000, 0, 0, 0)), MicroDollars(600_000));
        assert_eq!(sonnet.of(Usage::new(200_001, 0, 1_000, 0)), MicroDollars(1_200_006 + 22_500));
        let pro = price(&table, "gemini:gemini-2.5-pro").unwrap();
        assert_eq!(pro.of(Usage::new(300_000, 100_000, 0, 0)), MicroDollars(500_000 + 25_000));
    }

    #[test]
    fn cached_tokens_are_part_of_the_input() {
        let price = Price { input: 1_000_000, cached: Some(0), ..Price::default() };
        assert_eq!(price.of(Usage::new(10, 10, 0, 0)), MicroDollars(0));
        assert_eq!(Price { cached: None, ..price }.of(Usage::new(10, 10, 0, 0)), MicroDollars(10));
        assert_eq!(price.of(Usage::new(u64::MAX, 0, u64::MAX, 0)), MicroDollars(u64::MAX));
    }
}
