//! A duel: incumbent and candidate, measured afresh and side by side. Gates decide on duels alone.

use loopwright_core::{Arm, ArmName, CaseKey, Condition, NameError, Purpose, Split, Variant};
use loopwright_eval::{Made, Order, Sided, Watch, WorkError, Workshop};

/// Two variants to measure.
pub(crate) struct Duel {
    /// Which cases.
    pub(crate) split: Split,
    /// What is to be replaced.
    pub(crate) incumbent: Variant,
    /// What would replace it.
    pub(crate) candidate: Variant,
    /// Trials of each case and arm.
    pub(crate) trials: u32,
    /// Only these cases; all of the split when `None`.
    pub(crate) only: Option<Vec<CaseKey>>,
}

/// A duel cannot be held.
#[derive(Debug, thiserror::Error)]
pub enum DuelError {
    /// The run cannot be made.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// An arm cannot be named.
    #[error(transparent)]
    Name(#[from] NameError),
}

/// A duel that was held.
pub(crate) struct Held {
    pub(crate) made: Made,
    pub(crate) incumbent: Sided,
    pub(crate) candidate: Sided,
}

impl Duel {
    /// Holds it.
    pub(crate) async fn hold(self, workshop: &Workshop, watch: &mut dyn Watch) -> Result<Held, DuelError> {
        let [incumbent, candidate] = [ArmName::new("incumbent")?, ArmName::new("candidate")?];
        let arms = vec![
            Arm { name: incumbent.clone(), variant: self.incumbent },
            Arm { name: candidate.clone(), variant: self.candidate },
        ];
        let order = Order {
            purpose: Purpose::Gate,
            split: self.split,
            arms,
            conditions: vec![Condition::Plain],
            repetitions: self.trials,
            only: self.only,
        };
        let made = workshop.make(order, watch).await?;
        let plain = |arm| Sided { arm, condition: Condition::Plain };
        Ok(Held { made, incumbent: plain(incumbent), candidate: plain(candidate) })
    }
}
