//! How often a model was asked before it answered.

use loopwright_core::{Delta, DeltaSink};

/// Counts the attempts of a model call, and passes on what there is to see of it.
pub(crate) struct CountRestarts<'a> {
    restarts: u32,
    watcher: Option<&'a mut (dyn DeltaSink + 'a)>,
}

impl<'a> CountRestarts<'a> {
    pub(crate) fn new(watcher: Option<&'a mut (dyn DeltaSink + 'a)>) -> Self {
        Self { restarts: 0, watcher }
    }

    /// Attempts of the call, at least 1.
    pub(crate) fn attempts(&self) -> u32 {
        1 + self.restarts
    }
}

impl DeltaSink for CountRestarts<'_> {
    fn delta(&mut self, delta: Delta) {
        if let Some(watcher) = &mut self.watcher {
            watcher.delta(delta);
        }
    }

    fn restart(&mut self) {
        self.restarts += 1;
        if let Some(watcher) = &mut self.watcher {
            watcher.restart();
        }
    }

    fn wants_pieces(&self) -> bool {
        self.watcher.as_ref().is_some_and(|watcher| watcher.wants_pieces())
    }
}
