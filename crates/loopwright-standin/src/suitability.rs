//! Suitability: whether a candidate can be the value of a parameter, and how well its kind suits.

use serde_json::{Number, Value};

use crate::candidate::Kind;
use crate::parameter::{Hint, Shape};

/// Whether a candidate is a thing of a certain kind, and not just some words.
pub(crate) fn is_specific(kind: Kind) -> bool {
    !matches!(kind, Kind::Phrase | Kind::Clause | Kind::Whole)
}

/// The value of a candidate for a type, and how well its kind suits.
pub(crate) fn fits(shape: &Shape<'_>, hint: Hint, kind: Kind, text: &str) -> Option<(Value, f64)> {
    match shape {
        Shape::Integer(range) | Shape::Number(range) => {
            let whole = matches!(shape, Shape::Integer(_));
            let fit = match kind {
                Kind::Integer => 1.0,
                Kind::Decimal if !whole => 1.0,
                Kind::Spelled => 0.7,
                _ => return None,
            };
            let number: Number = match text.parse::<i64>() {
                Ok(whole) => whole.into(),
                Err(_) => Number::from_f64(text.parse().ok()?)?,
            };
            range.holds(number.as_f64()?).then_some((Value::Number(number), fit))
        }
        Shape::Text(Some(pattern)) => pattern.matches(text).then(|| (Value::String(text.to_owned()), 1.2)),
        Shape::Text(None) => Some((Value::String(text.to_owned()), suits(hint, kind, text)?)),
        _ => None,
    }
}

/// How well a kind of candidate suits what a text parameter promises.
fn suits(hint: Hint, kind: Kind, text: &str) -> Option<f64> {
    use Kind::{Clause, Date, Decimal, Email, Id, Integer, Name, Phrase, Quoted, Spelled, Time, Whole};
    let fit = match (hint, kind) {
        (Hint::Id, Id) | (Hint::Email, Email) | (Hint::Date, Date) | (Hint::Time, Time) => 1.0,
        (Hint::Email, _) => return None,
        (Hint::Id, Integer) => 0.8,
        (Hint::Id, Quoted) => 0.5,
        (Hint::Id, Name) => 0.3,
        (Hint::Date, Phrase) => 0.3,
        (Hint::Time, Date | Phrase) => 0.3,
        (Hint::Id | Hint::Date | Hint::Time, _) => 0.05,
        (Hint::Name, Name) | (Hint::Free, Quoted) => 1.0,
        (Hint::Address, Clause | Phrase) if text.starts_with(|letter: char| letter.is_ascii_digit()) => 1.0,
        (Hint::Free, Clause) => 0.7,
        (Hint::Address, Whole | Quoted) => 0.9,
        (Hint::Address, Clause | Phrase | Name) => 0.3,
        (Hint::Name | Hint::Nothing, Quoted) => 0.9,
        (Hint::Nothing, Name) => 0.8,
        (_, Phrase | Name) => 0.6,
        (Hint::Nothing, Id) => 0.6,
        (Hint::Free, Whole) => 0.5,
        (Hint::Nothing, Date | Time | Email) => 0.45,
        (_, Id) => 0.3,
        (_, Integer | Decimal | Spelled) => 0.3,
        (_, Whole | Clause | Date | Time | Email) => 0.15,
    };
    Some(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_suits_what_the_parameter_promises() {
        let text = |hint, kind, text| fits(&Shape::Text(None), hint, kind, text).map_or(0.0, |(_, fit)| fit);
        assert!(text(Hint::Id, Kind::Id, "R-2077") > text(Hint::Id, Kind::Name, "Oslo"));
        assert!(text(Hint::Name, Kind::Name, "Oslo") > text(Hint::Name, Kind::Id, "R-2077"));
        assert!(text(Hint::Address, Kind::Clause, "3 Mill Lane") > text(Hint::Address, Kind::Clause, "my aunt"));
        assert_eq!(text(Hint::Email, Kind::Name, "Oslo"), 0.0);
    }
}
