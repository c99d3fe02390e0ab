use crate::binary::loopwright;

#[test]
fn bare_command_shows_the_commands_in_groups() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &[]), @"");
    assert_eq!(loopwright(folder.path(), &[]), loopwright(folder.path(), &["-h"]));
}

#[test]
fn a_command_says_what_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["init", "-h"]), @"");
}

#[test]
fn what_cannot_be_parsed_is_a_fault_of_usage() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["innit"]), @"");
    insta::assert_snapshot!(loopwright(folder.path(), &["init", "--function", "f"]), @"");
}
