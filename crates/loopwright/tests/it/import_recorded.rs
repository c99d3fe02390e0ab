//! Results of other tools come in as runs.

use std::path::Path;

use crate::binary::{data, loopwright, write};

const TAU2: &str = include_str!("../../../loopwright-exchange/tests/fixtures/tau2/results.json");
const LOG: &str = include_str!("../../../loopwright-exchange/tests/fixtures/openai_log/log.jsonl");
const TIME: &str = "2026-01-02T10-00-00.123456";

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../loopwright-exchange/tests/fixtures/lm_eval");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn results_of_tau2_become_a_run() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "results.json", TAU2);
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "tau2", "results.json"]), @r"
    exit 0
    --- stdout
    suite tau2-shop · 2 cases, 3 trials an arm · run tau2-shop-82f4557aca4f · complete

      metric       estimate  95 % interval  cases  unscored
      reward         25.0 %  3.7 – 74.4 %       2         1
      communicate    50.0 %  5.5 – 94.5 %       1         2
      db             50.0 %  5.5 – 94.5 %       1         2

      0 of 2 cases always pass, 1 is flaky, 1 never passes
        flaky: shop-0

    5 trials without a score: 3 infrastructure, 2 scorer
    cost: 5,400 tokens in, 240 out; price unknown; energy unknown
    --- stderr
    next: loopwright runs tau2-shop-82f4557aca4f
    ");
}

#[test]
fn a_log_of_openai_becomes_a_run() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "log.jsonl", LOG);
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "openai-log", "log.jsonl"]), @r"
    exit 0
    --- stdout
    suite phrases.s1.simple-v0 · 2 cases, 2 trials an arm · run openai-evals-260102100000ABCDEFGH · complete

      metric  estimate  95 % interval  cases  unscored
      match     50.0 %  9.5 – 90.5 %       2         1
      score     75.0 %  11.8 – 98.5 %      1         2

      1 of 2 cases always passes, 0 are flaky, 1 never passes

    3 trials without a score: 2 infrastructure, 1 scorer
    cost: 21 tokens in, 4 out; price unknown; energy unknown
    --- stderr
    next: loopwright runs openai-evals-260102100000ABCDEFGH
    ");
    let again = loopwright(folder.path(), &["import", "openai-log", "log.jsonl"]);
    assert!(again.contains("is in the ledger already; nothing was added"), "{again}");
}

#[test]
fn results_of_lm_eval_bring_the_samples_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    for name in
        [format!("results_{TIME}.json"), format!("samples_sums_{TIME}.jsonl"), format!("samples_warm_{TIME}.jsonl")]
    {
        write(folder.path(), &format!("out/{name}"), &fixture(&name));
    }
    let results = format!("out/results_{TIME}.json");
    let runs = data(&loopwright(folder.path(), &["import", "lm-eval", &results, "--format", "json"]), "recorded_runs");
    let suites: Vec<&str> = runs["runs"].as_array().unwrap().iter().map(|run| run["suite"].as_str().unwrap()).collect();
    assert_eq!(suites, ["lm-eval-sums", "lm-eval-warm"]);
    let samples = format!("out/samples_sums_{TIME}.jsonl");
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "lm-eval", &samples]), @r"
    exit 0
    --- stdout
    suite lm-eval-sums · 3 cases, 3 trials an arm · run lm-eval-sums-ccbefb2213bc · complete

      metric                        estimate  95 % interval  cases  unscored
      exact_match/flexible-extract    66.7 %  20.8 – 93.9 %      3         –
      exact_match/strict-match        33.3 %  6.1 – 79.2 %       3         –

      2 of 3 cases always pass, 0 are flaky, 1 never passes

    cost: tokens unknown; price unknown; energy unknown
    --- stderr
    `lm-eval-sums-ccbefb2213bc` is in the ledger already; nothing was added
    next: loopwright runs lm-eval-sums-ccbefb2213bc
    ");
}

#[test]
fn what_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &format!("results_{TIME}.json"), &fixture(&format!("results_{TIME}.json")));
    write(folder.path(), "samples_2026-01-03T10-00-00.1.jsonl", "{}");
    write(folder.path(), "samples_sums_2026-01-03T10-00-00.1.jsonl", "{}");
    write(folder.path(), "tasks.json", "[]");
    for (arguments, said) in [
        (
            vec!["lm-eval", "results_2026-01-02T10-00-00.123456.json"],
            "hint: lm-eval writes samples with `--log_samples`",
        ),
        (vec!["lm-eval", "samples_2026-01-03T10-00-00.1.jsonl"], "does not say of which task and time it is"),
        (
            vec!["lm-eval", "samples_sums_2026-01-03T10-00-00.1.jsonl"],
            "`results_2026-01-03T10-00-00.1.json` cannot be read",
        ),
        (vec!["tau2", "tasks.json"], "`tasks.json`: read the results: line 1, column 2"),
        (vec!["openai-log", "tasks.json"], "expected an object, found a list"),
        (vec!["tau2", "tasks.json", "--name", "x"], "`--name` does not go with this format"),
    ] {
        let shown = loopwright(folder.path(), &[&["import"], arguments.as_slice()].concat());
        assert!(shown.starts_with("exit 2") && shown.contains(said), "{shown}");
    }
    assert!(!folder.path().join("loopwright.toml").exists());
}
