//! The numbers: intervals, paired comparisons, pass^k, sequential tests, power, agreement and signal, as pure
//! functions.
//!
//! Invariants: no IO, no clock, no ambient randomness (draws come from a seed); bad input is an error, never a panic;
//! an aggregate leaves as an [`Estimate`](loopwright_core::Estimate) or a named result, never as a bare mean; what is
//! independent is a cluster of cases, never a trial.
//!
//! ```
//! use loopwright_stats::{Item, Level, PairedItem, Side, Trials, rate, rate_difference};
//!
//! // Sixty cases, four trials each, under two arms.
//! let case = |i: u32, passed: u32| Ok((format!("case-{i}"), Trials::counts(passed, 4)?));
//! let before: Vec<_> = (0..60).map(|i| case(i, i % 5)).collect::<Result<_, loopwright_stats::TrialsError>>()?;
//! let after: Vec<_> = (0..60).map(|i| case(i, (i % 5 + 1).min(4))).collect::<Result<_, loopwright_stats::TrialsError>>()?;
//!
//! let items: Vec<Item> = after.iter().map(|(key, trials)| Item::new(key, *trials)).collect();
//! let resolved = rate(&items, Level::P95)?;
//! assert!(resolved.covers(0.7));
//!
//! let pairs: Vec<PairedItem> =
//!     before.iter().zip(&after).map(|((key, a), (_, b))| PairedItem::new(key, *a, *b)).collect();
//! assert!(rate_difference(&pairs)?.bound(Side::Lower, Level::P95) > 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod level;
// One arm.
mod bootstrap;
mod hierarchical;
mod item;
mod mean;
mod pass_k;
mod posterior;
mod proportion;
mod rate;
mod standard_error;
mod trials;
// Two arms.
mod equivalence;
mod imputation;
mod mcnemar;
mod multiplicity;
mod newcombe;
mod p_values;
mod paired;
mod paired_posterior;
mod permutation;
mod ratio;
mod slice;
mod verdict;
mod wilcoxon;
// Before and during a run.
mod asymptotic_sequence;
mod betting;
mod e_value;
mod power;
// Judges and metrics.
mod agreement;
mod item_response;
mod item_rest;
mod judge_correction;
mod kappa;
mod krippendorff;
mod prediction_powered;
mod ratings;
mod signal;
mod variance_components;
// What all of them stand on.
mod clusters;
mod distribution;
mod effective;
mod quadrature;
mod rng;

pub use agreement::{Agreement, AgreementError, Coefficient, RatingScale, Weights, agreement, agreement_estimate};
pub use asymptotic_sequence::{asymptotic_margin, sequence_rho};
pub use betting::{BettingError, BettingSequence};
pub use bootstrap::{BootstrapError, BootstrapKind, Resampling, bootstrap, bootstrap_mean};
pub use e_value::{Bet, EValue, paired_e_value, rate_e_value, rate_sequence};
pub use equivalence::{equivalence_p_value, non_inferiority_p_value};
pub use hierarchical::beta_binomial;
pub use imputation::{ArmOutcome, Favour, complete, impute};
pub use item::Item;
pub use item_response::{Ability, ItemCurve, ItemResponseError, ability, fit_item_curves, next_item};
pub use item_rest::{ItemRest, item_rest};
pub use judge_correction::{CorrectedRate, JudgeError, JudgedCounts, rogan_gladen};
pub use level::{Level, LevelError, Side};
pub use mcnemar::{mcnemar_exact, mcnemar_mid_p};
pub use mean::{MeanError, mean};
pub use multiplicity::{Adjustment, AdjustmentError, adjusted};
pub use newcombe::newcombe;
pub use p_values::PValues;
pub use paired::{Difference, DifferenceError, PairedItem, cautious_rate_difference, difference, rate_difference};
pub use paired_posterior::{PairedCounts, PairedPosterior};
pub use pass_k::{PassKError, all_of_k, any_of_k};
pub use permutation::{Permutation, sign_flip};
pub use posterior::BetaPosterior;
pub use power::{PairedDesign, PowerTarget, Sides, detectable_difference, non_inferiority_items, required_items};
pub use prediction_powered::{JudgeWeight, LabelledItem, PpiError, PredictionPowered, ppi_mean};
pub use proportion::{Count, CountError, ProportionInterval, proportion, proportion_bound, rule_of_three};
pub use rate::{RateError, rate, rate_bound};
pub use ratings::{Ratings, RatingsError};
pub use ratio::{Ratio, RatioError, ratio_of_means};
pub use rng::SeededRng;
pub use signal::{SignalError, SignalToNoise, decision_accuracy, signal_to_noise};
pub use slice::slice_p_value;
pub use standard_error::{ClusterCorrection, clustered_standard_error};
pub use trials::{Trials, TrialsError};
pub use variance_components::{Intraclass, VarianceComponents, VarianceError, intraclass, variance_components};
pub use verdict::{Better, Verdict, VerdictRule, verdict};
pub use wilcoxon::{SignedRank, wilcoxon};
