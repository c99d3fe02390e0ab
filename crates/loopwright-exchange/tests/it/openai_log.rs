//! A log in the form in which `oaieval` writes it, of three samples, written for these tests.

use loopwright_core::{Outcome, Role, RunStatus, SourceError, Unscored, Verdict};
use loopwright_exchange::{ImportedRun, OpenAiLogImport, SourceText, read_openai_log};

const LOG: &str = include_str!("../fixtures/openai_log/log.jsonl");

fn read(text: &str) -> Result<ImportedRun, SourceError> {
    let import = OpenAiLogImport { at_ns: 7, version: "0.1.0".into() };
    read_openai_log(SourceText::new("log.jsonl", text), &import)
}

#[test]
fn samples_are_cases_in_the_order_of_their_numbers() {
    let run = read(LOG).unwrap();
    let manifest = &run.manifest;
    assert_eq!(manifest.id.as_str(), "openai-evals-260102100000ABCDEFGH");
    assert_eq!((manifest.suite.as_str(), manifest.trials), ("phrases.s1.simple-v0", 3));
    assert_eq!(manifest.arms[0].name.as_str(), "gpt-4o-mini");
    let metrics: Vec<&str> = manifest.metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(metrics, ["match", "score"]);
    let keys: Vec<&str> = run.cases.iter().map(|case| case.key.as_str()).collect();
    assert_eq!(keys, ["phrases.s1.2", "phrases.s1.3", "phrases.s1.10"]);
    assert_eq!(run.cases[0].expectation.reference.as_deref(), Some("George Washington"));
}

#[test]
fn events_are_what_was_said_and_how_it_was_scored() {
    let run = read(LOG).unwrap();
    let right = &run.trials[0];
    assert_eq!(right.trial.trace.outcome.text(), "George Washington");
    assert_eq!((right.scores[0].value, &right.scores[0].verdict), (Some(1.0), &Verdict::Pass));
    assert_eq!((right.scores[1].value, &right.scores[1].verdict), (Some(0.75), &Verdict::Measured));
    let wrong = &run.trials[2];
    assert_eq!(wrong.scores[0].verdict, Verdict::Fail);
    assert_eq!(wrong.scores[0].evidence, "expected: \"time\", picked: null");
    assert_eq!(wrong.scores[1].verdict, Verdict::Unscored(Unscored::Scorer("no score was recorded".into())));
    let (request, _) = wrong.trial.trace.chats().next().unwrap();
    let roles: Vec<Role> = request.messages.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::System, Role::User]);
    assert_eq!((wrong.trial.cost.usage.input(), wrong.trial.cost.usage.output()), (21, 4));
}

#[test]
fn an_error_without_an_answer_says_nothing_about_the_agent() {
    let run = read(LOG).unwrap();
    let broken = &run.trials[1];
    assert_eq!(broken.trial.trace.outcome, Outcome::Infrastructure { message: "too many requests".into() });
    assert!(broken.scores.iter().all(|score| score.verdict == Verdict::Unscored(Unscored::Infrastructure)));
}

#[test]
fn a_log_without_a_report_was_broken_off() {
    assert_eq!(read(LOG).unwrap().status, RunStatus::Complete);
    let (broken_off, _) = LOG.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(read(broken_off).unwrap().status, RunStatus::Unfinished);
}

#[test]
fn faults_show_their_line() {
    let (spec, events) = LOG.split_once('\n').unwrap();
    assert_eq!(read(events).unwrap_err().to_string(), "log.jsonl:1:1: no line of the log holds a `spec`");
    assert_eq!(read(spec).unwrap_err().to_string(), "log.jsonl:1:1: there is no event of a sample in the log");
    let odd = read(&format!("{spec}\n[1]\n")).unwrap_err();
    assert_eq!(odd.to_string(), "log.jsonl:2:1: expected an object, found a list");
    let nameless = read(&spec.replace("\"run_id\"", "\"id\"")).unwrap_err();
    assert!(nameless.to_string().starts_with("log.jsonl:1:"), "{nameless}");
    assert!(nameless.message.contains("missing field `run_id`"), "{nameless}");
}
