//! The end: unready, what is under way ends, what is recorded is whole.

use std::time::Duration;

use loopwright_core::{Ledger, RunQuery, RunStatus};
use loopwright_serve::{Bounds, Setting};
use tokio::task::JoinSet;

use crate::house::{Asked, House, agent, at, question, run, setting, streamed};
use crate::upstream::{Reply, Upstream, says, streams};

fn held(reply: Reply) -> Reply {
    Reply::Held(Box::new(reply))
}

#[test]
fn what_is_under_way_ends_and_nothing_new_begins() {
    run(async {
        let upstream = Upstream::start(vec![held(says("At nine."))]).await;
        let (house, store) = House::of(agent("desk", &at(&upstream), &[])).await;
        assert_eq!(house.get("/readyz").await, (200, "ready\n".to_owned()));
        let mut under_way = JoinSet::new();
        under_way.spawn(house.request(&question("desk", "When?")).send());
        upstream.arrival().await;

        let (client, url) = (house.client.clone(), house.url.clone());
        let late = house.request(&question("desk", "And I?"));
        let draining = house.drain();
        let ready = async || client.get(format!("{url}/readyz")).send().await.unwrap().status().as_u16();
        while ready().await == 200 {
            tokio::task::yield_now().await;
        }
        assert_eq!(ready().await, 503);
        let late = Asked::of(late.send().await.unwrap()).await;
        assert_eq!((late.error().0, late.error().1.as_str()), (503, "draining"));
        assert_eq!(late.header("retry-after"), Some("1"));
        let alive = client.get(format!("{url}/livez")).send().await.unwrap();
        assert_eq!(alive.status().as_u16(), 200, "what drains is not to be killed");

        upstream.release();
        let asked = Asked::of(under_way.join_next().await.unwrap().unwrap().unwrap()).await;
        assert_eq!(asked.text(), "At nine.");
        draining.end().await;
        assert_eq!(crate::record::trial(&store, &asked).await.trace.outcome.text(), "At nine.");
    });
}

#[test]
fn what_does_not_end_in_time_is_cut_off_and_counted() {
    run(async {
        let upstream = Upstream::start(vec![held(says("never")), held(streams(&["never"]))]).await;
        let (setting, store) = setting(vec![agent("desk", &at(&upstream), &[])]);
        let bounds = Bounds { drain: Duration::ZERO, ..Bounds::default() };
        let house = House::open(Setting { bounds, ..setting }).await;
        let mut under_way = JoinSet::new();
        for body in [question("desk", "When?"), streamed("desk", "When?")] {
            under_way.spawn(house.request(&body).send());
            upstream.arrival().await;
        }
        let draining = house.drain();
        while let Some(asked) = under_way.join_next().await {
            let asked = Asked::of(asked.unwrap().unwrap()).await;
            assert_eq!((asked.error().0, asked.error().1.as_str()), (503, "cut_off"));
        }
        draining.end().await;
        let runs = store.runs(RunQuery::default()).await.unwrap();
        assert_eq!((runs[0].acted, runs[0].status), (0, RunStatus::Degraded));
    });
}

#[test]
fn a_caller_who_hangs_up_is_recorded_all_the_same() {
    run(async {
        let upstream = Upstream::start(vec![held(says("At nine."))]).await;
        let (house, store) = House::of(agent("desk", &at(&upstream), &[])).await;
        let mut under_way = JoinSet::new();
        under_way.spawn(house.request(&question("desk", "When?")).send());
        upstream.arrival().await;
        under_way.shutdown().await;
        upstream.release();
        house.close().await;
        let runs = store.runs(RunQuery::default()).await.unwrap();
        assert_eq!((runs[0].acted, runs[0].status), (1, RunStatus::Complete));
    });
}

#[test]
fn those_beyond_the_bound_are_refused_at_once() {
    run(async {
        let upstream = Upstream::start(vec![held(says("At nine.")), says("At ten.")]).await;
        let (setting, _) = setting(vec![agent("desk", &at(&upstream), &[])]);
        let bounds = Bounds { requests: 1, ..Bounds::default() };
        let house = House::open(Setting { bounds, ..setting }).await;
        let mut under_way = JoinSet::new();
        under_way.spawn(house.request(&question("desk", "When?")).send());
        upstream.arrival().await;
        let asked = house.ask(&question("desk", "And I?")).await;
        assert_eq!((asked.error().0, asked.error().1.as_str()), (503, "overloaded"));
        assert_eq!(asked.header("retry-after"), Some("1"));
        upstream.release();
        let asked = Asked::of(under_way.join_next().await.unwrap().unwrap().unwrap()).await;
        assert_eq!(asked.text(), "At nine.");
        assert_eq!(house.ask(&question("desk", "Now?")).await.text(), "At ten.");
    });
}
