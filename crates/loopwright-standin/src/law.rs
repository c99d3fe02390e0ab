//! The law of choice: every decision of the stand-in is one softmax, drawn or enumerated by the same code.
//!
//! A head asks a [`Choose`] to pick one of several options by their logits. The [`Sampler`] draws (Gumbel-max over the
//! logits); [`enumerate`] walks every path of the same head and multiplies the probabilities of its picks. So the closed
//! form and the draws cannot disagree: there is one description of the behaviour, and two ways to run it.

use loopwright_core::Seed;
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// An option fainter than this is not considered, in draws and in the closed form alike.
pub(crate) const FAINTEST: f64 = 1e-5;

/// Below this temperature the best option is taken, the first of equals.
const GREEDY: f64 = 1e-6;

/// Who picks among options.
pub(crate) trait Choose {
    /// The index of the picked option; `logits` are utilities over the profile's noise. 0 when there is none.
    fn pick(&mut self, logits: &[f64]) -> usize;

    /// Whether an event of these log-odds happens.
    fn happens(&mut self, log_odds: f64) -> bool {
        self.pick(&[log_odds, 0.0]) == 0
    }
}

/// The probabilities of options with these logits at a request temperature.
pub(crate) fn softmax(logits: &[f64], temperature: f64) -> Vec<f64> {
    let best = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if temperature < GREEDY {
        let first = logits.iter().position(|logit| *logit >= best).unwrap_or(0);
        return (0..logits.len()).map(|index| if index == first { 1.0 } else { 0.0 }).collect();
    }
    let mut mass: Vec<f64> = logits.iter().map(|logit| ((logit - best) / temperature).exp()).collect();
    let total: f64 = mass.iter().sum();
    mass.iter_mut().for_each(|one| *one = if *one < FAINTEST * total { 0.0 } else { *one });
    let total: f64 = mass.iter().sum();
    mass.iter_mut().for_each(|one| *one /= total);
    mass
}

/// Draws from the law.
pub(crate) struct Sampler {
    rng: Xoshiro256PlusPlus,
    temperature: f64,
}

impl Sampler {
    pub(crate) fn new(seed: Seed, temperature: f64) -> Self {
        Self { rng: Xoshiro256PlusPlus::seed_from_u64(seed.0), temperature }
    }

    fn gumbel(&mut self) -> f64 {
        // 53 random bits, shifted by half a step: never 0, never 1.
        let uniform = ((self.rng.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        -(-uniform.ln()).ln()
    }
}

impl Choose for Sampler {
    fn pick(&mut self, logits: &[f64]) -> usize {
        let mass = softmax(logits, self.temperature);
        let mut best = (0, f64::NEG_INFINITY);
        for (index, probability) in mass.into_iter().enumerate().filter(|(_, probability)| *probability > 0.0) {
            let value = probability.ln() + self.gumbel();
            if value > best.1 {
                best = (index, value);
            }
        }
        best.0
    }
}

/// Follows one path, and takes the first possible option where the path ends.
struct Walker {
    temperature: f64,
    path: Vec<usize>,
    depth: usize,
    /// The probabilities met at each pick.
    met: Vec<Vec<f64>>,
}

impl Choose for Walker {
    fn pick(&mut self, logits: &[f64]) -> usize {
        let mass = softmax(logits, self.temperature);
        if self.depth == self.path.len() {
            self.path.push(next_possible(&mass, 0).unwrap_or(0));
        }
        let chosen = self.path[self.depth];
        self.depth += 1;
        self.met.push(mass);
        chosen
    }
}

fn next_possible(mass: &[f64], from: usize) -> Option<usize> {
    (from..mass.len()).find(|index| mass[*index] > 0.0)
}

/// Every outcome of `decide` with its probability, in the order of the options. Outcomes may repeat.
pub(crate) fn enumerate<T>(temperature: f64, mut decide: impl FnMut(&mut dyn Choose) -> T) -> Vec<(f64, T)> {
    let mut outcomes = Vec::new();
    let mut path = Vec::new();
    loop {
        let mut walker = Walker { temperature, path, depth: 0, met: Vec::new() };
        let outcome = decide(&mut walker);
        let Walker { path: walked, met, .. } = walker;
        let probability =
            met.iter().zip(&walked).map(|(mass, chosen)| mass.get(*chosen).copied().unwrap_or(1.0)).product();
        outcomes.push((probability, outcome));
        let turn = (0..walked.len()).rev().find_map(|at| Some((at, next_possible(&met[at], walked[at] + 1)?)));
        let Some((at, next)) = turn else { return outcomes };
        path = walked;
        path.truncate(at);
        path.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_steps(choose: &mut dyn Choose) -> (usize, usize) {
        let first = choose.pick(&[1.0, 0.0, -1.0]);
        let second = if first == 1 { 0 } else { choose.pick(&[0.0, 0.3]) };
        (first, second)
    }

    #[test]
    fn enumeration_sums_to_one_and_agrees_with_draws() {
        let outcomes = enumerate(1.0, two_steps);
        assert_eq!(outcomes.len(), 5);
        assert!((outcomes.iter().map(|(p, _)| p).sum::<f64>() - 1.0).abs() < 1e-12);
        let mut sampler = Sampler::new(Seed(7), 1.0);
        let draws = 40_000;
        let mut hits = vec![0u32; outcomes.len()];
        for _ in 0..draws {
            let drawn = two_steps(&mut sampler);
            hits[outcomes.iter().position(|(_, outcome)| *outcome == drawn).unwrap()] += 1;
        }
        for ((p, _), hits) in outcomes.iter().zip(hits) {
            let se = (p * (1.0 - p) / f64::from(draws)).sqrt();
            assert!((f64::from(hits) / f64::from(draws) - p).abs() < 4.0 * se);
        }
    }

    #[test]
    fn greedy_takes_the_first_of_equals() {
        assert_eq!(softmax(&[0.0, 2.0, 2.0], 0.0), vec![0.0, 1.0, 0.0]);
        assert_eq!(enumerate(0.0, two_steps), vec![(1.0, (0, 1))]);
    }

    #[test]
    fn faint_options_are_not_considered() {
        assert_eq!(softmax(&[20.0, 0.0], 1.0), vec![1.0, 0.0]);
    }
}
