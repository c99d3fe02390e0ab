//! Races on real runs of the stand-in.

use std::collections::BTreeSet;

use loopwright_core::{CaseKey, FindingCode, Patch, Purpose, RunQuery, Split, TrialQuery};
use loopwright_eval::Workshop;
use loopwright_improve::{Aim, Candidate, Race, RaceRequest, race};

use crate::kiosk::{fix, harm, incumbent, rule, workshop};

fn candidate(technique: &'static str, patch: Patch) -> Candidate {
    let (finding, change) = (FindingCode(201), technique.to_owned());
    Candidate { technique, finding, change, patch, aim: Aim::Better, barred_cases: vec![] }
}

async fn raced(workshop: &Workshop, candidates: Vec<Candidate>) -> Race {
    let request = RaceRequest { workshop, rule: &rule(), incumbent: &incumbent(), candidates, trials: 3 };
    race(request, &mut ()).await.unwrap()
}

/// The cases that were run, by arm.
async fn cases_of(workshop: &Workshop, race: &Race, arm: &str) -> BTreeSet<CaseKey> {
    let sites = workshop.ports.ledger.trials(TrialQuery::of(race.run.clone())).await.unwrap();
    sites.into_iter().filter(|site| site.arm.as_str() == arm).map(|site| site.case).collect()
}

#[tokio::test]
async fn what_mends_is_worth_a_question_and_what_harms_is_not() {
    for seed in 0..3 {
        let race = raced(&workshop(seed), vec![candidate("fix", fix()), candidate("harm", harm())]).await;
        assert_eq!(race.entries[0].screen, Ok(()), "seed {seed}");
        assert!(race.entries[0].p_value < 0.01 && race.entries[0].quality.difference.low > 0.0);
        let refused = race.entries[1].screen.clone().unwrap_err();
        assert!(refused.contains("no gain"), "{refused}");
        assert_eq!(race.placebo.candidate.as_str(), "placebo");
        assert!(race.placebo.difference.covers(0.0), "seed {seed}: {:?}", race.placebo.difference);
    }
}

#[tokio::test]
async fn cases_that_a_candidate_holds_are_barred_for_all_arms() {
    let workshop = workshop(7);
    let held: Vec<CaseKey> = ["status-1", "bike-2"].map(|key| key.parse().unwrap()).into();
    let shown = Candidate { barred_cases: held.clone(), ..candidate("few_shot", fix()) };
    let race = raced(&workshop, vec![shown, candidate("harm", harm())]).await;
    let dev: BTreeSet<CaseKey> = workshop.suite.split(Split::Dev).into_iter().map(|case| case.key).collect();
    let left: BTreeSet<CaseKey> = dev.into_iter().filter(|key| !held.contains(key)).collect();
    assert_eq!(left.len(), 22);
    for arm in ["incumbent", "placebo", "candidate-1", "candidate-2"] {
        assert_eq!(cases_of(&workshop, &race, arm).await, left, "{arm}");
    }
    assert_eq!(race.entries[0].quality.difference.n_items, 22);
}

#[tokio::test]
async fn a_race_is_one_run_on_dev() {
    let workshop = workshop(8);
    let race = raced(&workshop, vec![candidate("fix", fix())]).await;
    let runs = workshop.ports.ledger.runs(RunQuery::default()).await.unwrap();
    let [only] = runs.as_slice() else { panic!("{} runs", runs.len()) };
    assert_eq!((&only.manifest.id, only.manifest.purpose), (&race.run, Purpose::Race));
    assert_eq!((only.manifest.split, only.manifest.trials), (Split::Dev, 24 * 3 * 3));
}

#[tokio::test]
async fn a_change_that_does_not_fit_is_named() {
    let mut patch = fix();
    patch.edits[0].pointer = "/7/description".to_owned();
    let workshop = workshop(9);
    let candidates = vec![candidate("misfit", patch)];
    let request = RaceRequest { workshop: &workshop, rule: &rule(), incumbent: &incumbent(), candidates, trials: 3 };
    let error = race(request, &mut ()).await.unwrap_err();
    assert_eq!(error.to_string(), "the change of `misfit` does not fit the agent");
}
