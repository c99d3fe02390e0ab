//! From a recorded run to findings, with replays on the stand-in.

use std::sync::Arc;

use loopwright_core::{ArmName, Condition, FindingCode, MetricName, Purpose, RunId, RunQuery, Split, TrialQuery};
use loopwright_eval::Workshop;
use loopwright_improve::{
    DiagnosisRequest, Evidence, EvidenceError, EvidenceRequest, Replaying, diagnose, technique, worth,
};
use loopwright_stats::Level;

use crate::desk::{corpus, run, workshop};
use crate::scene::{Scene, evidence, returns_case};

async fn read(workshop: &Workshop, run: &RunId, arm: &str) -> Result<Evidence, EvidenceError> {
    let (arm, primary) = (ArmName::new(arm).unwrap(), MetricName::new("resolved").unwrap());
    let (ledger, cases, corpus) = (workshop.ports.ledger.as_ref(), &workshop.suite.cases, corpus());
    Evidence::read(EvidenceRequest { ledger, run, arm: &arm, cases, corpus: Some(&corpus), primary: &primary }).await
}

#[tokio::test]
async fn tools_that_are_told_apart_badly_are_found_and_confirmed() {
    let workshop = workshop();
    let made = run(&workshop, Split::Dev).await;
    let evidence = read(&workshop, &made.plan.manifest.id, "base").await.unwrap();
    assert_eq!((evidence.trials.len(), evidence.left_out), (32, 0));
    assert!(evidence.trials.iter().all(|trial| trial.passed.is_some() && trial.acted.state.is_none()));

    let replaying = Some(Replaying::usual(&workshop));
    let request = DiagnosisRequest { evidence: &evidence, level: Level::P95, replaying };
    let diagnosis = diagnose(request, &mut ()).await.unwrap();
    let wrong_tool = diagnosis.findings.iter().find(|finding| finding.code == FindingCode(201)).unwrap();
    let headroom = wrong_tool.headroom.as_ref().unwrap();
    assert!(0.1 < headroom.point && headroom.low <= headroom.point, "{headroom:?}");
    assert!(wrong_tool.part.as_ref().is_some_and(|part| part.as_str() == "tools"));
    assert!(wrong_tool.evidence.iter().any(|words| words.contains("in a plain rerun")), "{:?}", wrong_tool.evidence);
    assert!(diagnosis.findings.is_sorted_by(|a, b| worth(b) <= worth(a)));
    assert!(diagnosis.confusion[0].needed.is_some() && diagnosis.confusion[0].called.is_some());

    // The replays are a run of their own, of failed dev cases alone.
    let replays = diagnosis.replays.unwrap();
    let query = RunQuery { id: Some(replays.to_string()), ..RunQuery::default() };
    let record = workshop.ports.ledger.runs(query).await.unwrap().remove(0);
    assert_eq!((record.manifest.purpose, record.manifest.split), (Purpose::Diagnosis, Split::Dev));
    let failed: Vec<&str> = evidence.failures().map(|trial| trial.case.key.as_str()).collect();
    let sites = workshop.ports.ledger.trials(TrialQuery::of(replays)).await.unwrap();
    assert!(sites.iter().all(|site| failed.contains(&site.case.as_str())));
    assert!(sites.iter().any(|site| site.condition == Condition::Plain));

    let candidates = technique::propose(&diagnosis.findings, &evidence);
    assert!(candidates.iter().any(|candidate| candidate.technique == "tool_description_contrast"));
}

#[tokio::test]
async fn a_finding_never_speaks_of_the_vault() {
    let workshop = workshop();
    let sealed = run(&workshop, Split::Vault).await;
    let refused = read(&workshop, &sealed.plan.manifest.id, "base").await.unwrap_err();
    assert!(matches!(refused, EvidenceError::Sealed(_)), "{refused}");
}

#[tokio::test]
async fn evidence_must_be_what_was_asked_for() {
    let workshop = workshop();
    let made = run(&workshop, Split::Dev).await;
    let run = &made.plan.manifest.id;
    assert!(matches!(read(&workshop, &RunId::new("run").unwrap(), "base").await, Err(EvidenceError::UnknownRun(_))));
    let error = read(&workshop, run, "other").await.unwrap_err();
    assert_eq!(error.to_string(), "the run has no arm `other`; it has `base`");
    let mut changed = workshop.clone();
    Arc::make_mut(&mut changed.suite).cases[0].input = loopwright_core::Input::text("What does a tandem cost?");
    assert_eq!(read(&changed, run, "base").await.unwrap().left_out, 4);
}

#[tokio::test]
async fn without_replays_no_headroom_is_claimed() {
    let case = returns_case("A label costs £2.95.");
    let trials = vec![
        Scene::of(&case).finds(&["exchanges.md"], 1).answers("£3.20").build(),
        Scene::of(&case).again(1).finds(&["returns.md"], 1).answers("£2.95").passes().build(),
    ];
    let evidence = evidence(trials);
    let request = DiagnosisRequest { evidence: &evidence, level: Level::P95, replaying: None };
    let diagnosis = diagnose(request, &mut ()).await.unwrap();
    assert!(diagnosis.findings.iter().all(|finding| finding.headroom.is_none()));
    let codes: Vec<u16> = diagnosis.findings.iter().map(|finding| finding.code.0).collect();
    assert_eq!(codes, [101, 301, 401]);
    assert_eq!(diagnosis.main.values().collect::<Vec<_>>(), [&FindingCode(101)]);
    assert_eq!(diagnosis.findings[0].share.point, 0.5);
    assert_eq!(diagnosis.findings[0].evidence[0], "1 of 2 trials, 1 of 1 case");
}
