//! Samples and results in the form in which lm-evaluation-harness 0.4 writes them: a task whose answers go through two
//! filters, and one where the model chooses by likelihood. Written for these tests.

use loopwright_core::{SourceError, Unscored, Verdict};
use loopwright_exchange::{ImportedRun, LmEvalImport, LmEvalResults, SourceText, read_lm_eval};
use serde_json::json;

const RESULTS: &str = include_str!("../fixtures/lm_eval/results_2026-01-02T10-00-00.123456.json");
const SUMS: &str = include_str!("../fixtures/lm_eval/samples_sums_2026-01-02T10-00-00.123456.jsonl");
const WARM: &str = include_str!("../fixtures/lm_eval/samples_warm_2026-01-02T10-00-00.123456.jsonl");

fn read(task: &str, text: &str) -> Result<ImportedRun, SourceError> {
    let results = LmEvalResults::read(RESULTS).unwrap();
    let import = LmEvalImport { task, results: &results, at_ns: 7, version: "0.1.0".into() };
    read_lm_eval(SourceText::new("samples.jsonl", text), &import)
}

#[test]
fn each_filter_of_a_metric_is_a_metric() {
    let run = read("sums", SUMS).unwrap();
    let manifest = &run.manifest;
    assert_eq!((manifest.suite.as_str(), manifest.trials), ("lm-eval-sums", 3));
    assert_eq!(manifest.arms[0].name.as_str(), "EleutherAI/pythia-14m");
    assert_eq!(manifest.started_ns, 1_767_348_000_500_000_000);
    let metrics: Vec<&str> = manifest.metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(metrics, ["exact_match/flexible-extract", "exact_match/strict-match"]);
    let keys: Vec<&str> = run.cases.iter().map(|case| case.key.as_str()).collect();
    assert_eq!(keys, ["sums-0", "sums-1", "sums-10"]);
    let passed = |metric: usize| run.trials.iter().filter(|one| one.scores[metric].verdict == Verdict::Pass).count();
    assert_eq!((passed(0), passed(1)), (2, 1), "as the results have it");
    let second = &run.trials[1];
    assert_eq!(second.trial.trace.outcome.text(), " 3 + 5 = 8");
    assert_eq!((second.scores[0].evidence.as_str(), second.scores[1].evidence.as_str()), ("8", "[invalid]"));
    assert_eq!(run.cases[1].input.question(), "Question: What is 3 + 5?\nAnswer:");
    assert_eq!(run.cases[1].expectation.reference.as_deref(), Some("8"));
}

#[test]
fn the_likeliest_continuation_is_the_answer() {
    let run = read("warm", WARM).unwrap();
    let metrics: Vec<&str> = run.manifest.metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(metrics, ["acc", "bits", "f1"]);
    let answers: Vec<&str> = run.trials.iter().map(|one| one.trial.trace.outcome.text()).collect();
    assert_eq!(answers, ["cold", "cold"]);
    let scores = &run.trials[1].scores;
    assert_eq!((&scores[0].verdict, scores[1].value), (&Verdict::Fail, Some(2.5)));
    assert!(matches!(scores[2].verdict, Verdict::Unscored(Unscored::Scorer(_))), "F1 is one of the whole task");
    let bits = &run.manifest.metric_specs[&run.manifest.metrics[1].name];
    assert_eq!(bits.settings["direction"], json!("down"));
}

#[test]
fn a_conversation_is_read_as_one_and_older_lines_too() {
    let chat = json!([{"role": "user", "content": "2 + 2?"}]).to_string();
    let line = json!({"doc_id": 3, "doc": {}, "target": 4, "arguments": [[chat, {"until": []}]], "resps": [["4"]],
                      "filtered_resps": ["4"], "exact_match": 1.0, "doc_hash": "x"});
    let run = read("sums", &line.to_string()).unwrap();
    assert_eq!(run.cases[0].input.question(), "2 + 2?");
    assert_eq!(run.manifest.metrics[0].name.as_str(), "exact_match");
    assert_eq!(run.trials[0].scores[0].verdict, Verdict::Pass);
}

#[test]
fn faults_show_their_line() {
    let (first, _) = SUMS.split_once('\n').unwrap();
    let twice = read("sums", &format!("{first}\n{first}\n")).unwrap_err();
    assert_eq!(twice.to_string(), "samples.jsonl:2:2: document 0 stands there twice with the same filter");
    assert_eq!(read("sums", "").unwrap_err().to_string(), "samples.jsonl:1:1: there is no sample in the file");
    let odd = read("sums", "{\"doc_id\": 1}").unwrap_err();
    assert_eq!(odd.message, "missing field `resps`");
    assert_eq!(LmEvalResults::read("{}").unwrap_err(), "line 1, column 2: missing field `config`");
    let tasks = LmEvalResults::read(RESULTS).unwrap();
    assert_eq!(tasks.tasks().collect::<Vec<_>>(), ["sums", "warm"]);
}
