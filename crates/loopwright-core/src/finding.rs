//! A finding: a located, evidenced failure pattern.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{CaseKey, Estimate, PartName, RunId, TrialKey};

/// The stable code of a kind of finding, such as `LW101`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingCode(pub u16);

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("LW{:03}", self.0))
    }
}

/// The text is not a code.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a finding code such as `LW101`")]
pub struct ParseFindingCodeError(pub String);

impl FromStr for FindingCode {
    type Err = ParseFindingCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("LW").or_else(|| text.strip_prefix("lw")).filter(|digits| digits.len() == 3);
        let code = digits.and_then(|digits| digits.parse().ok());
        code.map(Self).ok_or_else(|| ParseFindingCodeError(text.to_owned()))
    }
}

impl Serialize for FindingCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FindingCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A located, evidenced failure pattern of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind.
    pub code: FindingCode,
    /// One line a person understands.
    pub title: String,
    /// The run it was found in.
    pub run: RunId,
    /// The part of the variant it points at, when one can be named.
    pub part: Option<PartName>,
    /// Share of all dev trials that show it.
    pub share: Estimate,
    /// Trials that show it.
    pub trials: u64,
    /// Cases that show it.
    pub cases: Vec<CaseKey>,
    /// What fixing its stage perfectly would win, as a share of all dev trials: how many trials the oracle flips more
    /// than a plain rerun does. `None` when it was not measured.
    pub headroom: Option<Estimate>,
    /// The evidence in words: what was counted, what was swapped, what was assumed.
    pub evidence: Vec<String>,
    /// Traces to look at.
    pub exemplars: Vec<TrialKey>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_print_and_parse() {
        assert_eq!("LW101".parse::<FindingCode>().unwrap().to_string(), "LW101");
        assert_eq!("lw007".parse::<FindingCode>().unwrap(), FindingCode(7));
        assert!("LW1".parse::<FindingCode>().is_err());
        assert!("101".parse::<FindingCode>().is_err());
    }
}
