//! What a command may spend, and what it says before it spends.

use rusqlite::Connection;

use crate::binary::{loopwright, project, write};

/// Tokens that the runs of the ledger took together.
fn spent(root: &std::path::Path) -> i64 {
    let ledger = Connection::open(root.join(".loopwright/ledger.db")).unwrap();
    ledger.query_row("select coalesce(sum(input + output), 0) from trial", [], |row| row.get(0)).unwrap()
}

/// The line of `shown` that holds `words`.
fn line<'a>(shown: &'a str, words: &str) -> &'a str {
    shown.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("no `{words}` in {shown}"))
}

#[test]
fn a_budget_of_tokens_stops_a_run_that_the_same_command_goes_on_with() {
    let (_folder, root) = project();
    let command = ["eval", "--seed", "5", "--max-tokens", "20000"];
    let first = loopwright(&root, &command);
    assert!(first.starts_with("exit 0\n"), "{first}");
    assert_eq!(line(&first, "budget: "), "budget: at most 20,000 tokens");
    assert_eq!(
        line(&first, "warning:"),
        "warning: the budget stopped the run before its end; the same command goes on where it stands"
    );
    assert!(first.contains("· cancelled\n"), "{first}");
    let once = spent(&root);
    // What a request holds is estimated: a call may read a little more than was reserved for it.
    assert!((15_000..=20_500).contains(&once), "{once}");

    let mut sessions = 1;
    let last = loop {
        let shown = loopwright(&root, &command);
        sessions += 1;
        assert!(line(&shown, "goes on where it stood").contains("of 60 trials done"), "{shown}");
        assert!(spent(&root) <= sessions * 20_500, "{shown}");
        if !shown.contains("warning:") {
            break shown;
        }
    };
    assert_eq!(sessions, 3, "60 trials take about 47,000 tokens");
    assert!(last.contains("12 cases, 60 trials an arm"), "{last}");
    let runs = loopwright(&root, &["runs"]);
    assert_eq!(runs.matches("  eval  ").count(), 1, "{runs}");
    assert!(runs.contains("complete    60 trials"), "{runs}");
}

#[test]
fn a_budget_without_room_for_a_trial_runs_none() {
    let (_folder, root) = project();
    let shown = loopwright(&root, &["eval", "--max-tokens", "0"]);
    assert!(shown.contains("the budget stopped the run"), "{shown}");
    assert_eq!(spent(&root), 0);
}

#[test]
fn a_budget_of_money_needs_a_known_price() {
    let (_folder, root) = project();
    let text = std::fs::read_to_string(root.join("loopwright.toml")).unwrap();
    let unpriced = text.replacen("model = \"standin:small\"", "model = \"ollama:llama3.2\"", 1);
    write(&root, "loopwright.toml", &unpriced);
    insta::assert_snapshot!(loopwright(&root, &["eval", "--max-cost", "0.50"]), @r"
    exit 2
    --- stderr
    error: `--max-cost` cannot be kept: the price of `ollama:llama3.2` is not known
    hint: use `--max-tokens`
    ");
    write(&root, "loopwright.toml", &text);
    let arm = loopwright(&root, &["eval", "--max-cost", "0.50", "--arm", "local:model/ref=ollama:llama3.2"]);
    assert!(arm.contains("the price of `ollama:llama3.2` is not known"), "{arm}");
    let models = loopwright(&root, &["compare", "--models", "ollama:a,ollama:b", "--max-cost", "1"]);
    assert!(models.contains("the price of `ollama:a` is not known"), "{models}");
    let shown = loopwright(&root, &["eval", "--max-cost", "0.005"]);
    assert!(shown.contains("budget: at most $0.005"), "{shown}");
    assert!(shown.contains("the budget stopped the run"), "{shown}");
}

#[test]
fn what_will_be_spent_is_said_before() {
    let (_folder, root) = project();
    let before = loopwright(&root, &["eval", "--seed", "5"]);
    insta::assert_snapshot!(before.split_once("--- stderr\n").unwrap().1, @r"
    support: 12 cases × 5 trials under plain × 1 arm = 60 trials, seed 5
    so many cases and trials show a difference of 23.4 points between two arms with power 0.8, if about 70 % pass
    at most 360 model calls and 3,600,000 tokens; what it costs is not known before the first run
    next: loopwright diagnose says why trials fail
    ");
    let after = loopwright(&root, &["eval", "--seed", "5", "--trials", "1"]);
    insta::assert_snapshot!(line(&after, "about"), @"so many cases and trials show a difference of 40.6 points between two arms with power 0.8, if about 70 % pass");
    insta::assert_snapshot!(line(&after, "last run"), @"about 14 calls, 9,200 tokens, $0.0028, by what the last run took");
    let improve = loopwright(&root, &["improve", "--seed", "5"]);
    insta::assert_snapshot!(line(&improve, "a round is"), @"a round is a race of 216 trials on dev and questions of 84 trials each to the vault; the first of them shows a difference of 25.1 points with power 0.8, if about 70 % pass");
    insta::assert_snapshot!(line(&improve, "by what the last run took"), @"about 380 calls, 230,000 tokens, $0.070, by what the last run took");
}
