//! Gold answers, keys, tags and splits are not in the request: whatever is done to them, the bytes stay the same.

use loopwright_core::{Case, ChatRequest};
use serde_json::json;

use crate::world::{Item, items, request, said, small, tool};

fn cases(items: &[Item]) -> Vec<Case> {
    let case = |(at, item): (usize, &Item)| {
        serde_json::from_value(json!({"key": format!("case-{at}"), "input": item.question,
            "expect": {"answer": {"contains": item.value}}, "tags": ["answerable"], "group": "one", "split": "dev"}))
        .unwrap()
    };
    items.iter().enumerate().map(case).collect()
}

/// Gives every case the expectation of the next, another key, other tags, and the other split.
fn shuffled(cases: &[Case]) -> Vec<Case> {
    let shuffle = |(at, case): (usize, &Case)| {
        let other = &cases[(at + 1) % cases.len()];
        let labels = json!({"key": format!("vault-{}", at * 7), "input": case.input, "tags": ["unanswerable"],
            "expect": other.expectation, "group": "another", "split": "vault"});
        serde_json::from_value(labels).unwrap()
    };
    cases.iter().enumerate().map(shuffle).collect()
}

fn requests(items: &[Item], cases: &[Case]) -> Vec<ChatRequest> {
    let ask = |(item, case): (&Item, &Case)| request("Help.", &item.among(4, 3), &case.input.question());
    items.iter().zip(cases).map(ask).collect()
}

#[test]
fn labels_of_cases_do_not_reach_the_answer() {
    let items = items(1, 40);
    let before = cases(&items);
    let after = shuffled(&before);
    assert!(before.iter().zip(&after).all(|(one, two)| one.expectation != two.expectation && one.key != two.key));
    let bytes = |cases: &[Case]| {
        let all = requests(&items, cases);
        (0..).zip(&all).map(|(seed, request)| said(small(), request, seed)).collect::<Vec<_>>()
    };
    assert_eq!(bytes(&before), bytes(&after));
}

#[test]
fn names_that_carry_no_meaning_do_not_reach_the_answer() {
    let items = items(2, 20);
    for (seed, item) in (0..).zip(&items) {
        let plain = item.request("Help.", &item.among(3, 3));
        let named = ChatRequest { model: "a-data-set/gold".into(), ..plain.clone() };
        assert_eq!(said(small(), &plain, seed), said(small(), &named, seed));
    }
}

#[test]
fn the_order_of_keys_in_a_schema_does_not_matter() {
    let item = &items(3, 1)[0];
    let mut plain = item.request("Help.", &[]);
    plain.tools = vec![tool("find_thing", "Finds a thing by its name.")];
    let text = plain.tools[0].parameters.to_string();
    let mut turned = plain.clone();
    turned.tools[0].parameters = serde_json::from_str(&text).unwrap();
    let object = turned.tools[0].parameters.as_object_mut().unwrap();
    let properties = object.remove("properties").unwrap();
    object.insert("properties".into(), properties);
    for seed in 0..20 {
        assert_eq!(said(small(), &plain, seed), said(small(), &turned, seed));
    }
}
