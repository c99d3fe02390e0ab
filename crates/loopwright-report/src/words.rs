//! Words: counts, steadiness and cost as a person says them.

use loopwright_core::{Cost, MicroDollars, SliceSummary, Steadiness, Unit};

use crate::number::{fixed, value};

/// What every surface says of a run in which a simulated model took part.
pub const SIMULATED: &str = "simulated model: shows the loop, not LLM performance";

/// What stands for the interval of a measure over a single case or group.
pub(crate) const TOO_FEW: &str = "needs two cases or groups";

/// `1 case`, `1,200 cases`.
///
/// ```
/// assert_eq!(loopwright_report::counted(1, "query", "queries"), "1 query");
/// assert_eq!(loopwright_report::counted(1200, "case", "cases"), "1,200 cases");
/// ```
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", whole(number), if number == 1 { one } else { many })
}

/// `1,200`.
pub fn whole(number: u64) -> String {
    fixed(number as f64, 0)
}

/// `7 of 10 cases always pass, 2 are flaky, 1 never passes`.
pub fn steadiness(steady: &Steadiness) -> String {
    let Steadiness { always, flaky, never, .. } = steady;
    let all = counted(always + flaky + never, "case", "cases");
    let pass = if *always == 1 { "passes" } else { "pass" };
    let are = if *flaky == 1 { "is" } else { "are" };
    let passes = if *never == 1 { "passes" } else { "pass" };
    format!("{always} of {all} always {pass}, {flaky} {are} flaky, {never} never {passes}")
}

/// Tokens, money and energy; what is unknown is said to be.
pub fn cost(cost: &Cost) -> String {
    let usage = cost.usage;
    let cached = if usage.cached() == 0 { String::new() } else { format!(" ({} cached)", whole(usage.cached())) };
    let tokens = match (usage.total(), cost.money) {
        // An attached agent need not tell what it uses; no tokens at no known price are none that are known.
        (0, None) => "tokens unknown".to_owned(),
        _ => format!("{} tokens in{cached}, {} out", whole(usage.input()), whole(usage.output())),
    };
    let energy = cost.energy.map_or("energy unknown".to_owned(), |energy| value(Unit::Joules, energy.joules()));
    format!("{tokens}; {}; {energy}", money(cost.money))
}

/// `worse (p 0.003)`, where a slice is worse than the rest at `level`, all slices looked at together.
pub(crate) fn weakness(slice: &SliceSummary, level: f64) -> Option<String> {
    let p = slice.worse.filter(|p| *p <= 1.0 - level)?;
    Some(if p < 0.001 { "worse (p < 0.001)".to_owned() } else { format!("worse (p {p:.3})") })
}

pub(crate) fn money(money: Option<MicroDollars>) -> String {
    money.map_or("price unknown".to_owned(), |money| value(Unit::Dollars, money.0 as f64 / 1e6))
}

/// The first `shown` names, and how many more there are.
pub(crate) fn listed<T: ToString>(names: &[T], shown: usize) -> String {
    let mut out: Vec<String> = names.iter().take(shown).map(ToString::to_string).collect();
    if names.len() > shown {
        out.push(format!("and {} more", names.len() - shown));
    }
    out.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use loopwright_core::{MicroJoules, Usage};

    #[test]
    fn steadiness_speaks_plainly() {
        let steady = Steadiness { always: 7, flaky: 2, never: 1, flaky_cases: vec![] };
        assert_eq!(steadiness(&steady), "7 of 10 cases always pass, 2 are flaky, 1 never passes");
        let one = Steadiness { always: 1, flaky: 0, never: 0, flaky_cases: vec![] };
        assert_eq!(steadiness(&one), "1 of 1 case always passes, 0 are flaky, 0 never pass");
    }

    #[test]
    fn an_unknown_price_is_said_to_be_unknown() {
        let known = Cost {
            usage: Usage::new(1500, 500, 20, 0),
            money: Some(MicroDollars(4100)),
            energy: Some(MicroJoules(2_500_000)),
        };
        assert_eq!(cost(&known), "1,500 tokens in (500 cached), 20 out; $0.0041; 2.50 J");
        let unknown = Cost { usage: Usage::default(), money: None, energy: None };
        assert_eq!(cost(&unknown), "tokens unknown; price unknown; energy unknown");
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(listed(&["a", "b", "c"], 2), "a, b, and 1 more");
        assert_eq!(listed(&["a"], 2), "a");
    }
}
