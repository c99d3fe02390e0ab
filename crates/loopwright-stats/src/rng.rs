//! Random draws from a seed, the only source of chance in this room.

use rand_core::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A seeded generator (xoshiro256++, seeded through SplitMix64): the same seed gives the same draws on every machine.
///
/// Not for secrets.
///
/// ```
/// use loopwright_stats::SeededRng;
///
/// let mut one = SeededRng::new(7);
/// let mut two = SeededRng::new(7);
/// assert_eq!(one.unit(), two.unit());
/// ```
#[derive(Debug, Clone)]
pub struct SeededRng(Xoshiro256PlusPlus);

impl SeededRng {
    /// A generator from a seed.
    pub fn new(seed: u64) -> SeededRng {
        SeededRng(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// 64 uniform bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in [0, 1), with 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// `true` with the given probability.
    pub fn flip(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Uniform in `0..bound`; 0 when `bound` is 0.
    ///
    /// Multiply and shift; the bias is at most `bound`/2⁶⁴.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// Standard normal (Marsaglia's polar method).
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }

    /// Gamma with the given positive shape and scale 1 (Marsaglia and Tsang 2000; boosted below shape 1).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = (1.0 - self.unit()).powf(1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// Beta with positive shapes `a` and `b`.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        if x + y > 0.0 {
            x / (x + y)
        } else {
            // Both underflowed: at such shapes the distribution is a coin of weight a/(a + b).
            f64::from(u8::from(self.flip(a / (a + b))))
        }
    }

    /// Shuffles `values` in place (Fisher–Yates).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(draws: usize, mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let values: Vec<f64> = (0..draws).map(|_| draw()).collect();
        let mean = values.iter().sum::<f64>() / draws as f64;
        (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / draws as f64)
    }

    #[test]
    fn first_words_are_pinned() {
        let mut rng = SeededRng::new(0);
        let words = [rng.bits(), rng.bits()];
        assert_eq!(words, [5_987_356_902_031_041_503, 7_051_070_477_665_621_255]);
    }

    #[test]
    fn moments_are_right() {
        let mut rng = SeededRng::new(1);
        let (mean, variance) = moments(200_000, || rng.normal());
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        let (mean, variance) = moments(200_000, || rng.gamma(0.4));
        assert!((mean - 0.4).abs() < 0.01 && (variance - 0.4).abs() < 0.02, "{mean} {variance}");
        let (mean, variance) = moments(200_000, || rng.beta(2.0, 3.0));
        assert!((mean - 0.4).abs() < 0.005 && (variance - 0.04).abs() < 0.002, "{mean} {variance}");
        assert!((0..1000).all(|_| rng.below(3) < 3));
    }

    #[test]
    fn shuffle_keeps_the_members() {
        let mut values: Vec<u32> = (0..50).collect();
        SeededRng::new(3).shuffle(&mut values);
        assert_ne!(values, (0..50).collect::<Vec<_>>());
        values.sort_unstable();
        assert_eq!(values, (0..50).collect::<Vec<_>>());
    }
}
