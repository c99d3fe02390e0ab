use super::*;
use loopwright_core::{ArmName, CaseKey, Condition, Digest, RunId, Score, TrialKey, TrialSite, Unscored, Verdict};

fn sided(arm: &str) -> Sided {
    Sided { arm: ArmName::new(arm).unwrap(), condition: Condition::Plain }
}

fn add(tally: &mut Tally, arm: &str, case: u32, repetition: u32, scores: &[(&'static str, Verdict, f64)]) {
    let arm = ArmName::new(arm).unwrap();
    let key = TrialKey(Digest::of_bytes(format!("{arm}{case}{repetition}").as_bytes()));
    let site = TrialSite {
        key,
        run: RunId::new("r").unwrap(),
        index: 0,
        arm,
        case: CaseKey::new(format!("case-{case}")).unwrap(),
        group: None,
        tags: vec![],
        condition: Condition::Plain,
        repetition,
    };
    let score = |(metric, verdict, value): &(&'static str, Verdict, f64)| Score {
        trial: key,
        metric: Metric::named(metric).unwrap().id().clone(),
        expectation: Digest::of_bytes(b"e"),
        value: (!matches!(verdict, Verdict::Unscored(_))).then_some(*value),
        verdict: verdict.clone(),
        evidence: String::new(),
    };
    tally.add(&site, &scores.iter().map(score).collect::<Vec<_>>(), Cost::ZERO);
}

/// 120 cases of which the incumbent passes `before` in a hundred and the candidate `after`, 4 trials each, with their tokens.
fn measured(before: u32, after: u32, tokens: (f64, f64)) -> Tally {
    let mut tally = Tally::default();
    for case in 0..120 {
        for repetition in 0..4 {
            for (arm, rate, tokens) in [("incumbent", before, tokens.0), ("candidate", after, tokens.1)] {
                // Spread over cases and repetitions, so that cases differ as real ones do.
                let passes = (case * 37 + repetition * 11) % 100 < rate;
                let verdict = if passes { Verdict::Pass } else { Verdict::Fail };
                let value = f64::from(u8::from(passes));
                let spread = f64::from(case % 7);
                add(
                    &mut tally,
                    arm,
                    case,
                    repetition,
                    &[("resolved", verdict, value), ("tokens", Verdict::Measured, tokens + spread)],
                );
            }
        }
    }
    tally
}

fn rule() -> GateRule {
    GateRule {
        alpha: 0.05,
        margin: 0.05,
        trials: 4,
        vault_queries: 20,
        primary: Metric::named("resolved").unwrap(),
        safeguards: vec![],
        token_share: 0.9,
    }
}

fn decided(tally: &Tally, kind: GateKind, rule: &GateRule) -> GateOutcome {
    let (incumbent, candidate) = (sided("incumbent"), sided("candidate"));
    let measured = Measured { tally, incumbent: &incumbent, candidate: &candidate, cost: Cost::ZERO };
    decide(measured, kind, rule, rule.alpha).unwrap()
}

#[test]
fn better_is_accepted_worse_is_rejected_and_same_is_neither() {
    let same = (100.0, 100.0);
    let outcome = decided(&measured(50, 70, same), GateKind::Promotion, &rule());
    assert_eq!(outcome.decision, Decision::Accept);
    assert!(outcome.endpoints[0].difference.low > 0.0);
    let worse = decided(&measured(70, 50, same), GateKind::Promotion, &rule());
    assert_eq!(worse.decision, Decision::Reject { reason: "`resolved` is worse".into() });
    let Decision::Inconclusive { reason, next_step } =
        decided(&measured(60, 60, same), GateKind::Promotion, &rule()).decision
    else {
        panic!("no difference must not decide")
    };
    assert!(reason.contains("not proven better"), "{reason}");
    assert!(!next_step.is_empty());
}

#[test]
fn a_ci_gate_accepts_what_is_as_good() {
    let outcome = decided(&measured(60, 60, (100.0, 100.0)), GateKind::Ci, &rule());
    assert_eq!(outcome.decision, Decision::Accept);
    let worse = decided(&measured(80, 55, (100.0, 100.0)), GateKind::Ci, &rule());
    assert_eq!(worse.decision.word(), "REJECT");
}

#[test]
fn a_token_cut_must_cut_tokens_and_keep_quality() {
    let cut = decided(&measured(60, 60, (100.0, 70.0)), GateKind::TokenCut, &rule());
    assert_eq!(cut.decision, Decision::Accept);
    assert_eq!(cut.endpoints[1].metric.as_str(), "tokens");
    let too_little = decided(&measured(60, 60, (100.0, 95.0)), GateKind::TokenCut, &rule());
    assert_eq!(too_little.decision.word(), "INCONCLUSIVE");
    let costs_quality = decided(&measured(70, 50, (100.0, 50.0)), GateKind::TokenCut, &rule());
    assert_eq!(costs_quality.decision.word(), "REJECT");
}

#[test]
fn a_safeguard_that_gets_worse_rejects() {
    let rule = GateRule { safeguards: vec![Metric::named("tokens").unwrap()], ..rule() };
    let outcome = decided(&measured(50, 70, (100.0, 150.0)), GateKind::Promotion, &rule);
    let Decision::Reject { reason } = outcome.decision else { panic!("{:?}", outcome.decision) };
    assert!(reason.contains("`tokens`"), "{reason}");
}

#[test]
fn proof_that_rests_on_missing_scores_is_no_proof() {
    let mut tally = measured(50, 62, (100.0, 100.0));
    assert_eq!(decided(&tally, GateKind::Promotion, &rule()).decision, Decision::Accept);
    for case in 0..120 {
        let lost = Verdict::Unscored(Unscored::Scorer("it broke".into()));
        add(&mut tally, "candidate", case, 4, &[("resolved", lost, 0.0)]);
    }
    let Decision::Inconclusive { reason, .. } = decided(&tally, GateKind::Promotion, &rule()).decision else {
        panic!("the missing scores could hide a loss")
    };
    assert!(reason.contains("could not be scored"), "{reason}");
}
