//! The store's two forms against what every engine must do, and many callers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use loopwright_core::*;
use loopwright_store::Store;

use crate::block_on::block_on;
use crate::conformance;
use crate::sample::*;

macro_rules! conforms {
    ($($check:ident),* $(,)?) => {
        mod in_memory {
            $(#[test]
            fn $check() {
                let clock = super::clock();
                let store = super::Store::in_memory(clock.clone()).unwrap();
                super::block_on(super::conformance::$check(&store, &clock));
            })*
        }
        mod in_a_file {
            $(#[test]
            fn $check() {
                let (clock, directory) = (super::clock(), tempfile::tempdir().unwrap());
                let store = super::Store::open(directory.path().join("ledger.db"), clock.clone()).unwrap();
                super::block_on(super::conformance::$check(&store, &clock));
            })*
        }
    };
}

fn clock() -> Arc<VirtualClock> {
    Arc::new(VirtualClock::starting_at(1_000_000))
}

conforms![
    facts_are_added_once,
    an_append_is_whole_or_nothing,
    runs_are_found,
    trials_are_found,
    what_would_not_read_back_is_refused,
    the_vault_stays_sealed,
    claims_follow_the_plan,
    the_dead_are_paid_for,
    the_dead_may_be_revived,
    a_late_worker_is_refused,
    a_slow_worker_alone_is_heard,
    heartbeats_keep_claims,
    the_first_record_of_a_trial_stands,
    results_fit_their_claims,
    jobs_are_claimed,
    budgets_hold,
    keys_are_kept,
];

/// Two handles to one file stand for two processes; each has several workers.
#[test]
fn many_workers_record_each_trial_once() {
    const TRIALS: u64 = 300;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let stores = [(); 2].map(|()| Store::open(&path, clock()).unwrap());
    block_on(stores[0].append(vec![started("r")])).unwrap();
    block_on(stores[1].materialise(&run("r"), TRIALS)).unwrap();
    let recorded = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for index in 0..6 {
            let (store, recorded) = (stores[index % 2].clone(), &recorded);
            scope.spawn(move || {
                let who = worker(&format!("w{index}"));
                loop {
                    let leases = block_on(store.claim(&run("r"), &who, 7, Duration::from_secs(60))).unwrap();
                    if leases.is_empty() {
                        break;
                    }
                    let results = leases.iter().map(|lease| result(lease, who.as_str())).collect();
                    let heard = block_on(store.commit(results)).unwrap();
                    recorded.fetch_add(heard.iter().filter(|heard| **heard).count() as u64, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(recorded.into_inner(), TRIALS);
    let sites = block_on(stores[0].trials(TrialQuery::of(run("r")))).unwrap();
    assert!(sites.iter().map(|site| site.index).eq(0..TRIALS));
    let progress = block_on(stores[1].progress(&run("r"))).unwrap();
    assert_eq!(progress, Progress { done: TRIALS, ..Progress::default() });
}

/// A request that is refused does not touch those that shared its transaction.
#[test]
fn a_refused_request_harms_no_neighbour() {
    let store = Store::in_memory(clock()).unwrap();
    block_on(store.append(vec![started("r")])).unwrap();
    std::thread::scope(|scope| {
        for index in 0..40 {
            let store = store.clone();
            scope.spawn(move || {
                let name = if index % 4 == 0 { "nowhere" } else { "r" };
                let fact = Fact::Acted(Box::new(trial(name, index, "x")));
                assert_eq!(block_on(store.append(vec![fact])).is_ok(), name == "r");
            });
        }
    });
    assert_eq!(block_on(store.trials(TrialQuery::of(run("r")))).unwrap().len(), 30);
}

#[test]
fn budgets_hold_under_many_spenders() {
    const LIMIT: u64 = 10_000;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let stores = [(); 2].map(|()| Store::open(&path, clock()).unwrap());
    block_on(stores[0].limit("tokens", LIMIT)).unwrap();
    // Never more than what the store counts: added after a grant, taken off before it is settled.
    let (held, spent) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for index in 0..4 {
            let (store, held, spent) = (stores[index % 2].clone(), &held, &spent);
            scope.spawn(move || {
                let mut luck = Seed(index as u64);
                loop {
                    luck = luck.derive("amount", &[]);
                    let amount = 1 + luck.0 % 400;
                    let Ok(reservation) = block_on(store.reserve("tokens", amount)) else { break };
                    assert!(held.fetch_add(amount, Ordering::SeqCst) + amount <= LIMIT);
                    let used = luck.0 / 400 % (amount + 1);
                    held.fetch_sub(amount - used, Ordering::SeqCst);
                    spent.fetch_add(used, Ordering::SeqCst);
                    block_on(store.settle(reservation, used)).unwrap();
                }
            });
        }
    });
    let spent = spent.into_inner();
    assert!(spent > LIMIT / 2);
    match block_on(stores[0].reserve("tokens", LIMIT + 1)) {
        Err(QuotaError::Exhausted { left, .. }) => assert_eq!(left, LIMIT - spent),
        other => panic!("{other:?}"),
    }
}
