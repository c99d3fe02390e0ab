use crate::binary::loopwright;

#[test]
fn lists_and_explains() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["explain"]), @r"
    exit 0
    --- stdout
    exit-codes       how commands end
    verdicts         improved, regressed, equivalent, underpowered
    vault            why some cases are sealed
    standin          the built-in predictor, and what it is not
    attached-agents  how an agent that exists is measured
    ");
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
