//! The whole loop on the stand-in: measured, diagnosed, improved.

use loopwright_core::{ArmName, MetricName, Patch, SuiteName};
use loopwright_eval::{Watch, Workshop};
use loopwright_improve::{
    DiagnosisRequest, Evidence, EvidenceRequest, Follow, GateRule, Improvement, ImprovementRequest, Replaying, Step,
    diagnose, improve,
};
use loopwright_report::Fate;
use loopwright_stats::Level;

use crate::kiosk::{incumbent, rule, run, workshop};

/// Counts the steps.
#[derive(Default)]
struct Steps {
    races: u32,
    asked: Vec<String>,
    answered: Vec<u32>,
}

impl Watch for Steps {
    fn event(&mut self, _: &loopwright_core::RunEvent) {}
}

impl Follow for Steps {
    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Racing(_) => {}
            Step::Raced(_) => self.races += 1,
            Step::Asking(candidate) => self.asked.push(candidate.change.clone()),
            Step::Answered(_, query) => self.answered.push(query.number),
        }
    }
}

async fn turned(workshop: &Workshop, rule: &GateRule) -> (Improvement, Steps) {
    let made = run(workshop).await;
    let (arm, primary) = (ArmName::new("base").unwrap(), MetricName::new("resolved").unwrap());
    let request = EvidenceRequest {
        ledger: workshop.ports.ledger.as_ref(),
        run: &made.plan.manifest.id,
        arm: &arm,
        cases: &workshop.suite.cases,
        corpus: None,
        primary: &primary,
    };
    let evidence = Evidence::read(request).await.unwrap();
    let replaying = Some(Replaying::usual(workshop));
    let request = DiagnosisRequest { evidence: &evidence, level: Level::P95, replaying };
    let findings = diagnose(request, &mut ()).await.unwrap().findings;
    let request = ImprovementRequest { workshop, rule, evidence, findings, only: None, trials: 3 };
    let mut steps = Steps::default();
    (improve(request, &mut steps).await.unwrap(), steps)
}

#[tokio::test]
async fn the_planted_defect_is_mended_and_the_loop_ends() {
    let workshop = workshop(1);
    let rule = GateRule { vault_queries: 20, ..rule() };
    let (improvement, steps) = turned(&workshop, &rule).await;
    let accepted: Vec<_> = improvement.tried.iter().filter(|tried| tried.fate == Fate::Accepted).collect();
    assert!(!accepted.is_empty(), "{:?}", improvement.tried.iter().map(|tried| &tried.fate).collect::<Vec<_>>());
    assert!(accepted.iter().any(|tried| tried.candidate.patch.edits.iter().any(|edit| edit.part.as_str() == "tools")));
    // All that was accepted, and nothing else, makes the champion.
    assert_eq!(improvement.champion, incumbent().patched(&improvement.patch).unwrap());
    assert_eq!(accepted[0].base, Patch::default());
    // A round is begun by a race, and only an accepted change begins another round.
    assert!((1..=1 + accepted.len() as u32).contains(&steps.races), "{} races", steps.races);
    assert!(steps.races <= 6);
}

#[tokio::test]
async fn every_answer_of_the_vault_is_told_and_recorded_in_order() {
    let workshop = workshop(2);
    let rule = GateRule { vault_queries: 20, ..rule() };
    let (improvement, steps) = turned(&workshop, &rule).await;
    assert!(!steps.answered.is_empty());
    assert_eq!(steps.answered, (1..=steps.answered.len() as u32).collect::<Vec<_>>());
    assert_eq!(steps.asked.len(), steps.answered.len());
    let recorded = workshop.ports.ledger.gate_queries(&SuiteName::new("hire").unwrap()).await.unwrap();
    assert_eq!(recorded.iter().map(|query| query.number).collect::<Vec<_>>(), steps.answered);
    let told: Vec<_> = improvement.tried.iter().filter_map(|tried| tried.query.clone()).collect();
    assert!(recorded.iter().all(|query| told.contains(query)));
}

#[tokio::test]
async fn a_vault_that_has_answered_enough_ends_the_loop_and_is_no_fault() {
    let workshop = workshop(3);
    let rule = GateRule { vault_queries: 1, ..rule() };
    let (improvement, steps) = turned(&workshop, &rule).await;
    assert_eq!(steps.answered, [1]);
    let asked = improvement.tried.iter().filter(|tried| tried.query.is_some()).count();
    assert_eq!(asked, 1);
    let accepted = improvement.tried.iter().filter(|tried| tried.fate == Fate::Accepted).count();
    assert!(accepted <= 1 && improvement.champion == incumbent().patched(&improvement.patch).unwrap());
}

#[tokio::test]
async fn nothing_is_tried_against_findings_that_are_not_wanted() {
    let workshop = workshop(4);
    let made = run(&workshop).await;
    let (arm, primary) = (ArmName::new("base").unwrap(), MetricName::new("resolved").unwrap());
    let request = EvidenceRequest {
        ledger: workshop.ports.ledger.as_ref(),
        run: &made.plan.manifest.id,
        arm: &arm,
        cases: &workshop.suite.cases,
        corpus: None,
        primary: &primary,
    };
    let evidence = Evidence::read(request).await.unwrap();
    let request = DiagnosisRequest { evidence: &evidence, level: Level::P95, replaying: None };
    let findings = diagnose(request, &mut ()).await.unwrap().findings;
    assert!(findings.iter().any(|finding| finding.code.0 == 201));
    let only = Some(loopwright_core::FindingCode(101));
    let rule = rule();
    let request = ImprovementRequest { workshop: &workshop, rule: &rule, evidence, findings, only, trials: 3 };
    let improvement = improve(request, &mut Steps::default()).await.unwrap();
    assert!(improvement.tried.is_empty() && improvement.patch == Patch::default());
    assert_eq!(improvement.champion, incumbent());
}
