//! Agents that exist already, measured from outside: a command, and a server. The loop turns around them but for the
//! rewriting.

use std::path::PathBuf;

use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::binary::{loopwright, write};
use crate::eval::{document, redacted, runs};

/// An agent in the shell, which takes no more than what every Unix has: it knows one name and never declines.
pub(crate) const SHELL: &str = r#"#!/bin/sh
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id": *\([0-9]*\).*/\1/')
  case "$line" in
    *Robin*) answer="Your name is Robin." ;;
    *) answer="I can help you with everything." ;;
  esac
  printf '{"id": %s, "answer": "%s", "usage": {"input": 9, "output": 6}}\n' "$id" "$answer"
done
"#;

fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for (name, text) in files {
        write(&root, name, text);
    }
    (folder, root)
}

#[cfg(unix)]
#[test]
fn the_loop_turns_around_a_command() {
    let (_folder, root) = folder(&[("agent.sh", SHELL)]);
    let made = loopwright(&root, &["init", "--from", "sh agent.sh"]);
    assert!(made.starts_with("exit 0\n"), "{made}");
    insta::assert_snapshot!(redacted(&loopwright(&root, &["eval", "--seed", "3"])), @r"
    exit 0
    --- stdout
    suite remote · 3 cases, 9 trials an arm · run [RUN] · complete

      metric    estimate  95 % interval  cases  unscored
      resolved    66.7 %  20.8 – 93.9 %      3         –
      pass^2      66.7 %  20.8 – 93.9 %      3         –
      pass^3      66.7 %  20.8 – 93.9 %      3         –

      2 of 3 cases always pass, 0 are flaky, 1 never passes

      tag      estimate  interval       cases
      starter    66.7 %  20.8 – 93.9 %      3

    cost: 81 tokens in, 54 out; price unknown; energy unknown
    --- stderr
    remote: 3 cases × 3 trials under plain × 1 arm = 9 trials, seed 3
    so many cases and trials show a difference of 54.1 points between two arms with power 0.8, if about 70 % pass
    9 calls of the attached agent; what they cost is not known before the first run
    next: loopwright diagnose says why trials fail
    ");
    insta::assert_snapshot!(redacted(&loopwright(&root, &["diagnose"])), @r"
    exit 0
    --- stdout
    1 finding

    LW104 the answer says what nothing that the agent saw says
          shows in 33.3 % of trials (6.1 – 79.2 % at 95 %): 3 trials, 1 case
          - 3 of 9 trials, 1 of 3 cases
          - a question that cannot be answered was answered (3 trials)
          traces: [KEY]
          hint: loopwright explain rule says what to do by hand (rule, few_shot)
    --- stderr
    next: change the agent, then loopwright eval, and loopwright compare with this run
    ");
    insta::assert_snapshot!(loopwright(&root, &["improve"]), @r"
    exit 5
    --- stderr
    error: the agent `remote` is attached: what is behind its endpoint cannot be rewritten
    hint: do by hand what a technique would do: LW104 (rule, few_shot)
    hint: `loopwright explain NAME` says how each works
    hint: then `loopwright eval` measures the change, and `loopwright gate` says whether it holds
    ");

    let better = SHELL.replace("*Robin*)", "*nobody*) answer=\"I do not know.\" ;;\n    *Robin*)");
    write(&root, "agent.sh", &better);
    let again = loopwright(&root, &["eval", "--seed", "4", "--quiet"]);
    assert!(again.contains("3 of 3 cases always pass"), "{again}");
    let ids = runs(&root);
    insta::assert_snapshot!(redacted(&loopwright(&root, &["compare", &ids[1], &ids[0]])), @r"
    exit 0
    --- stdout
    [RUN] against [RUN], paired by case
      metric    difference  95 % interval        margin  verdict       detectable
      resolved    +33.3 pp  −100.0 to +100.0 pp  5.0 pp  underpowered     99.7 pp
      1 fixed: nonsense
    ");
    insta::assert_snapshot!(redacted(&loopwright(&root, &["gate", "--seed", "5"])), @r"
    exit 4
    --- stdout
    CI gate: INCONCLUSIVE
      why: `resolved` is not proven as good within the margin
      next: measure 4 trials a case in place of 3 (about 360 tokens, at an unknown price)
      metric              difference  90 % interval      margin  verdict       detectable
      resolved (primary)      0.0 pp  −59.0 to +59.0 pp  5.0 pp  underpowered     50.2 pp
      significance level in force: 5 %
    --- stderr
    warning: both sides are what is behind the endpoint now: a change there is not seen; `loopwright compare` the runs before and after it
    about 18 calls, 270 tokens, at an unknown price, by what the last run took
    ");
    insta::assert_snapshot!(loopwright(&root, &["compare", "--models", "standin:small,standin:mid"]), @r"
    exit 2
    --- stderr
    error: an attached agent has a model of its own, which cannot be exchanged from outside
    hint: change it behind the endpoint, run `loopwright eval` again, and compare the two runs
    ");
    insta::assert_snapshot!(redacted(&loopwright(&root, &[])), @r"
    exit 0
    --- stdout
    suite remote · 3 cases, 9 trials an arm · run [RUN] · complete

      metric    estimate  95 % interval   cases  unscored
      resolved   100.0 %  43.9 – 100.0 %      3         –
      pass^2     100.0 %  43.9 – 100.0 %      3         –
      pass^3     100.0 %  43.9 – 100.0 %      3         –

      3 of 3 cases always pass, 0 are flaky, 0 never pass

      tag      estimate  interval        cases
      starter   100.0 %  43.9 – 100.0 %      3

    cost: 81 tokens in, 54 out; price unknown; energy unknown

    next: loopwright gate says whether a change keeps what was reached; harder cases would show more
    ");
    insta::assert_snapshot!(loopwright(&root, &["diagnose"]), @r"
    exit 0
    --- stdout
    no finding
    ");
    insta::assert_snapshot!(loopwright(&root, &["improve"]), @r"
    exit 5
    --- stderr
    error: nothing was found that a technique could remedy
    hint: `loopwright diagnose` says what fails
    ");
    insta::assert_snapshot!(loopwright(&root, &["eval", "--max-cost", "1"]), @r"
    exit 2
    --- stderr
    error: `--max-cost` cannot be kept: what an attached agent costs is not known
    hint: use `--max-tokens`
    ");
}

#[test]
fn a_command_that_is_not_there_is_no_bad_agent() {
    let (_folder, root) = folder(&[]);
    loopwright(&root, &["init", "--from", "no-such-program-anywhere --fast"]);
    let shown = loopwright(&root, &["eval", "--seed", "3", "--trials", "1", "--concurrency", "1"]);
    insta::assert_snapshot!(redacted(&shown), @r"
    exit 1
    --- stdout
    suite remote · 0 cases, 0 trials an arm · run [RUN] · degraded: some trials died

      metric    estimate  95 % interval  cases  unscored
      resolved  unscored  –                  –         3

      0 of 0 cases always pass, 0 are flaky, 0 never pass

    3 trials without a score: 3 infrastructure
    cost: 0 tokens in, 0 out; $0.00; 0 J
    --- stderr
    remote: 3 cases × 1 trial under plain × 1 arm = 3 trials, seed 3
    so many cases and trials show a difference of 81.2 points between two arms with power 0.8, if about 70 % pass
    3 calls of the attached agent; what they cost is not known before the first run
    warning: a trial of `greeting` died: `no-such-program-anywhere --fast` cannot be started: No such file or directory (os error 2)
    warning: a trial of `echo-name` died: `no-such-program-anywhere --fast` cannot be started: No such file or directory (os error 2)
    warning: a trial of `nonsense` died: `no-such-program-anywhere --fast` cannot be started: No such file or directory (os error 2)
    error: every trial died of its infrastructure: nothing was measured
    hint: the warnings above say of what; `loopwright chat` talks to the agent
    ");
    let standing = loopwright(&root, &[]);
    assert!(standing.contains("3 trials without a score: 3 infrastructure"), "{standing}");
}

/// A server that answers as `SHELL` does, on a port of its own, as long as the runtime lives.
fn server() -> (Runtime, String) {
    let runtime = Runtime::new().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let answer = async |Json(request): Json<Value>| {
        let is_known = request["input"].as_str().is_some_and(|input| input.contains("Robin"));
        Json(json!({ "answer": if is_known { "Your name is Robin." } else { "I can help you with everything." } }))
    };
    let app = Router::new().route("/ask", post(answer));
    runtime.spawn(async move { axum::serve(listener, app).await });
    (runtime, format!("http://{address}/ask"))
}

#[test]
fn the_loop_turns_around_a_server() {
    let (_runtime, address) = server();
    let (_folder, root) = folder(&[]);
    let made = loopwright(&root, &["init", "--from", &address]);
    assert!(made.starts_with("exit 0\n"), "{made}");
    let measured = loopwright(&root, &["eval", "--seed", "3"]);
    assert!(measured.contains("2 of 3 cases always pass, 0 are flaky, 1 never passes"), "{measured}");
    assert!(!measured.contains("simulated"), "{measured}");
    let (_, findings) = document(&loopwright(&root, &["diagnose", "--format", "json", "--quiet"]), 0);
    assert_eq!(findings[0]["code"], "LW104");
    assert_eq!(findings[0]["cases"], json!(["nonsense"]));
    loopwright(&root, &["eval", "--seed", "4", "--quiet"]);
    let ids = runs(&root);
    let (_, compared) = document(&loopwright(&root, &["compare", &ids[1], &ids[0], "--format", "json"]), 0);
    assert_eq!(compared[0]["difference"]["point"], json!(0.0));
    let (_, gate) = document(&loopwright(&root, &["gate", "--format", "json", "--quiet"]), 4);
    assert_eq!(gate["kind"], "ci");
    let improve = loopwright(&root, &["improve", "--finding", "LW104"]);
    assert!(improve.starts_with("exit 5\n"), "{improve}");
}

#[test]
fn a_server_that_is_gone_is_no_bad_agent() {
    let (runtime, address) = server();
    let (_folder, root) = folder(&[]);
    loopwright(&root, &["init", "--from", &address]);
    drop(runtime);
    let shown = loopwright(&root, &["eval", "--trials", "1", "--limit", "1"]);
    assert!(shown.starts_with("exit 1\n"), "{shown}");
    assert!(shown.contains("every trial died of its infrastructure: nothing was measured"), "{shown}");
}
