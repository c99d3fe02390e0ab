//! Metrics of the answer's form: whether another program can read it.

mod html;
mod json;
mod xml;
// What they are made of.
mod markup;

use super::MetricKind;

/// The kinds of this family, in the order of the reference page.
pub(super) const KINDS: &[&MetricKind] = &[&json::KIND, &xml::KIND, &html::KIND];
