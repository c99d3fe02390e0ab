//! What the fuzz targets share: a fault of a reader has a place in the text that it shows.

use loopwright_core::SourceError;

/// Fails where `fault` points outside of its own text, which whoever prints it would panic at.
pub fn has_a_place(fault: &SourceError) {
    assert!(!fault.message.is_empty() && fault.first_line >= 1, "{fault:?}");
    assert!(fault.text.get(fault.span.clone()).is_some(), "{fault:?}");
    assert!(fault.position().0 <= fault.first_line + fault.text.lines().count(), "{fault:?}");
}
