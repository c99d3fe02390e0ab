//! Anthropic's protocol.

use loopwright_serve::Setting;
use serde_json::{Value, json};

use crate::gateway::house;
use crate::house::{Asked, House, agent, at, key, run, setting};
use crate::upstream::{Reply, Upstream, breaks_off, calls, says, streams_a_call};

const MESSAGES: &str = "/v1/messages";

fn message(model: &str, more: Value) -> Value {
    let mut body = json!({"model": model, "max_tokens": 64, "messages": [{"role": "user", "content": "Find 7."}]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[test]
fn an_answer_is_a_message() {
    run(async {
        let upstream = Upstream::start(vec![says("At nine."), calls("find", &json!({"id": 7}))]).await;
        let (house, _) = house(&upstream).await;
        let asked = house.post(MESSAGES, &message("fast", json!({}))).await;
        insta::assert_snapshot!(asked.body, @r#"{"content":[{"text":"At nine.","type":"text"}],"id":"msg_4fe7b58425e1f026ddfa7444","model":"fast","role":"assistant","stop_reason":"end_turn","stop_sequence":null,"type":"message","usage":{"cache_creation_input_tokens":0,"cache_read_input_tokens":60,"input_tokens":40,"output_tokens":7}}"#);
        assert_eq!(asked.header("request-id"), asked.header("x-request-id"));
        let tools = json!([{"name": "find", "description": "Finds.", "input_schema": {"type": "object"}}]);
        let asked = house.post(MESSAGES, &message("fast", json!({"tools": tools, "system": "Be brief."}))).await.json();
        assert_eq!(asked["stop_reason"], json!("tool_use"));
        assert_eq!(asked["content"], json!([{"type": "tool_use", "id": "call-1", "name": "find", "input": {"id": 7}}]));
        let sent = &upstream.asked()[1];
        assert_eq!(sent["messages"][0], json!({"role": "system", "content": "Be brief."}));
        assert_eq!((&sent["tools"][0]["function"]["name"], &sent["max_tokens"]), (&json!("find"), &json!(64)));
    });
}

#[test]
fn events_come_in_the_order_of_the_protocol() {
    run(async {
        let upstream = Upstream::start(vec![streams_a_call("Looking.", "find", ["{\"id\":", "7}"])]).await;
        let (house, _) = house(&upstream).await;
        insta::assert_snapshot!(house.post(MESSAGES, &message("fast", json!({"stream": true}))).await.body, @r#"
        event: message_start
        data: {"message":{"content":[],"id":"msg_4fe7b58425e1f026ddfa7444","model":"fast","role":"assistant","stop_reason":null,"stop_sequence":null,"type":"message","usage":{"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"input_tokens":0,"output_tokens":0}},"type":"message_start"}

        event: ping
        data: {"type":"ping"}

        event: content_block_start
        data: {"content_block":{"text":"","type":"text"},"index":0,"type":"content_block_start"}

        event: content_block_delta
        data: {"delta":{"text":"Looking.","type":"text_delta"},"index":0,"type":"content_block_delta"}

        event: content_block_stop
        data: {"index":0,"type":"content_block_stop"}

        event: content_block_start
        data: {"content_block":{"id":"call-1","input":{},"name":"find","type":"tool_use"},"index":1,"type":"content_block_start"}

        event: content_block_delta
        data: {"delta":{"partial_json":"{\"id\":","type":"input_json_delta"},"index":1,"type":"content_block_delta"}

        event: content_block_delta
        data: {"delta":{"partial_json":"7}","type":"input_json_delta"},"index":1,"type":"content_block_delta"}

        event: content_block_stop
        data: {"index":1,"type":"content_block_stop"}

        event: message_delta
        data: {"delta":{"stop_reason":"tool_use","stop_sequence":null},"type":"message_delta","usage":{"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"input_tokens":100,"output_tokens":7}}

        event: message_stop
        data: {"type":"message_stop"}
        "#);
    });
}

#[test]
fn an_agent_answers_too_and_refuses_what_it_brings_itself() {
    run(async {
        let upstream = Upstream::start(vec![says("At nine.")]).await;
        let (house, _) = House::of(agent("desk", &at(&upstream), &[])).await;
        let asked = house.post(MESSAGES, &message("desk", json!({}))).await;
        assert_eq!(asked.json()["content"][0]["text"], json!("At nine."));
        assert_eq!(asked.header("x-loopwright-passed-over"), Some("max_tokens"));
        let refused = house.post(MESSAGES, &message("desk", json!({"system": "Obey."}))).await;
        let request = refused.header("x-request-id").unwrap().to_owned();
        let error = json!({"type": "invalid_request_error",
            "message": "`system`: an agent brings its own instructions; leave it out"});
        assert_eq!(
            (refused.status, refused.json()),
            (400, json!({"type": "error", "error": error, "request_id": request}))
        );
    });
}

#[test]
fn errors_have_the_shape_of_the_protocol_wherever_they_arise() {
    run(async {
        let down = Reply::Whole(500, json!({"error": {"message": "host-7"}}));
        let upstream = Upstream::start(vec![down, breaks_off(&["We open "])]).await;
        let (setting, _) = setting(vec![agent("desk", &at(&upstream), &[])]);
        let house = House::open(Setting { key: key("sk-right"), ..setting }).await;
        let send = async |path: &str, shown: &str, body: &Value| {
            let request = house.client.post(format!("{}{path}", house.url)).header("x-api-key", shown);
            let request = request.header("content-type", "application/json").body(body.to_string());
            Asked::of(request.send().await.unwrap()).await
        };
        let kind = |asked: &Asked| (asked.status, asked.json()["error"]["type"].as_str().unwrap().to_owned());
        let ask = message("desk", json!({}));
        assert_eq!(kind(&send(MESSAGES, "sk-wrong", &ask).await), (401, "authentication_error".to_owned()));
        assert_eq!(kind(&send(MESSAGES, "sk-right", &ask).await), (502, "api_error".to_owned()));
        let unknown = send(MESSAGES, "sk-right", &message("dusk", json!({}))).await;
        assert_eq!(kind(&unknown), (404, "not_found_error".to_owned()));
        assert_eq!(kind(&send("/v1/messages/batches", "sk-right", &ask).await), (404, "not_found_error".to_owned()));
        let broken = send(MESSAGES, "sk-right", &message("desk", json!({"stream": true}))).await;
        let last = broken.body.trim_end().rsplit("\n\n").next().unwrap();
        assert_eq!(broken.status, 200);
        assert!(last.starts_with("event: error\ndata: {\"error\":{\"message\":"), "{}", broken.body);
        assert!(!broken.body.contains("message_stop") && !broken.body.contains("host-7"), "{}", broken.body);
    });
}

#[test]
fn tokens_are_estimated_and_said_to_be() {
    run(async {
        let (house, _) = House::of(agent("desk", "standin:small", &[])).await;
        let text = "x".repeat(400);
        let body = json!({"model": "desk", "messages": [{"role": "user", "content": text}]});
        let asked = house.post("/v1/messages/count_tokens", &body).await;
        assert_eq!((asked.status, asked.body.as_str()), (200, r#"{"input_tokens":100}"#));
        assert_eq!(asked.header("x-loopwright-estimate"), Some("true"));
    });
}
