//! Small drawings of estimates: SVG without script, font or address, for a page or a file of its own.
//!
//! Rows are drawn in per cent of their width, so they fit a phone and a poster alike and nothing is stretched. Colours
//! come from the classes `s1` to `s6` of the page around them, and without one from the colour of the text. Series also
//! differ in the shape of their mark, so that no colour is needed to tell them apart.

mod curve;
mod row;
mod scale;

pub use curve::{Curve, pass_curve};
pub use row::{interval_row, paired_row, share_row};
pub use scale::{Scale, Series};
