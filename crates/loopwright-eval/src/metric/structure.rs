//! Metrics of the answer's form: whether another program can read it.

mod csv;
mod html;
mod json;
mod json_diff;
mod json_value;
mod sql;
mod xml;
// What they are made of.
mod fence;
mod markup;

use super::MetricKind;

/// The kinds of this family, in the order of the reference page.
pub(super) const KINDS: &[&MetricKind] =
    &[&json::KIND, &json_value::KIND, &json_diff::KIND, &xml::KIND, &html::KIND, &csv::KIND, &sql::KIND];
