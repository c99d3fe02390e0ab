//! Sudden death: a process that claims and commits is killed again and again. What it said was recorded is recorded,
//! and nothing is recorded twice.
//!
//! The child is this test binary, started again to run [`child`] alone with the environment variable [`DIRECTORY`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use loopwright_core::*;
use loopwright_store::Store;

use crate::block_on::block_on;
use crate::sample::*;

const DIRECTORY: &str = "LOOPWRIGHT_STORE_CRASH_DIRECTORY";
const KILLS: u64 = 25;
const TRIALS: u64 = 3000;
const LEASE: Duration = Duration::from_millis(30);

/// The time of this machine: claims must run out between two lives.
struct WallClock;

impl Clock for WallClock {
    fn now_ns(&self) -> u64 {
        #[expect(clippy::disallowed_methods, reason = "two processes share no other clock")]
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        u64::try_from(since.as_nanos()).unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        std::thread::sleep(duration);
        Box::pin(std::future::ready(()))
    }
}

fn open(directory: &Path) -> Store {
    Store::open(directory.join("ledger.db"), Arc::new(WallClock)).unwrap()
}

/// What the killed processes do. Without the variable there is nothing to do.
#[test]
fn child() {
    #[expect(clippy::disallowed_methods, reason = "tells the child from the test run")]
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let directory = Path::new(&directory);
    let store = open(directory);
    block_on(store.append(vec![started("r")])).unwrap();
    block_on(store.materialise(&run("r"), TRIALS)).unwrap();
    let life = format!("p{}", std::process::id());
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let (store, who) = (store.clone(), worker(&format!("{life}-{thread}")));
            scope.spawn(move || work(&store, &who, directory));
        }
    });
}

/// Claims and commits until nothing is left, and notes down what was acknowledged.
fn work(store: &Store, who: &WorkerId, directory: &Path) {
    let mut notes = OpenOptions::new().append(true).create(true).open(directory.join("acknowledged")).unwrap();
    while block_on(store.progress(&run("r"))).unwrap().done < TRIALS {
        let leases = block_on(store.claim(&run("r"), who, 3, LEASE)).unwrap();
        let texts: Vec<String> = leases.iter().map(|lease| format!("{who}-{}", lease.fence)).collect();
        let results = leases.iter().zip(&texts).map(|(lease, text)| result(lease, text)).collect();
        let heard = block_on(store.commit(results)).unwrap();
        for ((lease, text), _) in leases.iter().zip(texts).zip(heard).filter(|(_, heard)| *heard) {
            // One write a line: a line is there whole or not at all.
            notes.write_all(format!("{} {text}\n", lease.index).as_bytes()).unwrap();
        }
    }
}

fn start(directory: &Path) -> Child {
    #[expect(clippy::disallowed_methods, reason = "only a process can be killed; this is where it is started")]
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["crash::child", "--exact", "--nocapture"]).env(DIRECTORY, directory);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_doubled() {
    let mut directory = tempfile::tempdir().unwrap();
    let (mut luck, mut killed) = (Seed(1), 0);
    while killed < KILLS {
        let mut child = start(directory.path());
        luck = luck.derive("moment", &[]);
        std::thread::sleep(Duration::from_micros(luck.0 % 60_000));
        let ended = child.try_wait().unwrap();
        if ended.is_none() {
            child.kill().unwrap();
            child.wait().unwrap();
            killed += 1;
        }
        check(directory.path());
        if let Some(status) = ended {
            // On a fast machine a run is through before it was killed often enough: the next one begins.
            finish(status, directory.path());
            directory = tempfile::tempdir().unwrap();
        }
    }
    let last = start(directory.path()).wait().unwrap();
    finish(last, directory.path());
}

/// The run is complete, however often its process died.
fn finish(status: ExitStatus, directory: &Path) {
    assert!(status.success());
    check(directory);
    let progress = block_on(open(directory).progress(&run("r"))).unwrap();
    assert_eq!(progress, Progress { done: TRIALS, ..Progress::default() });
}

/// The ledger against what was acknowledged.
fn check(directory: &Path) {
    let store = open(directory);
    let notes = std::fs::read_to_string(directory.join("acknowledged")).unwrap_or_default();
    let mut acknowledged = BTreeMap::new();
    for line in notes.lines() {
        let (index, text) = line.split_once(' ').unwrap();
        let before = acknowledged.insert(index.parse::<u64>().unwrap(), text.to_owned());
        assert_eq!(before, None, "the trial {index} was acknowledged twice");
    }
    let sites = block_on(store.trials(TrialQuery::of(run("r")))).unwrap();
    let recorded: BTreeSet<u64> = sites.iter().map(|site| site.index).collect();
    assert_eq!(recorded.len(), sites.len(), "a trial is recorded twice");
    assert_eq!(block_on(store.progress(&run("r"))).unwrap().done, sites.len() as u64);
    let query = ScoreQuery { run: run("r"), metric: None, trial: None };
    assert_eq!(block_on(store.scores(query)).unwrap().len(), sites.len());
    for (index, text) in &acknowledged {
        assert!(recorded.contains(index), "the trial {index} was acknowledged and is lost");
        let trial = block_on(store.trial(&trial("r", *index, "").site.key)).unwrap().unwrap();
        assert_eq!(trial.trace.outcome.text(), text);
    }
}
