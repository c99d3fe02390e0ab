//! The engine from outside: plans, runs, resumption, and what the numbers say.

#[cfg(test)]
mod asking;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod perturbations;
#[cfg(test)]
mod robustness;
#[cfg(test)]
mod run;
