//! There is no magic word: nothing but the grammar of rules, which is public, does more than a word of its kind should.

use loopwright_core::{ChatRequest, Message, Role};

use crate::world::{Item, abstains, ants, items, mean, probability, small, word};

/// Words that someone who rigs an experiment would listen to.
const SUSPECTS: [&str; 14] = [
    "gold",
    "answer",
    "correct",
    "expected",
    "oracle",
    "vault",
    "dev",
    "candidate",
    "champion",
    "improved",
    "baseline",
    "standin",
    "loopwright",
    "demo",
];

fn tokens() -> Vec<String> {
    SUSPECTS.into_iter().map(str::to_owned).chain((0..40).map(word)).collect()
}

fn right(items: &[Item], request: impl Fn(&Item) -> ChatRequest) -> f64 {
    mean(&items.iter().map(|item| item.right(small(), &request(item))).collect::<Vec<_>>()).0
}

#[test]
fn a_word_in_the_instructions_changes_next_to_nothing() {
    let items = items(41, 24);
    let plain = right(&items, |item| item.request("You help people.", &item.among(4, 3)));
    for token in tokens() {
        let told = format!("You help people with {token}.");
        let with = right(&items, |item| item.request(&told, &item.among(4, 3)));
        assert!((with - plain).abs() < 0.02, "{token}: {plain} to {with}");
    }
}

#[test]
fn a_word_in_a_passage_is_one_more_ant() {
    let items = items(42, 24);
    let plain = right(&items, |item| item.request("Help.", &item.among(4, 3)));
    for token in tokens() {
        let aside = format!("There is a note about {token}.");
        let with = right(&items, |item| {
            let mut passages = item.among(4, 3);
            passages.push(&aside);
            item.request("Help.", &passages)
        });
        // It may take a little, and give nothing but what a changed edge does.
        assert!((-0.06..0.03).contains(&(with - plain)), "{token}: {plain} to {with}");
    }
}

/// A word more that nothing covers makes a question harder to match, a common word less so. None makes it easier, and
/// none harder than a made-up word does.
#[test]
fn no_word_in_the_question_is_a_key() {
    let items = items(43, 60);
    let asked = |item: &Item, token: &str| {
        let mut request = item.request("Help.", &item.among(4, 3));
        let text = request.messages[1].plain_text().replace('?', &format!(", {token}?"));
        request.messages[1] = Message::text(Role::User, text);
        request
    };
    let plain = right(&items, |item| item.request("Help.", &item.among(4, 3)));
    let with = |token: &str| right(&items, |item| asked(item, token));
    let made_up: Vec<f64> = (0..40).map(|seed| with(&word(seed))).collect();
    let (middle, _) = mean(&made_up);
    assert!(made_up.iter().all(|with| (with - middle).abs() < 0.12), "{middle} {made_up:?}");
    for token in SUSPECTS {
        assert!((middle - 0.12..plain + 0.03).contains(&with(token)), "{token}: {plain} to {}", with(token));
    }
}

#[test]
fn a_rule_is_obeyed_in_whatever_words_it_is_put() {
    let items = items(44, 60);
    let without = abstained(&items, "- Be kind.");
    let all = [
        "- If the answer is not in the passages, say that you do not know.",
        "- When the notes do not cover it, tell them that you cannot find it.",
        "- Say that you do not know if nothing in the material answers the question.",
        "- If you are not sure, admit it.",
        "- Where the documents lack the answer, say so: you do not know.",
    ]
    .map(|rule| abstained(&items, rule));
    let (least, most) = all.into_iter().fold((1.0f64, 0.0f64), |(least, most), one| (least.min(one), most.max(one)));
    assert!(least > without + 0.15, "{without}, {all:?}");
    assert!(most - least < 0.12, "{all:?}");
}

#[test]
fn words_of_a_rule_without_its_sense_are_no_rule() {
    let items = items(45, 40);
    let without = abstained(&items, "- Be kind.");
    for line in ["- Passages know the answer.", "- Answer in the words of the passages.", "- Say it kindly."] {
        let with = abstained(&items, line);
        assert!((with - without).abs() < 0.02, "{line} {without} to {with}");
    }
}

#[test]
fn a_citation_is_added_under_each_wording() {
    let items = items(46, 30);
    let cited = |instructions: &str| {
        let each =
            items.iter().map(|item| probability(small(), &item.request(instructions, &item.among(2, 1)), ends_cited));
        mean(&each.collect::<Vec<_>>()).0
    };
    assert_eq!(cited("- Be kind."), 0.0);
    assert_eq!(cited("- Never cite a passage."), 0.0);
    for line in ["- Cite the passage that you used.", "- End with the passage number.", "- Give the source."] {
        assert!(cited(line) > 0.75, "{line} {}", cited(line));
    }
}

/// The mean probability of abstaining where the passages are about something else altogether.
fn abstained(items: &[Item], instructions: &str) -> f64 {
    let each = items.iter().map(|item| probability(small(), &item.request(instructions, &ants(6)), abstains));
    mean(&each.collect::<Vec<_>>()).0
}

fn ends_cited(text: &str) -> bool {
    text.ends_with(']')
}
