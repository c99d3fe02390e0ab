//! Options of `eval`: which cases, which arms, what is run once more, what is kept and what is written.

use std::path::Path;

use serde_json::Value;

use crate::attached::SHELL;
use crate::binary::{loopwright, project, write};
use crate::eval::{document, redacted};

fn text(root: &Path, file: &str) -> String {
    std::fs::read_to_string(root.join(file)).unwrap()
}

/// The keys of the cases that `arguments` let through, from the table of trials.
fn cases(root: &Path, arguments: &[&str]) -> Vec<String> {
    let usual = ["eval", "--seed", "3", "--trials", "1", "--quiet", "--jsonl", "trials.jsonl"];
    let shown = loopwright(root, &[&usual, arguments].concat());
    assert!(shown.starts_with("exit 0\n"), "{shown}");
    let rows = text(root, "trials.jsonl");
    rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap()["case"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn cases_are_chosen_by_tag_group_and_key() {
    let (_folder, root) = project();
    assert_eq!(cases(&root, &["--filter", "tools"]).len(), 3);
    assert_eq!(cases(&root, &["--filter", "electric"]), ["electric-day", "electric-deposit"]);
    assert_eq!(cases(&root, &["--filter", "*-day"]), ["city-day", "electric-day", "booking-day"]);
    assert_eq!(cases(&root, &["--filter", "unclear", "--filter", "helmets"]).len(), 2);
    assert_eq!(cases(&root, &["--filter", "handbook", "--limit", "2"]).len(), 2);
    let first = text(&root, "cases/first.jsonl");
    write(&root, "cases/first.jsonl", &first.replacen("{\"key\"", "{\"group\": \"prices\", \"key\"", 2));
    assert_eq!(cases(&root, &["--filter", "prices"]).len(), 2);
    let refused = loopwright(&root, &["eval", "--filter", "a{b"]);
    assert!(refused.starts_with("exit 2\n") && refused.contains("`a{b` is not a pattern of keys"), "{refused}");
}

#[test]
fn an_arm_must_be_something_that_the_agent_can_be() {
    let (_folder, root) = project();
    let refused = |arm: &str| loopwright(&root, &["eval", "--arm", arm]);
    insta::assert_snapshot!(refused("wide:knowledge/topk=1"), @r"
    exit 2
    --- stderr
    error: `--arm wide:knowledge/topk`: there is no key `topk`
    hint: did you mean `top_k`?
    ");
    insta::assert_snapshot!(refused("wide:knowldge/top_k=1"), @r"
    exit 2
    --- stderr
    error: `--arm wide:knowldge/top_k`: an agent has no part `knowldge`
    hint: did you mean `knowledge`?
    ");
    insta::assert_snapshot!(refused("wide:knowledge/top_k=lots"), @r#"
    exit 2
    --- stderr
    error: `--arm wide:knowledge/top_k`: `knowledge` is not well formed: invalid type: string "lots", expected a whole number
    "#);
    insta::assert_snapshot!(refused("base:knowledge/top_k=1"), @r"
    exit 2
    --- stderr
    error: `base` is the agent as it stands; name the arm otherwise
    ");
    assert!(!root.join("baselines").exists());
}

#[test]
fn one_case_has_no_interval_and_shows_no_difference() {
    let (_folder, root) = project();
    insta::assert_snapshot!(redacted(&loopwright(&root, &["eval", "--seed", "3", "--limit", "1", "--trials", "2"])), @r"
    exit 0
    --- stdout
    suite support · 1 case, 2 trials an arm · run [RUN] · complete
    simulated model: shows the loop, not LLM performance

      metric    estimate  95 % interval              cases  unscored
      resolved   100.0 %  20.7 – 100.0 %                 1         –
      pass^2     100.0 %  20.7 – 100.0 %                 1         –
      tokens           –  needs two cases or groups      1         –

      1 of 1 case always passes, 0 are flaky, 0 never pass

      tag       estimate  interval        cases
      handbook   100.0 %  20.7 – 100.0 %      1

    cost: 1,314 tokens in, 42 out; $0.00041; 69.4 J
    --- stderr
    support: 1 case × 2 trials under plain × 1 arm = 2 trials, seed 3
    so few cases and trials show no difference between two arms, however large it is
    at most 12 model calls and 120,000 tokens; what it costs is not known before the first run
    ");
}

#[test]
fn cases_in_groups_are_told_from_groups() {
    let (_folder, root) = project();
    let first = text(&root, "cases/first.jsonl");
    write(&root, "cases/first.jsonl", &first.replacen("{\"key\"", "{\"group\": \"prices\", \"key\"", 3));
    let shown = loopwright(&root, &["eval", "--seed", "3", "--trials", "1"]);
    assert!(shown.contains("suite support · 12 cases in 10 groups, 12 trials an arm"), "{shown}");
    let rows: Vec<&str> = shown.lines().filter(|line| line.trim_start().starts_with("resolved ")).collect();
    assert!(rows[0].split_whitespace().any(|word| word == "12"), "{rows:?}");
}

#[test]
fn a_cassette_answers_the_same_trials_again() {
    let (_folder, root) = project();
    let tape = ["--seed", "3", "--trials", "1", "--cassette", "tape.jsonl", "--quiet", "--format", "json"];
    let run = |more: &[&str]| document(&loopwright(&root, &[&["eval"], &tape[..], more].concat()), 0).1;
    let first = run(&[]);
    let recorded = text(&root, "tape.jsonl");
    assert!(recorded.lines().count() >= 12 && !recorded.contains("\"split\""), "{recorded}");
    let again = run(&["--replay"]);
    assert_eq!((&again["arms"], &again["cost"]), (&first["arms"], &first["cost"]));
    assert_eq!(text(&root, "tape.jsonl"), recorded, "nothing was asked anew");
    write(&root, "tape.jsonl", recorded.lines().next().unwrap());
    let torn = loopwright(&root, &[&["eval"], &tape[..4], &["--replay", "--cassette", "tape.jsonl"]].concat());
    assert!(torn.contains("died: call `standin:small`: the cassette holds no such call"), "{torn}");
    write(&root, "tape.jsonl", "{}\n");
    let broken = loopwright(&root, &[&["eval"], &tape[..]].concat());
    assert!(
        broken.starts_with("exit 2\n") && broken.contains("\"file\":\"tape.jsonl\",\"hints\":[],\"line\":1"),
        "{broken}"
    );
}

/// An agent that could not be started, and now can.
#[cfg(unix)]
#[test]
fn trials_that_died_are_run_once_more() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    loopwright(&root, &["init", "--from", "./agent.sh", "--quiet"]);
    let nothing = loopwright(&root, &["eval", "--retry-errors"]);
    insta::assert_snapshot!(nothing, @r"
    exit 5
    --- stderr
    error: no trial of such a run died, and none could not be scored
    hint: `--retry-errors` goes with the same suite, arms, cases and seed as the run
    ");
    let dead = loopwright(&root, &["eval", "--seed", "3", "--quiet"]);
    assert!(dead.starts_with("exit 1\n") && dead.contains("degraded"), "{dead}");
    write(&root, "agent.sh", SHELL);
    std::fs::set_permissions(root.join("agent.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let (_, told) = document(&loopwright(&root, &["eval", "--retry-errors", "--quiet", "--format", "json"]), 0);
    assert_eq!((&told["status"], &told["unscored"]), (&"complete".into(), &Value::Array(vec![])));
    let (_, runs) = document(&loopwright(&root, &["runs", "--format", "json"]), 0);
    assert_eq!((runs.as_array().unwrap().len(), &runs[0]["acted"]), (1, &9.into()), "it is the same run");
}

#[test]
fn trials_are_written_as_tables() {
    let (_folder, root) = project();
    let tables = ["--jsonl", "out/trials.jsonl", "--csv", "out/trials.csv"];
    let shown = loopwright(&root, &[&["eval", "--seed", "3", "--limit", "2", "--trials", "2"], &tables[..]].concat());
    assert!(shown.contains("wrote out/trials.jsonl\nwrote out/trials.csv\n"), "{shown}");
    let lines = text(&root, "out/trials.jsonl");
    let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 4);
    assert_eq!((&rows[0]["outcome"], &rows[0]["repetition"]), (&"answered".into(), &0.into()));
    assert!(rows[0]["scores"]["resolved"]["verdict"].is_string() && rows[0]["scores"]["tokens"]["value"].is_number());
    let cells = text(&root, "out/trials.csv");
    let (head, first) = (cells.lines().next().unwrap(), cells.lines().nth(1).unwrap());
    assert!(head.starts_with("run,trial,arm,case,group,tags,condition,repetition,outcome,attempts,"), "{head}");
    assert!(head.ends_with(",seconds,resolved,tokens"), "{head}");
    assert_eq!((cells.lines().count(), first.split(',').count()), (5, head.split(',').count()));
}

#[test]
fn each_case_is_a_test_of_ci() {
    let (_folder, root) = project();
    let shown = loopwright(&root, &["eval", "--seed", "3", "--limit", "3", "--junit", "tests.xml", "--quiet"]);
    assert!(shown.starts_with("exit 0\n"), "{shown}");
    insta::assert_snapshot!(text(&root, "tests.xml"), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites tests="3" failures="2" errors="0">
      <testsuite name="loopwright.support" tests="3" failures="2" errors="0" skipped="0">
        <testcase classname="loopwright.support" name="city-day"/>
        <testcase classname="loopwright.support" name="electric-day">
          <failure type="flaky" message="passes 2 of 5 trials"/>
        </testcase>
        <testcase classname="loopwright.support" name="helmets">
          <failure type="flaky" message="passes 1 of 5 trials"/>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn a_blessed_baseline_is_compared_and_gated_against() {
    let (_folder, root) = project();
    let blessed = loopwright(&root, &["eval", "--seed", "3", "--trials", "2", "--bless", "v1"]);
    assert!(blessed.contains("blessed baselines/v1.json\n"), "{blessed}");
    let kept: Value = serde_json::from_str(&text(&root, "baselines/v1.json")).unwrap();
    assert_eq!((&kept["form"], &kept["suite"]), (&1.into(), &"support".into()));
    insta::assert_snapshot!(loopwright(&root, &["compare", "--baseline", "v1"]), @r"
    exit 5
    --- stderr
    error: nothing was measured since `v1` was blessed
    hint: run `loopwright eval` first
    ");
    let config = text(&root, "loopwright.toml").replacen("standin:small", "standin:mid", 1);
    write(&root, "loopwright.toml", &config);
    loopwright(&root, &["eval", "--seed", "4", "--trials", "2", "--quiet"]);
    insta::assert_snapshot!(redacted(&loopwright(&root, &["compare", "--baseline", "v1", "--cases"])), @r"
    exit 0
    --- stdout
    [RUN] against [RUN], paired by case
      metric    difference  95 % interval      margin  verdict       detectable
      resolved     +8.3 pp  −17.2 to +33.2 pp  5.0 pp  underpowered     32.1 pp
      tokens        −0.042  −5.95 to +5.86       40.0  equivalent          7.51
      1 fixed: electric-day

      case              before    after     change
      helmets           50.0 %    0.0 %   −50.0 pp
      electric-deposit   0.0 %   50.0 %   +50.0 pp
      electric-day       0.0 %  100.0 %  +100.0 pp
    --- stderr
    simulated model: shows the loop, not LLM performance
    ");
    let (kind, both) = document(&loopwright(&root, &["compare", "--baseline", "v1", "--cases", "--format", "json"]), 0);
    assert_eq!((kind.as_str(), both["comparisons"].as_array().unwrap().len()), ("case_comparisons", 2));
    let gate = loopwright(&root, &["gate", "--against", "v1", "--seed", "5"]);
    assert!(gate.contains("CI gate: ") && !gate.contains("is the same as what"), "{gate}");
    insta::assert_snapshot!(loopwright(&root, &["gate", "--against", "v2"]), @r"
    exit 2
    --- stderr
    error: there is no baseline `v2`
    hint: there is only `v1`
    ");
    insta::assert_snapshot!(loopwright(&root, &["compare", "--baseline", "v2"]), @r"
    exit 2
    --- stderr
    error: there is no baseline `v2`
    hint: there is only `v1`
    ");
    // What is blessed as `baseline` is what the gate takes of itself.
    loopwright(&root, &["eval", "--seed", "6", "--trials", "2", "--bless", "baseline", "--quiet"]);
    let gate = loopwright(&root, &["gate", "--seed", "5"]);
    assert!(gate.contains("warning: the agent is the same as what it is measured against"), "{gate}");
}

#[test]
fn a_seed_makes_a_comparison_of_models_the_same_again() {
    let (_folder, root) = project();
    let models = ["compare", "--models", "standin:small,standin:mid", "--seed", "7", "--quiet"];
    let once = loopwright(&root, &models);
    assert!(once.starts_with("exit 0\n"), "{once}");
    assert_eq!(loopwright(&root, &models), once);
    let runs = loopwright(&root, &["compare", "a", "b", "--seed", "7"]);
    assert!(runs.starts_with("exit 2\n") && runs.contains("cannot be used with"), "{runs}");
}
