//! Numbers with their units, as people read them.

use loopwright_core::{Estimate, Unit};

/// `value` in `unit`: `71.0 %`, `1,204`, `$0.0041`, `1.25 kJ`, `340 ms`.
pub fn value(unit: Unit, value: f64) -> String {
    if !value.is_finite() {
        return unbounded(value);
    }
    let text = match unit {
        Unit::Share => format!("{} %", fixed(value.abs() * 100.0, 1)),
        Unit::Count | Unit::Number => significant(value.abs()),
        Unit::Dollars => dollars(value.abs()),
        Unit::Joules => scaled(value.abs(), &[(1e6, "MJ"), (1e3, "kJ"), (1.0, "J"), (1e-3, "mJ"), (1e-6, "µJ")]),
        Unit::Seconds => scaled(value.abs(), &[(120.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs")]),
    };
    let negative = value < 0.0 && text.chars().any(|c| ('1'..='9').contains(&c));
    if negative { format!("−{text}") } else { text }
}

/// A difference in `unit`, with its sign: `+9.5 pp` (percentage points), `−120`.
pub fn difference(unit: Unit, difference: f64) -> String {
    let text = value(unit, difference);
    let text = if unit == Unit::Share { text.replace(" %", " pp") } else { text };
    let positive = difference > 0.0 && text.chars().any(|c| ('1'..='9').contains(&c) || c == '∞');
    if positive { format!("+{text}") } else { text }
}

/// The interval of a level: `64.1 – 77.2 %`.
pub fn range(unit: Unit, estimate: &Estimate) -> String {
    joined(value(unit, estimate.low), " – ", value(unit, estimate.high))
}

/// The interval of a difference: `−2.0 to +5.5 pp`.
pub fn difference_range(unit: Unit, estimate: &Estimate) -> String {
    joined(difference(unit, estimate.low), " to ", difference(unit, estimate.high))
}

/// A confidence level, a share of tests or a margin: `95 %`, `99.75 %`.
pub fn level(level: f64) -> String {
    let text = format!("{:.3}", level * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A unit that both ends share is said once.
fn joined(low: String, between: &str, high: String) -> String {
    match (low.rsplit_once(' '), high.rsplit_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other => format!("{number}{between}{high}"),
        _ => format!("{low}{between}{high}"),
    }
}

fn unbounded(value: f64) -> String {
    match value {
        value if value.is_nan() => "unknown".to_owned(),
        value if value < 0.0 => "−∞".to_owned(),
        _ => "∞".to_owned(),
    }
}

fn scaled(value: f64, units: &[(f64, &str)]) -> String {
    let fits = |(size, _): &&(f64, &str)| value >= *size * 0.9995;
    match units.iter().find(fits).or(units.last().filter(|_| value > 0.0)) {
        // Minutes begin at two: the size tells when to change, not what to divide by.
        Some((_, "min")) => format!("{} min", significant(value / 60.0)),
        Some((size, unit)) => format!("{} {unit}", significant(value / size)),
        None => format!("0 {}", units.iter().find(|(size, _)| *size == 1.0).map_or("", |(_, unit)| unit)),
    }
}

fn dollars(value: f64) -> String {
    if value >= 1.0 || value == 0.0 {
        return format!("${}", fixed(value, 2));
    }
    let places = (2.0 - value.log10().floor() - 1.0).clamp(2.0, 8.0) as usize;
    format!("${value:.places$}")
}

/// Three significant digits, whole thousands with separators.
fn significant(value: f64) -> String {
    match value {
        // Means of equal counts, summed in another order, differ by so little.
        value if value < 1e-9 => "0".to_owned(),
        value if value >= 99.95 => fixed(value, 0),
        value if value >= 9.995 => fixed(value, 1),
        value if value >= 0.9995 => fixed(value, 2),
        value if value >= 0.0005 => fixed(value, 3),
        _ => format!("{value:.1e}"),
    }
}

/// `value` with `places` decimals and separators between thousands.
pub(crate) fn fixed(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    let (whole, rest) = text.find('.').map_or((text.as_str(), ""), |dot| text.split_at(dot));
    let digits: Vec<char> = whole.chars().collect();
    let mut out = String::new();
    for (index, digit) in digits.iter().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(*digit);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::Method;

    fn estimate(low: f64, point: f64, high: f64) -> Estimate {
        Estimate { point, low, high, level: 0.95, n_items: 10, n_trials: 50, method: Method::Wilson }
    }

    #[test]
    fn values_have_their_unit() {
        let cases = [
            (Unit::Share, 0.7104, "71.0 %"),
            (Unit::Share, 1.0, "100.0 %"),
            (Unit::Count, 1204.4, "1,204"),
            (Unit::Count, 1_234_567.0, "1,234,567"),
            (Unit::Count, 12.34, "12.3"),
            (Unit::Count, 0.42, "0.420"),
            (Unit::Dollars, 0.0041, "$0.0041"),
            (Unit::Dollars, 0.5, "$0.50"),
            (Unit::Dollars, 1234.5, "$1,234.50"),
            (Unit::Joules, 1250.0, "1.25 kJ"),
            (Unit::Joules, 0.0, "0 J"),
            (Unit::Seconds, 0.34, "340 ms"),
            (Unit::Seconds, 0.99999, "1.00 s"),
            (Unit::Seconds, 150.0, "2.50 min"),
            (Unit::Share, f64::NAN, "unknown"),
            (Unit::Count, f64::INFINITY, "∞"),
        ];
        for (unit, number, expected) in cases {
            assert_eq!(value(unit, number), expected);
        }
    }

    #[test]
    fn differences_have_their_sign_unless_they_round_to_nothing() {
        assert_eq!(difference(Unit::Share, 0.095), "+9.5 pp");
        assert_eq!(difference(Unit::Share, -0.095), "−9.5 pp");
        assert_eq!(difference(Unit::Share, -0.0001), "0.0 pp");
        assert_eq!(difference(Unit::Count, -120.0), "−120");
        assert_eq!(difference(Unit::Count, 4.7e-15), "0");
        assert_eq!(difference(Unit::Count, 4.7e-6), "+4.7e-6");
        assert_eq!(difference(Unit::Count, f64::NEG_INFINITY), "−∞");
    }

    #[test]
    fn ranges_say_a_common_unit_once() {
        assert_eq!(range(Unit::Share, &estimate(0.641, 0.71, 0.772)), "64.1 – 77.2 %");
        assert_eq!(range(Unit::Seconds, &estimate(0.9, 1.0, 1.1)), "900 ms – 1.10 s");
        assert_eq!(difference_range(Unit::Share, &estimate(-0.02, 0.01, 0.055)), "−2.0 to +5.5 pp");
    }

    #[test]
    fn levels_are_not_rounded_away() {
        assert_eq!((level(0.95), level(0.9975), level(0.05)), ("95 %".into(), "99.75 %".into(), "5 %".into()));
    }
}
