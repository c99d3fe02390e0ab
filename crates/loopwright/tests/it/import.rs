//! Cases and recorded runs that were written elsewhere. The fixtures are written for these tests, in the foreign formats.

use std::path::Path;

use serde_json::{Value, json};

use crate::binary::{data, loopwright, project, write};

/// A question of BFCL, with one function.
fn question(id: &str, text: &str) -> String {
    let parameters = json!({"type": "dict", "properties": {"radius": {"type": "float", "description": "In metres."}},
                            "required": ["radius"]});
    let function = json!({"name": "circle.area", "description": "The area of a circle.", "parameters": parameters});
    format!("{}\n", json!({"id": id, "question": [[{"role": "user", "content": text}]], "function": [function]}))
}

/// A category with its answers beside it.
fn bfcl(folder: &Path) {
    let questions =
        question("simple_python_0", "How large is a circle of radius 3?") + &question("simple_python_1", "And of 4?");
    write(folder, "data/BFCL_v4_simple_python.json", &questions);
    let answer = |id: &str, radius: u32| json!({"id": id, "ground_truth": [{"circle.area": {"radius": [radius]}}]});
    let answers = format!("{}\n{}\n", answer("simple_python_0", 3), answer("simple_python_1", 4));
    write(folder, "data/possible_answer/BFCL_v4_simple_python.json", &answers);
    write(folder, "data/BFCL_v4_irrelevance.json", &question("irrelevance_0", "Who are you?"));
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn bfcl_makes_a_suite_in_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    bfcl(folder.path());
    let files = ["data/BFCL_v4_simple_python.json", "data/BFCL_v4_irrelevance.json"];
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "bfcl", files[0], files[1], "--name", "calls"]), @r"
    exit 0
    --- stdout
    imported/calls/cases.jsonl
    loopwright.toml
    --- stderr
    3 cases in the suite `calls`, which measures `caller`
    next: loopwright eval calls
    ");
    let toml = read(folder.path(), "loopwright.toml");
    let name = toml.lines().find(|line| line.starts_with("name = ")).unwrap();
    insta::assert_snapshot!(toml.replace(name, "name = [NAME]"), @r#"
    # A Loopwright project. Paths are relative to this folder; unknown keys are errors.

    [project]
    name = [NAME]

    # The built-in stand-in needs no key and only simulates a language model. With a key in the environment:
    # model = "openai:gpt-5-mini"    (OPENAI_API_KEY)
    [agent.caller]
    model = "standin:small"

    # Imported from BFCL_v4_simple_python.json, BFCL_v4_irrelevance.json. Each case brings its own tools, which are recorded and not carried out.
    [suite.calls]
    agent = "caller"
    cases = ["imported/calls/cases.jsonl"]
    trials = 3
    primary = "bfcl_ast"
    metrics = ["tokens"]
    "#);
    let cases = read(folder.path(), "imported/calls/cases.jsonl");
    let cases: Vec<Value> = cases.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(cases.len(), 3);
    assert_eq!(cases[1]["expect"]["calls"], json!([{"tool": "circle_area", "args": {"radius": 4}}]));
    assert_eq!(cases[2]["expect"]["calls"], json!([]));
    assert!(read(folder.path(), ".gitignore").contains(".loopwright"));
}

#[test]
fn an_imported_suite_is_measured_at_once() {
    let folder = tempfile::tempdir().unwrap();
    bfcl(folder.path());
    loopwright(folder.path(), &["import", "bfcl", "data/BFCL_v4_simple_python.json", "--name", "calls"]);
    let shown = loopwright(folder.path(), &["eval", "calls", "--seed", "1", "--format", "json", "--quiet"]);
    let (_, json) = shown.split_once("--- stdout\n").unwrap();
    let summary: Value = serde_json::from_str(json).unwrap();
    let metric = summary.pointer("/data/arms/0/metrics/0").unwrap();
    assert_eq!((&metric["metric"], &metric["unscored"]), (&json!("bfcl_ast"), &json!(0)));
    assert_eq!(metric["estimate"]["n_trials"], json!(6));
}

#[test]
fn a_project_that_is_there_keeps_every_line_that_it_had() {
    let (_folder, root) = project();
    bfcl(&root);
    let before = read(&root, "loopwright.toml");
    let arguments = ["import", "bfcl", "data/BFCL_v4_simple_python.json", "--format", "json"];
    insta::assert_snapshot!(loopwright(&root, &arguments), @r#"
    exit 0
    --- stdout
    {
      "format": "loopwright/1",
      "kind": "suite",
      "data": {
        "suite": "BFCL_v4_simple_python",
        "agent": "support",
        "cases": 2,
        "files": [
          "imported/BFCL_v4_simple_python/cases.jsonl",
          "loopwright.toml"
        ]
      }
    }
    --- stderr
    2 cases in the suite `BFCL_v4_simple_python`, which measures `support`
    next: loopwright eval BFCL_v4_simple_python
    "#);
    let after = read(&root, "loopwright.toml");
    let added = after.strip_prefix(&before).unwrap();
    insta::assert_snapshot!(added, @r#"
    # Imported from BFCL_v4_simple_python.json. Each case brings its own tools, which are recorded and not carried out.
    [suite.BFCL_v4_simple_python]
    agent = "support"
    cases = ["imported/BFCL_v4_simple_python/cases.jsonl"]
    trials = 3
    primary = "bfcl_ast"
    metrics = ["tokens"]
    "#);
    insta::assert_snapshot!(loopwright(&root, &arguments[..3]), @r"
    exit 2
    --- stderr
    error: the file `imported/BFCL_v4_simple_python/cases.jsonl` is there already; nothing was written
    hint: name the suite with `--name`
    ");
    assert_eq!(read(&root, "loopwright.toml"), after, "what is refused changes nothing");
}

#[test]
fn a_pattern_that_would_take_in_what_is_imported_is_in_the_way() {
    let (_folder, root) = project();
    bfcl(&root);
    let before = read(&root, "loopwright.toml").replace("cases/*.jsonl", "**/*.jsonl");
    write(&root, "loopwright.toml", &before);
    insta::assert_snapshot!(loopwright(&root, &["import", "bfcl", "data/BFCL_v4_simple_python.json"]), @r"
    exit 2
    --- stderr
    error: `support` takes in every file under a pattern, and would take in the imported ones
    hint: narrow its patterns, so that they leave out `imported/`
    ");
    assert_eq!(read(&root, "loopwright.toml"), before);
}

#[test]
fn what_cannot_be_imported_is_shown_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    bfcl(folder.path());
    write(folder.path(), "data/BFCL_v4_multiple.json", &(question("multiple_0", "?") + "{\"id\": 3}\n"));
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "bfcl", "data/BFCL_v4_multiple.json"]), @r#"
    exit 2
    --- stderr
    error: invalid type: integer `3`, expected a string
     --> data/BFCL_v4_multiple.json:2:8
      |
    2 | {"id": 3}
      |        ^
    "#);
    write(folder.path(), "data/BFCL_v4_multiple.json", &question("multiple_0", "?"));
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "bfcl", "data/BFCL_v4_multiple.json"]), @r"
    exit 2
    --- stderr
    error: there is no answer to `multiple_0`
    hint: name the file of the same name in `possible_answer` with `--answers`
    ");
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "bfcl", "nowhere.json"]), @r"
    exit 2
    --- stderr
    error: `nowhere.json` cannot be read: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "tau-bench", "x.json", "--name", "y"]), @r"
    exit 2
    --- stderr
    error: `--name` does not go with this format
    ");
    assert!(!folder.path().join("loopwright.toml").exists());
}

const DOCUMENT: &str = "# Tea\n\nGreen tea is steeped for two minutes. Black tea takes four.\n";

fn questions(folder: &Path, start: usize, end: usize) {
    let references = json!([{"content": "…", "start_index": start, "end_index": end}]);
    let line =
        json!({"id": "tea-0", "question": "How long is green tea steeped?", "corpus": "tea", "references": references});
    write(folder, "data/questions.jsonl", &format!("{line}\n"));
    write(folder, "data/tea.md", DOCUMENT);
}

#[test]
fn questions_bring_their_documents_and_an_agent_that_answers_from_them() {
    let (_folder, root) = project();
    let outside = tempfile::tempdir().unwrap();
    questions(outside.path(), 7, 45);
    let before = read(&root, "loopwright.toml");
    let file = outside.path().join("data/questions.jsonl");
    let shown = loopwright(&root, &["import", "questions", file.to_str().unwrap(), "--name", "tea"]);
    insta::assert_snapshot!(shown, @r"
    exit 0
    --- stdout
    imported/tea/docs/tea.md
    imported/tea/cases.jsonl
    imported/tea/instructions.md
    loopwright.toml
    --- stderr
    1 case in the suite `tea`, which measures `tea`
    next: loopwright eval tea
    ");
    insta::assert_snapshot!(read(&root, "loopwright.toml").strip_prefix(&before).unwrap().replace(outside.path().to_str().unwrap(), "[OUTSIDE]"), @r#"
    # Imported from questions.jsonl: questions with the places of the documents that answer them.
    [knowledge.tea]
    sources = ["imported/tea/docs/tea.md"]
    # chunk = { by = "words", size = 120, overlap = 0 }
    # top_k = 4

    # The built-in stand-in needs no key and only simulates a language model. With a key in the environment:
    # model = "openai:gpt-5-mini"    (OPENAI_API_KEY)
    [agent.tea]
    model = "standin:small"
    instructions = "imported/tea/instructions.md"
    knowledge = "tea"

    [suite.tea]
    agent = "tea"
    cases = ["imported/tea/cases.jsonl"]
    trials = 3
    primary = "retrieval_recall"
    metrics = ["reciprocal_rank", "citation", "tokens"]
    "#);
    assert_eq!(read(&root, "imported/tea/docs/tea.md"), DOCUMENT);
    let case: Value = serde_json::from_str(&read(&root, "imported/tea/cases.jsonl")).unwrap();
    assert_eq!(case["expect"]["passages"], json!([{"source": "imported/tea/docs/tea.md", "span": [7, 45]}]));
}

#[test]
fn documents_of_the_project_stay_where_they_are_and_places_must_be_in_them() {
    let folder = tempfile::tempdir().unwrap();
    questions(folder.path(), 7, 45);
    let shown = loopwright(folder.path(), &["import", "questions", "data/questions.jsonl", "data/tea.md"]);
    insta::assert_snapshot!(shown, @r"
    exit 0
    --- stdout
    imported/questions/cases.jsonl
    imported/questions/instructions.md
    loopwright.toml
    --- stderr
    1 case in the suite `questions`, which measures `questions`
    next: loopwright eval questions
    ");
    assert!(read(folder.path(), "loopwright.toml").contains("sources = [\"data/tea.md\"]"));
    questions(folder.path(), 7, 4500);
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "questions", "data/questions.jsonl", "--name", "far"]), @r"
    exit 2
    --- stderr
    error: case `tea-0`: the span 7..4500 is not within `data/tea.md`, which has 67 characters
    ");
}

fn recorded(task: u64, trial: u32, reward: f64) -> Value {
    let said = [("system", "Be kind."), ("user", "Hello."), ("assistant", "Hello."), ("user", "###STOP###")];
    let traj: Vec<Value> = said.map(|(role, content)| json!({"role": role, "content": content})).to_vec();
    json!({"task_id": task, "trial": trial, "reward": reward, "traj": traj,
           "info": {"task": {"user_id": "u", "instruction": format!("You are {task}."), "actions": [], "outputs": []}}})
}

#[test]
fn recorded_runs_become_facts_of_the_ledger_once() {
    let folder = tempfile::tempdir().unwrap();
    // One task that always passes, one that does half of the time, one that never does.
    let records: Vec<Value> = (0..3)
        .flat_map(|task| {
            (0..4).map(move |trial| recorded(task, trial, f64::from(u8::from(task == 0 || (task == 1 && trial < 2)))))
        })
        .collect();
    write(folder.path(), "mini-shop.json", &Value::from(records).to_string());
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "tau-bench", "mini-shop.json"]), @r"
    exit 0
    --- stdout
    suite tau-bench-shop · 3 cases, 12 trials an arm · run tau-bench-shop-f8178ddd108d · complete

      metric  estimate  95 % interval  cases  unscored
      reward    50.0 %  15.4 – 84.6 %      3         –
      pass^2    38.9 %  9.1 – 80.1 %       3         –
      pass^4    33.3 %  6.1 – 79.2 %       3         –

      1 of 3 cases always passes, 1 is flaky, 1 never passes
        flaky: shop-1

      tag   estimate  interval       cases
      shop    50.0 %  15.4 – 84.6 %      3

    cost: tokens unknown; price unknown; energy unknown
    --- stderr
    next: loopwright runs tau-bench-shop-f8178ddd108d
    ");
    let again = loopwright(folder.path(), &["import", "tau-bench", "mini-shop.json", "--format", "json"]);
    assert!(again.contains("is in the ledger already; nothing was added"), "{again}");
    let amounts = data(&again, "recorded_runs");
    let points: Vec<f64> =
        (0..4).map(|k| amounts["runs"][0]["arms"][0]["all_of_k"][k]["point"].as_f64().unwrap()).collect();
    assert_eq!(amounts["suite"], Value::Null);
    // C(2, k) / C(4, k) of the second task: 1/2, 1/6, 0, 0.
    let expected = [(1.0 + 0.5) / 3.0, (1.0 + 1.0 / 6.0) / 3.0, 1.0 / 3.0, 1.0 / 3.0];
    assert!(points.iter().zip(expected).all(|(point, expected)| (point - expected).abs() < 1e-12), "{points:?}");
    let ledger = rusqlite::Connection::open(folder.path().join(".loopwright/ledger.db")).unwrap();
    let trials: i64 = ledger.query_row("select count(*) from trial", [], |row| row.get(0)).unwrap();
    assert_eq!(trials, 12);
}

#[test]
fn a_file_of_runs_must_say_who_acted_where() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "runs.json", "[]");
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "tau-bench", "runs.json"]), @r"
    exit 2
    --- stderr
    error: `runs.json` does not say who acted where
    hint: name it MODEL-DOMAIN.json, such as `gpt-4o-airline.json`
    ");
    write(folder.path(), "mini-shop.json", "{\"a\": 1}");
    insta::assert_snapshot!(loopwright(folder.path(), &["import", "tau-bench", "mini-shop.json"]), @r"
    exit 2
    --- stderr
    error: `mini-shop.json`: read the recorded runs: line 1, column 0: invalid type: map, expected a sequence
    hint: this reader takes a list of results of tau-bench
    ");
    assert!(!folder.path().join("loopwright.toml").exists());
}
