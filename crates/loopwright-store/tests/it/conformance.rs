//! What every engine behind the ports must do, whatever it is made of. Each check gets an empty engine and the clock
//! that the engine measures claims by.

use std::time::Duration;

use loopwright_core::*;

use crate::sample::*;

/// All four ports.
pub(crate) trait Engine: Ledger + Queue + Quota + KeyRing {}

impl<T: Ledger + Queue + Quota + KeyRing> Engine for T {}

const LEASE: Duration = Duration::from_secs(60);

fn scores_of(name: &str) -> ScoreQuery {
    ScoreQuery { run: run(name), metric: None, trial: None }
}

async fn one_claim(engine: &impl Engine, name: &str, who: &str) -> Lease {
    engine.claim(&run(name), &worker(who), 1, LEASE).await.unwrap().remove(0)
}

/// A fact that is added again leaves the first as it is.
pub(crate) async fn facts_are_added_once(engine: &impl Engine, _clock: &VirtualClock) {
    let first = trial("r", 0, "first");
    let facts = |text: &str, evidence: &str| {
        let trial = trial("r", 0, text);
        let score = Score { evidence: evidence.to_owned(), ..score(&trial, "resolved", Verdict::Pass) };
        vec![
            started("r"),
            Fact::Acted(Box::new(trial)),
            Fact::Scored(score),
            Fact::Found(Box::new(finding("r", "wrong tool"))),
            Fact::GateQueried(Box::new(gate_query("g", 1, 9))),
            Fact::Released(Box::new(release(9))),
        ]
    };
    engine.append(facts("first", "one")).await.unwrap();
    engine.append(facts("second", "two")).await.unwrap();
    assert_eq!(engine.trial(&first.site.key).await.unwrap(), Some(first.clone()));
    let scores = engine.scores(scores_of("r")).await.unwrap();
    assert_eq!(scores, [Score { evidence: "one".to_owned(), ..score(&first, "resolved", Verdict::Pass) }]);
    assert_eq!(engine.trials(TrialQuery::of(run("r"))).await.unwrap(), [first.site]);
    assert_eq!(engine.findings(&run("r")).await.unwrap(), [finding("r", "wrong tool")]);
    let suite = SuiteName::new("support").unwrap();
    assert_eq!(engine.gate_queries(&suite).await.unwrap(), [gate_query("g", 1, 9)]);
    assert_eq!(engine.releases(&variant().agent).await.unwrap(), [release(9)]);
    let record = engine.runs(RunQuery::default()).await.unwrap().remove(0);
    assert_eq!((record.acted, record.status), (1, RunStatus::Unfinished));
}

/// One bad fact keeps out all that were appended with it, and nothing else.
pub(crate) async fn an_append_is_whole_or_nothing(engine: &impl Engine, _clock: &VirtualClock) {
    let stray = trial("nowhere", 0, "x");
    let broken = engine.append(vec![started("r"), Fact::Acted(Box::new(stray.clone()))]);
    let good = engine.append(vec![started("s")]);
    assert!(broken.await.is_err());
    good.await.unwrap();
    let runs = engine.runs(RunQuery::default()).await.unwrap();
    assert_eq!(runs.iter().map(|record| record.manifest.id.as_str()).collect::<Vec<_>>(), ["s"]);
    let score = score(&stray, "resolved", Verdict::Pass);
    assert!(engine.append(vec![Fact::Scored(score)]).await.is_err(), "a score of a trial that is not recorded");
}

/// Runs are found by what they are, newest first, and stand as was said last.
pub(crate) async fn runs_are_found(engine: &impl Engine, _clock: &VirtualClock) {
    for (name, at) in [("r-1", 10), ("r-10", 30), ("r-2", 20)] {
        engine.append(vec![Fact::RunStarted(Box::new(manifest(name, Split::Dev, at)))]).await.unwrap();
    }
    let names = async |query: RunQuery| {
        let records = engine.runs(query).await.unwrap();
        records.iter().map(|record| record.manifest.id.to_string()).collect::<Vec<_>>()
    };
    let by_id = |id: &str| RunQuery { id: Some(id.to_owned()), ..RunQuery::default() };
    assert_eq!(names(RunQuery::default()).await, ["r-10", "r-2", "r-1"]);
    assert_eq!(names(RunQuery { limit: 1, ..RunQuery::default() }).await, ["r-10"]);
    assert_eq!(names(by_id("r-")).await, ["r-10", "r-2", "r-1"]);
    assert_eq!(names(by_id("r-1")).await, ["r-1"], "an exact id means that run alone");
    assert_eq!(names(by_id("%")).await, [""; 0], "an id is no pattern");
    let plan = Some(Digest::of_bytes(b"r-2"));
    assert_eq!(names(RunQuery { plan, ..RunQuery::default() }).await, ["r-2"]);
    assert_eq!(names(RunQuery { purpose: Some(Purpose::Gate), ..RunQuery::default() }).await, [""; 0]);
    let suite = Some(SuiteName::new("other").unwrap());
    assert_eq!(names(RunQuery { suite, ..RunQuery::default() }).await, [""; 0]);

    let status = async || engine.runs(by_id("r-2")).await.unwrap().remove(0).status;
    for ended in [RunStatus::Cancelled, RunStatus::Cancelled, RunStatus::Complete] {
        engine.append(vec![Fact::RunEnded { run: run("r-2"), status: ended }]).await.unwrap();
        assert_eq!(status().await, ended);
    }
    let manifest_read = engine.runs(by_id("r-2")).await.unwrap().remove(0).manifest;
    assert_eq!(manifest_read, manifest("r-2", Split::Dev, 20));
    assert_eq!(manifest_read.arms[0].variant.digest(), variant().digest());
}

/// Trials and scores come in plan order, restricted as asked.
pub(crate) async fn trials_are_found(engine: &impl Engine, _clock: &VirtualClock) {
    let acted: Vec<ActedTrial> = (0..6).map(|index| trial("r", index, "x")).collect();
    let mut facts = vec![started("r"), started("other"), Fact::Acted(Box::new(trial("other", 0, "x")))];
    facts.extend(acted.iter().rev().map(|trial| Fact::Acted(Box::new(trial.clone()))));
    for (trial, reason) in acted.iter().rev().zip(["b", "a", "c"]) {
        let unscored = Verdict::Unscored(Unscored::Judge(reason.to_owned()));
        facts.push(Fact::Scored(score(trial, "tokens", Verdict::Measured)));
        facts.push(Fact::Scored(score(trial, "judge", unscored)));
    }
    engine.append(facts).await.unwrap();
    let indices = async |query: TrialQuery| {
        let sites = engine.trials(query).await.unwrap();
        sites.iter().map(|site| site.index).collect::<Vec<_>>()
    };
    let all = TrialQuery::of(run("r"));
    assert_eq!(indices(all.clone()).await, [0, 1, 2, 3, 4, 5]);
    assert_eq!(indices(TrialQuery { after: Some(1), limit: 2, ..all.clone() }).await, [2, 3]);
    let case = Some(CaseKey::new("case-0001").unwrap());
    assert_eq!(indices(TrialQuery { case, ..all.clone() }).await, [2, 3]);
    let condition = Some("ants(3)".parse().unwrap());
    assert_eq!(indices(TrialQuery { condition, ..all }).await, [0; 0]);

    let scores = engine.scores(scores_of("r")).await.unwrap();
    let order: Vec<(TrialKey, &str)> = scores.iter().map(|s| (s.trial, s.metric.name.as_str())).collect();
    let key = |index: usize| acted[index].site.key;
    let expected = [3, 4, 5].map(|index| [(key(index), "judge"), (key(index), "tokens")]).concat();
    assert_eq!(order, expected);
    assert_eq!(scores[0].verdict, Verdict::Unscored(Unscored::Judge("c".to_owned())));
    let one = ScoreQuery { metric: Some(metric("tokens").name), trial: Some(key(4)), ..scores_of("r") };
    assert_eq!(engine.scores(one).await.unwrap(), [score(&acted[4], "tokens", Verdict::Measured)]);

    let text = key(2).to_string();
    assert_eq!(engine.find_trials(&text[..9]).await.unwrap(), [key(2)]);
    assert_eq!(engine.find_trials(&text.to_uppercase()[..9]).await.unwrap(), [key(2)]);
    assert_eq!(engine.find_trials("").await.unwrap().len(), 7);
    for nonsense in ["xyz", "é", &format!("{text}0")] {
        assert_eq!(engine.find_trials(nonsense).await.unwrap(), [], "{nonsense}");
    }
}

/// Numbers that the record could not give back are refused.
pub(crate) async fn what_would_not_read_back_is_refused(engine: &impl Engine, _clock: &VirtualClock) {
    let trial = trial("r", 0, "x");
    engine.append(vec![started("r"), Fact::Acted(Box::new(trial.clone()))]).await.unwrap();
    for value in [f64::NAN, f64::INFINITY] {
        let score = Score { value: Some(value), ..score(&trial, "tokens", Verdict::Measured) };
        assert!(engine.append(vec![Fact::Scored(score)]).await.is_err(), "{value}");
    }
    let share = Estimate { low: f64::NEG_INFINITY, ..estimate() };
    let finding = Finding { share, ..finding("r", "wide") };
    assert!(engine.append(vec![Fact::Found(Box::new(finding))]).await.is_err());
    let mut odd = self::trial("r", 1, "x");
    odd.site.condition = Condition::Intervention(["a,b".to_owned()].into());
    assert!(engine.append(vec![Fact::Acted(Box::new(odd))]).await.is_err());
}

/// Of a run on the vault, nothing but key, cost and counts is kept.
pub(crate) async fn the_vault_stays_sealed(engine: &impl Engine, _clock: &VirtualClock) {
    let vault = Fact::RunStarted(Box::new(manifest("v", Split::Vault, 1)));
    // Declaring the same run open afterwards changes nothing.
    engine.append(vec![vault, started("v")]).await.unwrap();
    engine.materialise(&run("v"), 2).await.unwrap();
    let leases = engine.claim(&run("v"), &worker("w"), 2, LEASE).await.unwrap();
    let dead = Commit::Dead { lease: leases[1].clone(), message: "case-9 was lost".to_owned(), cost: Cost::ZERO };
    assert_eq!(engine.commit(vec![result(&leases[0], "secret"), dead]).await.unwrap(), [true, true]);
    let (queued, appended) = (trial("v", 0, "secret"), trial("v", 7, "secret"));
    let score = score(&appended, "resolved", Verdict::Fail);
    engine.append(vec![Fact::Acted(Box::new(appended.clone())), Fact::Scored(score)]).await.unwrap();

    for key in [queued.site.key, appended.site.key] {
        assert_eq!(engine.trial(&key).await.unwrap(), None);
        assert_eq!(engine.find_trials(&key.to_string()).await.unwrap(), []);
        let query = ScoreQuery { trial: Some(key), ..scores_of("v") };
        assert_eq!(engine.scores(query).await.unwrap(), []);
    }
    assert_eq!(engine.trials(TrialQuery::of(run("v"))).await.unwrap(), []);
    assert_eq!(engine.scores(scores_of("v")).await.unwrap(), []);
    assert!(engine.append(vec![Fact::Found(Box::new(finding("v", "leak")))]).await.is_err());
    assert_eq!(engine.findings(&run("v")).await.unwrap(), []);
    let record = engine.runs(RunQuery::default()).await.unwrap().remove(0);
    assert_eq!((record.acted, record.manifest.split), (2, Split::Vault));
    let progress = engine.progress(&run("v")).await.unwrap();
    assert_eq!((progress.done, progress.dead), (1, 1));
}

/// Trials are claimed in plan order, each by one worker, and counted.
pub(crate) async fn claims_follow_the_plan(engine: &impl Engine, _clock: &VirtualClock) {
    engine.append(vec![started("r")]).await.unwrap();
    engine.materialise(&run("r"), 5).await.unwrap();
    engine.materialise(&run("r"), 9).await.unwrap();
    engine.materialise(&run("empty"), 0).await.unwrap();
    let progress = async || engine.progress(&run("r")).await.unwrap();
    assert_eq!(progress().await, Progress { ready: 5, ..Progress::default() });
    let claim = async |who: &str, most| {
        let leases = engine.claim(&run("r"), &worker(who), most, LEASE).await.unwrap();
        leases.into_iter().map(|lease| (lease.index, lease.fence)).collect::<Vec<_>>()
    };
    assert_eq!(claim("a", 0).await, []);
    assert_eq!(claim("a", 2).await, [(0, 1), (1, 1)]);
    assert_eq!(claim("b", 2).await, [(2, 1), (3, 1)]);
    assert_eq!(progress().await, Progress { ready: 1, leased: 4, ..Progress::default() });
    let lease = |index, who: &str| Lease { run: run("r"), index, worker: worker(who), fence: 1 };
    let dead = Commit::Dead { lease: lease(2, "b"), message: "no network".to_owned(), cost: Cost::ZERO };
    assert_eq!(engine.commit(vec![result(&lease(0, "a"), "x"), dead]).await.unwrap(), [true, true]);
    assert_eq!(progress().await, Progress { ready: 1, leased: 2, done: 1, dead: 1 });
    assert_eq!(claim("c", 9).await, [(4, 1)]);
    assert_eq!(claim("c", 9).await, []);
    for unknown in ["empty", "unknown"] {
        assert_eq!(engine.claim(&run(unknown), &worker("a"), 1, LEASE).await.unwrap(), []);
        assert_eq!(engine.progress(&run(unknown)).await.unwrap(), Progress::default());
    }
}

/// What a dead trial cost counts, though it has no result. One unknown price makes the sum unknown.
pub(crate) async fn the_dead_are_paid_for(engine: &impl Engine, _clock: &VirtualClock) {
    engine.append(vec![started("r")]).await.unwrap();
    engine.materialise(&run("r"), 3).await.unwrap();
    let leases = engine.claim(&run("r"), &worker("w"), 3, LEASE).await.unwrap();
    let spent = |money| Cost { usage: Usage::new(90, 40, 7, 0), money, energy: None };
    let dead = |at: usize, money| {
        let message = "no network".to_owned();
        Commit::Dead { lease: leases[at].clone(), message, cost: spent(money) }
    };
    let known = dead(1, Some(MicroDollars(30)));
    let committed = engine.commit(vec![result(&leases[0], "x"), known.clone()]).await.unwrap();
    assert_eq!(committed, [true, true]);
    assert_eq!(engine.commit(vec![known]).await.unwrap(), [false], "it is paid for once");
    let record = async || engine.runs(RunQuery::default()).await.unwrap().remove(0);
    let acted = trial("r", 0, "x").cost;
    assert_eq!((record().await.acted, record().await.cost), (1, acted + spent(Some(MicroDollars(30)))));
    assert_eq!(engine.commit(vec![dead(2, None)]).await.unwrap(), [true]);
    assert_eq!(record().await.cost.money, None);
}

/// Dead trials may be made to wait once more, those with a result not. What each death cost counts.
pub(crate) async fn the_dead_may_be_revived(engine: &impl Engine, _clock: &VirtualClock) {
    engine.append(vec![started("r")]).await.unwrap();
    engine.materialise(&run("r"), 2).await.unwrap();
    let leases = engine.claim(&run("r"), &worker("w"), 2, LEASE).await.unwrap();
    let cost = Cost { usage: Usage::new(90, 40, 7, 0), ..Cost::ZERO };
    let dead = |lease: Lease| Commit::Dead { lease, message: "no network".to_owned(), cost };
    engine.commit(vec![result(&leases[0], "x"), dead(leases[1].clone())]).await.unwrap();
    assert_eq!(engine.revive(&run("r")).await.unwrap(), 1);
    let progress = engine.progress(&run("r")).await.unwrap();
    assert_eq!(progress, Progress { ready: 1, done: 1, ..Progress::default() });
    let next = one_claim(engine, "r", "w").await;
    assert_eq!((next.index, next.fence), (1, leases[1].fence + 1));
    assert_eq!(engine.commit(vec![dead(next)]).await.unwrap(), [true]);
    let record = engine.runs(RunQuery::default()).await.unwrap().remove(0);
    assert_eq!(record.cost.usage.total(), trial("r", 0, "x").cost.usage.total() + 2 * cost.usage.total());
    assert_eq!(engine.revive(&run("unknown")).await.unwrap(), 0);
}

/// A claim that has run out goes to another; the late worker is refused, and leaves no trace and no score.
pub(crate) async fn a_late_worker_is_refused(engine: &impl Engine, clock: &VirtualClock) {
    engine.append(vec![started("r")]).await.unwrap();
    engine.materialise(&run("r"), 2).await.unwrap();
    let late = one_claim(engine, "r", "late").await;
    clock.sleep(LEASE).await;
    let progress = engine.progress(&run("r")).await.unwrap();
    assert_eq!((progress.ready, progress.leased), (2, 0), "a claim that has run out waits again");
    let fresh = one_claim(engine, "r", "fresh").await;
    assert_eq!((fresh.index, fresh.fence), (0, late.fence + 1));
    assert_eq!(engine.commit(vec![result(&late, "late")]).await.unwrap(), [false]);
    assert_eq!(engine.trials(TrialQuery::of(run("r"))).await.unwrap(), []);
    assert_eq!(engine.scores(scores_of("r")).await.unwrap(), []);
    assert_eq!(engine.commit(vec![result(&fresh, "fresh"), result(&late, "late")]).await.unwrap(), [true, false]);
    assert_eq!(engine.commit(vec![result(&fresh, "again")]).await.unwrap(), [false]);
    let forged = Lease { worker: worker("other"), ..one_claim(engine, "r", "fresh").await };
    assert_eq!(engine.commit(vec![result(&forged, "forged")]).await.unwrap(), [false]);
    let recorded = engine.trial(&trial("r", 0, "").site.key).await.unwrap().unwrap();
    assert_eq!(recorded.trace.outcome.text(), "fresh");
    let progress = engine.progress(&run("r")).await.unwrap();
    assert_eq!(progress, Progress { ready: 0, leased: 1, done: 1, dead: 0 });
}

/// A claim that has run out still commits when nobody else took the trial: the work is good.
pub(crate) async fn a_slow_worker_alone_is_heard(engine: &impl Engine, clock: &VirtualClock) {
    engine.append(vec![started("r")]).await.unwrap();
    engine.materialise(&run("r"), 1).await.unwrap();
    let lease = one_claim(engine, "r", "slow").await;
    clock.sleep(LEASE * 2).await;
    assert_eq!(engine.commit(vec![result(&lease, "slow")]).await.unwrap(), [true]);
}

/// A heartbeat keeps a claim, and says which claims are lost.
pub(crate) async fn heartbeats_keep_claims(engine: &impl Engine, clock: &VirtualClock) {
    engine.append(vec![started("r")]).await.unwrap();
    engine.materialise(&run("r"), 3).await.unwrap();
    let leases = engine.claim(&run("r"), &worker("a"), 2, LEASE).await.unwrap();
    clock.sleep(LEASE / 2).await;
    assert_eq!(engine.heartbeat(&leases[1..], LEASE).await.unwrap(), leases[1..]);
    clock.sleep(LEASE / 2).await;
    let taken = engine.claim(&run("r"), &worker("b"), 9, LEASE).await.unwrap();
    assert_eq!(taken.iter().map(|lease| lease.index).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(engine.heartbeat(&leases, LEASE).await.unwrap(), leases[1..]);
}

/// A trial that was recorded outside the queue stays as it is, and is not waited for any more.
pub(crate) async fn the_first_record_of_a_trial_stands(engine: &impl Engine, _clock: &VirtualClock) {
    engine.append(vec![started("r"), Fact::Acted(Box::new(trial("r", 0, "first")))]).await.unwrap();
    engine.materialise(&run("r"), 1).await.unwrap();
    let lease = one_claim(engine, "r", "a").await;
    assert_eq!(engine.commit(vec![result(&lease, "second")]).await.unwrap(), [false]);
    let recorded = engine.trial(&trial("r", 0, "").site.key).await.unwrap().unwrap();
    assert_eq!(recorded.trace.outcome.text(), "first");
    assert_eq!(engine.scores(scores_of("r")).await.unwrap(), [], "its scores speak of another trace");
    assert_eq!(engine.progress(&run("r")).await.unwrap().done, 1);
}

/// A result that does not fit its claim is refused, and the claim stays.
pub(crate) async fn results_fit_their_claims(engine: &impl Engine, _clock: &VirtualClock) {
    engine.append(vec![started("r")]).await.unwrap();
    engine.materialise(&run("r"), 2).await.unwrap();
    let lease = one_claim(engine, "r", "a").await;
    let other = Box::new(trial("r", 1, "x"));
    let wrong_trial = Commit::Acted { lease: lease.clone(), trial: other.clone(), scores: vec![] };
    assert!(engine.commit(vec![wrong_trial]).await.is_err());
    let scores = vec![score(&other, "resolved", Verdict::Pass)];
    let right = Box::new(trial("r", 0, "x"));
    let wrong_score = Commit::Acted { lease: lease.clone(), trial: right, scores };
    assert!(engine.commit(vec![wrong_score]).await.is_err());
    assert_eq!(engine.commit(vec![result(&lease, "x")]).await.unwrap(), [true]);
}

/// Jobs are done oldest first, once each, under claims like those of trials.
pub(crate) async fn jobs_are_claimed(engine: &impl Engine, clock: &VirtualClock) {
    let job = |id: &str, asked_ns| Job {
        id: JobId::new(id).unwrap(),
        kind: JobKind::Eval { suite: id.to_owned() },
        asked_ns,
    };
    for (id, at) in [("young", 20), ("old", 10), ("old", 5)] {
        engine.enqueue(job(id, at)).await.unwrap();
    }
    let claim = async |who: &str| engine.claim_job(&worker(who), LEASE).await.unwrap();
    let late = claim("late").await.unwrap();
    assert_eq!(late.job, job("old", 10));
    assert!(engine.heartbeat_job(&late, LEASE).await.unwrap());
    let young = claim("a").await.unwrap();
    assert_eq!(young.job, job("young", 20));
    assert_eq!(claim("a").await, None);
    clock.sleep(LEASE).await;
    let fresh = claim("a").await.unwrap();
    assert_eq!((&fresh.job, fresh.fence), (&late.job, late.fence + 1));
    assert!(!engine.heartbeat_job(&late, LEASE).await.unwrap());
    assert!(!engine.finish_job(late, JobStatus::Done).await.unwrap());
    assert!(engine.finish_job(fresh.clone(), JobStatus::Done).await.unwrap());
    assert!(!engine.finish_job(fresh, JobStatus::Done).await.unwrap());
    assert!(engine.finish_job(young, JobStatus::Failed { message: "no suite".to_owned() }).await.unwrap());
    engine.enqueue(job("old", 10)).await.unwrap();
    assert_eq!(claim("a").await, None, "a job that was done is not done again");
}

/// What is reserved and used together never exceeds a limit.
pub(crate) async fn budgets_hold(engine: &impl Engine, _clock: &VirtualClock) {
    let free = engine.reserve("free", u64::MAX).await.unwrap();
    engine.settle(free, u64::MAX).await.unwrap();
    engine.limit("money", 100).await.unwrap();
    let first = engine.reserve("money", 60).await.unwrap();
    let left = async |asked| match engine.reserve("money", asked).await {
        Err(QuotaError::Exhausted { key, left, asked: needed }) => {
            assert_eq!((key.as_str(), needed), ("money", asked));
            left
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(left(41).await, 40);
    let second = engine.reserve("money", 40).await.unwrap();
    engine.settle(first, 10).await.unwrap();
    assert_eq!(left(51).await, 50);
    engine.settle(second, 70).await.unwrap();
    assert_eq!(left(21).await, 20, "what was really used counts, even beyond what was reserved");
    engine.limit("money", 50).await.unwrap();
    assert_eq!(left(1).await, 0, "a limit may be lowered below what was used");
    assert!(engine.reserve("money", 0).await.is_ok());
}

/// A key is found by its digest, its name means one key for ever, and revoking it is not undone.
pub(crate) async fn keys_are_kept(engine: &impl Engine, _clock: &VirtualClock) {
    let key = |name: &str, shown: &str| ApiKey {
        name: KeyName::new(name).unwrap(),
        digest: ApiKey::digest_of(shown),
        scope: vec!["support".to_owned(), "openai:*".to_owned()],
        added_ns: 7,
        expires_ns: Some(9),
        revoked_ns: None,
    };
    let (first, second) = (key("b", "lw-1"), ApiKey { scope: vec![], expires_ns: None, ..key("a", "lw-2") });
    assert!(engine.add_key(first.clone()).await.unwrap() && engine.add_key(second.clone()).await.unwrap());
    assert!(!engine.add_key(key("b", "lw-3")).await.unwrap(), "a name is taken once");
    assert!(!engine.add_key(key("c", "lw-1")).await.unwrap(), "a key has one name");
    assert_eq!(engine.find_key(ApiKey::digest_of("lw-1")).await.unwrap(), Some(first.clone()));
    assert_eq!(engine.find_key(ApiKey::digest_of("lw-3")).await.unwrap(), None);
    assert!(engine.revoke_key(&first.name, 8).await.unwrap() && engine.revoke_key(&first.name, 10).await.unwrap());
    assert!(!engine.revoke_key(&KeyName::new("c").unwrap(), 8).await.unwrap());
    let revoked = ApiKey { revoked_ns: Some(8), ..first };
    assert_eq!(engine.keys().await.unwrap(), [revoked.clone(), second]);
    assert!(!engine.add_key(ApiKey { digest: ApiKey::digest_of("lw-4"), ..revoked }).await.unwrap());
}
