//! JUnit XML, which CI systems show: a gate or a comparison as a test suite.
//!
//! The form is the common core of what Jenkins, GitLab and GitHub actions read (the schema of Apache Ant's JUnit report):
//! worse is a `failure`, not enough evidence an `error`, so that neither shows as green.

use loopwright_core::{Change, Comparison, Decision, GateOutcome, SuiteName};

use crate::gate::gate_name;
use crate::number::{difference, difference_range, level};
use crate::{Units, escape};

/// How one test came out.
enum Result {
    Pass,
    Failure(String),
    Error(String),
}

/// Comparisons as tests, one each: regressed fails, underpowered is an error.
pub fn comparisons(suite: &SuiteName, comparisons: &[Comparison], units: &Units) -> String {
    let tests = comparisons.iter().map(|one| (name_of(one), verdict(one, units)));
    test_suite(&format!("loopwright.{suite}"), &tests.collect::<Vec<_>>())
}

/// A gate as tests: its decision, and each endpoint. No case is named.
pub fn gate(suite: &SuiteName, outcome: &GateOutcome, units: &Units) -> String {
    let decision = match &outcome.decision {
        Decision::Accept => Result::Pass,
        Decision::Reject { reason } => Result::Failure(reason.clone()),
        Decision::Inconclusive { reason, next_step } => Result::Error(format!("{reason}; next: {next_step}")),
    };
    let mut tests = vec![(format!("{}: decision", gate_name(outcome.kind)), decision)];
    // An endpoint fails only when it is proven worse: whether the rest is enough is for the decision to say.
    tests.extend(outcome.endpoints.iter().map(|one| match one.change {
        Change::Regressed => (name_of(one), Result::Failure(told(one, units))),
        _ => (name_of(one), Result::Pass),
    }));
    test_suite(&format!("loopwright.{suite}"), &tests)
}

fn name_of(comparison: &Comparison) -> String {
    format!("{}: {} against {}", comparison.metric, comparison.candidate, comparison.baseline)
}

fn verdict(comparison: &Comparison, units: &Units) -> Result {
    match comparison.change {
        Change::Improved | Change::Equivalent => Result::Pass,
        Change::Regressed => Result::Failure(told(comparison, units)),
        Change::Underpowered => Result::Error(told(comparison, units)),
    }
}

fn told(comparison: &Comparison, units: &Units) -> String {
    let (unit, by) = (units.unit_of(comparison), &comparison.difference);
    let interval = difference_range(unit, by);
    format!("{}: {} ({interval} at {})", comparison.change, difference(unit, by.point), level(by.level))
}

fn test_suite(name: &str, tests: &[(String, Result)]) -> String {
    let failures = tests.iter().filter(|(_, result)| matches!(result, Result::Failure(_))).count();
    let errors = tests.iter().filter(|(_, result)| matches!(result, Result::Error(_))).count();
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", tests.len());
    let name = attribute(name);
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    out += &format!("<testsuites {counts}>\n  <testsuite name=\"{name}\" {counts}>\n");
    for (test, result) in tests {
        let open = format!("    <testcase classname=\"{name}\" name=\"{}\"", attribute(test));
        out += &match result {
            Result::Pass => format!("{open}/>\n"),
            Result::Failure(why) => {
                format!("{open}>\n      {}\n    </testcase>\n", element("failure", "regressed", why))
            }
            Result::Error(why) => {
                format!("{open}>\n      {}\n    </testcase>\n", element("error", "inconclusive", why))
            }
        };
    }
    out + "  </testsuite>\n</testsuites>\n"
}

fn element(tag: &str, kind: &str, why: &str) -> String {
    format!("<{tag} type=\"{kind}\" message=\"{}\"/>", attribute(why))
}

/// Text within quotes. Control characters, most of which XML cannot hold at all, are made visible first.
fn attribute(text: &str) -> String {
    let mut out = String::new();
    for c in escape(text).chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
