//! How many retries all calls of one endpoint may make together.

use std::sync::Mutex;

/// Calls that pay for one retry: retries stay below a tenth of the calls.
const CALLS_A_RETRY: u64 = 10;

/// What is left for retries, shared by all calls to one endpoint, so that retries cannot become a storm when it is down.
/// Each call adds a tenth of a retry, up to the reserve; each retry takes one.
#[derive(Debug)]
pub struct RetryBudget {
    reserve: u64,
    /// In tenths of a retry.
    left: Mutex<u64>,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(50)
    }
}

impl RetryBudget {
    /// A budget that begins with `reserve` retries, and never holds more.
    pub fn new(reserve: u32) -> Self {
        let reserve = u64::from(reserve) * CALLS_A_RETRY;
        Self { reserve, left: Mutex::new(reserve) }
    }

    /// A call was made.
    pub(crate) fn earn(&self) {
        let mut left = self.left.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *left = (*left + 1).min(self.reserve);
    }

    /// Takes one retry, if there is one left.
    pub(crate) fn spend(&self) -> bool {
        let mut left = self.left.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(rest) = left.checked_sub(CALLS_A_RETRY) else { return false };
        *left = rest;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_calls_pay_for_one_retry() {
        let budget = RetryBudget::new(2);
        assert_eq!([budget.spend(), budget.spend(), budget.spend()], [true, true, false]);
        (0..9).for_each(|_| budget.earn());
        assert!(!budget.spend());
        budget.earn();
        assert_eq!([budget.spend(), budget.spend()], [true, false]);
        (0..1000).for_each(|_| budget.earn());
        assert_eq!([budget.spend(), budget.spend(), budget.spend()], [true, true, false]);
    }
}
