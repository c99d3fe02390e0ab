//! A further arm of a run, typed as what is different in it.

use std::str::FromStr;

use loopwright_core::{ArmName, Edit, PartName};
use serde_json::Value;

/// One difference of a further arm: `NAME:PART/KEY=VALUE`, such as `wide:knowledge/top_k=8`. The value is JSON, or plain
/// text. Several with one name make one arm.
///
/// ```
/// use loopwright::cli::ArmOverride;
/// let arm: ArmOverride = "mid:model/ref=standin:mid".parse()?;
/// assert_eq!((arm.name.as_str(), arm.edit.pointer.as_str()), ("mid", "/ref"));
/// assert_eq!(arm.edit.value, "standin:mid");
/// # Ok::<(), loopwright::cli::ParseArmOverrideError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ArmOverride {
    /// The arm.
    pub name: ArmName,
    /// What is different in it.
    pub edit: Edit,
}

/// The text is not a difference of an arm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an arm; write NAME:PART/KEY=VALUE, such as `wide:knowledge/top_k=8`")]
pub struct ParseArmOverrideError(pub String);

impl FromStr for ArmOverride {
    type Err = ParseArmOverrideError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = || ParseArmOverrideError(text.to_owned());
        let (place, value) = text.split_once('=').ok_or_else(fault)?;
        let (name, place) = place.split_once(':').ok_or_else(fault)?;
        let (part, pointer) = place.find('/').map_or((place, ""), |at| place.split_at(at));
        Ok(Self {
            name: ArmName::new(name).map_err(|_| fault())?,
            edit: Edit {
                part: PartName::new(part).map_err(|_| fault())?,
                pointer: pointer.to_owned(),
                value: serde_json::from_str(value).unwrap_or_else(|_| Value::from(value)),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_different() {
        let wide: ArmOverride = "wide:knowledge/search/k1=0.9".parse().unwrap();
        assert_eq!((wide.edit.part.as_str(), wide.edit.pointer.as_str()), ("knowledge", "/search/k1"));
        assert_eq!(wide.edit.value, 0.9);
        let whole: ArmOverride = "b:instructions=Be brief.".parse().unwrap();
        assert_eq!((whole.edit.pointer.as_str(), whole.edit.value.as_str()), ("", Some("Be brief.")));
        for text in ["", "a", "a:b", "a=b", ":b=c", "a b:c=d"] {
            assert!(text.parse::<ArmOverride>().is_err(), "{text}");
        }
    }
}
