//! Each signal fires on what it is about and keeps still beside it.

use std::collections::BTreeSet;

use loopwright_core::{FindingCode, ToolStatus};
use loopwright_improve::{TrialEvidence, signal};
use serde_json::json;

use crate::scene::{Scene, calls_case, case, evidence, returns_case};

const THIRTY_DAYS: &str = "Unused goods may be returned within 30 days.";

/// What the first of `trials` shows of the signal.
fn shown(code: u16, trials: Vec<TrialEvidence>) -> Option<String> {
    let evidence = evidence(trials);
    let signal = signal::by_code(FindingCode(code)).unwrap();
    signal.shown_in(&evidence.trials[0], &evidence)
}

fn alone(code: u16, scene: Scene) -> Option<String> {
    shown(code, vec![scene.build()])
}

#[test]
fn a_retrieval_misses() {
    let case = returns_case(THIRTY_DAYS);
    let missed = alone(101, Scene::of(&case).finds(&["exchanges.md"], 1));
    assert_eq!(missed.unwrap(), "no passage that was found holds the evidence in `returns.md`");
    assert_eq!(alone(101, Scene::of(&case).finds(&["exchanges.md", "returns.md"], 1)), None);
    assert_eq!(alone(101, Scene::of(&case).finds(&["exchanges.md"], 1).passes()), None);
    assert_eq!(alone(101, Scene::of(&case)), None, "nothing was searched");
}

#[test]
fn a_passage_is_ranked_too_low() {
    let case = returns_case(THIRTY_DAYS);
    let hidden = alone(102, Scene::of(&case).finds(&["exchanges.md", "returns.md"], 1));
    assert_eq!(hidden.unwrap(), "the evidence was found among the first ten and not shown");
    assert_eq!(alone(102, Scene::of(&case).finds(&["exchanges.md", "returns.md"], 2)), None);
    assert_eq!(alone(102, Scene::of(&case).finds(&["exchanges.md"], 1)), None);
}

#[test]
fn a_distractor_captures() {
    let case = returns_case(THIRTY_DAYS);
    let both = |answer: &str| Scene::of(&case).finds(&["returns.md", "exchanges.md"], 2).answers(answer);
    assert_eq!(alone(103, both("Within 45 days.")).unwrap(), "the answer is taken from another passage");
    assert_eq!(
        alone(103, both("It is £2.95.")).unwrap(),
        "the answer is taken from another sentence of the right passage"
    );
    let cited = alone(103, both("Within thirty days [2]."));
    assert_eq!(cited.unwrap(), "the answer cites passages that do not hold the evidence");
    let copied = alone(103, both("Goods may be exchanged in a while."));
    assert_eq!(copied, None, "four words in a row are no copy");
    assert_eq!(alone(103, both("Within 30 days [1].")), None);
    assert_eq!(alone(103, both("I do not know.")), None);
    let tool = calls_case(&["get_order"]);
    let told = |answer: &str| Scene::of(&tool).finds(&["returns.md"], 1).calls("get_order", "A-1042").answers(answer);
    let drowned = alone(103, told("Unused goods may be returned within 30 days."));
    assert_eq!(drowned.unwrap(), "the answer is taken from a passage, where a tool had told it");
    assert_eq!(alone(103, told("It is sent.")), None);
    assert_eq!(alone(103, Scene::of(&case).finds(&["exchanges.md"], 1).answers("45 days")), None, "gold was not shown");
}

#[test]
fn an_answer_has_no_support() {
    let case = returns_case(THIRTY_DAYS);
    let answer = |text: &str| Scene::of(&case).finds(&["returns.md"], 1).answers(text);
    assert!(alone(104, answer("Within 60 days.")).unwrap().starts_with("a number"));
    assert!(alone(104, answer("Send it to Northpost.")).unwrap().starts_with("a name"));
    assert_eq!(alone(104, answer("Within 30 days, and £2.95 for the label.")), None);
    assert_eq!(alone(104, answer("I do not know whether 60 days would do.")), None);
    let from_tool = Scene::of(&calls_case(&["get_order"])).calls("get_order", "A-1042").answers("A-1042: £12.50");
    assert_eq!(alone(104, from_tool), None);
}

#[test]
fn an_absent_answer_is_given() {
    let case = case("absent", "What is the warranty of a wok?", json!({"abstain": true}));
    assert!(alone(104, Scene::of(&case).finds(&["returns.md"], 1).answers("Within 30 days.")).is_some());
    assert_eq!(alone(104, Scene::of(&case).finds(&["returns.md"], 1).answers("I do not know.")), None);
}

#[test]
fn an_agent_abstains_too_often() {
    let case = returns_case(THIRTY_DAYS);
    assert!(alone(105, Scene::of(&case).finds(&["returns.md"], 1).answers("I cannot find that.")).is_some());
    let asked = alone(105, Scene::of(&case).finds(&["returns.md"], 1).answers("Which order do you mean?"));
    assert_eq!(asked.unwrap(), "it asked back with the evidence in what it was shown");
    assert_eq!(alone(105, Scene::of(&case).finds(&["exchanges.md"], 1).answers("I cannot find that.")), None);
    assert_eq!(alone(105, Scene::of(&case).finds(&["returns.md"], 1).answers("Within 60 days.")), None);
}

#[test]
fn the_wrong_tool_is_called() {
    let case = calls_case(&["track_shipment"]);
    let wrong = alone(201, Scene::of(&case).calls("get_order", "A-1042"));
    assert_eq!(wrong.unwrap(), "`track_shipment` was needed and `get_order` was called");
    assert_eq!(alone(201, Scene::of(&case).calls("track_shipment", "A-1")), None);
    let change = calls_case(&["cancel_order"]);
    assert_eq!(alone(201, Scene::of(&change).calls("get_order", "A-1042")), None, "a look before a change");
}

#[test]
fn a_call_is_missed() {
    let case = calls_case(&["get_order", "cancel_order"]);
    assert_eq!(alone(202, Scene::of(&case)).unwrap(), "`get_order` was needed and nothing was called");
    let half = alone(202, Scene::of(&case).calls("get_order", "A-1042"));
    assert_eq!(half.unwrap(), "`cancel_order` was needed and the agent stopped before it");
    let skipped = alone(202, Scene::of(&case).calls("cancel_order", "A-1042"));
    assert_eq!(skipped.unwrap(), "`get_order` was needed before a change and was skipped");
    assert_eq!(alone(202, Scene::of(&case).calls("get_order", "A-9")), None, "the arguments were wrong before that");
    assert_eq!(alone(202, Scene::of(&case).calls("get_order", "A-1042").calls("cancel_order", "A-1042")), None);
}

#[test]
fn an_argument_is_wrong() {
    let case = calls_case(&["get_order"]);
    let wrong = alone(203, Scene::of(&case).calls("get_order", "A-9"));
    assert_eq!(wrong.unwrap(), "`get_order` was called with another `order_id`");
    let invalid = Scene::of(&case).calls_and_gets("get_order", "?", ToolStatus::InvalidArguments);
    assert_eq!(alone(203, invalid).unwrap(), "the arguments of `get_order` do not keep its schema");
    assert_eq!(alone(203, Scene::of(&case).calls("get_order", "A-9").calls("get_order", "a-1042")), None);
    assert_eq!(alone(203, Scene::of(&case)), None);
}

#[test]
fn a_call_is_spurious() {
    let none = returns_case(THIRTY_DAYS);
    let called = alone(204, Scene::of(&none).calls("get_order", "A-1042"));
    assert_eq!(called.unwrap(), "`get_order` was called and no call was needed");
    let case = calls_case(&["cancel_order"]);
    let looked = Scene::of(&case).calls("get_order", "A-1042").calls("cancel_order", "A-1042");
    assert_eq!(alone(204, looked), None, "a look before a change");
    let beside = Scene::of(&calls_case(&["get_order"])).calls("get_order", "A-1042").calls("cancel_order", "A-1042");
    assert_eq!(alone(204, beside).unwrap(), "`cancel_order` was called beside what was needed");
}

#[test]
fn a_question_is_not_asked() {
    let case = case("vague", "Cancel my order.", json!({"clarify": true}));
    let acted = alone(205, Scene::of(&case).calls("cancel_order", "A-1"));
    assert_eq!(acted.unwrap(), "`cancel_order` was called instead of asking");
    assert!(alone(205, Scene::of(&case).answers("Done.")).is_some());
    assert_eq!(alone(205, Scene::of(&case).answers("Which order do you mean?")), None);
}

#[test]
fn a_success_is_flaky() {
    let case = returns_case(THIRTY_DAYS);
    let trial = |repetition: u32| Scene::of(&case).again(repetition);
    let flaky = vec![trial(0).build(), trial(1).passes().build(), trial(2).passes().build()];
    assert_eq!(shown(301, flaky).unwrap(), "the case passes 2 of 3 trials");
    assert_eq!(shown(301, vec![trial(0).build(), trial(1).build()]), None);
    assert_eq!(shown(301, vec![trial(0).passes().build(), trial(1).build()]), None, "this one passed");
}

#[test]
fn tokens_are_wasted() {
    let case = returns_case(THIRTY_DAYS);
    let wasteful = Scene::of(&case).finds(&["returns.md", "exchanges.md"], 2).answers("30 days [1].").passes();
    assert!(alone(401, wasteful).is_some());
    // Every tool is of use to some case, and the one passage that is shown is the right one.
    let lean = Scene::of(&case).finds(&["returns.md"], 1).answers("30 days [1].").passes();
    let others = ["get_order", "track_shipment", "cancel_order", "quote_trade"];
    let others = Scene::of(&calls_case(&others)).again(1).build();
    assert_eq!(shown(401, vec![lean.build(), others]), None);
}

#[test]
fn replays_alone_find_the_remainder() {
    assert_eq!(alone(900, Scene::of(&returns_case(THIRTY_DAYS))), None);
}

#[test]
fn codes_are_unique_and_stages_exist() {
    let codes: BTreeSet<FindingCode> = signal::all().iter().map(|signal| signal.code).collect();
    assert_eq!(codes.len(), signal::all().len());
    let stages = loopwright_eval::STAGES.map(|(stage, _)| stage);
    assert!(signal::all().iter().filter_map(|signal| signal.stage).all(|stage| stages.contains(&stage)));
}

#[test]
fn every_page_has_its_headings_and_stands_in_the_reference() {
    let reference = signal::reference();
    for signal in signal::all() {
        let headings: Vec<&str> = signal.doc.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let wanted = ["What it is", "How it is found", "What confirms it", "What helps", "Example"];
        assert_eq!(headings, wanted, "{}", signal.code);
        assert!(reference.contains(&format!("\n## {}: {}\n\n### What it is\n", signal.code, signal.name)));
    }
}
