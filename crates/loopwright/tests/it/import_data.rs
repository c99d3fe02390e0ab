//! Data sets become suites.

use std::path::Path;

use crate::binary::{data, loopwright, write};

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn rows_become_cases_of_a_suite() {
    let folder = tempfile::tempdir().unwrap();
    let text = "question,ideal,topic\nHow long is green tea steeped?,two minutes,tea\nWho are you?,,\nWho are you?,,\n";
    write(folder.path(), "qa.csv", text);
    let arguments = ["import", "data", "qa.csv", "--input", "question", "--answer", "ideal", "--tags", "topic"];
    let shown = loopwright(folder.path(), &arguments);
    assert!(
        shown.contains("1 row says what an earlier one says, and is left out\n2 cases in the suite `qa`"),
        "{shown}"
    );
    let cases = read(folder.path(), "imported/qa/cases.jsonl");
    let case: serde_json::Value = serde_json::from_str(cases.lines().next().unwrap()).unwrap();
    assert_eq!(case["expect"], serde_json::json!({"answer": {"contains": "two minutes"}, "reference": "two minutes"}));
    assert_eq!((&case["key"], &case["tags"]), (&"row-1".into(), &serde_json::json!(["topic:tea"])));
    let mode = |file: &str| std::fs::metadata(folder.path().join(file)).unwrap().permissions();
    assert_eq!(mode("imported/qa/cases.jsonl"), mode("loopwright.toml"), "whoever reads the project reads its cases");
    let shown = loopwright(folder.path(), &["eval", "qa", "--seed", "1", "--quiet"]);
    assert!(shown.contains("answer"), "{shown}");
    let again = loopwright(folder.path(), &arguments);
    assert!(again.contains("`imported/qa/cases.jsonl` is there already"), "{again}");
}

#[test]
fn what_was_left_out_is_counted_for_programs_too() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "qa.csv", "question\nWho?\nWho?\nWho?\n");
    let shown = loopwright(folder.path(), &["import", "data", "qa.csv", "--input", "question", "--format", "json"]);
    assert!(shown.contains("2 rows say what an earlier one says, and are left out\n1 case in the suite"), "{shown}");
    let told = data(&shown, "suite");
    assert_eq!((&told["suite"], &told["cases"], &told["repeats"]), (&"qa".into(), &1.into(), &2.into()));
}

#[test]
fn faults_show_their_place_and_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "qa.jsonl", "{\"question\": \"a\"}\n{\"qestion\": \"b\"}\n");
    for (arguments, said) in [
        (
            vec!["import", "data", "qa.jsonl", "--input", "question"],
            "error: there is no column `question`\n --> qa.jsonl:2:1",
        ),
        (vec!["import", "data", "qa.jsonl"], "error: which column is asked is not said"),
        (
            vec!["import", "data", "qa.parquet", "--input", "q"],
            "hint: make JSON Lines of it: duckdb -c \"COPY (FROM 'qa.parquet') TO 'qa.jsonl' (FORMAT json)\"",
        ),
        (vec!["import", "data", "qa.txt", "--input", "q"], "error: `qa.txt` has no ending that says what it is"),
        (vec!["import", "bfcl", "qa.jsonl", "--input", "q"], "error: `--input` does not go with this format"),
    ] {
        let shown = loopwright(folder.path(), &arguments);
        assert!(shown.starts_with("exit 2") && shown.contains(said), "{shown}");
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["qa.jsonl"]);
}
