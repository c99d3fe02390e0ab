//! Each technique proposes what it says: a patch that applies, changes only its part, and gives another variant.

use std::sync::Arc;

use loopwright_core::{Case, Digest, Estimate, Finding, FindingCode, Method, RunId};
use loopwright_improve::{Aim, Candidate, Evidence, TrialEvidence, technique};
use loopwright_knowledge::KnowledgePart;
use serde_json::{Value, json};

use crate::scene::{Scene, case, evidence, evidence_of, returns_case, variant, with_parts};

fn finding(code: u16, share: f64, cases: &[&str]) -> Finding {
    let (low, high, level, n_items, n_trials) = (share, share, 0.95, 10, 30);
    let share = Estimate { point: share, low, high, level, n_items, n_trials, method: Method::Wilson };
    let cases = cases.iter().map(|key| key.parse().unwrap()).collect();
    let (run, title) = (RunId::new("r").unwrap(), String::new());
    let (evidence, exemplars) = (vec![], vec![]);
    Finding {
        code: FindingCode(code),
        title,
        run,
        part: None,
        share,
        trials: 3,
        cases,
        headroom: None,
        evidence,
        exemplars,
    }
}

/// What the technique proposes; checks that each patch applies, and changes the part named and nothing else.
fn proposed(name: &str, part: &str, finding: &Finding, evidence: &Evidence) -> Vec<Candidate> {
    let candidates = technique::named(name).unwrap().propose(finding, evidence);
    for candidate in &candidates {
        let patched = evidence.variant.patched(&candidate.patch).unwrap();
        assert_ne!(patched.digest(), evidence.variant.digest(), "{}", candidate.change);
        loopwright_agent::AgentSpec::parse(&patched).unwrap();
        let differs = |name: &str| patched.part(name) != evidence.variant.part(name);
        let changed: Vec<&str> =
            patched.parts.keys().map(loopwright_core::PartName::as_str).filter(|name| differs(name)).collect();
        assert_eq!(changed, [part], "{}", candidate.change);
        assert_eq!((candidate.technique, candidate.finding), (name, finding.code));
    }
    candidates
}

fn part_after(evidence: &Evidence, candidate: &Candidate, part: &str) -> Value {
    evidence.variant.patched(&candidate.patch).unwrap().part(part).unwrap().clone()
}

fn order_case(key: &str, input: &str, tool: &str, order: &str) -> Arc<Case> {
    case(key, input, json!({"calls": [{"tool": tool, "args": {"order_id": order}}]}))
}

/// Questions about parcels that call `get_order`, and questions about totals that do so rightly.
fn confused() -> Vec<TrialEvidence> {
    let parcels = ["Where is the parcel of A-1001?", "Has my parcel A-1002 arrived?", "Track the parcel of A-1003."];
    let totals = ["What is the total of A-1004?", "Show me the total of order A-1005."];
    let parcel = |(n, input): (usize, &&str)| {
        let case = order_case(&format!("parcel-{n}"), input, "track_shipment", &format!("A-{}", 1001 + n));
        Scene::of(&case).calls("get_order", "A-1001").build()
    };
    let total = |(n, input): (usize, &&str)| {
        let order = format!("A-{}", 1004 + n);
        let case = order_case(&format!("total-{n}"), input, "get_order", &order);
        Scene::of(&case).calls("get_order", &order).answers("£12.50").passes().build()
    };
    parcels.iter().enumerate().map(parcel).chain(totals.iter().enumerate().map(total)).collect()
}

#[test]
fn retrieval_is_set_to_show_more() {
    let case = returns_case("Unused goods may be returned within 30 days.");
    let mut variant = variant();
    let part = KnowledgePart { top_k: 1, ..KnowledgePart::new(crate::scene::corpus().digest()) };
    let mut value = part.to_value();
    // One chunk a document, of which only the best is shown: a question in the words of the other page misses.
    value["chunk"]["by"] = json!("page");
    variant.parts.insert("knowledge".parse().unwrap(), value);
    let misled =
        Arc::new(Case { input: loopwright_core::Input::text("exchanges: goods returned?"), ..(*case).clone() });
    let evidence = evidence_of(variant, vec![Scene::of(&misled).finds(&["exchanges.md"], 1).build()]);
    let candidates = proposed("retrieval_parameters", "knowledge", &finding(101, 0.5, &["returns"]), &evidence);
    assert!((1..=3).contains(&candidates.len()), "{}", candidates.len());
    assert!(candidates[0].change.contains("shows 1 of 1 gold passages"), "{}", candidates[0].change);
    KnowledgePart::parse(&part_after(&evidence, &candidates[0], "knowledge")).unwrap();
}

#[test]
fn retrieval_is_set_to_show_less() {
    let case = returns_case("Unused goods may be returned within 30 days.");
    let evidence = evidence(vec![Scene::of(&case).finds(&["returns.md", "exchanges.md"], 2).build()]);
    let candidates = proposed("retrieval_parameters", "knowledge", &finding(103, 0.5, &["returns"]), &evidence);
    assert!(candidates.iter().any(|one| part_after(&evidence, one, "knowledge")["order"] == "edges_first"));
    assert!(candidates.iter().any(|one| one.change.contains("tokens in place of")));
    let nothing_to_find = finding(101, 0.5, &["returns"]);
    assert_eq!(proposed("retrieval_parameters", "knowledge", &nothing_to_find, &evidence), [], "all gold is shown");
}

#[test]
fn retrieval_needs_gold_and_documents() {
    let absent = case("absent", "Anything?", json!({"abstain": true}));
    let evidence = evidence(vec![Scene::of(&absent).build()]);
    assert_eq!(proposed("retrieval_parameters", "knowledge", &finding(101, 0.5, &["absent"]), &evidence), []);
}

#[test]
fn descriptions_are_contrasted() {
    let evidence = evidence(confused());
    let finding = finding(201, 0.5, &["parcel-0", "parcel-1", "parcel-2"]);
    let candidates = proposed("tool_description_contrast", "tools", &finding, &evidence);
    let tools = part_after(&evidence, &candidates[0], "tools");
    assert_eq!(tools[1]["description"], "Order information. Use this for: parcel. Not for: total; use `get_order`.");
    assert_eq!(
        tools[0]["description"],
        "Order information. Use this for: total. Not for: parcel; use `track_shipment`."
    );
    assert_eq!(tools[2], evidence.variant.part("tools").unwrap()[2]);
    let plain = part_after(&evidence, &candidates[1], "tools");
    assert_eq!(plain[1]["description"], "Order information. Use this for: parcel.");
    // A second round replaces what the first one wrote.
    let next = evidence.variant.patched(&candidates[0].patch).unwrap();
    let again = evidence_of(next.clone(), confused());
    for candidate in technique::named("tool_description_contrast").unwrap().propose(&finding, &again) {
        let tools = part_after(&again, &candidate, "tools");
        assert_eq!(tools[1]["description"].as_str().unwrap().matches("Use this for").count(), 1);
    }
}

#[test]
fn descriptions_stay_where_nothing_is_confused() {
    let right = order_case("t", "What is the total of A-1004?", "get_order", "A-1004");
    let evidence = evidence(vec![Scene::of(&right).calls("get_order", "A-1004").build()]);
    assert_eq!(proposed("tool_description_contrast", "tools", &finding(201, 0.5, &["t"]), &evidence), []);
}

#[test]
fn parameters_are_described_by_the_form_of_right_values() {
    let one = order_case("one", "Total of A-1004?", "get_order", "A-1004");
    let other = order_case("other", "Total of A-1005?", "get_order", "A-1005");
    let trials =
        vec![Scene::of(&one).calls("get_order", "1004").build(), Scene::of(&other).calls("get_order", "x").build()];
    let evidence = evidence(trials);
    let candidates = proposed("tool_description_contrast", "tools", &finding(203, 0.5, &["one", "other"]), &evidence);
    let tools = part_after(&evidence, &candidates[0], "tools");
    let description = &tools[0]["parameters"]["order_id"]["description"];
    assert_eq!(description, "The order. Written like X-0000, with other digits and letters.");
    assert!(!candidates[0].change.contains("1004"));
}

#[test]
fn examples_are_made_of_cases_that_pass() {
    let evidence = evidence(confused());
    let failing = finding(201, 0.5, &["parcel-0", "parcel-1", "parcel-2"]);
    assert_eq!(proposed("few_shot", "examples", &failing, &evidence), [], "the passing cases are of no likeness");
    let mut trials = confused();
    let steady = order_case("steady", "Where did the parcel of A-1009 end up?", "track_shipment", "A-1009");
    trials.push(Scene::of(&steady).calls("track_shipment", "A-1009").answers("In Ludlow.").passes().build());
    let evidence = crate::scene::evidence(trials);
    let candidates = proposed("few_shot", "examples", &failing, &evidence);
    assert_eq!(candidates[0].barred_cases, ["steady".parse().unwrap()]);
    let examples = part_after(&evidence, &candidates[0], "examples");
    let call = json!({"tool": "track_shipment", "args": {"order_id": "A-1009"}});
    assert_eq!(examples, json!([{"user": "Where did the parcel of A-1009 end up?", "calls": [call]}]));
}

#[test]
fn an_example_cites_nothing() {
    let quote = "Unused goods may be returned within 30 days.";
    let (failing, passing) =
        (returns_case(quote), Arc::new(Case { key: "pot".parse().unwrap(), ..(*returns_case(quote)).clone() }));
    let answered = Scene::of(&passing).finds(&["returns.md"], 1).answers("Within 30 days [1, 2]. See [the page].");
    let evidence = evidence(vec![Scene::of(&failing).build(), answered.passes().build()]);
    let candidates = proposed("few_shot", "examples", &finding(105, 0.5, &["returns"]), &evidence);
    let examples = part_after(&evidence, &candidates[0], "examples");
    assert_eq!(examples[0]["answer"], "Within 30 days. See [the page].");
    assert_eq!(candidates[0].change, "add an example of a case that passes");
}

#[test]
fn a_case_that_fails_now_and_then_is_no_example() {
    let mut trials = confused();
    let flaky = order_case("flaky", "Where is the parcel of A-1009?", "track_shipment", "A-1009");
    trials.push(Scene::of(&flaky).calls("track_shipment", "A-1009").passes().build());
    trials.push(Scene::of(&flaky).again(1).build());
    let evidence = evidence(trials);
    assert_eq!(proposed("few_shot", "examples", &finding(201, 0.5, &["parcel-0"]), &evidence), []);
}

#[test]
fn missing_rules_are_added_once() {
    let absent = case("absent", "What is the warranty of a wok?", json!({"abstain": true}));
    let vague = case("vague", "Cancel my order.", json!({"clarify": true}));
    let both = crate::scene::calls_case(&["get_order", "cancel_order"]);
    let trials = || {
        let skipped = [1, 2].map(|n| Scene::of(&both).again(n).calls("cancel_order", "A-1042").build());
        let others = [Scene::of(&absent).answers("3 years"), Scene::of(&vague).answers("Done."), Scene::of(&both)];
        others.into_iter().map(Scene::build).chain(skipped).collect::<Vec<_>>()
    };
    let evidence = evidence(trials());
    for code in [104, 202, 205] {
        let candidates = proposed("rule", "instructions", &finding(code, 0.5, &["absent"]), &evidence);
        let text = part_after(&evidence, &candidates[0], "instructions");
        let text = text.as_str().unwrap();
        assert!(text.starts_with("You are the desk.\n- Be brief.\n- ") && text.ends_with(".\n"), "{text}");
        let next = evidence_of(evidence.variant.patched(&candidates[0].patch).unwrap(), trials());
        let left = proposed("rule", "instructions", &finding(code, 0.5, &["absent"]), &next);
        assert_eq!(left.len(), candidates.len() - 1, "what is said is not said again");
    }
    let rules = proposed("rule", "instructions", &finding(202, 0.5, &["calls"]), &evidence);
    assert_eq!(rules[0].change, "add the rule: Look the record up with a tool before you change it.");
    assert!(rules[1].change.ends_with("before you answer."), "{}", rules[1].change);
    let said = "When the handbook doesn't contain it, tell the customer that you do not know.";
    let mut variant = variant();
    variant.parts.insert("instructions".parse().unwrap(), json!(said));
    let evidence = evidence_of(variant, trials());
    assert_eq!(proposed("rule", "instructions", &finding(104, 0.5, &["absent"]), &evidence), []);
}

#[test]
fn silence_is_not_bought_without_need() {
    let evidence = evidence(vec![Scene::of(&returns_case("A label costs £2.95.")).answers("£9").build()]);
    assert_eq!(proposed("rule", "instructions", &finding(104, 0.5, &["returns"]), &evidence), []);
}

#[test]
fn votes_grow() {
    let evidence = evidence(vec![Scene::of(&returns_case("A label costs £2.95.")).build()]);
    let candidates = proposed("vote", "model", &finding(301, 0.5, &["returns"]), &evidence);
    let votes: Vec<Value> = candidates.iter().map(|one| part_after(&evidence, one, "model")["votes"].clone()).collect();
    assert_eq!(votes, [3, 5]);
    let attached = with_parts(&[("endpoint", json!({"kind": "command", "command": ["agent"]}))]);
    let evidence = evidence_of(attached, vec![Scene::of(&returns_case("A label costs £2.95.")).build()]);
    assert_eq!(proposed("vote", "model", &finding(301, 0.5, &["returns"]), &evidence), []);
}

#[test]
fn what_does_not_help_is_left_out() {
    let case = returns_case("Unused goods may be returned within 30 days.");
    let passing = Scene::of(&case).finds(&["returns.md", "exchanges.md"], 2).answers("30 days [1].").passes();
    let mut variant = variant();
    variant.parts.insert("examples".parse().unwrap(), json!([{"user": "Hi", "answer": "Hello."}]));
    let evidence = evidence_of(variant, vec![passing.build()]);
    let technique = technique::named("context_pruning").unwrap();
    let candidates = technique.propose(&finding(401, 0.9, &["returns"]), &evidence);
    assert!(candidates.iter().all(|candidate| candidate.aim == Aim::Cheaper));
    assert_eq!(part_after(&evidence, &candidates[0], "knowledge")["top_k"], 1);
    let shorter = part_after(&evidence, &candidates[1], "tools");
    assert_eq!(shorter[3]["description"], "Quotes a price for trade customers.");
    assert_eq!(part_after(&evidence, &candidates[2], "examples"), json!([]));
    let changes: Vec<&str> = candidates.iter().map(|candidate| candidate.change.as_str()).collect();
    let alone = "one sentence for 1 tool that no trial had use for";
    assert_eq!(changes, ["show 1 passage instead of 4", alone, "leave out 1 example"]);
}

#[test]
fn candidates_are_few_new_and_different() {
    let mut trials = confused();
    let absent = case("absent", "What is the warranty of a wok?", json!({"abstain": true}));
    trials.push(Scene::of(&absent).answers("3 years").build());
    let returns = returns_case("Unused goods may be returned within 30 days.");
    trials.push(Scene::of(&returns).finds(&["returns.md", "exchanges.md"], 2).answers("45 days").build());
    let evidence = evidence(trials);
    let findings: Vec<Finding> = [(401, 0.9), (301, 0.2), (104, 0.3), (201, 0.8), (103, 0.1)]
        .map(|(code, share)| finding(code, share, &["parcel-0"]))
        .into();
    let candidates = technique::propose(&findings, &evidence);
    assert!((4..=8).contains(&candidates.len()), "{}", candidates.len());
    assert_eq!(candidates[0].finding, FindingCode(201), "the largest comes first, and waste last");
    assert_eq!(candidates.last().unwrap().aim, Aim::Cheaper);
    let digest = |candidate: &Candidate| evidence.variant.patched(&candidate.patch).unwrap().digest();
    let mut digests: Vec<Digest> = candidates.iter().map(digest).collect();
    digests.push(evidence.variant.digest());
    let all = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), all);
}

#[test]
fn every_page_has_its_headings_and_stands_in_the_reference() {
    let reference = technique::reference();
    for technique in technique::all() {
        let headings: Vec<&str> = technique.doc.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let wanted =
            ["What it does", "When it helps", "What it changes", "What it costs", "How it is checked", "Source"];
        assert_eq!(headings, wanted, "{}", technique.name);
        assert!(reference.contains(&format!("\n## {}\n\nAnswers LW", technique.name)));
        assert!(technique.answers.iter().all(|code| loopwright_improve::signal::by_code(*code).is_some()));
    }
}
