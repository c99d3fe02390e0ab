//! Populations of cases with known pass probabilities, from which suites are drawn.

use loopwright_stats::{Item, SeededRng};

use crate::samples::run;

/// How the pass probability varies over the cases of a population with a given mean.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Spread {
    /// Every case alike.
    Alike,
    /// Beta with this correlation between two trials of a case, in (0, 1).
    Beta(f64),
    /// Two kinds of cases, hard and easy.
    TwoKinds,
    /// Each case always passes or always fails.
    AllOrNothing,
}

pub(crate) const SPREADS: [Spread; 6] =
    [Spread::Alike, Spread::Beta(0.1), Spread::Beta(0.3), Spread::Beta(0.6), Spread::TwoKinds, Spread::AllOrNothing];

/// A population of cases.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Population {
    pub(crate) mean: f64,
    pub(crate) spread: Spread,
}

impl Population {
    fn kinds(self) -> (f64, f64, f64) {
        let (hard, easy) = (0.3 * self.mean, self.mean + 0.7 * (1.0 - self.mean));
        (hard, easy, (self.mean - hard) / (easy - hard))
    }

    /// The pass probability of one case.
    pub(crate) fn case(self, rng: &mut SeededRng) -> f64 {
        match self.spread {
            Spread::Alike => self.mean,
            Spread::Beta(rho) => {
                let size = (1.0 - rho) / rho;
                rng.beta(self.mean * size, (1.0 - self.mean) * size)
            }
            Spread::TwoKinds => {
                let (hard, easy, share) = self.kinds();
                if rng.flip(share) { easy } else { hard }
            }
            Spread::AllOrNothing => f64::from(u8::from(rng.flip(self.mean))),
        }
    }

    /// The mean over cases of the probability that `k` trials all pass.
    pub(crate) fn all_of(self, k: u32) -> f64 {
        let power = i32::try_from(k).expect("small");
        match self.spread {
            Spread::Alike => self.mean.powi(power),
            Spread::Beta(rho) => {
                let size = (1.0 - rho) / rho;
                (0..k).map(|i| (self.mean * size + f64::from(i)) / (size + f64::from(i))).product()
            }
            Spread::TwoKinds => {
                let (hard, easy, share) = self.kinds();
                share * easy.powi(power) + (1.0 - share) * hard.powi(power)
            }
            Spread::AllOrNothing => self.mean,
        }
    }

    /// A suite of cases with `trials` trials each, every case a cluster of its own.
    pub(crate) fn suite(self, cases: usize, trials: u32, rng: &mut SeededRng) -> Vec<Item> {
        (0..cases)
            .map(|case| {
                let p = self.case(rng);
                Item::new(case.to_string(), run(p, trials, rng))
            })
            .collect()
    }
}

/// How often something held, of how many.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) held: u64,
    pub(crate) of: u64,
}

impl Tally {
    pub(crate) fn note(&mut self, held: bool) {
        self.held += u64::from(held);
        self.of += 1;
    }

    pub(crate) fn share(self) -> f64 {
        self.held as f64 / self.of as f64
    }

    /// Standard error of a share of the given truth.
    pub(crate) fn error(self, truth: f64) -> f64 {
        (truth * (1.0 - truth) / self.of as f64).sqrt()
    }
}
