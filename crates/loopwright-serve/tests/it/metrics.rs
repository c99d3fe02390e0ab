//! What a person, or Prometheus, is told of the front.

use serde_json::json;

use crate::gateway::house;
use crate::house::{question, run, streamed};
use crate::upstream::{Reply, Upstream, says, streams};

#[test]
fn what_was_answered_is_counted_and_what_is_broken_is_said() {
    run(async {
        let down = || Reply::Whole(500, json!({"error": {"message": "down"}}));
        let refuses = Reply::Whole(401, json!({"error": {"message": "bad key"}}));
        let replies = vec![says("At nine."), streams(&["At ", "ten."]), down(), down(), refuses];
        let upstream = Upstream::start(replies).await;
        let (house, _) = house(&upstream).await;
        house.ask(&question("fast", "When?")).await.text();
        assert_eq!(house.ask(&streamed("fast", "When?")).await.status, 200);
        for status in [502, 502, 502] {
            assert_eq!(house.ask(&question("fast", "When?")).await.status, status);
        }
        assert_eq!(house.ask(&question("openai:gpt-5", "When?")).await.status, 403);
        house.get("/v1/nowhere").await;

        let (status, page) = house.get("/metrics").await;
        assert_eq!(status, 200);
        let has = |line: &str| assert!(page.lines().any(|known| known == line), "{line}\n{page}");
        has(r#"loopwright_http_responses_total{path="/v1/chat/completions",status="200"} 2"#);
        has(r#"loopwright_http_responses_total{path="/v1/chat/completions",status="502"} 3"#);
        has(r#"loopwright_http_responses_total{path="/v1/chat/completions",status="403"} 1"#);
        has(r#"loopwright_http_responses_total{path="other",status="404"} 1"#);
        has(r#"loopwright_answers_total{outcome="ok"} 2"#);
        has(r#"loopwright_answers_total{outcome="unreachable"} 2"#);
        has(r#"loopwright_answers_total{outcome="provider_refused_key"} 1"#);
        has(r#"loopwright_answer_seconds_bucket{le="0.001"} 5"#);
        has("loopwright_answer_seconds_count 5");
        has("loopwright_first_piece_seconds_count 1");
        has(r#"loopwright_tokens_total{kind="input"} 200"#);
        has(r#"loopwright_tokens_total{kind="cached"} 60"#);
        has(r#"loopwright_tokens_total{kind="output"} 14"#);
        has("loopwright_unpriced_answers_total 2");
        has("loopwright_requests_limit 256");
        has("loopwright_ready 1");
        has("loopwright_traces_dropped_total 0");
        assert!(page.lines().all(|line| line.starts_with("loopwright_") || line.starts_with("# ")), "{page}");

        let (_, status) = house.get("/statusz").await;
        let status: Vec<&str> = status.lines().filter(|line| !line.contains("trace")).collect();
        insta::assert_snapshot!(status.join("\n"), @r"
        loopwright 0.0.0: ready


        2 requests answered, 3 requests failed
          1: a model's provider refused the key that is used here, or there is none
          2: a model, or what an agent stands on, could not be reached
        ");
    });
}
