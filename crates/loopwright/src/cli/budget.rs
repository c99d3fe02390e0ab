use std::time::Duration;

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
    /// Begin no trial and call no model after this long, such as 90s, 15m or 2h.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub max_time: Option<Duration>,
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

/// The text is not a span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time such as 90s, 15m or 2h")]
pub(super) struct ParseTimeError(String);

fn time(text: &str) -> Result<Duration, ParseTimeError> {
    let fault = || ParseTimeError(text.to_owned());
    let units = [("s", 1), ("m", 60), ("h", 3600)];
    let found = units.iter().find_map(|(unit, each)| Some((text.strip_suffix(unit)?, each)));
    let (number, each) = found.ok_or_else(fault)?;
    let number: u64 = number.parse().map_err(|_| fault())?;
    number.checked_mul(*each).filter(|seconds| *seconds > 0).map(Duration::from_secs).ok_or_else(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("2h", 7200)] {
            assert_eq!(time(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "5", "m", "-1s", "1.5h", "0s", "99999999999999999999h", "1d"] {
            assert!(time(text).is_err(), "{text}");
        }
    }

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
