//! The promotion gate and the CI gate on real runs of the stand-in: what they decide, and what the vault lets out.

use std::path::Path;
use std::sync::Arc;

use loopwright_core::{Decision, GateKind, GateQuery, Patch, Split, SuiteName};
use loopwright_eval::{Metric, Workshop};
use loopwright_improve::{CiRequest, GateRule, PromotionError, PromotionRequest, ci_gate, promote, query_alpha};
use loopwright_store::Store;

use crate::hire::Still;
use crate::kiosk::{SEALED, fix, harm, incumbent, patched, question, rule, run, workshop, workshop_on};

async fn decision(seed: u64, patch: &Patch) -> Decision {
    let workshop = workshop(seed);
    promote(question(&workshop, &rule(), patched(patch)), &mut ()).await.unwrap().outcome.decision
}

async fn queries(workshop: &Workshop) -> Vec<GateQuery> {
    workshop.ports.ledger.gate_queries(&SuiteName::new("hire").unwrap()).await.unwrap()
}

#[tokio::test]
async fn what_mends_is_accepted_and_what_harms_is_rejected() {
    for seed in 0..3 {
        assert_eq!(decision(seed, &fix()).await, Decision::Accept, "seed {seed}");
        let Decision::Reject { reason } = decision(seed, &harm()).await else {
            panic!("seed {seed}: harm came through")
        };
        assert_eq!(reason, "`resolved` is worse");
    }
}

/// The level of the first question is 1 in 40. That more than four of 24 placebos are accepted has then a probability of
/// 1 in 2500; a gate that decides by the sign of the difference accepts some twelve.
#[tokio::test]
async fn a_placebo_is_seldom_accepted() {
    let rule = GateRule { trials: 2, ..rule() };
    let mut accepted = 0;
    for seed in 100..124 {
        let workshop = workshop(seed);
        let query = promote(question(&workshop, &rule, incumbent()), &mut ()).await.unwrap();
        accepted += u32::from(query.outcome.decision == Decision::Accept);
    }
    assert!(accepted <= 4, "{accepted} of 24");
}

#[tokio::test]
async fn the_ci_gate_refuses_harm_without_a_look_at_the_vault() {
    let workshop = workshop(1);
    let rule = rule();
    let request = |candidate| CiRequest { workshop: &workshop, rule: &rule, baseline: incumbent(), candidate };
    let harmed = ci_gate(request(patched(&harm())), &mut ()).await.unwrap();
    assert!(matches!(harmed.decision, Decision::Reject { .. }), "{:?}", harmed.decision);
    let mended = ci_gate(request(patched(&fix())), &mut ()).await.unwrap();
    assert_eq!((mended.decision, mended.kind), (Decision::Accept, GateKind::Ci));
    assert_eq!(queries(&workshop).await, vec![]);
    let runs = workshop.ports.ledger.runs(loopwright_core::RunQuery::default()).await.unwrap();
    assert!(runs.len() == 2 && runs.iter().all(|run| run.manifest.split == Split::Dev));
}

#[tokio::test]
async fn every_question_is_a_fact_and_there_is_an_end_to_them() {
    let workshop = workshop(2);
    let rule = GateRule { vault_queries: 2, ..rule() };
    for number in 1..=2 {
        let query = promote(question(&workshop, &rule, patched(&harm())), &mut ()).await.unwrap();
        assert_eq!((query.number, query.cases, query.trials), (number, 24, 3));
        assert_eq!(query.outcome.alpha, query_alpha(0.05, number), "later questions must prove more");
        assert_eq!((query.incumbent, query.candidate), (incumbent().digest(), patched(&harm()).digest()));
        assert_eq!(queries(&workshop).await.last(), Some(&query));
    }
    let refused = promote(question(&workshop, &rule, patched(&fix())), &mut ()).await.unwrap_err();
    assert!(matches!(refused, PromotionError::Exhausted { asked: 2 }), "{refused}");
    assert_eq!(queries(&workshop).await.len(), 2);
    // Fresh cases are another vault: its first question is the first again.
    let mut fresh = workshop.clone();
    Arc::make_mut(&mut fresh.suite).cases.retain(|case| case.key.as_str() != "bike-24");
    let query = promote(question(&fresh, &rule, patched(&fix())), &mut ()).await.unwrap();
    assert_eq!((query.number, query.cases), (1, 23));
}

#[tokio::test]
async fn a_suite_without_a_vault_promotes_nothing() {
    let mut workshop = workshop(3);
    Arc::make_mut(&mut workshop.suite).cases.retain(|case| case.split == Split::Dev);
    let refused = promote(question(&workshop, &rule(), patched(&fix())), &mut ()).await.unwrap_err();
    assert!(matches!(refused, PromotionError::NoVault { .. }) && refused.to_string().contains("`hire`"), "{refused}");
}

#[tokio::test]
async fn what_comes_out_of_the_vault_is_rounded_and_names_no_case() {
    let workshop = workshop(4);
    let query = promote(question(&workshop, &rule(), patched(&fix())), &mut ()).await.unwrap();
    let endpoint = &query.outcome.endpoints[0];
    // The fix mends most cases, so that lists of them would not be empty by chance.
    assert!(endpoint.difference.point > 0.1 && endpoint.fixed.is_empty() && endpoint.broken.is_empty());
    for value in [endpoint.difference.point, endpoint.difference.low, endpoint.difference.high, endpoint.detectable] {
        assert!((value * 100.0 - (value * 100.0).round()).abs() < 1e-9, "{value} says more than hundredths");
    }
    let told = serde_json::to_string(&query).unwrap();
    let sealed = workshop.suite.split(Split::Vault);
    assert!(sealed.iter().all(|case| !told.contains(case.key.as_str())), "{told}");
}

#[tokio::test]
async fn nothing_of_a_sealed_case_reaches_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let workshop = workshop_on(Store::open(folder.path().join("ledger.db"), Arc::new(Still)).unwrap(), 5);
    promote(question(&workshop, &rule(), patched(&fix())), &mut ()).await.unwrap();
    drop(workshop);
    for words in [SEALED, "quixotic", "marmoset"] {
        assert_eq!(occurrences(folder.path(), words), 0, "`{words}` stands in the ledger");
    }
    // The same case on dev is recorded, word for word: were the vault not sealed, the search above would have found it.
    let mut opened = workshop_on(Store::open(folder.path().join("ledger.db"), Arc::new(Still)).unwrap(), 6);
    Arc::make_mut(&mut opened.suite).cases.iter_mut().for_each(|case| case.split = Split::Dev);
    run(&opened).await;
    drop(opened);
    assert!(occurrences(folder.path(), "marmoset") > 0);
}

/// How often `words` stand in the files of `folder`.
fn occurrences(folder: &Path, words: &str) -> usize {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.map(|bytes| bytes.windows(words.len()).filter(|window| *window == words.as_bytes()).count()).sum()
}

#[tokio::test]
async fn a_token_cut_must_cut() {
    let mut workshop = workshop(7);
    Arc::make_mut(&mut workshop.suite).metrics.push(Metric::named("tokens").unwrap());
    // Nothing is taken away, so quality within a wide margin is soon proven and the tokens are what is missing.
    let rule = GateRule { margin: 0.4, ..rule() };
    let request = PromotionRequest { kind: GateKind::TokenCut, ..question(&workshop, &rule, incumbent()) };
    let Decision::Inconclusive { reason, .. } = promote(request, &mut ()).await.unwrap().outcome.decision else {
        panic!("nothing was cut")
    };
    assert_eq!(reason, "tokens are not proven below 90 % of the incumbent's");
}
