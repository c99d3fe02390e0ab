use crate::binary::loopwright;

#[test]
fn lists_and_explains() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["explain"]), @"");
    insta::assert_snapshot!(loopwright(folder.path(), &["explain", "verdicts"]), @"");
}

#[test]
fn suggests_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["explain", "vualt"]), @"");
    insta::assert_snapshot!(loopwright(folder.path(), &["explain", "zebra", "--format", "json"]), @"");
}
