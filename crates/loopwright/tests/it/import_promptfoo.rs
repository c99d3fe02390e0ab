//! Configurations of promptfoo become projects, by `init --from` and by `import`.

use std::path::Path;

use crate::binary::{data, loopwright, project, write};

const CONFIG: &str = "description: Tea
prompts: [file://prompts/ask.json]
providers:
  - id: openai:gpt-5-mini
    config: { temperature: 0 }
  - file://answer.py
tests:
  - description: steeping
    vars: { question: How long is green tea steeped? }
    assert:
      - { type: icontains, value: two minutes, metric: right }
      - { type: javascript, value: output.length < 100 }
      - { type: latency, threshold: 3000 }
  - file://more.csv
";

fn config(folder: &Path) {
    write(folder, "pf/promptfooconfig.yaml", CONFIG);
    let chat = r#"[{"role": "system", "content": "You know tea."}, {"role": "user", "content": "{{question}}"}]"#;
    write(folder, "pf/prompts/ask.json", chat);
    write(folder, "pf/more.csv", "question,__expected\nWhat is matcha?,not-contains:coffee\n");
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn a_configuration_becomes_a_project() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path());
    let shown = loopwright(folder.path(), &["init", "tea", "--from", "pf/promptfooconfig.yaml"]);
    for line in [
        "exit 0",
        "left out: pf/promptfooconfig.yaml:6:5: the provider `file://answer.py`: it is code",
        "left out: pf/promptfooconfig.yaml:12:9: the assert `javascript`: it is code",
        "2 cases in the suite `promptfoo-openai-gpt-5-mini`, which measures `openai-gpt-5-mini`",
        "next: cd tea && loopwright eval promptfoo-openai-gpt-5-mini",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    let toml = read(folder.path(), "tea/loopwright.toml");
    assert!(toml.contains("model = { ref = \"openai:gpt-5-mini\", temperature = 0.0 }"), "{toml}");
    assert!(toml.contains("# The stand-in takes the place of `file://answer.py`"), "{toml}");
    assert_eq!(read(folder.path(), "tea/imported/promptfoo/openai-gpt-5-mini.md"), "You know tea.");
    let cases = read(folder.path(), "tea/imported/promptfoo-openai-gpt-5-mini/cases.jsonl");
    let case: serde_json::Value = serde_json::from_str(cases.lines().next().unwrap()).unwrap();
    let checks = serde_json::json!([
        {"metric": "contains", "text": "two minutes", "ignore_case": true, "name": "right"},
        {"metric": "latency", "most": 3.0},
    ]);
    assert_eq!((&case["key"], &case["expect"]["checks"]), (&"steeping".into(), &checks));
    let again = loopwright(folder.path(), &["init", "tea", "--from", "pf"]);
    assert!(again.contains("exit 2") && again.contains("there is a project already"), "{again}");
}

#[test]
fn the_project_is_called_as_it_is_told_to_be() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path());
    let shown = loopwright(folder.path(), &["init", "tea", "--from", "pf", "--function", "answer"]);
    assert!(shown.starts_with("exit 2") && shown.contains("`--function` goes with a file of code"), "{shown}");
    let shown = loopwright(folder.path(), &["init", "tea", "--from", "pf", "--name", "Tea room"]);
    assert!(shown.starts_with("exit 0"), "{shown}");
    assert!(read(folder.path(), "tea/loopwright.toml").contains("name = \"Tea room\""));
}

#[test]
fn an_imported_suite_is_measured_at_once() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path());
    loopwright(folder.path(), &["init", "tea", "--from", "pf"]);
    let tea = folder.path().join("tea");
    let shown = loopwright(&tea, &["eval", "promptfoo-file-answer-py", "--seed", "1", "--format", "json", "--quiet"]);
    assert!(shown.starts_with("exit 0") && shown.contains("\"checks\""), "{shown}");
}

#[test]
fn a_project_that_is_there_keeps_every_line_that_it_had() {
    let (_folder, root) = project();
    config(&root);
    let before = read(&root, "loopwright.toml");
    let shown = loopwright(&root, &["import", "promptfoo", "pf", "--name", "tea", "--format", "json"]);
    assert!(shown.starts_with("exit 0"), "{shown}");
    let told = data(&shown, "suites");
    assert_eq!(
        (&told["suites"][0]["name"], &told["left_out"][0]["line"]),
        (&"tea-openai-gpt-5-mini".into(), &6.into())
    );
    let after = read(&root, "loopwright.toml");
    assert!(after.strip_prefix(&before).unwrap().contains("[suite.tea-openai-gpt-5-mini]"), "{after}");
}

#[test]
fn an_assert_that_no_metric_carries_out_is_left_out_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path());
    let odd = CONFIG.replace("type: latency, threshold: 3000", "type: regex, value: '(?<=a)b'");
    write(
        folder.path(),
        "pf/promptfooconfig.yaml",
        &odd.replace("type: javascript, value: output.length < 100", "type: is-sql"),
    );
    let shown = loopwright(folder.path(), &["import", "promptfoo", "pf"]);
    for line in [
        "left out: pf/promptfooconfig.yaml:12:9: the assert `is-sql`: no metric reads SQL\n",
        "left out: pf/promptfooconfig.yaml:13:9: the assert `regex`: the metric `regex`: `(?<=a)b` is no regular expression: ",
    ] {
        assert!(shown.starts_with("exit 0") && shown.contains(line), "{shown}");
    }
    let listed = read(folder.path(), "imported/promptfoo/left-out.txt");
    assert_eq!(listed.lines().count(), 3, "{listed}");
}

#[test]
fn faults_show_their_place() {
    let folder = tempfile::tempdir().unwrap();
    config(folder.path());
    write(folder.path(), "pf/more.csv", "question\na,b\n");
    let fault = |what: &str| loopwright(folder.path(), &["import", "promptfoo", what]);
    assert!(fault("pf").contains("error: 2 values, and 1 columns\n --> pf/more.csv:2:1"), "{}", fault("pf"));
    write(folder.path(), "pf/promptfooconfig.yaml", &CONFIG.replace("file://more.csv", "file://../../secret.csv"));
    assert!(fault("pf").contains("`../../secret.csv` cannot be read: "), "{}", fault("pf"));
    assert!(fault("nowhere").contains("`nowhere` cannot be read: "), "{}", fault("nowhere"));
    assert!(!folder.path().join("loopwright.toml").exists());
}

/// Sixteen results of four tests with two providers; promptfoo wrote them itself.
const RESULTS: &str = include_str!("../../../loopwright-exchange/tests/fixtures/promptfoo/results.json");

#[test]
fn results_become_a_run_whose_providers_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "out.json", RESULTS);
    let shown = loopwright(folder.path(), &["import", "promptfoo-results", "out.json", "--format", "json"]);
    let told = data(&shown, "recorded_runs")["runs"][0].take();
    let comparison = &told["comparisons"][0];
    let sides = (&comparison["metric"], &comparison["baseline"], &comparison["candidate"], &comparison["broken"]);
    assert_eq!(sides, (&"passed".into(), &"weak".into(), &"strong".into(), &serde_json::json!(["green"])));
    let weak = &told["arms"][0]["metrics"][0];
    assert_eq!((&weak["estimate"]["point"], &weak["cases"], &weak["unscored"]), (&1.0.into(), &3.into(), &2.into()));
    let run = told["run"].as_str().unwrap();
    let again = data(&loopwright(folder.path(), &["runs", run, "--format", "json"]), "summary");
    assert_eq!(again["arms"], told["arms"], "the ledger says what the file said");
}

#[test]
fn what_holds_no_results_is_no_run() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "out.json", "{\"results\": {}}");
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "promptfoo-results", "out.json"]), @r"
    exit 2
    --- stderr
    error: `out.json`: read the results: line 1, column 14: missing field `results`
    hint: this reader takes what `promptfoo eval -o out.json` or `-o out.jsonl` writes
    ");
    assert!(!folder.path().join("loopwright.toml").exists());
}
