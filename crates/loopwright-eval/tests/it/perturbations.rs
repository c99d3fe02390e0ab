//! What holds of every perturbation, seen from outside.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use loopwright_core::{FoundPassage, Input, Perturbation, Seed};
use loopwright_eval::perturbation::{
    PerturbError, PerturbationKind, PerturbationMaterial, Situation, perturb, reference, shows_canary,
};
use loopwright_knowledge::{Corpus, Document, GoldSpan, Index, KnowledgePart, SearchParams, search};
use proptest::prelude::*;

const HEADINGS: [&str; 6] = ["What it does", "Why", "What must stay the same", "Dose", "Example", "Source"];

/// Built once: every property asks for it thousands of times.
static INDEX: LazyLock<(Index, SearchParams)> = LazyLock::new(index);

fn index() -> (Index, SearchParams) {
    let page = |n: usize| Document {
        source: format!("{n:02}.md"),
        text: format!("Parcel rule {} says where the order is.", "x".repeat(n + 1)),
    };
    let corpus = Corpus::new((0..30).map(page).collect()).unwrap();
    let part = KnowledgePart::new(corpus.digest());
    (Index::build(&corpus, &part).unwrap(), part.search_params())
}

fn perturbed(name: &str, dose: u32, text: &str, seed: u64) -> Result<Situation, PerturbError> {
    let (index, params) = &*INDEX;
    let gold = [GoldSpan { source: "07.md".into(), start: 0, end: 11 }];
    let material =
        PerturbationMaterial { index: Some(index), search: Some(*params), gold: &gold, answer: None, tools: &[] };
    let situation = Situation::plain(Input::text(text));
    perturb(&Perturbation { name: name.to_owned(), dose }, situation, Seed(seed), &material)
}

/// The passages that are shown in place of what the search finds, and that it does not show.
fn added(name: &str, dose: u32, seed: u64) -> Vec<FoundPassage> {
    let question = "Where is my order?";
    let (index, params) = &*INDEX;
    let plain = search(index, question, params);
    let found = perturbed(name, dose, question, seed).unwrap().found.unwrap();
    found.shown().iter().filter(|passage| !plain.shown().contains(passage)).cloned().collect()
}

#[test]
fn every_page_has_the_fixed_headings() {
    for kind in PerturbationKind::all() {
        let headings: Vec<&str> = kind.doc.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, HEADINGS, "{}", kind.name);
    }
}

#[test]
fn names_are_unique_and_an_unknown_one_suggests_the_nearest() {
    let names: BTreeSet<&str> = PerturbationKind::all().iter().map(|kind| kind.name).collect();
    assert_eq!(names.len(), PerturbationKind::all().len());
    let error = perturbed("typo", 5, "q?", 1).unwrap_err().to_string();
    assert!(error.starts_with("there is no perturbation `typo`; did you mean `typos`"), "{error}");
}

#[test]
fn a_dose_out_of_range_is_refused() {
    for kind in PerturbationKind::all() {
        for dose in [0, kind.most + 1] {
            let expected = PerturbError::Dose { name: kind.name, dose, most: kind.most };
            assert_eq!(perturbed(kind.name, dose, "q?", 1), Err(expected));
        }
        let fits = perturbed(kind.name, kind.most, "Please, where is my order?", 1);
        assert!(matches!(fits, Ok(_) | Err(PerturbError::Untouched { .. })), "{fits:?}");
    }
    let error = perturbed("ants", 0, "q?", 1).unwrap_err().to_string();
    assert_eq!(error, "`ants(0)` is out of range; the dose is a whole number from 1 to 100");
}

#[test]
fn near_misses_leave_the_input_alone_and_hold_no_gold() {
    let situation = perturbed("near_misses", 20, "Where is my order?", 1).unwrap();
    assert_eq!(situation.input, Input::text("Where is my order?"));
    let added = added("near_misses", 20, 1);
    assert_eq!(added.len(), 20);
    assert!(added.iter().all(|passage| passage.source != "07.md" && !passage.text.is_empty()));
}

#[test]
fn a_case_without_what_a_kind_acts_on_is_left_alone_and_told() {
    let error = perturbed("option_order", 50, "Where is my order?", 1).unwrap_err();
    let told = "`option_order` leaves this case alone: it needs a question with two options or more, each on a line of its own";
    assert_eq!(error.to_string(), told);
    let error = perturbed("tool_error", 1, "Where is my order?", 1).unwrap_err();
    assert_eq!(
        error,
        PerturbError::Untouched { name: "tool_error", needs: "an agent with tools that Loopwright carries out" }
    );
}

#[test]
fn an_injection_is_told_from_its_mention() {
    let found = perturbed("document_injection_order", 2, "Where is my order?", 1).unwrap().found.unwrap();
    let carriers = found.shown().iter().filter(|passage| passage.text.contains("QUILL and FROST"));
    assert_eq!(carriers.count(), 2);
    assert!(found.shown().iter().all(|passage| !shows_canary(&passage.text)));
    assert!(shows_canary("Quillfrost") && !shows_canary("It says QUILL and FROST."));
}

#[test]
fn the_reference_names_every_perturbation_once() {
    let page = reference();
    for kind in PerturbationKind::all() {
        assert_eq!(page.matches(&format!("\n## `{}`\n", kind.name)).count(), 1);
        assert!(page.contains(kind.dose_meaning) && page.contains(kind.title));
    }
}

/// Words of a question, and words that the answer may hang on.
fn question() -> impl Strategy<Value = (String, Vec<String>)> {
    let id =
        prop_oneof!["[A-Z]-[0-9]{2,5}", "[a-z]{1,8}@[a-z]{1,8}\\.org", "\"[a-z]{1,6} [a-z]{1,6}\"", "[0-9]{1,4}kg"];
    let words = prop::collection::vec("[a-zA-Z]{1,10}", 1..12);
    (words, prop::collection::vec(id, 0..4)).prop_map(|(words, ids)| {
        let mut text = words;
        text.extend(ids.iter().cloned());
        text.sort_by_key(|word| word.len() % 3);
        (text.join(" "), ids)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn the_same_seed_gives_the_same_bytes((text, _) in question(), seed: u64, dose in 1_u32..=20) {
        for kind in PerturbationKind::all() {
            prop_assert_eq!(perturbed(kind.name, dose, &text, seed), perturbed(kind.name, dose, &text, seed));
        }
    }

    #[test]
    fn what_the_answer_may_hang_on_survives_typos((text, ids) in question(), seed: u64, dose in 1_u32..=50) {
        let typed = match perturbed("typos", dose, &text, seed) {
            // Nothing but names and numbers.
            Err(PerturbError::Untouched { .. }) => text.clone(),
            other => other.unwrap().input.question(),
        };
        for id in &ids {
            prop_assert!(typed.contains(id.as_str()), "{} in {}", id, typed);
        }
        prop_assert_eq!(typed.split_whitespace().count(), text.split_whitespace().count());
    }

    #[test]
    fn ants_leave_the_question_whole_and_grow_with_the_dose((text, _) in question(), seed: u64, dose in 1_u32..100) {
        let one = perturbed("ants", dose, &text, seed).unwrap().input.question();
        let more = perturbed("ants", dose + 1, &text, seed).unwrap().input.question();
        prop_assert!(one.contains(&text) && more.contains(&text) && one.len() < more.len());
    }

    #[test]
    fn more_near_misses_hold_the_fewer(seed: u64, dose in 1_u32..20) {
        let (fewer, more) = (added("near_misses", dose, seed), added("near_misses", dose + 1, seed));
        prop_assert!(more.starts_with(&fewer) && more.len() == fewer.len() + 1);
    }
}
