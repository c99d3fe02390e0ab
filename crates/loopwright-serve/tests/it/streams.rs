//! Answers that are sent while they grow.

use loopwright_serve::Setting;
use serde_json::{Value, json};

use crate::house::{House, agent, approving, at, attempts, question, run, setting, shop, streamed};
use crate::upstream::{Reply, Upstream, breaks_off, calls, says, streams};

/// The data of each event.
fn events(body: &str) -> Vec<&str> {
    assert!(body.ends_with("\n\n"), "{body:?}");
    body.trim_end_matches("\n\n").split("\n\n").map(|event| event.strip_prefix("data: ").unwrap()).collect()
}

/// The words of a stream.
fn words(body: &str) -> String {
    let chunks = events(body).into_iter().filter_map(|event| serde_json::from_str::<Value>(event).ok());
    chunks.filter_map(|chunk| Some(chunk["choices"][0]["delta"]["content"].as_str()?.to_owned())).collect()
}

#[test]
fn events_come_in_the_order_of_the_protocol() {
    run(async {
        let upstream = Upstream::start(vec![streams(&["We open ", "at nine."])]).await;
        let (house, _) = House::of(agent("desk", &at(&upstream), &[])).await;
        let asked = house.ask(&streamed("desk", "When do you open?")).await;
        insta::assert_snapshot!(asked.shown(), @r#"
        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"desk","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"desk","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{"content":"We open "},"finish_reason":null}]}

        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"desk","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{"content":"at nine."},"finish_reason":null}]}

        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"desk","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: [DONE]
        "#);
        assert_eq!((asked.status, asked.header("content-type")), (200, Some("text/event-stream")));
        assert!(asked.body.contains(&format!("chatcmpl-{}", asked.header("x-loopwright-trial").unwrap())));
    });
}

#[test]
fn usage_comes_last_when_it_is_asked_for() {
    run(async {
        let upstream = Upstream::start(vec![streams(&["At nine."])]).await;
        let (house, _) = House::of(agent("desk", &at(&upstream), &[])).await;
        let mut body = streamed("desk", "When do you open?");
        body["stream_options"] = json!({"include_usage": true});
        insta::assert_snapshot!(house.ask(&body).await.shown(), @r#"
        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"desk","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"desk","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{"content":"At nine."},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"desk","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"desk","system_fingerprint":"variant-[DIGEST]","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":7,"total_tokens":107,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}

        data: [DONE]
        "#);
    });
}

#[test]
fn both_modes_say_the_same() {
    run(async {
        let answers = || vec![calls("cancel", &json!({"id": "A-1"})), says("It is cancelled.")];
        for is_scripted in [true, false] {
            let upstream = Upstream::start(answers().into_iter().chain(answers()).collect()).await;
            let model = if is_scripted { at(&upstream) } else { "standin:small".to_owned() };
            let (setting, _) = setting(vec![shop(&model)]);
            let house = House::open(approving(setting)).await;
            let whole = house.ask(&question("shop", "Hello.")).await.text();
            let stream = house.ask(&streamed("shop", "Hello.")).await;
            assert_eq!(stream.status, 200);
            assert!(!whole.is_empty());
            if is_scripted {
                assert_eq!(words(&stream.body), whole);
            }
            assert_eq!(events(&stream.body).last(), Some(&"[DONE]"));
        }
    });
}

#[test]
fn a_failure_in_the_middle_ends_in_an_error_and_nothing_else() {
    run(async {
        let upstream = Upstream::start(vec![breaks_off(&["We open "])]).await;
        let (house, _) = House::of(agent("desk", &at(&upstream), &[])).await;
        let asked = house.ask(&streamed("desk", "When do you open?")).await;
        let events = events(&asked.body);
        assert_eq!((asked.status, events.len(), words(&asked.body).as_str()), (200, 3, "We open "));
        let error: Value = serde_json::from_str(events[2]).unwrap();
        assert_eq!((&error["error"]["code"], &error["error"]["type"]), (&json!("unreachable"), &json!("server_error")));
        assert!(!asked.body.contains("[DONE]"), "{}", asked.body);
        assert!(events.iter().all(|event| !event.contains(r#""finish_reason":""#)), "{}", asked.body);
    });
}

#[test]
fn a_failure_before_the_first_word_has_a_status_of_its_own() {
    run(async {
        let upstream = Upstream::start(vec![breaks_off(&[])]).await;
        let (house, _) = House::of(agent("desk", &at(&upstream), &[])).await;
        let (status, code, ..) = house.ask(&streamed("desk", "When do you open?")).await.error();
        assert_eq!((status, code.as_str()), (502, "unreachable"));
    });
}

#[test]
fn what_was_told_is_not_asked_for_again() {
    run(async {
        let upstream = Upstream::start(vec![breaks_off(&["We open "]), streams(&["From ", "nine."])]).await;
        let (setting, _) = setting(vec![agent("desk", &at(&upstream), &[])]);
        let house = House::open(Setting { access: attempts(2), ..setting }).await;
        let asked = house.ask(&streamed("desk", "When do you open?")).await;
        assert_eq!(words(&asked.body), "We open ");
        assert!(asked.body.contains("unreachable") && !asked.body.contains("[DONE]"), "{}", asked.body);
        let again = house.ask(&streamed("desk", "When do you open?")).await;
        assert_eq!(words(&again.body), "From nine.", "the first request took one answer of the two");
    });
}

#[test]
fn words_on_the_way_to_a_call_are_told_and_set_apart() {
    run(async {
        let function = json!({"name": "cancel", "arguments": "{\"id\":\"A-1\"}"});
        let call = json!([{"index": 0, "id": "c", "type": "function", "function": function}]);
        let chunk = |delta: Value, finish: Value| json!({"id": "r", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]});
        let first = [
            chunk(json!({"role": "assistant", "content": "Let me see."}), Value::Null),
            chunk(json!({"tool_calls": call}), Value::Null),
            chunk(json!({}), json!("tool_calls")),
        ];
        let mut first: Vec<String> = first.iter().map(ToString::to_string).collect();
        first.push("[DONE]".to_owned());
        let upstream = Upstream::start(vec![Reply::Events(first), streams(&["Done."])]).await;
        let (setting, _) = setting(vec![shop(&at(&upstream))]);
        let house = House::open(approving(setting)).await;
        let asked = house.ask(&streamed("shop", "Cancel A-1.")).await;
        assert_eq!(words(&asked.body), "Let me see.\n\nDone.", "{}", asked.body);
        assert_eq!(events(&asked.body).last(), Some(&"[DONE]"));
    });
}
