//! A run that is killed with SIGKILL goes on where it stood: nothing is lost, nothing is done twice.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;

use crate::binary::{command, loopwright, project};
use crate::eval::rounded;

/// 12 cases × 100 trials: long enough that a process can be killed in the middle.
const EVAL: [&str; 8] = ["eval", "--trials", "100", "--seed", "7", "--quiet", "--format", "json"];
const PLANNED: i64 = 1200;

/// Moments at which a process is killed: when so many trials are recorded. At 0 it may be anywhere before the first.
const MOMENTS: [i64; 4] = [0, 1, 500, 1000];

fn ledger(root: &Path) -> Option<Connection> {
    let file = root.join(".loopwright/ledger.db");
    let connection = file.exists().then(|| Connection::open(file).unwrap())?;
    connection.busy_timeout(Duration::from_secs(5)).unwrap();
    Some(connection)
}

fn count(ledger: &Connection, sql: &str) -> i64 {
    ledger.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Trials that are recorded; `None` while the ledger is not made yet.
fn recorded(root: &Path) -> Option<i64> {
    ledger(root)?.query_row("select count(*) from trial", [], |row| row.get(0)).ok()
}

fn start(root: &Path) -> Child {
    let mut command = command(root, &EVAL);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Starts the eval and kills it as soon as `moment` trials are recorded.
fn kill_at(root: &Path, moment: i64) {
    let mut child = start(root);
    let is_time = || recorded(root).is_some_and(|recorded| recorded >= moment);
    while !is_time() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before {moment} trials were recorded");
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What the eval says of the run, without the run's own id.
fn summary(root: &Path) -> (String, Value) {
    let shown = loopwright(root, &EVAL);
    let text = shown.strip_prefix("exit 0\n--- stdout\n").unwrap_or_else(|| panic!("{shown}"));
    let mut document: Value = serde_json::from_str(text).unwrap();
    let run = document["data"].as_object_mut().unwrap().remove("run").unwrap();
    (run.as_str().unwrap().to_owned(), rounded(&document))
}

/// What every trial came to, by its place in the plan; exact to the last digit.
fn results(ledger: &Connection, run: &str) -> Vec<(i64, String, i64, f64, String)> {
    let sql = "select idx, case_key, input + output, value, verdict from trial \
               join score on score.trial = trial.id and score.name = 'resolved' \
               where run = (select id from run where name = ?1) order by idx";
    let mut statement = ledger.prepare(sql).unwrap();
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
    let rows = statement.query_map([run], row).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_run_that_is_killed_is_completed_by_the_same_command() {
    let (_folder, root) = project();
    for moment in MOMENTS {
        kill_at(&root, moment);
    }
    let (run, resumed) = summary(&root);

    let ledger = ledger(&root).unwrap();
    assert_eq!(count(&ledger, "select count(*) from run"), 1, "every start was the same run");
    let name: String = ledger.query_row("select name from run", [], |row| row.get(0)).unwrap();
    assert_eq!(name, run);
    assert_eq!(count(&ledger, "select count(*) from trial"), PLANNED);
    assert_eq!(count(&ledger, "select count(distinct key) from trial"), PLANNED);
    assert_eq!(count(&ledger, "select count(distinct idx) from trial where idx between 0 and 1199"), PLANNED);
    assert_eq!(count(&ledger, "select count(*) from trace"), PLANNED);
    // `resolved` and `tokens`, once each.
    assert_eq!(count(&ledger, "select count(*) from score"), 2 * PLANNED);
    assert_eq!(count(&ledger, "select count(*) from trial_queue where state = 2"), PLANNED);
    assert_eq!(count(&ledger, "select done from queue"), PLANNED);

    let (_other, undisturbed) = project();
    let (whole, expected) = summary(&undisturbed);
    assert_eq!(resumed, expected);
    let expected_results = results(&self::ledger(&undisturbed).unwrap(), &whole);
    assert_eq!(expected_results.len(), 1200);
    assert_eq!(results(&ledger, &run), expected_results);

    // What is finished is not gone on with: the same command measures anew.
    let (again, same) = summary(&root);
    assert_ne!(again, run);
    assert_eq!(same, expected);
    assert_eq!(count(&ledger, "select count(*) from trial"), 2 * PLANNED);
}

#[test]
fn another_seed_or_plan_is_another_run() {
    let (_folder, root) = project();
    kill_at(&root, 1);
    for arguments in [["--trials", "1", "--seed", "7"], ["--trials", "100", "--seed", "8"]] {
        let shown = loopwright(&root, &[&["eval", "--quiet"][..], &arguments].concat());
        assert!(shown.starts_with("exit 0\n"), "{shown}");
    }
    let ledger = ledger(&root).unwrap();
    assert_eq!(count(&ledger, "select count(*) from run"), 3);
    let unfinished = "select count(*) from run where id not in (select run from run_end)";
    assert_eq!(count(&ledger, unfinished), 1, "the one that was killed still waits");
}
