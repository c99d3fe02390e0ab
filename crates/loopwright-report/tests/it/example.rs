//! An improvement of a support desk, with every part of a report in it.

use loopwright_core::*;
use loopwright_report::{Attempt, Fate, LoopReport, Units};

pub(crate) fn estimate(low: f64, point: f64, high: f64) -> Estimate {
    Estimate { point, low, high, level: 0.95, n_items: 60, n_trials: 300, method: Method::ClusterT }
}

pub(crate) fn comparison(metric: &str, (low, point, high): (f64, f64, f64), change: Change) -> Comparison {
    Comparison {
        metric: MetricName::new(metric).unwrap(),
        baseline: ArmName::new("incumbent").unwrap(),
        candidate: ArmName::new("candidate").unwrap(),
        difference: estimate(low, point, high),
        change,
        margin: 0.03,
        detectable: 0.06,
        fixed: vec![],
        broken: vec![],
        unpaired: 0,
    }
}

fn metric(name: &str, unit: Unit, (low, point, high): (f64, f64, f64), direction: Direction) -> MetricSummary {
    let estimate = Some(estimate(low, point, high));
    MetricSummary { metric: MetricName::new(name).unwrap(), unit, direction, estimate, cases: 60, unscored: 0 }
}

fn under(name: &str, plain: f64, point: f64, change: Change) -> ConditionSummary {
    let mut drop = comparison("resolved", (point - plain - 0.05, point - plain, point - plain + 0.05), change);
    drop.candidate = drop.baseline.clone();
    ConditionSummary { condition: name.parse().unwrap(), estimate: estimate(point - 0.06, point, point + 0.06), drop }
}

fn arm(name: &str, lift: f64) -> ArmSummary {
    let point = 0.58 + lift;
    let tag = |name: &str, point: f64, worse: f64| SliceSummary {
        tag: Tag::new(name).unwrap(),
        cases: 20,
        estimate: estimate(point - 0.1, point, (point + 0.1_f64).min(1.0)),
        worse: Some(worse),
    };
    let powers = |k: i32| {
        let share = point.powf(f64::from(k).sqrt());
        estimate(share - 0.07, share, share + 0.07)
    };
    ArmSummary {
        arm: ArmName::new(name).unwrap(),
        variant: Digest::of_bytes(name.as_bytes()),
        metrics: vec![
            metric("resolved", Unit::Share, (point - 0.06, point, point + 0.06), Direction::Up),
            metric("right_tool", Unit::Share, (0.71, 0.77, 0.83), Direction::Up),
            metric("citation", Unit::Share, (0.55, 0.63, 0.70), Direction::Up),
            metric(
                "tokens",
                Unit::Count,
                (1810.0 - lift * 1000.0, 1904.0 - lift * 1000.0, 2010.0 - lift * 1000.0),
                Direction::Down,
            ),
            metric("money", Unit::Dollars, (0.0038, 0.0041, 0.0044), Direction::Down),
            metric("latency", Unit::Seconds, (0.81, 0.92, 1.07), Direction::Down),
        ],
        all_of_k: (1..=5).map(powers).collect(),
        conditions: vec![
            under("ants(3)", point, point - 0.13, Change::Regressed),
            under("near_misses(2)", point, point - 0.21, Change::Regressed),
            under("typos(10)", point, point - 0.01, Change::Equivalent),
        ],
        slices: vec![
            tag("answerable", point + 0.1, 0.9),
            tag("two-step", point - 0.2, 0.004),
            tag("unanswerable", point, 0.5),
        ],
        steadiness: Steadiness {
            always: 21,
            flaky: 30,
            never: 9,
            flaky_cases: ["returns-04", "gift-11", "parcel-02", "invoice-07", "pans-03", "knife-01"]
                .map(|key| CaseKey::new(key).unwrap())
                .to_vec(),
        },
        robustness: Robustness::default(),
    }
}

pub(crate) fn cost() -> Cost {
    Cost {
        usage: Usage::new(1_204_331, 310_000, 88_020, 0),
        money: Some(MicroDollars(1_230_000)),
        energy: Some(MicroJoules(4_200_000_000)),
    }
}

pub(crate) fn summary(arms: Vec<ArmSummary>) -> Summary {
    Summary {
        run: RunId::new("01JTEST").unwrap(),
        suite: SuiteName::new("support").unwrap(),
        status: RunStatus::Complete,
        simulated: true,
        level: 0.95,
        arms,
        comparisons: vec![],
        unscored: vec![("judge".into(), 2), ("infrastructure".into(), 1)],
        cost: cost(),
    }
}

pub(crate) fn one_arm() -> Summary {
    summary(vec![arm("incumbent", 0.0)])
}

pub(crate) fn two_arms() -> Summary {
    let mut both = summary(vec![arm("incumbent", 0.0), arm("candidate", 0.18)]);
    both.comparisons = vec![raced(), comparison("tokens", (-240.0, -180.0, -120.0), Change::Improved)];
    both
}

pub(crate) fn raced() -> Comparison {
    let mut race = comparison("resolved", (0.112, 0.18, 0.248), Change::Improved);
    race.fixed = ["returns-04", "gift-11", "parcel-02"].map(|key| CaseKey::new(key).unwrap()).to_vec();
    race.broken = vec![CaseKey::new("invoice-07").unwrap()];
    race.unpaired = 1;
    race
}

pub(crate) fn findings() -> Vec<Finding> {
    let key = |text: &str| TrialKey(Digest::of_bytes(text.as_bytes()));
    let finding = |code: u16, title: &str, share: f64, headroom: Option<f64>, part: &str| Finding {
        code: FindingCode(code),
        title: title.to_owned(),
        run: RunId::new("01JTEST").unwrap(),
        part: PartName::new(part).ok(),
        share: estimate(share - 0.05, share, share + 0.06),
        trials: (share * 300.0) as u64,
        cases: vec![CaseKey::new("returns-04").unwrap(), CaseKey::new("gift-11").unwrap()],
        headroom: headroom.map(|point| estimate(point - 0.05, point, point + 0.05)),
        evidence: vec!["the gold passage was not among the 4 shown in 61 of 68 failed trials".to_owned()],
        exemplars: vec![key("a"), key("b")],
    };
    vec![
        finding(101, "the passage that answers is not retrieved", 0.227, Some(0.18), "knowledge"),
        finding(203, "a tool of a similar description is called", 0.14, Some(0.09), "tools"),
        finding(310, "the answer does not follow from what was shown", 0.08, None, "instructions"),
    ]
}

pub(crate) fn gate(decision: Decision, change: Change, difference: (f64, f64, f64)) -> GateOutcome {
    let mut primary = comparison("resolved", difference, change);
    // What a faulty caller might leave in: no surface may show it.
    primary.fixed = vec![CaseKey::new("vault-secret-01").unwrap()];
    let safeguard = comparison("right_tool", (-0.02, 0.01, 0.03), Change::Equivalent);
    GateOutcome { kind: GateKind::Promotion, decision, alpha: 0.025, margin: 0.03, endpoints: vec![primary, safeguard] }
}

/// As good within the margin, and no difference is shown.
pub(crate) fn non_inferior() -> GateOutcome {
    let gate = gate(Decision::Accept, Change::Underpowered, (-0.02, 0.01, 0.04));
    GateOutcome { kind: GateKind::Ci, ..gate }
}

pub(crate) fn inconclusive() -> GateOutcome {
    let decision = Decision::Inconclusive {
        reason: "the lower bound is not above 0".into(),
        next_step: "40 more sealed cases, about $0.90 and 3 minutes".into(),
    };
    gate(decision, Change::Underpowered, (-0.02, 0.04, 0.10))
}

pub(crate) fn query(number: u32, outcome: GateOutcome) -> GateQuery {
    GateQuery {
        suite: SuiteName::new("support").unwrap(),
        vault: Digest::of_bytes(b"vault"),
        number,
        run: RunId::new("01JGATE").unwrap(),
        incumbent: Digest::of_bytes(b"old"),
        candidate: Digest::of_bytes(b"new"),
        outcome,
        cases: 120,
        trials: 3,
        cost: cost(),
        at_ns: 0,
    }
}

fn attempt(technique: &str, code: u16, change: &str, race: Comparison, fate: Fate) -> Attempt {
    Attempt {
        technique: technique.into(),
        finding: Some(FindingCode(code)),
        change: change.into(),
        diff: String::new(),
        race: Some(race),
        placebo: Some(comparison("resolved", (-0.05, 0.004, 0.058), Change::Underpowered)),
        gate: None,
        fate,
    }
}

pub(crate) fn report() -> LoopReport {
    let accepted = gate(Decision::Accept, Change::Improved, (0.08, 0.15, 0.22));
    let open = inconclusive();
    let mut first =
        attempt("retrieval parameters", 101, "chunks of 400 characters in place of 2,000", raced(), Fate::Accepted);
    first.gate = Some(accepted.clone());
    first.diff =
        "--- loopwright.toml\n+++ loopwright.toml\n [knowledge.handbook]\n-chunk = 2000\n+chunk = 400\n".into();
    let fate = Fate::Open { reason: "the vault could not tell".into(), next_step: "40 more sealed cases".into() };
    let race = comparison("resolved", (0.01, 0.06, 0.11), Change::Improved);
    let mut second = attempt("tool-description contrast", 203, "says when `find_parcel` is the wrong tool", race, fate);
    second.gate = Some(open.clone());
    let race = comparison("resolved", (-0.06, -0.01, 0.04), Change::Underpowered);
    let fate = Fate::Refused { reason: "no better than the placebo on dev".into() };
    let third = attempt("few-shot from verified successes", 310, "two examples before the question", race, fate);
    LoopReport {
        title: "Support desk of Marlow & Finch".into(),
        made: "2026-01-02, loopwright 0.1.0, run seed 7".into(),
        simulated: true,
        before: one_arm(),
        after: Some(summary(vec![arm("incumbent", 0.18)])),
        findings: findings(),
        attempts: vec![first, second, third],
        gate_queries: vec![query(1, accepted), query(2, open)],
        cost: cost(),
        commands: vec!["loopwright demo --seed 7".into(), "loopwright improve --finding LW203".into()],
    }
}

pub(crate) fn units() -> Units {
    Units::of([&one_arm()])
}
