//! The budget of a session: how many further trials there is room for.

use loopwright_core::Cost;

use crate::Pace;

/// What a session may spend, and what trials have taken.
pub(crate) struct Budget {
    pace: Pace,
    /// What earlier sessions of the run have spent, and on how many trials.
    before: (Cost, u64),
    spent: Cost,
    trials: u64,
    /// Tokens and micro-dollars of the dearest trials of this session: what a further one may take.
    dearest: (u64, u64),
}

impl Budget {
    /// The budget that `pace` sets, of a run on `trials` of which `spent` was spent before.
    pub(crate) fn new(pace: Pace, spent: Cost, trials: u64) -> Self {
        Self { pace, before: (spent, trials), spent: Cost::ZERO, trials: 0, dearest: (0, 0) }
    }

    /// Takes note of what a trial took, dead or not.
    pub(crate) fn acted(&mut self, cost: Cost) {
        self.trials += 1;
        self.spend(cost);
    }

    /// Takes note of what was spent on a trial beside acting it.
    pub(crate) fn spend(&mut self, cost: Cost) {
        self.spent += cost;
        let (tokens, money) = self.dearest;
        self.dearest = (tokens.max(cost.usage.total()), money.max(cost.money.map_or(0, |money| money.0)));
    }

    /// How many further trials there is room for, beside those `under_way`. As long as nothing tells what a trial costs,
    /// one at a time.
    pub(crate) fn room(&self, under_way: usize) -> usize {
        let (before, spent) = (self.before.0, self.spent);
        let (tokens, money) = self.dearest;
        let room =
            |before: u64, spent: u64, dearest: u64, most: u64| self.room_of(before, spent, (dearest, most), under_way);
        let tokens = self.pace.tokens.map(|most| room(before.usage.total(), spent.usage.total(), tokens, most));
        let money = self.pace.money.map(|most| match (before.money, spent.money) {
            (Some(before), Some(spent)) => room(before.0, spent.0, money, most.0),
            // A price that is unknown keeps within no budget.
            _ => 0,
        });
        tokens.unwrap_or(usize::MAX).min(money.unwrap_or(usize::MAX))
    }

    fn room_of(&self, before: u64, spent: u64, (dearest, most): (u64, u64), under_way: usize) -> usize {
        let trials = self.before.1 + self.trials;
        if trials == 0 {
            return usize::from(most > 0).saturating_sub(under_way);
        }
        let each = (before.saturating_add(spent) / trials).max(dearest).max(1);
        let used = spent.saturating_add(each.saturating_mul(under_way as u64));
        usize::try_from(most.saturating_sub(used) / each).unwrap_or(usize::MAX)
    }
}
