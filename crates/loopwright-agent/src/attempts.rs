//! How often a model was asked before it answered.

use loopwright_core::{CallEvent, Delta, DeltaSink};

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
        self.watcher.delta(delta);
    }

    fn restart(&mut self) {
        self.restarts += 1;
        self.watcher.restart();
    }

    fn wants_pieces(&self) -> bool {
        self.watcher.wants_pieces()
    }

    fn can_restart(&self) -> bool {
        self.watcher.can_restart()
    }

    fn happened(&mut self, event: CallEvent) {
        self.watcher.happened(event);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Has told what it cannot take back.
    #[derive(Default)]
    struct Told(Vec<CallEvent>);

    impl DeltaSink for Told {
        fn delta(&mut self, _: Delta) {}

        fn can_restart(&self) -> bool {
            false
        }

        fn happened(&mut self, event: CallEvent) {
            self.0.push(event);
        }
    }

    #[test]
    fn the_watcher_is_heard_and_told() {
        let mut told = Told::default();
        let mut counting = CountRestarts::new(Some(&mut told));
        assert!(!counting.can_restart());
        counting.happened(CallEvent::Queued { waited: Duration::from_secs(1) });
        assert_eq!(told.0, [CallEvent::Queued { waited: Duration::from_secs(1) }]);
        assert!(CountRestarts::new(None).can_restart());
    }
}
