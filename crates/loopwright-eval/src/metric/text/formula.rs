//! Quantities written as text or in simple LaTeX: `1,234.5`, `3/4`, `\frac{1}{2}`, `2\sqrt{3}`, `2^{10}`, `12\%`.

/// Differences of up to this share are roundings of binary fractions.
const ROUNDING: f64 = 1e-9;

/// A quantity: exact, as a reduced fraction with a positive denominator, as long as it is rational and fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Quantity {
    Exact(i128, i128),
    Near(f64),
}

use Quantity::{Exact, Near};

impl Quantity {
    /// Fractions are compared exactly, anything else as binary fractions.
    pub(super) fn is_same(one: Self, other: Self) -> bool {
        match (one, other) {
            (Exact(..), Exact(..)) => one == other,
            _ => {
                let (one, other) = (one.near(), other.near());
                (one - other).abs() <= ROUNDING * one.abs().max(other.abs())
            }
        }
    }

    fn near(self) -> f64 {
        match self {
            Exact(above, below) => above as f64 / below as f64,
            Near(value) => value,
        }
    }

    /// `None` when `below` is zero.
    fn fraction(above: i128, below: i128) -> Option<Self> {
        let divisor = i128::try_from(divisor(above.unsigned_abs(), below.unsigned_abs())).ok()?;
        let (above, below) = ((above / divisor).checked_mul(below.signum())?, (below / divisor).checked_abs()?);
        (below != 0).then_some(Exact(above, below))
    }

    /// Exact where `exact` fits, otherwise near.
    fn of(exact: impl FnOnce() -> Option<Self>, near: f64) -> Option<Self> {
        exact().or_else(|| near.is_finite().then_some(Near(near)))
    }

    fn plus(self, other: Self) -> Option<Self> {
        let exact = || match (self, other) {
            (Exact(a, b), Exact(c, d)) => {
                let above = a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?;
                Self::fraction(above, b.checked_mul(d)?)
            }
            _ => None,
        };
        Self::of(exact, self.near() + other.near())
    }

    fn times(self, other: Self) -> Option<Self> {
        let exact = || match (self, other) {
            (Exact(a, b), Exact(c, d)) => Self::fraction(a.checked_mul(c)?, b.checked_mul(d)?),
            _ => None,
        };
        Self::of(exact, self.near() * other.near())
    }

    fn inverse(self) -> Option<Self> {
        match self {
            Exact(above, below) => Self::fraction(below, above),
            Near(value) => (value != 0.0).then(|| Near(value.recip())),
        }
    }

    fn power(self, exponent: Self) -> Option<Self> {
        let exact = || match (self, exponent) {
            (base @ Exact(..), Exact(count, 1)) => {
                let Exact(above, below) = (if count < 0 { base.inverse()? } else { base }) else { return None };
                let count = u32::try_from(count.unsigned_abs()).ok()?;
                Self::fraction(above.checked_pow(count)?, below.checked_pow(count)?)
            }
            _ => None,
        };
        Self::of(exact, self.near().powf(exponent.near()))
    }

    /// The root of degree `degree`: exact, where it is rational.
    fn root(self, degree: u32) -> Option<Self> {
        let whole = |value: i128| {
            let root = (value as f64).powf(f64::from(degree).recip()).round() as i128;
            (root.checked_pow(degree) == Some(value)).then_some(root)
        };
        let exact = || match self {
            Exact(above, below) if above >= 0 => Self::fraction(whole(above)?, whole(below)?),
            _ => None,
        };
        Self::of(exact, self.near().powf(f64::from(degree).recip()))
    }
}

fn divisor(one: u128, other: u128) -> u128 {
    if other == 0 { one.max(1) } else { divisor(other, one % other) }
}

/// What `text` is worth; `None` when it is not of the form that is read.
pub(super) fn evaluated(text: &str) -> Option<Quantity> {
    let text = unset(text);
    let mut formula = Formula { rest: &text, depth: 0 };
    let value = formula.sum()?;
    formula.rest.is_empty().then_some(value)
}

/// `text` without space, and without what only sets it: dollars, `\left`, `\,`, units in `\text{}`.
pub(super) fn unset(text: &str) -> String {
    let mut plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    while let Some((before, after)) = plain.split_once("\\text{") {
        let Some((_, after)) = after.split_once('}') else { break };
        plain = format!("{before}{after}");
    }
    for (set, instead) in [
        ("\\left", ""),
        ("\\right", ""),
        ("\\,", ""),
        ("\\!", ""),
        ("\\;", ""),
        ("\\(", ""),
        ("\\)", ""),
        ("\\$", ""),
        ("$", ""),
        ("{,}", ","),
        ("\\%", "%"),
        ("\\dfrac", "\\frac"),
        ("\\tfrac", "\\frac"),
        ("\\cdot", "*"),
        ("\\times", "*"),
        ("\\div", "/"),
        ("−", "-"),
        ("×", "*"),
        ("·", "*"),
        ("÷", "/"),
        ("√", "\\sqrt"),
        ("**", "^"),
    ] {
        plain = plain.replace(set, instead);
    }
    plain
}

/// How deep brackets may stand in each other: what is deeper is no answer.
const DEEPEST: u32 = 50;

/// What of a formula is still to be read.
struct Formula<'a> {
    rest: &'a str,
    depth: u32,
}

impl Formula<'_> {
    fn takes(&mut self, mark: &str) -> bool {
        let rest = self.rest.strip_prefix(mark);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn sum(&mut self) -> Option<Quantity> {
        let mut sum = self.product()?;
        loop {
            if self.takes("+") {
                sum = sum.plus(self.product()?)?;
            } else if self.takes("-") {
                sum = sum.plus(self.product()?.times(Exact(-1, 1))?)?;
            } else {
                return Some(sum);
            }
        }
    }

    fn product(&mut self) -> Option<Quantity> {
        let mut product = self.signed_power()?;
        loop {
            if self.takes("*") {
                product = product.times(self.signed_power()?)?;
            } else if self.takes("/") {
                product = product.times(self.signed_power()?.inverse()?)?;
            } else if self.rest.starts_with(['(', '\\', '{']) {
                product = product.times(self.power()?)?;
            } else {
                return Some(product);
            }
        }
    }

    fn signed_power(&mut self) -> Option<Quantity> {
        if self.takes("-") { self.power()?.times(Exact(-1, 1)) } else { self.power() }
    }

    fn power(&mut self) -> Option<Quantity> {
        let mut base = self.atom()?;
        if self.takes("^") {
            let is_negative = self.takes("-");
            let exponent = self.atom()?;
            base = base.power(if is_negative { exponent.times(Exact(-1, 1))? } else { exponent })?;
        }
        if self.takes("%") { base.times(Exact(1, 100)) } else { Some(base) }
    }

    fn atom(&mut self) -> Option<Quantity> {
        if self.takes("\\frac") {
            let above = self.argument()?;
            return above.times(self.argument()?.inverse()?);
        }
        if self.takes("\\sqrt") {
            let degree = if self.takes("[") { self.degree()? } else { 2 };
            return self.argument()?.root(degree);
        }
        if self.takes("\\pi") || self.takes("π") {
            return Some(Near(std::f64::consts::PI));
        }
        match self.rest.chars().next()? {
            '(' => self.bracket("(", ")"),
            '{' => self.bracket("{", "}"),
            _ => self.number(),
        }
    }

    /// What a command of LaTeX is given: a group, or a single digit.
    fn argument(&mut self) -> Option<Quantity> {
        match self.rest.chars().next()? {
            '{' => self.bracket("{", "}"),
            '(' => self.bracket("(", ")"),
            c => {
                let digit = i128::from(c.to_digit(10)?);
                self.rest = &self.rest[1..];
                Some(Exact(digit, 1))
            }
        }
    }

    fn degree(&mut self) -> Option<u32> {
        let (degree, rest) = self.rest.split_once(']')?;
        self.rest = rest;
        degree.parse().ok().filter(|degree| (1..=9).contains(degree))
    }

    fn bracket(&mut self, open: &str, close: &str) -> Option<Quantity> {
        self.depth += 1;
        if self.depth > DEEPEST || !self.takes(open) {
            return None;
        }
        let value = self.sum()?;
        self.depth -= 1;
        self.takes(close).then_some(value)
    }

    /// Digits, of which thousands may be parted by commas, and a decimal part.
    fn number(&mut self) -> Option<Quantity> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let mut groups = whole.split(',');
        let first = groups.next()?;
        let is_grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
        let is_plain = !(whole.contains(',') || whole.is_empty() && part.is_empty());
        if !(is_plain || is_grouped) || part.contains([',', '.']) {
            return None;
        }
        let digits: i128 = format!("{whole}{part}").replace(',', "").parse().ok()?;
        self.rest = rest;
        Quantity::fraction(digits, 10_i128.checked_pow(u32::try_from(part.len()).ok()?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rational_quantities_are_exact() {
        for (text, above, below) in [
            ("0.5", 1, 2),
            ("-3/6", -1, 2),
            ("1,234,567.80", 6_172_839, 5),
            ("\\dfrac{3}{4}", 3, 4),
            ("\\frac12", 1, 2),
            ("2^{10}", 1024, 1),
            ("2^-2", 1, 4),
            ("-2^2", -4, 1),
            ("12.5\\%", 1, 8),
            ("\\sqrt{16/9}", 4, 3),
            ("\\sqrt[3]{27}", 3, 1),
            ("2(3 + 4) \\cdot 5 - 1", 69, 1),
            ("3 - 2 - 1", 0, 1),
            ("12 / 2 / 3", 2, 1),
            ("$\\left(\\frac{1}{2}\\right)^{3}$", 1, 8),
            (".25", 1, 4),
            ("5\\text{ cm}", 5, 1),
        ] {
            assert_eq!(evaluated(text), Some(Exact(above, below)), "{text}");
        }
    }

    #[test]
    fn others_are_near() {
        let near = |text: &str| evaluated(text).map(Quantity::near).unwrap();
        assert!((near("2\\sqrt{3}") - 12_f64.sqrt()).abs() < 1e-12);
        assert!((near("\\frac{\\pi}{2}") - std::f64::consts::FRAC_PI_2).abs() < 1e-12);
        assert!((near("8^{1/3}") - 2.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_of_the_form_is_not_read() {
        for text in
            ["", "x+1", "1/0", "12,34", "1,2,3", "1.2.3", "(1", "2)", "\\sqrt{-1}", "0^-1", "--1", "five", "5 cm", "é"]
        {
            assert_eq!(evaluated(text), None, "{text}");
        }
        assert_eq!(evaluated(&"(".repeat(9999)), None);
        assert_eq!(evaluated("1/(-2)^{127}"), None, "it does not fit");
        assert_eq!(evaluated(&"9".repeat(99)), None);
    }
}
