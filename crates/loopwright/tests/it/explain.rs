use crate::binary::loopwright;

#[test]
fn lists_and_explains() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["explain"]), @r"
    exit 0
    --- stdout
    exit-codes                 how commands end
    verdicts                   improved, regressed, equivalent, underpowered
    vault                      why some cases are sealed
    standin                    the built-in predictor, and what it is not
    attached-agents            how an agent that exists is measured
    resolved                   everything that the case expects holds
    answer                     the answer is what the case expects
    exact_match                the answer is the gold text, word for word
    token_f1                   how many words the answer and the gold text share
    abstention                 the agent says that it does not know where, and only where, it should
    clarification              the agent asks for what is missing where, and only where, it should
    citation                   the answer cites a passage that holds the evidence
    citation_precision         how many of the citations hold the evidence
    retrieval_recall           how much of the evidence the model was shown
    reciprocal_rank            how high the first evidence ranks
    tool_choice                the tools that are needed are called
    tool_arguments             each needed call is made with the right arguments
    trajectory_in_order        the needed calls are made, in their order
    trajectory_any_order       the needed calls are made, in any order
    bfcl_ast                   the calls are right by the rules of the Berkeley Function-Calling Leaderboard
    final_state                the world ends as the case expects
    tokens                     tokens read and written
    money                      what the model calls cost
    joules                     the energy that the model calls took
    latency                    how long the run took
    steps                      how often a model was called
    tool_calls                 how many tool calls were made
    ants                       sentences that have nothing to do with the question
    near_misses                passages like the question that do not answer it
    typos                      typing errors in the question
    LW101                      the search does not find the passage that holds the answer
    LW102                      the passage that holds the answer is found, but not shown
    LW205                      the agent goes ahead where it should ask for what is missing
    LW202                      a tool that is needed is not called
    LW201                      another tool is called than the one that is needed
    LW204                      a tool is called that is not needed
    LW203                      the right tool is called with wrong arguments
    LW103                      the answer is taken from something beside what holds it
    LW104                      the answer says what nothing that the agent saw says
    LW105                      the agent declines, or asks back, although the answer was shown to it
    LW301                      the same case passes in some trials and fails in others
    LW401                      many of the tokens that are sent do not help
    LW900                      it fails although every stage before the answer is put right
    retrieval_parameters       cut, rank and show the documents in another way
    rule                       add the rule that the instructions lack
    tool_description_contrast  say what each tool is for, and what it is not for
    few_shot                   show the model how cases like these were done right
    vote                       take the most frequent of several samples
    context_pruning            send less of what does not help
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
