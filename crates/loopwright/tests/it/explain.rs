use crate::binary::loopwright;
use crate::eval::document;

#[test]
fn lists_and_explains() {
    let folder = tempfile::tempdir().unwrap();
    // The catalogues grow; that each of them is listed is what matters here.
    let listed = loopwright(folder.path(), &["explain"]);
    let word = |name: &str| {
        let line = listed.lines().find(|line| line.split(' ').next() == Some(name));
        line.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let of_each_kind = ["exit-codes", "resolved", "ants", "LW101", "vote"].map(word);
    insta::assert_snapshot!(of_each_kind.join("\n"), @r"
    exit-codes how commands end
    resolved everything that the case expects holds
    ants sentences that have nothing to do with the question
    LW101 the search does not find the passage that holds the answer
    vote take the most frequent of several samples
    ");
    let (kind, topics) = document(&loopwright(folder.path(), &["explain", "--format", "json"]), 0);
    assert_eq!((kind.as_str(), &topics[0]["code"]), ("topics", &"exit-codes".into()));
    insta::assert_snapshot!(loopwright(folder.path(), &["explain", "verdicts"]), @r"
    exit 0
    --- stdout
    verdicts improved, regressed, equivalent, underpowered

    A comparison of two arms pairs them case by case and ends in one of four words:

        improved      the interval of the difference lies on the better side of zero
        regressed     the interval lies on the worse side of zero
        equivalent    the interval lies within the margin around zero: the same for all that matters
        underpowered  the interval is too wide to say

    Underpowered is not equivalent: no evidence of a difference is not evidence of none. The margin is `[gate] margin` of the project.
    ");
}

#[test]
fn suggests_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["explain", "vualt"]), @r"
    exit 2
    --- stderr
    error: there is nothing to explain under `vualt`
    hint: did you mean `vault`?
    ");
    insta::assert_snapshot!(loopwright(folder.path(), &["explain", "zebra", "--format", "json"]), @r#"
    exit 2
    --- stderr
    {"causes":[],"exit":2,"hints":["`loopwright explain` lists what there is"],"message":"there is nothing to explain under `zebra`"}
    "#);
}
