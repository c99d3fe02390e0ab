//! The confidence level of an interval, and the side of a bound.

use serde::{Deserialize, Serialize};

/// A confidence (or credible) level: a probability strictly between 0 and 1, such as 0.95.
///
/// A one-sided test at significance α asks for the bound at level 1 − α.
///
/// ```
/// use loopwright_stats::Level;
///
/// let level = Level::new(0.9)?;
/// assert_eq!(level.get(), 0.9);
/// assert!(Level::new(95.0).is_err());
/// # Ok::<(), loopwright_stats::LevelError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Level(f64);

impl Level {
    /// 90 %.
    pub const P90: Level = Level(0.90);
    /// 95 %.
    pub const P95: Level = Level(0.95);
    /// 99 %.
    pub const P99: Level = Level(0.99);

    /// A level from a probability in (0, 1).
    ///
    /// # Errors
    /// [`LevelError`] when `level` is not strictly between 0 and 1.
    pub fn new(level: f64) -> Result<Level, LevelError> {
        if level > 0.0 && level < 1.0 { Ok(Level(level)) } else { Err(LevelError { level }) }
    }

    /// The level of a one-sided bound that tests at significance `alpha`.
    ///
    /// # Errors
    /// [`LevelError`] when `alpha` is not strictly between 0 and 1.
    pub fn of_alpha(alpha: f64) -> Result<Level, LevelError> {
        if alpha > 0.0 && alpha < 1.0 { Level::new(1.0 - alpha) } else { Err(LevelError { level: 1.0 - alpha }) }
    }

    /// The probability, in (0, 1).
    pub fn get(self) -> f64 {
        self.0
    }

    /// What the level leaves over: 1 − level.
    pub fn alpha(self) -> f64 {
        1.0 - self.0
    }

    /// The level whose two-sided interval has this level's one-sided bounds as its ends: 1 − 2α, as in two one-sided
    /// tests. `None` when the level is 0.5 or less.
    pub fn two_sided(self) -> Option<Level> {
        Level::new(1.0 - 2.0 * self.alpha()).ok()
    }
}

impl TryFrom<f64> for Level {
    type Error = LevelError;

    fn try_from(level: f64) -> Result<Level, LevelError> {
        Level::new(level)
    }
}

impl From<Level> for f64 {
    fn from(level: Level) -> f64 {
        level.0
    }
}

/// A number that is not a confidence level.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("use confidence level `{level}`: it must lie strictly between 0 and 1, such as 0.95")]
pub struct LevelError {
    /// The number that was given.
    pub level: f64,
}

/// Which end of the truth a one-sided bound holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The truth is at least the bound.
    Lower,
    /// The truth is at most the bound.
    Upper,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_open_unit_interval_is_a_level() {
        for bad in [0.0, 1.0, -0.1, 95.0, f64::NAN, f64::INFINITY] {
            assert!(Level::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Level::of_alpha(0.05), Ok(Level::P95));
        let narrower = Level::P95.two_sided().unwrap();
        assert!((narrower.get() - 0.9).abs() < 1e-12);
        assert!(Level(0.4).two_sided().is_none());
    }

    #[test]
    fn serde_keeps_the_bounds() {
        assert_eq!(serde_json::from_str::<Level>("0.95").unwrap(), Level::P95);
        let message = serde_json::from_str::<Level>("95").unwrap_err().to_string();
        assert!(message.contains("strictly between 0 and 1"), "{message}");
    }
}
