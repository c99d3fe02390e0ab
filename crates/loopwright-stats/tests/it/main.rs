//! The numbers of this room against other implementations, and against simulated truth.

#![expect(clippy::expect_used, reason = "a broken fixture or simulation should stop its test at once")]

mod population;
mod reference;
mod samples;

mod against_reference;
mod difference_coverage;
mod error_rates;
mod hierarchical_coverage;
mod interval_coverage;
mod judges_against_reference;
mod pass_k_coverage;
mod rate_coverage;
