//! Is the agent good: suites, plans, perturbations, runs, metrics, summaries and comparisons.
//!
//! The way through: a [`Suite`] and arms make a [`Plan`]; a [`Stage`] holds what the arms need to act; [`execute`] turns
//! planned trials into events, records them, and counts them into a [`Tally`]; [`summarise`] and [`compare`] say what it
//! amounts to. A trace, with the final state where there is a world, is all that passes from acting to judging.

mod library;
mod plan;
mod stage;
mod suite;
// Acting.
mod actor;
mod asker;
mod budget;
mod conversation;
mod intervention;
mod lazy_world;
mod meter;
pub mod perturbation;
mod recorder;
mod runner;
mod session;
mod workshop;
// Judging.
mod compare;
mod judging;
pub mod metric;
mod robustness;
mod slices;
mod summary;
mod tally;

pub use compare::{CompareError, comparable, compare};
pub use intervention::STAGES;
pub use library::Library;
pub use metric::{Judged, Metric, MetricError, MetricKind};
pub use plan::{Plan, PlanError, PlanRequest, PlannedTrial};
pub use runner::{Execution, Pace, Ports, RunError, Watch, execute};
pub use session::unjudged;
pub use stage::{Reach, Stage, StageError};
pub use suite::{Approval, Suite};
pub use summary::{Ruler, summarise};
pub use tally::{Cell, Pair, Sided, TalliedCase, Tally};
pub use workshop::{Draw, DrawError, Made, Order, WorkError, Workshop};
