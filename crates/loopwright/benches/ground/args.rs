//! The arguments of a benchmark: what cargo adds is left out.

/// The arguments that a person typed after `--`.
pub(crate) fn typed() -> Vec<String> {
    std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect()
}
