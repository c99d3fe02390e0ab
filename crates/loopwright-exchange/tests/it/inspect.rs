//! Logs that Inspect 0.3.285 wrote with its mock model, whole and broken.

use std::io::{Cursor, Write};

use loopwright_core::{AnswerRule, Limit, Outcome, RunStatus, SpanDetail, ToolStatus, Unscored, Verdict};
use loopwright_exchange::{InspectError, InspectImport, InspectLog, InspectSample, InspectWriter};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const SHOP: &[u8] = include_bytes!("../fixtures/inspect/shop.eval");
const LIMIT: &[u8] = include_bytes!("../fixtures/inspect/limit.eval");

fn import() -> InspectImport {
    InspectImport { at_ns: 7, most: 1 << 20, version: "0.1.0".into() }
}

fn open(bytes: &[u8]) -> Result<InspectLog<'_>, InspectError> {
    InspectLog::open(Cursor::new(bytes), &import())
}

fn samples(bytes: &[u8]) -> Vec<InspectSample> {
    open(bytes).unwrap().samples().collect::<Result<_, _>>().unwrap()
}

fn sample(samples: &[InspectSample], key: &str) -> InspectSample {
    samples.iter().find(|sample| sample.case.key.as_str() == key).unwrap().clone()
}

/// `log` without the members that `is_lost` names.
fn without(log: &[u8], is_lost: fn(&str) -> bool) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(log)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(vec![]));
    for index in 0..from.len() {
        let member = from.by_index_raw(index).unwrap();
        if !is_lost(&member.name().unwrap()) {
            to.raw_copy_file(member).unwrap();
        }
    }
    to.finish().unwrap().into_inner()
}

/// A log of deflated members, as Inspect wrote them before it took zstd.
fn log(members: &[(&str, String)]) -> Vec<u8> {
    let mut to = ZipWriter::new(Cursor::new(vec![]));
    for (name, text) in members {
        to.start_file(*name, SimpleFileOptions::default()).unwrap();
        to.write_all(text.as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

fn header() -> (&'static str, String) {
    let eval = json!({"task": "shop", "model": "m", "eval_id": "e"});
    ("header.json", json!({"version": 2, "status": "success", "eval": eval}).to_string())
}

#[test]
fn a_log_becomes_a_run_with_a_trial_for_each_sample_and_epoch() {
    let mut log = open(SHOP).unwrap();
    assert_eq!(log.status(), RunStatus::Complete);
    let manifest = log.manifest().clone();
    assert_eq!((manifest.suite.as_str(), manifest.trials), ("inspect-shop", 6));
    assert_eq!(manifest.arms[0].name.as_str(), "mockllm/model");
    assert_eq!(manifest.arms[0].variant.part("plan").unwrap()[1]["solver"], "use_tools");
    let metrics: Vec<&str> = manifest.metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(metrics, ["includes", "length"]);
    let samples: Vec<InspectSample> = log.samples().collect::<Result<_, _>>().unwrap();
    let places: std::collections::BTreeSet<(String, u32)> =
        samples.iter().map(|one| (one.case.key.to_string(), one.trial.trial.site.repetition)).collect();
    let expected = ["apples", "plums", "sum"].map(|key| [(key.to_owned(), 0), (key.to_owned(), 1)]);
    assert_eq!(places, expected.into_iter().flatten().collect());
}

#[test]
fn a_sample_becomes_a_case() {
    let all = samples(SHOP);
    let apples = sample(&all, "apples").case;
    assert!(apples.input.question().ends_with("How many apples are in a box?"));
    assert_eq!(apples.tags.iter().map(ToString::to_string).collect::<Vec<_>>(), ["level:easy"]);
    assert_eq!(apples.expectation.answer, Some(AnswerRule::Contains("twelve".into())));
    assert_eq!(apples.expectation.reference.as_deref(), Some("twelve"));
    let several = AnswerRule::ContainsAny(vec!["3".into(), "three".into()]);
    assert_eq!(sample(&all, "sum").case.expectation.answer, Some(several));
}

#[test]
fn events_become_steps_from_the_pool_of_messages() {
    let trial = sample(&samples(SHOP), "sum").trial.trial;
    let names: Vec<String> = trial.trace.spans.iter().map(loopwright_core::Span::name).collect();
    let expected = ["invoke_agent inspect-shop", "chat mockllm/model", "execute_tool add", "chat mockllm/model"];
    assert_eq!(names, expected);
    let heard: Vec<usize> = trial.trace.chats().map(|(request, _)| request.messages.len()).collect();
    assert_eq!(heard, [2, 1], "the second call holds only what came after the first");
    let SpanDetail::Chat { request, .. } = &trial.trace.spans[1].detail else { panic!("a chat") };
    assert_eq!(request.tools[0].parameters["required"], json!(["x", "y"]));
    let call = trial.trace.tool_calls().next().unwrap();
    assert_eq!((call.arguments, call.result, call.status), (Some(&json!({"x": 1, "y": 2})), "3", ToolStatus::Done));
    assert_eq!(trial.trace.outcome, Outcome::Answered { text: "It is 3.".into() });
    assert_eq!((trial.cost.usage.input(), trial.cost.usage.cached(), trial.cost.usage.output()), (40, 10, 6));
    assert!(trial.cost.money.is_none());
    assert!(trial.trace.spans.iter().all(|span| span.start_ns > 1_700_000_000_000_000_000), "times are recorded");
}

#[test]
fn texts_that_stand_apart_are_put_back() {
    let apples = sample(&samples(SHOP), "apples").trial.trial;
    let (request, _) = apples.trace.chats().next().unwrap();
    assert!(request.messages[1].plain_text().starts_with("A shop sells apples"), "{request:?}");
}

#[test]
fn scores_keep_their_meaning() {
    let all = samples(SHOP);
    let of = |key: &str| {
        let scores = sample(&all, key).trial.scores;
        scores.into_iter().map(|score| (score.value, score.verdict)).collect::<Vec<_>>()
    };
    assert_eq!(of("apples"), [(Some(1.0), Verdict::Pass), (Some(6.0), Verdict::Measured)]);
    let not_a_number = Unscored::Scorer("the recorded value is not a number".into());
    assert_eq!(of("plums"), [(Some(0.0), Verdict::Fail), (None, Verdict::Unscored(not_a_number))]);
    assert_eq!(sample(&all, "sum").trial.scores[0].evidence, "It is 3.");
}

#[test]
fn a_limit_is_how_the_sample_ended() {
    let trial = sample(&samples(LIMIT), "sum").trial.trial;
    assert!(matches!(trial.trace.outcome, Outcome::Stopped { limit: Limit::Steps, .. }), "{:?}", trial.trace.outcome);
}

#[test]
fn a_log_that_was_broken_off_keeps_its_samples() {
    let crashed = without(SHOP, |name| {
        ["header.json", "summaries.json", "reductions.json", "samples/sum_epoch_2.json"].contains(&name)
    });
    let mut log = open(&crashed).unwrap();
    assert_eq!((log.status(), log.manifest().trials), (RunStatus::Unfinished, 6));
    assert_eq!(log.manifest().metrics, open(SHOP).unwrap().manifest().metrics);
    assert_eq!(log.manifest().id, open(SHOP).unwrap().manifest().id, "the whole log goes on where this one stops");
    assert_eq!(log.samples().filter(Result::is_ok).count(), 5);
    let limited = without(LIMIT, |name| name == "header.json");
    assert_eq!(open(&limited).unwrap().manifest().metrics, open(LIMIT).unwrap().manifest().metrics);
}

#[test]
fn a_sample_that_failed_says_nothing_about_the_agent() {
    let sample = json!({"id": 3, "epoch": 1, "input": [{"role": "user", "content": "?"}], "target": "",
                        "error": {"message": "ConnectionError", "traceback": "", "traceback_ansi": ""}});
    let eval = json!({"task": "a task", "model": "m", "eval_id": "e", "scorers": [{"name": "match"}]});
    let start = json!({"version": 2, "eval": eval, "plan": {}});
    let bytes = log(&[("_journal/start.json", start.to_string()), ("samples/3_epoch_1.json", sample.to_string())]);
    let mut log = open(&bytes).unwrap();
    assert!(log.manifest().suite.as_str().starts_with("inspect-a-task#"));
    let one = log.samples().next().unwrap().unwrap();
    assert_eq!(one.case.key.as_str(), "3");
    assert_eq!(one.trial.scores[0].verdict, Verdict::Unscored(Unscored::Infrastructure));
    assert!(
        matches!(&one.trial.trial.trace.outcome, Outcome::Infrastructure { message } if message == "ConnectionError")
    );
}

#[test]
fn a_log_without_events_has_the_conversation() {
    let call = json!({"id": "c", "function": "add", "arguments": {"x": 1}});
    let messages = json!([
        {"role": "user", "content": [{"type": "text", "text": "Hm?"}, {"type": "audio", "audio": "…"}]},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "", "tool_call_id": "c", "function": "add",
         "error": {"type": "parsing", "message": "`y` is missing"}},
        {"role": "assistant", "content": [{"type": "reasoning", "reasoning": "…"}, {"type": "text", "text": "One."}]},
    ]);
    let sample = json!({"id": "a", "epoch": 1, "input": "Hm?", "choices": ["one", "two"], "target": "A",
                        "messages": messages, "scores": {"both": {"value": {"kind": true, "long": "yes"}}}});
    let bytes = log(&[header(), ("samples/a_epoch_1.json", sample.to_string())]);
    let one = open(&bytes).unwrap().samples().next().unwrap().unwrap();
    assert_eq!(one.case.input.question(), "Hm?\n\nA) one\nB) two");
    let trace = one.trial.trial.trace;
    assert_eq!(trace.outcome, Outcome::Answered { text: "One.".into() });
    assert_eq!(trace.chats().next().unwrap().0.messages[0].plain_text(), "Hm?[audio]");
    let call = trace.tool_calls().next().unwrap();
    assert_eq!((call.result, call.status), ("`y` is missing", ToolStatus::InvalidArguments));
}

#[test]
fn what_is_not_a_log_is_told() {
    let fault = |bytes: &[u8]| match open(bytes).map(|mut log| log.samples().find_map(Result::err)) {
        Ok(fault) => fault.unwrap().to_string(),
        Err(fault) => fault.to_string(),
    };
    assert!(fault(b"{}").starts_with("open the log as a ZIP archive: "));
    assert!(fault(&log(&[("a.json", "{}".into())])).starts_with("find `header.json` or `_journal/start.json`"));
    assert_eq!(fault(&log(&[header()])), "find a sample: there is none in the log");
    let newer = json!({"version": 3, "eval": {"task": "t", "model": "m"}}).to_string();
    assert_eq!(fault(&log(&[("header.json", newer)])), "read version 3 of the log; up to version 2 is known");
    let broken = fault(&log(&[header(), ("samples/a_epoch_1.json", "{\"id\": 1,}".into())]));
    assert!(
        broken.starts_with("read `samples/a_epoch_1.json` of the log: ") && broken.ends_with("column 10"),
        "{broken}"
    );
    let same = json!({"id": "a", "epoch": 1}).to_string();
    let twice = fault(&log(&[header(), ("samples/a.json", same.clone()), ("samples/b.json", same)]));
    assert_eq!(twice, "read `samples/b.json` of the log: sample `a`, epoch 1 is recorded twice");
    let large = json!({"id": "x".repeat(2 << 20)}).to_string();
    assert!(fault(&log(&[header(), ("samples/a.json", large)])).contains("more than 1048576 bytes"));
}

/// What comes back of the samples of `log` once they were written anew.
fn rewritten(log: &[u8]) -> (Vec<InspectSample>, Vec<InspectSample>, Vec<u8>) {
    let mut log = open(log).unwrap();
    let (manifest, status) = (log.manifest().clone(), log.status());
    let samples: Vec<InspectSample> = log.samples().collect::<Result<_, _>>().unwrap();
    let mut writer = InspectWriter::begin(Cursor::new(vec![]), &manifest, &manifest.arms[0]).unwrap();
    for one in &samples {
        writer.sample(&one.trial.trial, &one.trial.scores, Some(&one.case)).unwrap();
    }
    let bytes = writer.end(status).unwrap().into_inner();
    let again = self::samples(&bytes);
    (samples, again, bytes)
}

#[test]
fn what_is_written_reads_as_what_was_read() {
    for log in [SHOP, LIMIT] {
        let (samples, again, bytes) = rewritten(log);
        assert_eq!(open(&bytes).unwrap().status(), RunStatus::Complete);
        assert_eq!(samples.len(), again.len());
        for (before, after) in samples.iter().zip(&again) {
            assert_eq!(before.case.key, after.case.key);
            assert_eq!(before.case.input, after.case.input);
            let (before, after) = (&before.trial, &after.trial);
            assert_eq!(before.trial.trace.outcome, after.trial.trace.outcome);
            assert_eq!(before.trial.cost, after.trial.cost);
            let steps = |trial: &loopwright_core::ActedTrial| {
                let spans = trial.trace.spans.iter().skip(1);
                spans.map(|span| (span.start_ns, span.end_ns, span.detail.clone())).collect::<Vec<_>>()
            };
            assert_eq!(steps(&before.trial), steps(&after.trial));
            let verdicts = |scores: &[loopwright_core::Score]| {
                scores.iter().map(|score| (score.metric.name.clone(), score.value)).collect::<Vec<_>>()
            };
            assert_eq!(verdicts(&before.scores), verdicts(&after.scores));
        }
    }
}

#[test]
fn the_results_are_means_over_what_was_scored() {
    let (_, _, bytes) = rewritten(SHOP);
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let header: Value = serde_json::from_reader(zip.by_name("header.json").unwrap()).unwrap();
    let accuracy = &header["results"]["scores"][0];
    assert_eq!((&accuracy["name"], &accuracy["scored_samples"]), (&json!("includes"), &json!(6)));
    assert_eq!(accuracy["metrics"]["accuracy"]["value"], json!(4.0 / 6.0));
    let length = &header["results"]["scores"][1];
    assert_eq!((&length["scored_samples"], &length["unscored_samples"]), (&json!(4), &json!(2)));
    assert_eq!(length["metrics"]["mean"]["value"], json!(7.0));
}
