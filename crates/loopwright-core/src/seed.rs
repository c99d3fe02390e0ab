//! Seeds: where all chance in Loopwright comes from.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ArmName, Condition, Digest};

/// A source of chance. Everything random is a function of one; only the binary ever draws a fresh one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Seed(pub u64);

impl Seed {
    /// An independent seed for the use named by `label` and `fields`.
    pub fn derive(self, label: &str, fields: &[&[u8]]) -> Seed {
        let own = self.0.to_le_bytes();
        let mut all: Vec<&[u8]> = vec![&own];
        all.extend_from_slice(fields);
        Seed(Digest::of_fields(label, &all).to_u64())
    }

    /// The seed of the situation: perturbation, world, simulator and faults. All arms share it, so that they meet the
    /// same situation.
    pub fn situation(self, case_input: &Digest, condition: &Condition, repetition: u32) -> Seed {
        let condition = condition.to_string();
        self.derive("situation", &[case_input.as_bytes(), condition.as_bytes(), &repetition.to_le_bytes()])
    }

    /// The seed of the model in one arm, derived from a situation seed: arms never share luck, as on a real provider.
    pub fn model(self, arm: &ArmName) -> Seed {
        self.derive("model", &[arm.as_str().as_bytes()])
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_share_the_situation_and_not_the_luck() {
        let input = Digest::of_bytes(b"q");
        let here = Seed(1).situation(&input, &Condition::Plain, 0);
        assert_eq!(here, Seed(1).situation(&input, &Condition::Plain, 0));
        assert_ne!(here, Seed(1).situation(&input, &Condition::Plain, 1));
        let (a, b) = (ArmName::new("a").unwrap(), ArmName::new("b").unwrap());
        assert_ne!(here.model(&a), here.model(&b));
    }
}
