//! What holds of every perturbation, seen from inside.

use std::collections::BTreeSet;

use loopwright_core::{Condition, Message, Role, ToolSpec};
use proptest::prelude::*;

use super::testing::{Desk, GOLD, QUESTION};
use super::*;

fn applied(kind: &PerturbationKind, dose: usize, input: Input, seed: u64, desk: &Desk) -> Situation {
    let material = desk.material();
    (kind.apply)(Situation::plain(input), &Application { dose, seed: Seed(seed), material: &material })
}

/// An input that every kind finds something to act on in, but for the order of options.
fn input() -> Input {
    Input::text(QUESTION)
}

#[test]
fn a_dose_of_nothing_changes_nothing() {
    let desk = Desk::new();
    let choice = "Which?\nA) red\nB) blue\nC) green";
    for kind in ALL {
        for text in [QUESTION, choice] {
            let plain = Situation::plain(Input::text(text));
            assert_eq!(applied(kind, 0, plain.input.clone(), 3, &desk), plain, "{}", kind.name);
        }
    }
}

#[test]
fn every_kind_acts_on_what_it_needs_and_says_so_where_there_is_none() {
    let desk = Desk::new();
    for kind in ALL {
        let text = if kind.name == "option_order" { "Which?\n- red\n- blue" } else { QUESTION };
        let perturbation = Perturbation { name: kind.name.to_owned(), dose: 1 };
        let made = |material: &PerturbationMaterial<'_>, input: Input| {
            perturb(&perturbation, Situation::plain(input), Seed(1), material)
        };
        assert!(made(&desk.material(), Input::text(text)).is_ok(), "{}", kind.name);
        let mut silent = Input::text("x");
        silent.messages = vec![Message::text(Role::Assistant, "Hello.")];
        let left = made(&PerturbationMaterial::default(), silent);
        assert_eq!(left, Err(PerturbError::Untouched { name: kind.name, needs: kind.needs }));
    }
}

#[test]
fn the_gold_is_still_shown_where_the_answer_must_stay() {
    let desk = Desk::new();
    let plain = passages::shown(
        &Situation::plain(input()),
        &Application { dose: 1, seed: Seed(1), material: &desk.material() },
    );
    assert!(plain.iter().any(|passage| passage.text.contains(GOLD)));
    let mut changed = 0;
    for kind in ALL.iter().filter(|kind| kind.invariant.keeps_the_answer()) {
        for dose in [1, kind.most] {
            let Some(found) = applied(kind, dose as usize, input(), 9, &desk).found else { continue };
            assert!(found.shown().iter().any(|passage| passage.text.contains(GOLD)), "{}", kind.name);
            for passage in &plain {
                let holds = |other: &&loopwright_core::FoundPassage| {
                    other.source == passage.source && other.text.starts_with(&passage.text)
                };
                assert!(found.shown().iter().any(|other| holds(&other)), "{} lost {}", kind.name, passage.source);
            }
            changed += 1;
        }
    }
    assert!(changed >= 20, "{changed}");
}

#[test]
fn what_the_answer_may_hang_on_is_still_asked() {
    let desk = Desk::new();
    let can_be_undone = ["base64", "hex", "rot13", "morse"];
    for kind in ALL.iter().filter(|kind| kind.invariant.keeps_the_answer()) {
        let asked = applied(kind, kind.most as usize, input(), 5, &desk).input.question();
        let holds = ["A-1042", "\"Blue pan\""].iter().all(|word| asked.contains(word));
        assert!(holds || can_be_undone.contains(&kind.name), "{}: {asked}", kind.name);
    }
}

#[test]
fn tools_that_came_with_the_case_meet_no_fault_and_may_change_places() {
    let desk = Desk::new();
    let tool =
        |name: &str| ToolSpec { name: name.into(), description: String::new(), parameters: serde_json::json!({}) };
    let brought = Input { tools: vec![tool("a"), tool("b")], ..input() };
    for kind in ALL {
        let situation = applied(kind, 1, brought.clone(), 1, &desk);
        assert_eq!((situation.tool_fault, situation.tool_order), (None, None), "{}", kind.name);
        let names: Vec<String> = situation.input.tools.into_iter().map(|tool| tool.name).collect();
        assert_eq!(names, if kind.name == "tool_order" { ["b", "a"] } else { ["a", "b"] });
    }
}

#[test]
fn pages_tell_what_happens() {
    let desk = Desk::new();
    let pages: BTreeSet<&str> = ALL.iter().map(|kind| kind.doc).collect();
    let (mut told, mut wrong) = (0, vec![]);
    for block in pages.iter().flat_map(|page| page.split("```text\n").skip(1)) {
        let lines: Vec<&str> = block.split("\n```").next().unwrap().lines().collect();
        let Some(before) = lines.get(1).and_then(|line| line.strip_prefix("before: ")) else { continue };
        let Ok(Condition::Perturbation(asked)) = lines[0].parse::<Condition>() else { panic!("{}", lines[0]) };
        let kind = PerturbationKind::named(&asked.name).unwrap();
        let input = Input::text(before.replace("\\n", "\n"));
        let after = visible(&applied(kind, asked.dose as usize, input, 1, &desk).input.question());
        let stated = lines[2].strip_prefix("after:  ").unwrap();
        let (head, tail) = stated.split_once(" … ").unwrap_or((&after, stated));
        if !after.starts_with(head) || !after.ends_with(tail) {
            wrong.push(format!("{}\nafter:  {after}", lines[0]));
        }
        told += 1;
    }
    assert!(wrong.is_empty(), "with the seed 1:\n{}", wrong.join("\n"));
    assert!(told >= 15, "{told} examples on {} pages", pages.len());
}

/// `text` on one line, with its invisible characters as their numbers.
fn visible(text: &str) -> String {
    let show = |c: char| match c {
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{a0}' | '\u{200b}'..='\u{200d}' | '\u{2060}' => format!("\\u{{{:x}}}", u32::from(c)),
        other => other.to_string(),
    };
    text.chars().map(show).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn any_text_at_any_dose_is_taken(text in "\\PC{0,60}|[\\u{0}-\\u{10ffff}]{0,30}", seed: u64, dose in 0_usize..=100) {
        let desk = Desk::new();
        for kind in ALL {
            let dose = dose.min(kind.most as usize);
            let one = applied(kind, dose, Input::text(&*text), seed, &desk);
            prop_assert_eq!(&one, &applied(kind, dose, Input::text(&*text), seed, &desk));
            prop_assert!(dose > 0 || one == Situation::plain(Input::text(&*text)), "{}", kind.name);
        }
    }
}
