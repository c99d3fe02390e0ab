use loopwright_core::MicroDollars;

/// What a command may spend.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Budget {
    /// Stop before more than this is spent, in US dollars, such as 0.50.
    #[arg(long, value_name = "DOLLARS", value_parser = dollars)]
    pub max_cost: Option<MicroDollars>,
    /// Stop before more than this many tokens are read and written.
    #[arg(long, value_name = "TOKENS")]
    pub max_tokens: Option<u64>,
    /// Do not ask before spending.
    #[arg(long, short)]
    pub yes: bool,
}

/// The text is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount of dollars such as 0.50")]
pub struct ParseDollarsError(pub String);

/// Exact to the micro-dollar: no floating point on the way.
fn dollars(text: &str) -> Result<MicroDollars, ParseDollarsError> {
    let fault = || ParseDollarsError(text.to_owned());
    let plain = text.strip_prefix('$').unwrap_or(text);
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || part.len() > 6 || !digits(whole) || !digits(part) {
        return Err(fault());
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| fault())? };
    let part: u64 = format!("{part:0<6}").parse().map_err(|_| fault())?;
    whole.checked_mul(1_000_000).and_then(|micro| micro.checked_add(part)).map(MicroDollars).ok_or_else(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_exact() {
        for (text, micro) in [("0.50", 500_000), ("$3", 3_000_000), (".000001", 1), ("12.3", 12_300_000)] {
            assert_eq!(dollars(text), Ok(MicroDollars(micro)), "{text}");
        }
        for text in ["", ".", "-1", "1e3", "0.0000001", "99999999999999999999", "1,5"] {
            assert!(dollars(text).is_err(), "{text}");
        }
    }
}
