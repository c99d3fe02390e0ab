//! A sink that knows whether anything was sent.

use loopwright_core::{CallEvent, Delta, DeltaSink};

/// Stands before the sink of a call, if there is one, and knows whether a new attempt may begin.
pub(crate) struct Watched<'a> {
    inner: Option<&'a mut (dyn DeltaSink + 'a)>,
    has_sent: bool,
}

impl<'a> Watched<'a> {
    pub(crate) fn new(inner: Option<&'a mut (dyn DeltaSink + 'a)>) -> Self {
        Self { inner, has_sent: false }
    }

    /// Whether another attempt may follow: nothing was sent, or it can be taken back.
    pub(crate) fn is_free(&self) -> bool {
        !self.has_sent || self.can_restart()
    }
}

impl DeltaSink for Watched<'_> {
    fn delta(&mut self, delta: Delta) {
        self.has_sent = true;
        self.inner.delta(delta);
    }

    fn restart(&mut self) {
        self.has_sent = false;
        self.inner.restart();
    }

    fn wants_pieces(&self) -> bool {
        self.inner.wants_pieces()
    }

    fn can_restart(&self) -> bool {
        self.inner.can_restart()
    }

    fn happened(&mut self, event: CallEvent) {
        self.inner.happened(event);
    }
}
