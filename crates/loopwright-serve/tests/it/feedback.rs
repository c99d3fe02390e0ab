//! What people judge of answers.

use loopwright_core::Ledger;
use serde_json::json;

use crate::house::{House, agent, question, run};

const FEEDBACK: &str = "/v1/feedback";

#[test]
fn a_judgement_is_a_label_of_the_trial() {
    run(async {
        let (house, store) = House::of(agent("desk", "standin:small", &[])).await;
        let asked = house.ask(&question("desk", "When do you open?")).await;
        let id = asked.json()["id"].as_str().unwrap().to_owned();
        let judged = json!({"id": id, "score": 0.0, "label": "wrong-hours", "comment": "It is ten.",
            "correction": "At ten.", "author": "ann"});
        // The trace may be on its way yet.
        let mut sent = house.post(FEEDBACK, &judged).await;
        while sent.status == 404 {
            tokio::task::yield_now().await;
            sent = house.post(FEEDBACK, &judged).await;
        }
        assert_eq!(sent.status, 201, "{}", sent.body);
        // The same once more, under the other names of the answer.
        for name in ["x-loopwright-trial", "x-request-id", "x-trace-id"] {
            let mut again = judged.clone();
            again["id"] = json!(asked.header(name).unwrap());
            assert_eq!(house.post(FEEDBACK, &again).await.status, 201, "{name}");
        }
        house.post(FEEDBACK, &json!({"id": id, "score": 1, "author": "bob"})).await;
        let key = store.find_trials(asked.header("x-loopwright-trial").unwrap()).await.unwrap()[0];
        house.close().await;
        let labels = store.labels(&key).await.unwrap();
        assert_eq!(labels.len(), 2, "{labels:?}");
        assert_eq!((labels[0].score, labels[0].word.as_deref()), (Some(0.0), Some("wrong-hours")));
        assert_eq!((labels[0].correction.as_deref(), labels[0].author.as_deref()), (Some("At ten."), Some("ann")));
        assert_eq!((labels[1].score, labels[1].author.as_deref()), (Some(1.0), Some("bob")));
    });
}

#[test]
fn what_judges_nothing_or_nobody_is_refused() {
    run(async {
        let (house, _) = House::of(agent("desk", "standin:small", &[])).await;
        let id = "0123456789abcdef";
        for (body, status, param) in [
            (json!({"id": id, "score": 1}), 404, "id"),
            (json!({"id": "req-unknown", "score": 1}), 404, "id"),
            (json!({"id": "0123", "score": 1}), 400, "id"),
            (json!({"id": id, "score": 5}), 400, "score"),
            (json!({"id": id, "author": "ann"}), 400, ""),
            (json!({"id": id, "comment": "x".repeat(1 << 17)}), 400, "comment"),
            (json!({"id": id, "stars": 5}), 400, "stars"),
        ] {
            let (found, _, path, message) = house.post(FEEDBACK, &body).await.error();
            assert_eq!((found, path.as_str()), (status, param), "{message}");
        }
    });
}
