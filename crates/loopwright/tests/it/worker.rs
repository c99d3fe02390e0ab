use crate::binary::loopwright;

#[test]
fn a_worker_does_what_waits_in_order_and_once() {
    let folder = tempfile::tempdir().unwrap();
    loopwright(folder.path(), &["init", "--name", "hire"]);
    let idle = loopwright(folder.path(), &["worker", "--once"]);
    assert!(idle.starts_with("exit 5") && idle.contains("no work waits"), "{idle}");
    for work in ["eval", "diagnose"] {
        // The run to diagnose must be there when the work is added.
        let added = loopwright(folder.path(), &["worker", "--add", work]);
        assert!(added.starts_with("exit 0\n--- stdout\njob-"), "{added}");
        let done = loopwright(folder.path(), &["worker", "--once"]);
        assert!(done.starts_with("exit 0"), "{done}");
        assert!(done.contains(if work == "eval" { "resolved" } else { "finding" }), "{done}");
    }
    let idle = loopwright(folder.path(), &["worker", "--once"]);
    assert!(idle.starts_with("exit 5"), "{idle}");
}

#[test]
fn work_that_fails_ends_and_does_not_stop_the_worker() {
    let folder = tempfile::tempdir().unwrap();
    loopwright(folder.path(), &["init"]);
    loopwright(folder.path(), &["worker", "--add", "improve"]);
    // Nothing has been measured yet, so there is nothing to improve.
    let done = loopwright(folder.path(), &["worker", "--once"]);
    assert!(done.starts_with("exit 0") && done.contains("nothing has been measured yet"), "{done}");
}
