//! Answers as one document, and refusals.

use std::time::Duration;

use loopwright_serve::{Bounds, Setting};
use serde_json::json;

use crate::house::{Asked, House, agent, approving, at, question, run, setting, shop, streamed};
use crate::upstream::{Reply, Upstream, calls, says};

#[test]
fn an_answer_is_a_chat_completion() {
    run(async {
        let upstream = Upstream::start(vec![says("We open at nine.")]).await;
        let (house, _) = House::of(agent("desk", &at(&upstream), &[])).await;
        let asked = house.ask(&question("agent:desk", "When do you open?")).await;
        insta::assert_snapshot!(asked.shown(), @r#"{"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion","created":1800000000,"model":"desk","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"message":{"role":"assistant","content":"We open at nine."},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":7,"total_tokens":107,"prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":0}}}"#);
        assert_eq!(asked.header("content-type"), Some("application/json"));
        assert_eq!(asked.header("x-loopwright-input-tokens"), Some("100"));
        assert_eq!(asked.header("x-loopwright-output-tokens"), Some("7"));
        assert_eq!(asked.header("x-loopwright-micro-dollars"), Some("unknown"));
        assert_eq!(asked.header("x-loopwright-simulated"), None);
        let trial = asked.header("x-loopwright-trial").unwrap();
        assert!(trial.len() == 16 && asked.body.contains(&format!("chatcmpl-{trial}")), "{trial}");
    });
}

#[test]
fn a_simulated_answer_says_so() {
    run(async {
        let (house, _) = House::of(agent("desk", "standin:small", &[])).await;
        let mut body = question("desk", "When do you open?");
        body["temperature"] = json!(0.5);
        let asked = house.ask(&body).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
        assert_eq!(asked.header("x-loopwright-simulated"), Some("true"));
        assert!(asked.header("x-loopwright-micro-dollars").unwrap().parse::<u64>().is_ok());
        assert_eq!(asked.header("x-loopwright-passed-over"), Some("temperature"));
        let (_, status) = house.get("/statusz").await;
        // The trace may be on its way yet.
        let (status, traces) = status.trim_end().rsplit_once('\n').unwrap();
        assert!(traces.ends_with(" recorded, 0 traces dropped"), "{traces}");
        insta::assert_snapshot!(status, @r#"
        loopwright 0.0.0: ready

        agent desk: variant 9d776eed, model standin:small, run run-desk
          simulated model: shows the loop, not LLM performance

        1 request answered, 0 requests failed
        "#);
    });
}

#[test]
fn agents_are_listed_as_models() {
    run(async {
        let (setting, _) = setting(vec![agent("desk", "standin:small", &[]), agent("attic", "standin:small", &[])]);
        let house = House::open(setting).await;
        let (status, body) = house.get("/v1/models").await;
        assert_eq!(status, 200);
        insta::assert_snapshot!(body, @r#"{"data":[{"created":1800000000,"created_at":"2027-01-15T08:00:00Z","display_name":"attic","id":"attic","object":"model","owned_by":"loopwright","type":"model"},{"created":1800000000,"created_at":"2027-01-15T08:00:00Z","display_name":"desk","id":"desk","object":"model","owned_by":"loopwright","type":"model"}],"first_id":"attic","has_more":false,"last_id":"desk","object":"list"}"#);
    });
}

#[test]
fn an_unknown_agent_is_answered_with_the_nearest() {
    run(async {
        let (setting, _) = setting(vec![agent("support", "standin:small", &[]), agent("sales", "standin:small", &[])]);
        let house = House::open(setting).await;
        let asked = house.ask(&question("suport", "Hi.")).await;
        insta::assert_snapshot!(asked.shown(), @r#"{"error":{"code":"model_not_found","message":"there is no agent `suport`; did you mean `support`?","param":"model","type":"invalid_request_error"}}"#);
        assert_eq!(asked.status, 404);
        let (status, code, _, message) = house.ask(&question("zzz", "Hi.")).await.error();
        assert_eq!((status, code.as_str()), (404, "model_not_found"));
        assert_eq!(message, "there is no agent `zzz`; there is `sales` or `support`");
    });
}

#[test]
fn a_bad_request_is_told_where_it_is_bad() {
    run(async {
        let (house, _) = House::of(agent("desk", "standin:small", &[])).await;
        let asked = house.ask(&json!({"model": "desk", "messages": [{"role": "user", "content": 7}]})).await;
        insta::assert_snapshot!(asked.shown(), @r#"{"error":{"code":"invalid_value","message":"`messages[0].content`: invalid type: integer `7`, expected a text, or a list of parts","param":"messages[0].content","type":"invalid_request_error"}}"#);
        assert_eq!(asked.status, 400);

        let long = question("desk", &"x".repeat(1 << 20));
        assert_eq!(house.ask(&long).await.error().0, 413);
        let just_fits = question("desk", &"x".repeat((1 << 20) - 100));
        assert_ne!(house.ask(&just_fits).await.status, 413);

        let untyped = house.client.post(format!("{}/v1/chat/completions", house.url)).body("{}").send().await.unwrap();
        assert_eq!(Asked::of(untyped).await.error().0, 415);
        assert_eq!(house.get("/v1/chat/completions").await.0, 405);
        let (status, body) = house.get("/v1/images").await;
        assert!(status == 404 && body.contains("unknown_path"), "{body}");
    });
}

#[test]
fn what_failed_is_told_apart_and_not_told_on() {
    run(async {
        let down = || Reply::Whole(500, json!({"error": {"message": "disk sda1 of host-7 is full"}}));
        let refused = Reply::Whole(400, json!({"error": {"message": "no such parameter"}}));
        let upstream = Upstream::start(vec![down(), down(), refused]).await;
        let (house, _) = House::of(agent("desk", &at(&upstream), &[])).await;
        for body in [question("desk", "Hi."), streamed("desk", "Hi.")] {
            let asked = house.ask(&body).await;
            let (status, code, _, message) = asked.error();
            assert_eq!((status, code.as_str()), (502, "unreachable"));
            let trial = &asked.header("x-loopwright-trial").unwrap()[..8];
            assert!(message.ends_with(&format!("`loopwright trace {trial}` says why")), "{message}");
            assert!(!asked.body.contains("host-7"), "{message}");
        }
        let (status, code, ..) = house.ask(&question("desk", "Hi.")).await.error();
        assert_eq!((status, code.as_str()), (500, "agent_failed"));
        assert!(house.get("/statusz").await.1.contains("\n0 requests answered, 3 requests failed\n"));
    });
}

#[test]
fn a_request_has_a_deadline() {
    run(async {
        let (setting, _) = setting(vec![agent("desk", "standin:small", &[])]);
        let bounds = Bounds { deadline: Duration::ZERO, ..Bounds::default() };
        let house = House::open(Setting { bounds, ..setting }).await;
        for body in [question("desk", "Hi."), streamed("desk", "Hi.")] {
            let (status, code, _, message) = house.ask(&body).await.error();
            assert_eq!((status, code.as_str(), message.as_str()), (504, "deadline", "no answer within 0 s"));
        }
    });
}

#[test]
fn an_agent_that_is_stopped_by_a_limit_says_length() {
    run(async {
        let upstream = Upstream::start(vec![calls("cancel", &json!({"id": "A-1"}))]).await;
        let mut shop = shop(&at(&upstream));
        shop.variant.parts.insert("limits".parse().unwrap(), json!({"steps": 1}));
        let (house, _) = House::of(shop).await;
        let asked = house.ask(&question("shop", "Cancel A-1.")).await;
        assert_eq!((asked.text().as_str(), &asked.json()["choices"][0]["finish_reason"]), ("", &json!("length")));
    });
}

#[test]
fn changes_are_denied_where_nobody_can_be_asked() {
    run(async {
        let cancel = || calls("cancel", &json!({"id": "A-1"}));
        let upstream = Upstream::start(vec![cancel(), says("I may not.")]).await;
        let (house, store) = House::of(shop(&at(&upstream))).await;
        let asked = house.ask(&question("shop", "Cancel A-1.")).await;
        assert_eq!(asked.text(), "I may not.");
        house.close().await;
        let trial = crate::record::trial(&store, &asked).await;
        let call = trial.trace.tool_calls().next().unwrap();
        assert_eq!(call.result, "error: the call was not approved: nobody is here to approve a change");
    });
}

#[test]
fn requests_share_one_world() {
    run(async {
        let cancel = || calls("cancel", &json!({"id": "A-1"}));
        let upstream = Upstream::start(vec![cancel(), says("Done."), cancel(), says("Done already.")]).await;
        let (setting, store) = setting(vec![shop(&at(&upstream))]);
        let house = House::open(approving(setting)).await;
        let asked = [house.ask(&question("shop", "Cancel A-1.")).await, house.ask(&question("shop", "Again.")).await];
        house.close().await;
        let mut results = vec![];
        for asked in &asked {
            let trial = crate::record::trial(&store, asked).await;
            results.push(trial.trace.tool_calls().next().unwrap().result.to_owned());
            assert_eq!(trial.state, None, "a world that others change is no end state of one trial");
        }
        assert_eq!(results, ["done: 1 changed", "error: nothing was found"]);
    });
}
