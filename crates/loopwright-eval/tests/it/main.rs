//! The engine from outside: plans, runs, resumption, and what the numbers say.

mod desk;
mod metrics;
mod perturbations;
mod run;
