//! OpenAI's responses.

use serde_json::{Value, json};

use crate::gateway::house;
use crate::house::{House, agent, at, run};
use crate::upstream::{Upstream, breaks_off, calls, says, streams_a_call};

const RESPONSES: &str = "/v1/responses";

#[test]
fn an_answer_is_a_response() {
    run(async {
        let upstream = Upstream::start(vec![says("At nine."), calls("find", &json!({"id": 7}))]).await;
        let (house, _) = house(&upstream).await;
        let asked = house.post(RESPONSES, &json!({"model": "fast", "input": "When?"})).await;
        insta::assert_snapshot!(asked.body, @r#"{"background":false,"created_at":1800000000,"error":null,"id":"resp_4fe7b58425e1f026ddfa7444","incomplete_details":null,"instructions":null,"metadata":{},"model":"fast","object":"response","output":[{"content":[{"annotations":[],"logprobs":[],"text":"At nine.","type":"output_text"}],"id":"msg_4fe7b58425e1f026ddfa744400","role":"assistant","status":"completed","type":"message"}],"parallel_tool_calls":true,"previous_response_id":null,"status":"completed","store":false,"temperature":null,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_p":null,"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":107}}"#);
        let body = json!({"model": "fast", "instructions": "Be brief.", "input": [{"role": "user", "content": "Find 7."}],
            "tools": [{"type": "function", "name": "find", "parameters": {"type": "object"}}]});
        let asked = house.post(RESPONSES, &body).await.json();
        let output = &asked["output"][0];
        assert_eq!((&output["type"], &output["call_id"]), (&json!("function_call"), &json!("call-1")));
        assert_eq!((&output["name"], &output["arguments"]), (&json!("find"), &json!("{\"id\":7}")));
        assert_eq!(upstream.asked()[1]["messages"][0]["role"], json!("system"));
    });
}

#[test]
fn events_are_numbered_and_in_the_order_of_the_protocol() {
    run(async {
        let upstream = Upstream::start(vec![streams_a_call("Looking.", "find", ["{\"id\":", "7}"])]).await;
        let (house, _) = house(&upstream).await;
        let asked = house.post(RESPONSES, &json!({"model": "fast", "input": "Find 7.", "stream": true})).await;
        let events = asked.body.trim_end().split("\n\n").map(|event| event.split_once("\ndata: ").unwrap());
        let mut shown = String::new();
        for (number, (name, data)) in events.enumerate() {
            let data: Value = serde_json::from_str(data).unwrap();
            assert_eq!(name.strip_prefix("event: "), data["type"].as_str());
            assert_eq!(data["sequence_number"], json!(number));
            shown += &format!("{} {}{}\n", data["type"].as_str().unwrap(), data["output_index"], data["delta"]);
            if data["type"] == json!("response.completed") {
                let output = data["response"]["output"].as_array().unwrap();
                assert_eq!(output[0]["content"][0]["text"], json!("Looking."));
                assert_eq!(output[1]["arguments"], json!("{\"id\":7}"));
                assert_eq!(data["response"]["usage"]["total_tokens"], json!(107));
            }
        }
        insta::assert_snapshot!(shown, @r#"
        response.created nullnull
        response.in_progress nullnull
        response.output_item.added 0null
        response.content_part.added 0null
        response.output_text.delta 0"Looking."
        response.output_text.done 0null
        response.content_part.done 0null
        response.output_item.done 0null
        response.output_item.added 1null
        response.function_call_arguments.delta 1"{\"id\":"
        response.function_call_arguments.delta 1"7}"
        response.function_call_arguments.done 1null
        response.output_item.done 1null
        response.completed nullnull
        "#);
    });
}

#[test]
fn a_failure_in_the_middle_is_a_failed_response() {
    run(async {
        let upstream = Upstream::start(vec![breaks_off(&["We open "])]).await;
        let (house, _) = House::of(agent("desk", &at(&upstream), &[])).await;
        let body = json!({"model": "desk", "input": "When?", "stream": true});
        let asked = house.post(RESPONSES, &body).await;
        let (name, data) = asked.body.trim_end().rsplit("\n\n").next().unwrap().split_once("\ndata: ").unwrap();
        let data: Value = serde_json::from_str(data).unwrap();
        assert_eq!((name, &data["response"]["status"]), ("event: response.failed", &json!("failed")));
        assert_eq!(data["response"]["error"]["code"], json!("unreachable"));
        assert!(!asked.body.contains("response.completed"), "{}", asked.body);
    });
}

#[test]
fn nothing_is_kept_that_could_be_referred_to() {
    run(async {
        let (house, _) = House::of(agent("desk", "standin:small", &[])).await;
        let body = json!({"model": "desk", "input": "And?", "previous_response_id": "resp_1"});
        let (status, _, param, message) = house.post(RESPONSES, &body).await.error();
        assert_eq!((status, param.as_str()), (400, "previous_response_id"));
        assert_eq!(message, "`previous_response_id`: no conversation is kept here; send all of it as `input`");
    });
}
