//! The numbers.
mod level;
mod distribution;
mod rng;
pub use level::{Level, LevelError, Side};
pub use rng::SeededRng;
