//! Metrics from outside.
