//! Scales and series: where a number lies in a drawing, and whose it is.

use maud::{Markup, html};

/// The numbers at the left and right edge of a drawing. What lies outside is drawn at the edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// At the left edge.
    pub low: f64,
    /// At the right edge.
    pub high: f64,
}

impl Scale {
    /// From nothing to everything: the scale of shares.
    pub const SHARE: Scale = Scale { low: 0.0, high: 1.0 };

    /// The narrowest scale that shows 0 and all finite `values`, with a little room at the right.
    pub fn around(values: impl IntoIterator<Item = f64>) -> Self {
        let finite = values.into_iter().filter(|value| value.is_finite());
        let (low, high) = finite.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let room = if high > low { (high - low) * 0.04 } else { 1.0 };
        Self { low: if low < 0.0 { low - room } else { 0.0 }, high: high + room }
    }

    /// Where `value` lies, in per cent of the width; `None` when it is no number.
    pub(super) fn at(&self, value: f64) -> Option<f64> {
        if value.is_nan() || self.high <= self.low {
            return None;
        }
        Some(((value - self.low) / (self.high - self.low) * 100.0).clamp(0.0, 100.0))
    }
}

/// Whose numbers they are: gives them a colour and a mark of their own. There are six; more begin again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series(pub usize);

impl Series {
    /// The class that colours it.
    pub fn class(self) -> &'static str {
        ["s1", "s2", "s3", "s4", "s5", "s6"][self.0 % 6]
    }

    /// Its mark, at the origin, about 11 units wide.
    pub(crate) fn mark(self) -> Markup {
        let path = ["", "M0-6.5 6.5 0 0 6.5-6.5 0z", "M-5-5H5V5H-5z", "M0-6 6 5H-6z", "M0 6 6-5H-6z", "M-6 0H6M0-6V6"]
            [self.0 % 6];
        html! {
            @if path.is_empty() {
                circle class={ "mark " (self.class()) } r="5" fill="currentColor" {}
            } @else {
                path class={ "mark " (self.class()) } d=(path) fill="currentColor" stroke="currentColor" {}
            }
        }
    }
}

/// A coordinate without a long tail of digits.
pub(super) fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn percent(number: f64) -> String {
    short(number) + "%"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_in_the_drawing() {
        assert_eq!(Scale::SHARE.at(0.5), Some(50.0));
        assert_eq!(Scale::SHARE.at(f64::INFINITY), Some(100.0));
        assert_eq!(Scale::SHARE.at(-3.0), Some(0.0));
        assert_eq!(Scale::SHARE.at(f64::NAN), None);
        assert_eq!(Scale { low: 1.0, high: 1.0 }.at(1.0), None);
    }

    #[test]
    fn a_scale_shows_zero_and_every_value() {
        let scale = Scale::around([2.0, -1.0, f64::NAN, f64::INFINITY]);
        assert!(scale.low < -1.0 && scale.high > 2.0);
        assert_eq!(Scale::around([]), Scale { low: 0.0, high: 1.0 });
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!((short(50.0), short(33.3333), percent(-0.5)), ("50".into(), "33.33".into(), "-0.5%".into()));
    }
}
