//! Models that are asked without an agent between.

use loopwright_core::{Ledger, Outcome, RunQuery, RunStatus, SpanDetail};
use loopwright_serve::{Front, FrontError, Gateway, Setting};
use serde_json::{Value, json};

use crate::house::{House, agent, at, attempts, question, run, setting, streamed};
use crate::record::trial;
use crate::upstream::{Reply, Upstream, breaks_off, calls, says, streams, streams_a_call};

/// Lets callers ask `upstream` as `fast`, and any profile of the stand-in.
pub(crate) fn gateway(upstream: &Upstream) -> Gateway {
    let aliases = [("fast".to_owned(), at(upstream).parse().unwrap())].into();
    Gateway { aliases, models: vec!["standin:*".parse().unwrap()] }
}

/// A house of a gateway alone.
pub(crate) async fn house(upstream: &Upstream) -> (House, std::sync::Arc<loopwright_store::Store>) {
    let (setting, store) = setting(vec![]);
    (House::open(Setting { gateway: gateway(upstream), ..setting }).await, store)
}

#[test]
fn a_model_is_given_all_of_the_request() {
    run(async {
        let upstream = Upstream::start(vec![calls("find", &json!({"id": 7}))]).await;
        let (house, store) = house(&upstream).await;
        let parameters = json!({"type": "object", "properties": {"id": {"type": "integer"}}});
        let function = json!({"name": "find", "description": "Finds.", "parameters": parameters});
        let mut body = question("fast", "Find 7.");
        body["tools"] = json!([{"type": "function", "function": function}]);
        body["tool_choice"] = json!("required");
        body["temperature"] = json!(0.5);
        body["top_p"] = json!(0.5);
        let schema = json!({"name": "n", "schema": {"type": "object"}});
        body["response_format"] = json!({"type": "json_schema", "json_schema": schema});
        let asked = house.ask(&body).await;
        insta::assert_snapshot!(asked.shown(), @r#"{"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion","created":1800000000,"model":"fast","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call-1","type":"function","function":{"name":"find","arguments":"{\"id\":7}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":100,"completion_tokens":7,"total_tokens":107,"prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":0}}}"#);
        assert_eq!(asked.header("x-loopwright-passed-over"), Some("top_p"));
        assert_eq!(
            (asked.header("x-loopwright-status"), asked.header("x-loopwright-attempts")),
            (Some("ok"), Some("1"))
        );
        let sent = &upstream.asked()[0];
        assert_eq!((&sent["tools"], &sent["tool_choice"]), (&body["tools"], &body["tool_choice"]));
        assert_eq!((&sent["model"], &sent["temperature"]), (&json!("m"), &json!(0.5)));
        assert_eq!(sent["response_format"]["json_schema"]["schema"], json!({"type": "object"}));

        house.close().await;
        let trial = trial(&store, &asked).await;
        assert_eq!(trial.trace.outcome, Outcome::Answered { text: String::new() });
        assert_eq!(trial.cost.usage.cached(), 60);
        let SpanDetail::Chat { request, response, .. } = &trial.trace.spans[1].detail else { panic!() };
        assert_eq!(request.tools[0].name, "find");
        assert_eq!(response.as_ref().unwrap().message.tool_calls[0].arguments, r#"{"id":7}"#);
        let runs = store.runs(RunQuery::default()).await.unwrap();
        assert_eq!((runs.len(), runs[0].acted, runs[0].status), (1, 1, RunStatus::Complete));
        assert_eq!(runs[0].manifest.arms[0].name.as_str(), format!("{}/", at(&upstream)));
    });
}

#[test]
fn a_streamed_call_comes_in_its_pieces() {
    run(async {
        let upstream = Upstream::start(vec![streams_a_call("Looking.", "find", ["{\"id\":", "7}"])]).await;
        let (house, _) = house(&upstream).await;
        insta::assert_snapshot!(house.ask(&streamed("fast", "Find 7.")).await.shown(), @r#"
        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"fast","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"fast","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{"content":"Looking."},"finish_reason":null}]}

        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"fast","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call-1","type":"function","function":{"name":"find","arguments":"{\"id\":"}}]},"finish_reason":null}]}

        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"fast","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"7}"}}]},"finish_reason":null}]}

        data: {"id":"chatcmpl-4fe7b58425e1f026ddfa7444","object":"chat.completion.chunk","created":1800000000,"model":"fast","system_fingerprint":"variant-[DIGEST]","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

        data: [DONE]
        "#);
    });
}

#[test]
fn simulated_and_real_models_have_runs_of_their_own() {
    run(async {
        let upstream = Upstream::start(vec![says("At nine.")]).await;
        let (house, store) = house(&upstream).await;
        let real = house.ask(&question("fast", "When?")).await;
        let simulated = house.ask(&question("standin:small", "When?")).await;
        assert_eq!((real.header("x-loopwright-simulated"), real.text().as_str()), (None, "At nine."));
        assert_eq!(simulated.header("x-loopwright-simulated"), Some("true"));
        assert!(!simulated.text().is_empty());
        house.close().await;
        let mut runs = store.runs(RunQuery::default()).await.unwrap();
        runs.sort_by_key(|run| run.manifest.simulated);
        assert_eq!(
            runs.iter().map(|run| (run.manifest.simulated, run.acted)).collect::<Vec<_>>(),
            [(false, 1), (true, 1)]
        );
    });
}

#[test]
fn only_what_the_project_names_may_be_asked() {
    run(async {
        let upstream = Upstream::start(vec![]).await;
        let (house, _) = house(&upstream).await;
        let refused = async |model: &str| house.ask(&question(model, "Hi.")).await.error();
        let (status, code, param, message) = refused("openai:gpt-5").await;
        assert_eq!((status, code.as_str(), param.as_str()), (403, "model_not_allowed", "model"));
        assert_eq!(
            message,
            "`openai:gpt-5` may not be asked here; name it in `models` of `[serve]` in loopwright.toml, or give it an \
             alias there"
        );
        // Not even the very address of an alias.
        for elsewhere in [at(&upstream), "openai:gpt-5@http://127.0.0.1:9/v1".to_owned()] {
            let (status, code, _, message) = refused(&elsewhere).await;
            assert_eq!((status, code.as_str()), (403, "model_not_allowed"), "{elsewhere}");
            assert!(message.ends_with("an address comes from `[serve.alias]` in loopwright.toml alone"), "{message}");
        }
        assert_eq!(refused("fasst").await.3, "there is no agent `fasst`; did you mean `fast`?");
        assert_eq!(upstream.asked(), <[Value; 0]>::default());
        let (_, models) = house.get("/v1/models").await;
        assert!(models.contains(r#""id":"fast""#) && !models.contains("standin"), "{models}");
    });
}

#[test]
fn an_alias_is_no_agents_name() {
    run(async {
        let upstream = Upstream::start(vec![]).await;
        let (setting, _) = setting(vec![agent("fast", "standin:small", &[])]);
        let refused = Front::open(Setting { gateway: gateway(&upstream), ..setting }).await;
        assert!(matches!(refused.err(), Some(FrontError::Alias { alias }) if alias == "fast"));
    });
}

#[test]
fn what_the_provider_says_of_the_request_is_for_the_caller() {
    run(async {
        let fails = |status: u16, message: &str| Reply::Whole(status, json!({"error": {"message": message}}));
        let replies = || {
            vec![
                fails(400, "no such parameter"),
                fails(401, "bad key sk-secret"),
                fails(429, "slow down"),
                fails(500, "host-7"),
            ]
        };
        let upstream = Upstream::start(replies().into_iter().chain(replies()).collect()).await;
        let (house, store) = house(&upstream).await;
        let expected =
            [(400, "bad_request"), (502, "provider_refused_key"), (429, "rate_limited"), (502, "unreachable")];
        for body in [question("fast", "Hi."), streamed("fast", "Hi.")] {
            for (status, code) in expected {
                let asked = house.ask(&body).await;
                assert_eq!((asked.error().0, asked.error().1.as_str()), (status, code), "{}", asked.body);
                assert_eq!(asked.body.contains("no such parameter"), status == 400, "{}", asked.body);
                assert!(!asked.body.contains("sk-secret") && !asked.body.contains("host-7"), "{}", asked.body);
            }
        }
        house.close().await;
        assert_eq!(store.runs(RunQuery::default()).await.unwrap()[0].acted, 8, "a call that failed is a trial too");
    });
}

#[test]
fn a_second_attempt_is_gone_on_with_or_the_stream_fails() {
    run(async {
        for (second, is_whole) in [(["We open ", "at nine."], true), (["From ", "nine."], false)] {
            let upstream = Upstream::start(vec![breaks_off(&["We open "]), streams(&second)]).await;
            let (setting, _) = setting(vec![]);
            let setting = Setting { gateway: gateway(&upstream), access: attempts(2), ..setting };
            let house = House::open(setting).await;
            let asked = house.ask(&streamed("fast", "When do you open?")).await;
            assert_eq!(asked.body.ends_with("data: [DONE]\n\n"), is_whole, "{}", asked.body);
            assert_eq!(asked.body.contains("started_over"), !is_whole, "{}", asked.body);
            assert_eq!(asked.body.matches("We open ").count(), 1, "{}", asked.body);
        }
    });
}

#[test]
fn a_second_attempt_is_said() {
    run(async {
        let down = Reply::Whole(500, json!({"error": {"message": "down"}}));
        let upstream = Upstream::start(vec![down, says("At nine.")]).await;
        let (setting, _) = setting(vec![]);
        let setting = Setting { gateway: gateway(&upstream), access: attempts(2), ..setting };
        let house = House::open(setting).await;
        let asked = house.ask(&question("fast", "When?")).await;
        assert_eq!(asked.text(), "At nine.");
        assert_eq!(asked.header("x-loopwright-status"), Some("retried"));
        assert_eq!(asked.header("x-loopwright-attempts"), Some("2"));
    });
}

#[test]
fn vectors_come_as_numbers_or_as_bytes() {
    run(async {
        let vectors = || {
            Reply::Whole(
                200,
                json!({"model": "m", "usage": {"prompt_tokens": 4, "total_tokens": 4}, "data": [
                {"index": 0, "embedding": [1.0, -0.5]}, {"index": 1, "embedding": [0.0, 2.0]}]}),
            )
        };
        let upstream = Upstream::start(vec![vectors(), vectors()]).await;
        let (house, _) = house(&upstream).await;
        let mut body = json!({"model": "fast", "input": ["a", "b"]});
        let asked = house.post("/v1/embeddings", &body).await;
        insta::assert_snapshot!(asked.body, @r#"{"data":[{"embedding":[1.0,-0.5],"index":0,"object":"embedding"},{"embedding":[0.0,2.0],"index":1,"object":"embedding"}],"model":"fast","object":"list","usage":{"prompt_tokens":4,"total_tokens":4}}"#);
        assert_eq!(asked.header("x-loopwright-input-tokens"), Some("4"));
        body["encoding_format"] = json!("base64");
        let asked = house.post("/v1/embeddings", &body).await.json();
        // 1.0 and -0.5 as 32-bit little-endian numbers: 0000803f 000000bf.
        assert_eq!(asked["data"][0]["embedding"], json!("AACAPwAAAL8="));
        let simulated = house.post("/v1/embeddings", &json!({"model": "standin:small", "input": "a"})).await;
        assert_eq!((simulated.error().0, simulated.error().1.as_str()), (400, "unsupported"));
        let none = house.post("/v1/embeddings", &json!({"model": "fast", "input": []})).await;
        assert_eq!((none.error().0, none.error().2.as_str()), (400, "input"));
    });
}
