//! Bad input: file, line, caret and a hint; nothing that is recorded is lost.

use std::path::Path;

use crate::binary::{loopwright, project, write};

/// The project of `init`, measured once, then with `from` replaced by `to` in the file `name`; what `eval` says of it.
fn broken(name: &str, from: &str, to: &str) -> String {
    let (_folder, root) = project();
    let measured = loopwright(&root, &["eval", "--trials", "1", "--quiet"]);
    assert!(measured.starts_with("exit 0\n"), "{measured}");
    let text = std::fs::read_to_string(root.join(name)).unwrap();
    assert!(text.contains(from), "{name} holds no {from}");
    write(&root, name, &text.replacen(from, to, 1));
    let shown = loopwright(&root, &["eval", "--seed", "3"]);
    write(&root, name, &text);
    assert_eq!(recorded(&root), 12, "what was recorded is still there");
    shown
}

fn recorded(root: &Path) -> i64 {
    let ledger = rusqlite::Connection::open(root.join(".loopwright/ledger.db")).unwrap();
    ledger.query_row("select count(*) from trial", [], |row| row.get(0)).unwrap()
}

fn suite(root: &Path, cases: &str) {
    write(root, "cases/first.jsonl", cases);
}

#[test]
fn toml() {
    insta::assert_snapshot!(broken("loopwright.toml", "trials = 5", "trials = = 5"), @r"
    exit 2
    --- stderr
    error: extra `=`, expected nothing
      --> loopwright.toml:53:10
       |
    53 | trials = = 5
       |          ^
    ");
}

#[test]
fn json_lines() {
    insta::assert_snapshot!(broken("cases/first.jsonl", "\"tags\": [\"handbook\"]}", "\"tags\": [\"handbook\"}"), @r#"
    exit 2
    --- stderr
    error: expected `,` or `]`
     --> cases/first.jsonl:1:261
      |
    1 | ... costs £14 for a whole day"}], "calls": []}, "tags": ["handbook"}
      |                                                                    ^
    hint: each line is one whole JSON object
    "#);
}

#[test]
fn sql_of_a_world() {
    insta::assert_snapshot!(broken("worlds/bookings.sql", "create table", "crate table"), @r#"
    exit 2
    --- stderr
    error: near "crate": syntax error
     --> worlds/bookings.sql:3:1
      |
    3 | crate table bookings (
      | ^^^^^
    "#);
}

#[test]
fn sql_of_a_tool() {
    insta::assert_snapshot!(broken("tools/bookings.toml", "from bookings", "form bookings"), @r#"
    exit 2
    --- stderr
    error: the tool `find_booking`: near "bookings": syntax error
     --> tools/bookings.toml:9:15
      |
    9 | statements = ["select id as booking, customer, bicycle, day, status form bookings where id = :booking_id"]
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(broken("tools/bookings.toml", "select 1 from bookings", "select 1 from booking"), @r#"
    exit 2
    --- stderr
    error: the tool `cancel_booking`: no such table: booking
      --> tools/bookings.toml:27:3
       |
    27 |   { sql = "select 1 from booking where id = :booking_id", otherwise = "no booking has this number" },
       |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn unknown_names() {
    insta::assert_snapshot!(broken("loopwright.toml", "metrics = [\"tokens\"]", "metrics = [\"token\"]"), @r#"
    exit 2
    --- stderr
    error: there is no metric `token`
      --> loopwright.toml:55:12
       |
    55 | metrics = ["token"]
       |            ^^^^^^^
    hint: did you mean `tokens`?
    "#);
    insta::assert_snapshot!(broken("loopwright.toml", "# perturbations = [\"ants(3)\"]", "perturbations = [\"ant(3)\"]"), @r#"
    exit 2
    --- stderr
    error: there is no perturbation `ant`; did you mean `ants`?
      --> loopwright.toml:57:18
       |
    57 | perturbations = ["ant(3)"]
       |                  ^^^^^^^^
    "#);
    insta::assert_snapshot!(broken("loopwright.toml", "# perturbations = [\"ants(3)\"]", "perturbations = [\"ants(999999)\"]"), @r#"
    exit 2
    --- stderr
    error: `ants(999999)` is out of range; the dose is a whole number from 1 to 100
      --> loopwright.toml:57:18
       |
    57 | perturbations = ["ants(999999)"]
       |                  ^^^^^^^^^^^^^^
    "#);
    let (_folder, root) = project();
    insta::assert_snapshot!(loopwright(&root, &["eval", "suport"]), @r"
    exit 2
    --- stderr
    error: there is no suite `suport`
    hint: did you mean `support`?
    ");
}

#[test]
fn gold_that_cannot_be_met() {
    insta::assert_snapshot!(broken("cases/first.jsonl", "\"tool\": \"find_booking\"", "\"tool\": \"find_bookings\""), @r#"
    exit 2
    --- stderr
    error: the agent has no tool `find_bookings`
     --> cases/first.jsonl:8:138
      |
    8 | ...{"answer": {"contains": "confirmed"}, "calls": [{"tool": "find_bookings", "args": {"booking_id": "B-2041"}}]}, "tags": ["tools"]}
      |                                                             ^^^^^^^^^^^^^^^
    hint: did you mean `find_booking`?
    "#);
    insta::assert_snapshot!(broken("cases/first.jsonl", "\"quote\": \"Helmets are free", "\"quote\": \"Helmets are for free"), @r#"
    exit 2
    --- stderr
    error: `docs/hire-and-prices.md` does not hold the words `Helmets are for free with every hire.`; quote it exactly
     --> cases/first.jsonl:3:165
      |
    3 | ...source": "docs/hire-and-prices.md", "quote": "Helmets are for free with every hire."}], "calls": []}, "tags": ["handbook"]}
      |                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(broken("cases/first.jsonl", "docs/opening-hours.md", "docs/opening-hour.md"), @r#"
    exit 2
    --- stderr
    error: the knowledge has no document `docs/opening-hour.md`; did you mean `docs/opening-hours.md`?
     --> cases/first.jsonl:7:151
      |
    7 | ...swer": {"contains": "10:00"}, "passages": [{"source": "docs/opening-hour.md", "quote": "On Sundays it opens at 10:00"}], "calls": ...
      |                                                          ^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn gold_of_a_sealed_case_is_not_shown() {
    let (_folder, root) = project();
    let sealed = "{\"key\": \"secret\", \"input\": \"A secret question?\", \"split\": \"vault\", \
                  \"expect\": {\"calls\": [{\"tool\": \"secret_tool\"}]}}\n";
    write(&root, "cases/vault.jsonl", sealed);
    let shown = loopwright(&root, &["eval"]);
    assert!(!shown.contains("secret"), "{shown}");
    insta::assert_snapshot!(shown, @r"
    exit 2
    --- stderr
    error: a sealed case expects a tool or a passage that the agent does not have
     --> cases/vault.jsonl:1:1
      |
    1 |
      | ^
    hint: its line is not shown, since the vault stays sealed
    ");
}

#[test]
fn nothing_to_run() {
    let (_folder, root) = project();
    std::fs::remove_file(root.join("cases/vault.jsonl")).unwrap();
    suite(&root, "");
    insta::assert_snapshot!(loopwright(&root, &["eval"]), @r"
    exit 5
    --- stderr
    error: the suite `support` has no case
    hint: `cases` of the suite names its files; each line of them is a case
    ");
    suite(&root, "{\"key\": \"a\", \"input\": \"b?\", \"split\": \"vault\"}\n");
    insta::assert_snapshot!(loopwright(&root, &["eval"]), @r"
    exit 5
    --- stderr
    error: no case of the suite `support` is left to run
    hint: cases of the vault are never run by `eval`; `--filter` takes a tag, a group, or how a key begins
    ");
    suite(&root, "{\"key\": \"a\", \"input\": \"b?\"}\n");
    insta::assert_snapshot!(loopwright(&root, &["eval", "--filter", "z"]), @r"
    exit 5
    --- stderr
    error: no case of the suite `support` is left to run
    hint: cases of the vault are never run by `eval`; `--filter` takes a tag, a group, or how a key begins
    ");
    for command in [&["diagnose"][..], &["improve"], &["gate"], &["runs"]] {
        let shown = loopwright(&root, command);
        assert!(shown.starts_with("exit 5\n") && shown.contains("hint: run `loopwright eval`"), "{command:?}: {shown}");
    }
}

#[test]
fn a_key_that_is_missing_names_its_variable() {
    let model = "model = \"openai:gpt-5-mini\"";
    insta::assert_snapshot!(broken("loopwright.toml", "model = \"standin:small\"", model), @r"
    exit 2
    --- stderr
    support: 12 cases × 5 trials under plain × 1 arm = 60 trials, seed 3
    so many cases and trials show a difference of 23.4 points between two arms with power 0.8, if about 70 % pass
    error: use `openai:gpt-5-mini`: `openai` needs a key; set the environment variable `OPENAI_API_KEY`
    hint: `standin:small` needs no key
    ");
}
