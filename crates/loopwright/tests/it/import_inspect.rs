//! Logs of Inspect come in as runs, and runs go out as logs.

use std::path::Path;

use serde_json::Value;

use crate::binary::{data, loopwright, write};

/// Six trials of three cases; Inspect wrote it itself.
const SHOP: &[u8] = include_bytes!("../../../loopwright-exchange/tests/fixtures/inspect/shop.eval");

fn shop(folder: &Path) {
    std::fs::write(folder.join("shop.eval"), SHOP).unwrap();
}

fn run_id(runs: &Value) -> String {
    runs["runs"][0]["run"].as_str().unwrap().to_owned()
}

#[test]
fn a_log_comes_in_and_goes_out_with_the_same_figures() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    shop(here.path());
    insta::assert_snapshot!(loopwright(here.path(), &["import", "inspect", "shop.eval"]), @r"
    exit 0
    --- stdout
    suite inspect-shop · 3 cases, 6 trials an arm · run inspect-shop-kDxugfyJmNKxYfJW2wEt3a · complete

      metric    estimate  95 % interval  cases  unscored
      includes    66.7 %  20.8 – 93.9 %      3         –
      pass^2      66.7 %  20.8 – 93.9 %      3         –
      length        7.00  −5.71 – 19.7       2         2

      2 of 3 cases always pass, 0 are flaky, 1 never passes

      tag         estimate  interval        cases
      level:easy   100.0 %  20.7 – 100.0 %      1

    2 trials without a score: 2 scorer
    cost: 160 tokens in (40 cached), 24 out; price unknown; energy unknown
    --- stderr
    next: loopwright runs inspect-shop-kDxugfyJmNKxYfJW2wEt3a
    ");
    let first =
        data(&loopwright(here.path(), &["import", "inspect", "shop.eval", "--format", "json"]), "recorded_runs");
    let run = run_id(&first);
    let runs = data(&loopwright(here.path(), &["runs", "--format", "json"]), "runs");
    assert_eq!(runs.as_array().unwrap().len(), 1, "the same log is one run");
    assert_eq!((&runs[0]["manifest"]["id"], &runs[0]["manifest"]["trials"]), (&run.as_str().into(), &6.into()));
    let out = there.path().join("out.eval");
    let export = ["export", "inspect", &run, "-o", out.to_str().unwrap(), "--format", "json"];
    let exported = data(&loopwright(here.path(), &export), "export");
    assert_eq!((&exported["trials"], &exported["left_out"]), (&6.into(), &0.into()));
    let again = loopwright(here.path(), &export);
    assert!(again.starts_with("exit 2") && again.contains("cannot be written"), "{again}");
    let second =
        data(&loopwright(there.path(), &["import", "inspect", "out.eval", "--format", "json"]), "recorded_runs");
    let (first, second) = (&first["runs"][0], &second["runs"][0]);
    for figure in ["arm", "metrics", "all_of_k", "steadiness"] {
        assert_eq!(first["arms"][0][figure], second["arms"][0][figure], "{figure}");
    }
    assert_eq!((&first["unscored"], &first["cost"]), (&second["unscored"], &second["cost"]));
    assert_eq!(first["arms"][0]["all_of_k"][0]["point"], serde_json::json!(2.0 / 3.0));
}

#[test]
fn recorded_runs_have_figures_and_a_verdict_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    shop(folder.path());
    let told =
        data(&loopwright(folder.path(), &["import", "inspect", "shop.eval", "--format", "json"]), "recorded_runs");
    let first = run_id(&told);
    let shown = data(&loopwright(folder.path(), &["runs", &first, "--format", "json"]), "summary");
    assert_eq!(shown["arms"], told["runs"][0]["arms"], "the ledger says what the file said");
    loopwright(folder.path(), &["export", "inspect", &first, "-o", "again.eval"]);
    let again = loopwright(folder.path(), &["import", "inspect", "again.eval", "--format", "json"]);
    let second = run_id(&data(&again, "recorded_runs"));
    let compared = data(&loopwright(folder.path(), &["compare", &first, &second, "--format", "json"]), "comparisons");
    let verdicts: Vec<_> = compared.as_array().unwrap().iter().map(|one| (&one["metric"], &one["change"])).collect();
    // Three cases cannot show that a share is the same; two that agree to the letter show it of a number.
    let expected = [("includes", "underpowered"), ("length", "equivalent")];
    let expected = expected.map(|(metric, change)| (Value::from(metric), Value::from(change)));
    assert_eq!(verdicts, expected.iter().map(|(metric, change)| (metric, change)).collect::<Vec<_>>());
}

#[test]
fn the_samples_of_a_log_make_a_suite_under_a_name() {
    let folder = tempfile::tempdir().unwrap();
    shop(folder.path());
    let shown = loopwright(folder.path(), &["import", "inspect", "shop.eval", "--name", "shop", "--format", "json"]);
    let told = data(&shown, "recorded_runs");
    let in_vain = loopwright(folder.path(), &["import", "inspect", "shop.eval", "--agent", "caller"]);
    assert!(in_vain.starts_with("exit 2") && in_vain.contains("`--name`"), "{in_vain}");
    assert_eq!((&told["suite"]["suite"], &told["suite"]["cases"]), (&"shop".into(), &3.into()));
    let eval = loopwright(folder.path(), &["eval", "shop", "--seed", "1", "--format", "json", "--quiet"]);
    assert_eq!(data(&eval, "summary")["arms"][0]["metrics"][0]["metric"], "answer");
}

#[test]
fn what_is_no_log_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "log.json", "{}");
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "inspect", "log.json"]), @r"
    exit 2
    --- stderr
    error: `log.json`: open the log as a ZIP archive: invalid Zip archive: Could not find EOCD
    hint: this reader takes `.eval` logs; `inspect log convert --to eval` makes one of a `.json` log
    ");
    assert!(!folder.path().join("loopwright.toml").exists());
    shop(folder.path());
    loopwright(folder.path(), &["import", "inspect", "shop.eval"]);
    insta::assert_snapshot!(loopwright(folder.path(), &["export", "inspect", "nowhere", "-o", "out.eval"]), @r"
    exit 2
    --- stderr
    error: there is no run `nowhere`
    hint: `loopwright runs` lists them
    ");
    assert!(!folder.path().join("out.eval").exists());
}
