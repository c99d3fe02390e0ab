//! Perturbations from outside.
