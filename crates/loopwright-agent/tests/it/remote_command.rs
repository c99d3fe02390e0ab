//! Agents that are programs: here, small ones for the shell.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use loopwright_agent::{AgentSpec, Always, Remote, RemoteError, Reply, RunContext, connect};
use loopwright_core::{Digest, Input, Outcome, Seed, ToolStatus, Trace, TraceId};
use loopwright_model::Access;
use serde_json::json;

use crate::fixture::{Scripted, ToldClock, block_on, failure, spec, unreachable};

/// Answers every line with the text that stands in it behind `"input":`, and the count of lines so far.
const ECHO: &str = r#"n=0; while read -r line; do n=$((n+1)); id=${line#*\"id\":}; id=${id%%,*}
text=${line#*\"input\":\"}; text=${text%%\"*}; echo "{\"id\":$id,\"answer\":\"$text $n\"}"; done"#;

fn attached(script: &str) -> AgentSpec {
    let endpoint = json!({"kind": "command", "command": ["sh", "-c", script]});
    spec(&[("endpoint", endpoint), ("limits", json!({"seconds": 40}))])
}

fn connected(spec: &AgentSpec, folder: &Path) -> Arc<dyn Remote> {
    connect(spec, folder, Arc::new(ToldClock::default()), &Access::default()).unwrap()
}

/// Asks the program of `script` these questions, one after the other.
fn asked(script: &str, questions: &[&str]) -> Vec<Result<Reply, RemoteError>> {
    let remote = connected(&attached(script), Path::new("."));
    block_on(async move {
        let mut replies = vec![];
        for question in questions {
            replies.push(remote.ask(&Input::text(*question), Seed(1)).await);
        }
        drop(remote);
        replies
    })
}

/// A run that may use nothing of the world outside.
fn bare<'a>(clock: &'a ToldClock, model: &'a Scripted) -> RunContext<'a> {
    let (seed, approver) = (Seed(1), &Always::Deny);
    RunContext { clock, seed, model, retriever: None, tools: None, approver, remote: None, watcher: None }
}

fn answer(reply: &Result<Reply, RemoteError>) -> &str {
    &reply.as_ref().unwrap().answer
}

#[test]
fn one_process_answers_many_questions() {
    let replies = asked(ECHO, &["a", "b", "c"]);
    assert_eq!(replies.iter().map(answer).collect::<Vec<_>>(), ["a 1", "b 2", "c 3"]);
}

#[test]
fn several_questions_at_once_get_processes_of_their_own() {
    let remote = connected(&attached(ECHO), Path::new("."));
    let (inputs, remote) = (["a", "b", "c", "d", "e", "f"].map(Input::text), &remote);
    let mut answers: Vec<String> = block_on(async move {
        let [a, b, c, d, e, f] = inputs.each_ref().map(|input| remote.ask(input, Seed(1)));
        let (a, b, c, d, e, f) = tokio::join!(a, b, c, d, e, f);
        [a, b, c, d, e, f].iter().map(|reply| answer(reply).to_owned()).collect()
    });
    answers.sort();
    assert_eq!(answers.iter().filter(|answer| answer.ends_with(" 1")).count(), 4, "{answers:?}");
    let letters: String = answers.iter().filter_map(|answer| answer.chars().next()).collect();
    assert_eq!(letters, "abcdef");
}

#[test]
fn it_runs_in_the_folder_of_the_project() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("here.txt"), "found").unwrap();
    let remote = connected(&attached(r#"read -r line; echo "{\"answer\":\"$(cat here.txt)\"}""#), folder.path());
    let reply = block_on(async { remote.ask(&Input::text("q"), Seed(1)).await });
    assert_eq!(answer(&reply), "found");
}

#[test]
fn calls_and_usage_become_spans_of_the_trial() {
    let script = r#"while read -r line; do echo '{"answer":"ok","calls":[{"tool":"find","args":{"q":1},"result":"two"}],
"usage":{"input":9,"output":4}}' | tr -d '\n'; echo; done"#;
    let spec = attached(script);
    let remote = connected(&spec, Path::new("."));
    let (model, clock) = (Scripted::default(), ToldClock::default());
    let context = RunContext { remote: Some(&*remote), ..bare(&clock, &model) };
    let id = TraceId::of(&Digest::of_bytes(b"t"));
    let trace: Trace = block_on(loopwright_agent::run(context, &spec, &Input::text("q"), id));
    assert_eq!(trace.outcome, Outcome::Answered { text: "ok".into() });
    let used: Vec<_> = trace.tool_calls().collect();
    assert_eq!((used[0].call.name.as_str(), used[0].result, used[0].status), ("find", "two", ToolStatus::Done));
    assert_eq!(trace.usage().total(), 13);
    assert_eq!(trace.cost().money, None);
}

#[test]
fn what_an_agent_does_not_tell_is_unknown_and_not_free() {
    let spec = attached(ECHO);
    let remote = connected(&spec, Path::new("."));
    let (model, clock) = (Scripted::default(), ToldClock::default());
    let context = RunContext { remote: Some(&*remote), ..bare(&clock, &model) };
    let id = TraceId::of(&Digest::of_bytes(b"t"));
    let trace: Trace = block_on(loopwright_agent::run(context, &spec, &Input::text("q"), id));
    assert_eq!((trace.usage().total(), trace.cost().money, trace.cost().energy), (0, None, None));
}

#[test]
fn a_crash_is_told_with_its_last_words_and_the_next_question_gets_a_new_process() {
    let script = format!(
        "echo 'starting' >&2; crash() {{ echo \"it broke: $1\" >&2; exit 3; }}\n{}",
        ECHO.replace("echo \"{", "[ \"$text\" = bad ] && crash here; echo \"{")
    );
    let replies = asked(&script, &["a", "bad", "c"]);
    assert_eq!(answer(&replies[0]), "a 1");
    let message = unreachable(&replies[1]);
    assert!(message.ends_with("(exit status: 3); it last said: starting / it broke: here"), "{message}");
    assert_eq!(answer(&replies[2]), "c 1");
}

#[test]
fn what_it_says_wrongly_is_its_failure() {
    assert_eq!(failure(&asked("read -r l; echo '{\"error\":\"no\\u001b luck\"}'", &["q"])[0]), "no luck");
    let replies = asked("while read -r l; do echo 'loading…'; done", &["q", "r"]);
    assert!(failure(&replies[0]).contains("only answers belong there: loading…"), "{replies:?}");
    assert!(failure(&replies[1]).contains("loading…"), "{replies:?}");
    assert!(failure(&asked("read -r l; echo '{\"id\":99,\"answer\":\"x\"}'", &["q"])[0]).contains("request 99"));
    assert!(failure(&asked("read -r l; echo '{\"text\":\"x\"}'", &["q"])[0]).contains("neither `answer` nor `error`"));
    let endless = "read -r l; head -c 9000000 /dev/zero | tr '\\0' x; sleep 60";
    assert!(failure(&asked(endless, &["q"])[0]).contains("longer than 8388608 bytes"));
}

#[cfg(unix)]
#[test]
fn what_is_not_answered_in_time_is_ended_with_all_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("alive");
    let (question, clock) = (Input::text("q"), Arc::new(ToldClock::default()));
    let setup = connected(&attached("read -r line; mkfifo alive; echo '{\"answer\":\"made\"}'"), folder.path());
    // The program waits for a child of its own, which holds the pipe open for as long as it lives.
    let spec = attached("read -r line; sh -c 'exec 3>alive; sleep 30; echo survived >&3' & wait");
    let remote = connect(&spec, folder.path(), clock.clone(), &Access::default()).unwrap();
    let (late, left) = block_on(async {
        assert_eq!(answer(&setup.ask(&question, Seed(1)).await), "made");
        let (told, reading) = (clock.clone(), pipe.clone());
        let left = tokio::task::spawn_blocking(move || {
            let mut pipe = std::fs::File::open(reading).unwrap();
            told.end_sleep();
            let mut left = String::new();
            pipe.read_to_string(&mut left).map(|_| left)
        });
        let late = remote.ask(&question, Seed(1)).await;
        (late, left.await.unwrap().unwrap())
    });
    assert_eq!(unreachable(&late), "no answer within 40 s");
    assert_eq!(left, "");
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let spec = spec(&[("endpoint", json!({"kind": "command", "command": ["no-such-program-here", "x"]}))]);
    let remote = connected(&spec, Path::new("."));
    let reply = block_on(async { remote.ask(&Input::text("q"), Seed(1)).await });
    assert!(unreachable(&reply).starts_with("`no-such-program-here x` cannot be started: "), "{reply:?}");
}
