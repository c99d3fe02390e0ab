//! The file: it is found again, and what is no ledger of this version is left alone.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use loopwright_core::*;
use loopwright_store::Store;
use rusqlite::Connection;

use crate::block_on::block_on;
use crate::sample::*;

const LEASE: Duration = Duration::from_secs(60);

fn open(path: &Path) -> Result<Store, LedgerError> {
    Store::open(path, Arc::new(VirtualClock::starting_at(1)))
}

#[test]
fn a_run_goes_on_where_it_stopped() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deep/down/ledger.db");
    let store = open(&path).unwrap();
    block_on(store.append(vec![started("r")])).unwrap();
    block_on(store.materialise(&run("r"), 3)).unwrap();
    let leases = block_on(store.claim(&run("r"), &worker("a"), 2, LEASE)).unwrap();
    assert_eq!(block_on(store.commit(vec![result(&leases[0], "x")])).unwrap(), [true]);
    drop(store);
    let names: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(names, ["ledger.db"], "the last one out folds the log into the file");

    let clock = Arc::new(VirtualClock::starting_at(1));
    let store = Store::open(&path, clock.clone()).unwrap();
    block_on(store.materialise(&run("r"), 3)).unwrap();
    let progress = Progress { ready: 1, leased: 1, done: 1, dead: 0 };
    assert_eq!(block_on(store.progress(&run("r"))).unwrap(), progress);
    block_on(clock.sleep(LEASE));
    let rest = block_on(store.claim(&run("r"), &worker("b"), 9, LEASE)).unwrap();
    assert_eq!(rest.iter().map(|lease| (lease.index, lease.fence)).collect::<Vec<_>>(), [(1, 2), (2, 1)]);
    assert_eq!(block_on(store.trials(TrialQuery::of(run("r")))).unwrap().len(), 1);
    let query = ScoreQuery { run: run("r"), metric: None, trial: None };
    assert_eq!(block_on(store.scores(query)).unwrap().len(), 1);
}

#[test]
fn the_vault_is_not_in_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let store = open(&path).unwrap();
    block_on(store.append(vec![Fact::RunStarted(Box::new(manifest("v", Split::Vault, 1)))])).unwrap();
    block_on(store.materialise(&run("v"), 2)).unwrap();
    let leases = block_on(store.claim(&run("v"), &worker("a"), 2, LEASE)).unwrap();
    let dead = Commit::Dead { lease: leases[1].clone(), message: "needle in a failure".to_owned(), cost: Cost::ZERO };
    block_on(store.commit(vec![result(&leases[0], "needle in an answer"), dead])).unwrap();
    let log = std::fs::read(directory.path().join("ledger.db-wal")).unwrap();
    drop(store);
    for bytes in [log, std::fs::read(&path).unwrap()] {
        for secret in ["needle", "case-0000", "the same final state", "it says so"] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
}

#[test]
fn final_states_are_kept_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let store = open(&path).unwrap();
    let acted = (0..5).map(|index| Fact::Acted(Box::new(trial("r", index, "x"))));
    block_on(store.append([started("r")].into_iter().chain(acted).collect())).unwrap();
    let read = block_on(store.trial(&trial("r", 3, "").site.key)).unwrap().unwrap();
    assert_eq!(read.state, trial("r", 3, "x").state);
    drop(store);
    let count = |sql: &str| Connection::open(&path).unwrap().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM state_image"), 1);
    assert_eq!(count("SELECT count(*) FROM trial WHERE state IS NOT NULL"), 5);
}

/// Each round, handles that stand for processes race to create one file.
#[test]
fn several_may_create_the_file_at_once() {
    let directory = tempfile::tempdir().unwrap();
    for round in 0..12 {
        let path = directory.path().join(format!("new-{round}/ledger.db"));
        std::thread::scope(|scope| {
            for index in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    let store = open(path).unwrap();
                    block_on(store.append(vec![started(&format!("r-{index}"))])).unwrap();
                });
            }
        });
        assert_eq!(block_on(open(&path).unwrap().runs(RunQuery::default())).unwrap().len(), 8);
    }
}

#[test]
fn what_is_no_ledger_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.txt");
    let text = "these are my notes\n".repeat(100);
    std::fs::write(&path, &text).unwrap();
    assert!(matches!(open(&path), Err(LedgerError::Corrupt { .. })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);

    let path = directory.path().join("shop.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE orders (id INTEGER)").unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = open(&path).unwrap_err().to_string();
    assert!(error.contains("not a ledger"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_file_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let store = open(&path).unwrap();
    let acted = (0..200).map(|index| Fact::Acted(Box::new(trial("r", index, "x"))));
    block_on(store.append([started("r")].into_iter().chain(acted).collect())).unwrap();
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[64 * 1024..].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    let read = open(&path).and_then(|store| block_on(store.trials(TrialQuery::of(run("r")))));
    assert!(matches!(read, Err(LedgerError::Corrupt { .. })), "{read:?}");
}

#[test]
fn a_record_that_makes_no_sense_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let store = open(&path).unwrap();
    block_on(store.append(vec![started("r"), Fact::Acted(Box::new(trial("r", 0, "x")))])).unwrap();
    let other = Connection::open(&path).unwrap();
    let other_noun = lz4_flex::block::compress_prepend_size(br#"{"id": 3}"#);
    let lies_of_its_size = [&[0xff, 0xff, 0xff, 0x7f], &other_noun[4..]].concat();
    for body in [other_noun, lies_of_its_size, vec![9, 0], vec![]] {
        other.execute("UPDATE trace SET body = ?1", [body]).unwrap();
        let read = block_on(store.trial(&trial("r", 0, "").site.key));
        assert!(matches!(read, Err(LedgerError::Corrupt { .. })), "{read:?}");
    }
    assert_eq!(block_on(store.trials(TrialQuery::of(run("r")))).unwrap().len(), 1, "lists do not read payloads");
}

#[test]
fn an_older_file_is_brought_up_to_date() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    block_on(open(&path).unwrap().append(vec![started("r"), Fact::Acted(Box::new(trial("r", 0, "x")))])).unwrap();
    // The first edition had no record of what dead trials cost.
    Connection::open(&path)
        .unwrap()
        .execute_batch(
            "DROP TABLE dead_trial; DROP TABLE opinion; DROP TABLE label; DROP TABLE api_key; PRAGMA user_version = 1;",
        )
        .unwrap();
    let store = open(&path).unwrap();
    let record = block_on(store.runs(RunQuery::default())).unwrap().remove(0);
    assert_eq!((record.acted, record.cost), (1, trial("r", 0, "x").cost));
}

#[test]
fn a_newer_file_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    drop(open(&path).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    match open(&path) {
        Err(LedgerError::TooNew { found: 99, known, .. }) => assert!(known < 99),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_that_is_held_is_busy() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let store = open(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = block_on(store.append(vec![started("r")])).unwrap_err();
    assert!(matches!(error, LedgerError::Busy { .. }), "{error}");
    assert!(error.to_string().contains("ledger.db"), "{error}");
    assert_eq!(block_on(store.runs(RunQuery::default())).unwrap(), [], "reading needs no turn");
    other.execute_batch("COMMIT").unwrap();
    block_on(store.append(vec![started("r")])).unwrap();
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    std::fs::write(&path, "").unwrap();
    let error = open(&path.join("ledger.db")).unwrap_err();
    assert!(matches!(error, LedgerError::Engine { .. }));
    assert!(error.to_string().contains("ledger.db"), "{error}");
    assert!(matches!(open(Path::new("")), Err(LedgerError::Engine { .. })));
}

/// SQLite takes some names for more than names.
#[test]
fn a_path_is_only_a_path() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["file:ledger.db?mode=memory", ":memory:", "ledger%20.db"] {
        let path = directory.path().join(name);
        let store = open(&path).unwrap();
        block_on(store.append(vec![started("r")])).unwrap();
        assert_eq!(block_on(store.runs(RunQuery::default())).unwrap().len(), 1);
        assert!(path.is_file(), "{name}");
    }
}
