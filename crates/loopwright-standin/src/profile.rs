//! A profile: the frozen parameters of one size of stand-in.

use std::time::Duration;

use loopwright_core::{MicroDollars, Usage};
use serde::Serialize;

/// The parameters of one size of stand-in.
///
/// They are calibrated to *shape* only (a larger profile is steadier, dearer and slower), never to a project or a
/// published score, and are frozen once they are published: see [`Profile::version`]. Prices, latencies and energies are
/// nominal: they exist so that routing and token cuts have something to weigh.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Profile {
    /// `nano`, `small`, `mid` or `large`.
    pub name: &'static str,
    /// Which published law this is: it goes up with the first change of the numbers or of the law after a release, so that
    /// results of two laws are never taken for results of one. 1 is the law of the first release; before it there was
    /// none to tell it from.
    pub version: u32,
    /// Utility of full relevance; relevance is in 0..=1.
    pub gain: f64,
    /// Scale of the noise that is drawn anew in each call (the softmax's temperature at a request temperature of 1).
    pub noise: f64,
    /// Standard deviation of the noise that is a function of profile, question and span: the same misreading each time.
    pub systematic: f64,
    /// Share of the bundled synonym pairs that the profile knows, 0..=1.
    pub synonyms: f64,
    /// Utility that a span in the middle of long evidence lacks against one at an edge.
    pub position: f64,
    /// How much an imperative inside a passage or a tool's result counts against the user's own words, 0..=1.
    pub trust: f64,
    /// Log-odds of obeying one recognised rule that stands alone in a short prompt.
    pub compliance: f64,
    /// Log-odds of well-formed JSON when the request's response format asks for it.
    pub format: f64,
    /// Tokens of context. What is beyond it is dropped from the middle of history and passages.
    pub window: u64,
    /// Micro-dollars for a million tokens read.
    pub price_in: u64,
    /// Micro-dollars for a million tokens written.
    pub price_out: u64,
    /// Latency of an empty call.
    pub latency: Duration,
    /// Further latency for each token read.
    pub latency_in: Duration,
    /// Further latency for each token written.
    pub latency_out: Duration,
    /// Microjoules for a token read.
    pub energy_in: u64,
    /// Microjoules for a token written.
    pub energy_out: u64,
}

const PROFILES: [Profile; 4] = [
    Profile {
        name: "nano",
        version: 1,
        gain: 6.0,
        noise: 0.90,
        systematic: 1.00,
        synonyms: 0.40,
        position: 0.9,
        trust: 0.90,
        compliance: 1.8,
        format: 2.5,
        window: 4_096,
        price_in: 50_000,
        price_out: 400_000,
        latency: Duration::from_millis(120),
        latency_in: Duration::from_micros(20),
        latency_out: Duration::from_millis(4),
        energy_in: 10_000,
        energy_out: 100_000,
    },
    Profile {
        name: "small",
        version: 1,
        gain: 7.0,
        noise: 0.70,
        systematic: 0.75,
        synonyms: 0.60,
        position: 0.7,
        trust: 0.65,
        compliance: 2.6,
        format: 3.8,
        window: 16_384,
        price_in: 250_000,
        price_out: 2_000_000,
        latency: Duration::from_millis(250),
        latency_in: Duration::from_micros(50),
        latency_out: Duration::from_millis(8),
        energy_in: 40_000,
        energy_out: 400_000,
    },
    Profile {
        name: "mid",
        version: 1,
        gain: 8.5,
        noise: 0.60,
        systematic: 0.60,
        synonyms: 0.85,
        position: 0.5,
        trust: 0.35,
        compliance: 3.6,
        format: 5.0,
        window: 65_536,
        price_in: 1_250_000,
        price_out: 10_000_000,
        latency: Duration::from_millis(450),
        latency_in: Duration::from_micros(90),
        latency_out: Duration::from_millis(14),
        energy_in: 150_000,
        energy_out: 1_500_000,
    },
    Profile {
        name: "large",
        version: 1,
        gain: 10.0,
        noise: 0.50,
        systematic: 0.45,
        synonyms: 0.95,
        position: 0.3,
        trust: 0.15,
        compliance: 4.6,
        format: 6.5,
        window: 131_072,
        price_in: 5_000_000,
        price_out: 25_000_000,
        latency: Duration::from_millis(800),
        latency_in: Duration::from_micros(150),
        latency_out: Duration::from_millis(25),
        energy_in: 500_000,
        energy_out: 5_000_000,
    },
];

impl Profile {
    /// The nominal price of a call that takes `usage`, rounded up to a micro-dollar.
    pub fn price(&self, usage: &Usage) -> MicroDollars {
        let micro = u128::from(self.price_in) * u128::from(usage.input())
            + u128::from(self.price_out) * u128::from(usage.output());
        MicroDollars(u64::try_from(micro.div_ceil(1_000_000)).unwrap_or(u64::MAX))
    }

    /// The profile of this name: `nano`, `small`, `mid` or `large`.
    ///
    /// ```
    /// use loopwright_standin::Profile;
    /// assert_eq!(Profile::named("small").map(Profile::id).as_deref(), Some("standin/small-1"));
    /// assert_eq!(Profile::named("huge"), None);
    /// ```
    pub fn named(name: &str) -> Option<&'static Profile> {
        Self::all().iter().find(|profile| profile.name == name)
    }

    /// All profiles, smallest first.
    pub fn all() -> &'static [Profile] {
        const { &PROFILES }
    }

    /// What an answer says of its origin: `standin/small-1`.
    pub fn id(&self) -> String {
        format!("standin/{}-{}", self.name, self.version)
    }
}
