//! JUnit XML, which CI systems show: a run, a comparison or a gate as a test suite.
//!
//! The form is the common core of what Jenkins, GitLab and GitHub actions read (the schema of Apache Ant's JUnit report):
//! worse is a `failure`, not enough evidence an `error`, so that neither shows as green.

use loopwright_core::{Change, Comparison, Decision, GateOutcome, SuiteName};

use crate::gate::gate_name;
use crate::number::{difference, difference_range, level};
use crate::{CaseOutcome, Units, counted, escape};

/// How one test came out: what is worse or missing, of which kind, and why.
enum Result {
    Pass,
    Skipped(String),
    Failure(&'static str, String),
    Error(&'static str, String),
}

/// A run as tests: each case of each arm, then each comparison. A case passes when all of its trials do; one that is flaky
/// fails as such, and one that no trial could score is an error.
pub fn run(suite: &SuiteName, cases: &[CaseOutcome], comparisons: &[Comparison], units: &Units) -> String {
    let several = cases.first().is_some_and(|first| cases.iter().any(|case| case.arm != first.arm));
    let name = |case: &CaseOutcome| match several {
        true => format!("{} ({})", case.case, case.arm),
        false => case.case.to_string(),
    };
    let cases = cases.iter().map(|case| (name(case), outcome(case)));
    let tests = cases.chain(comparisons.iter().map(|one| (name_of(one), verdict(one, units))));
    test_suite(&format!("loopwright.{suite}"), &tests.collect::<Vec<_>>())
}

fn outcome(case: &CaseOutcome) -> Result {
    let unscored = match case.unscored {
        0 => String::new(),
        unscored => format!("; {} without a score", counted(u64::from(unscored), "trial", "trials")),
    };
    let trials = counted(u64::from(case.scored), "trial", "trials");
    match case.passed {
        _ if case.scored == 0 => Result::Error("unscored", format!("no trial could be scored{unscored}")),
        None => Result::Skipped("the primary metric measures and does not judge".to_owned()),
        Some(passed) if passed == case.scored => Result::Pass,
        Some(0) => Result::Failure("failed", format!("never passes in {trials}{unscored}")),
        Some(passed) => Result::Failure("flaky", format!("passes {passed} of {trials}{unscored}")),
    }
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
        Decision::Reject { reason } => Result::Failure("regressed", reason.clone()),
        Decision::Inconclusive { reason, next_step } => {
            Result::Error("inconclusive", format!("{reason}; next: {next_step}"))
        }
    };
    let mut tests = vec![(format!("{}: decision", gate_name(outcome.kind)), decision)];
    // An endpoint fails only when it is proven worse: whether the rest is enough is for the decision to say.
    tests.extend(outcome.endpoints.iter().map(|one| match one.change {
        Change::Regressed => (name_of(one), Result::Failure("regressed", told(one, units))),
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
        Change::Regressed => Result::Failure("regressed", told(comparison, units)),
        Change::Underpowered => Result::Error("inconclusive", told(comparison, units)),
    }
}

fn told(comparison: &Comparison, units: &Units) -> String {
    let (unit, by) = (units.unit_of(comparison), &comparison.difference);
    let interval = difference_range(unit, by);
    format!("{}: {} ({interval} at {})", comparison.change, difference(unit, by.point), level(by.level))
}

fn test_suite(name: &str, tests: &[(String, Result)]) -> String {
    let failures = tests.iter().filter(|(_, result)| matches!(result, Result::Failure(..))).count();
    let errors = tests.iter().filter(|(_, result)| matches!(result, Result::Error(..))).count();
    let skipped = tests.iter().filter(|(_, result)| matches!(result, Result::Skipped(_))).count();
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", tests.len());
    let name = attribute(name);
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    out += &format!("<testsuites {counts}>\n  <testsuite name=\"{name}\" {counts} skipped=\"{skipped}\">\n");
    for (test, result) in tests {
        let open = format!("    <testcase classname=\"{name}\" name=\"{}\"", attribute(test));
        let element = match result {
            Result::Pass => {
                out += &format!("{open}/>\n");
                continue;
            }
            Result::Skipped(why) => format!("<skipped message=\"{}\"/>", attribute(why)),
            Result::Failure(kind, why) => element("failure", kind, why),
            Result::Error(kind, why) => element("error", kind, why),
        };
        out += &format!("{open}>\n      {element}\n    </testcase>\n");
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
