//! What should help helps, and what should hurt hurts, on the average over many questions.

use loopwright_core::ToolSpec;
use loopwright_standin::Profile;

use crate::world::{Item, ants, calls, items, mean, request, small, tool};

const COUNT: u64 = 120;

fn accuracy<'i>(profile: &Profile, items: &'i [Item], passages: impl Fn(&'i Item) -> Vec<&'i str>) -> f64 {
    let each = items.iter().map(|item| item.right(profile, &item.request("Help.", &passages(item))));
    mean(&each.collect::<Vec<_>>()).0
}

#[test]
fn the_gold_sentence_helps() {
    let items = items(31, COUNT);
    for profile in Profile::all() {
        let without = accuracy(profile, &items, |item| item.near(4));
        let with = accuracy(profile, &items, |item| item.among(4, 0));
        assert!(with > without + 0.3, "{}: {without} to {with}", profile.name);
    }
}

#[test]
fn ants_hurt_and_near_misses_hurt_more() {
    let items = items(32, COUNT);
    let alone = accuracy(small(), &items, Item::with_gold);
    let irrelevant = [3, 6, 12].map(|ants| accuracy(small(), &items, |item| item.among(0, ants)));
    let near = [3, 6, 9].map(|near| accuracy(small(), &items, |item| item.among(near, 0)));
    assert!(
        alone >= irrelevant[0] && irrelevant[0] >= irrelevant[1] && irrelevant[1] >= irrelevant[2],
        "{alone} {irrelevant:?}"
    );
    assert!(alone > near[0] && near[0] > near[1] && near[1] > near[2], "{alone} {near:?}");
    assert!(near[0] < irrelevant[0] && near[1] < irrelevant[1], "{near:?} {irrelevant:?}");
}

#[test]
fn sentences_beside_the_question_hurt_a_little() {
    let items = items(37, COUNT);
    let asked = |around: &[&str]| {
        let each = items.iter().map(|item| {
            let question = around.iter().copied().chain([item.question.as_str()]).collect::<Vec<_>>().join(" ");
            item.right(small(), &request("Help.", &item.among(4, 0), &question))
        });
        mean(&each.collect::<Vec<_>>()).0
    };
    let (alone, three, ten) = (asked(&[]), asked(&ants(3)), asked(&ants(10)));
    assert!(alone > three && alone - three < 0.25, "{alone} to {three}");
    assert!((three - ten).abs() < 0.05, "{three} to {ten}: beside the question there is only so much to attend to");
}

#[test]
fn removing_copies_of_a_near_miss_helps() {
    let items = items(33, COUNT);
    let copied = accuracy(small(), &items, |item| {
        let mut all = item.among(2, 0);
        all.extend([item.near[0].as_str(); 4]);
        all
    });
    let once = accuracy(small(), &items, |item| item.among(2, 0));
    assert!(once > copied + 0.02, "{copied} to {once}");
}

#[test]
fn a_larger_profile_is_not_worse() {
    let items = items(34, COUNT);
    let all: Vec<f64> =
        Profile::all().iter().map(|profile| accuracy(profile, &items, |item| item.among(5, 3))).collect();
    assert!(all.windows(2).all(|pair| pair[1] >= pair[0] - 0.01), "{all:?}");
    assert!(all[3] > all[0] + 0.1, "{all:?}");
}

#[test]
fn the_order_of_passages_matters_little() {
    let items = items(35, COUNT);
    let turned = |item: &Item| {
        let passages = item.among(4, 4);
        let reversed: Vec<&str> = passages.iter().rev().copied().collect();
        let right = |passages: &[&str]| item.right(small(), &item.request("Help.", passages));
        right(&passages) - right(&reversed)
    };
    let shifts: Vec<f64> = items.iter().map(turned).collect();
    let (shift, _) = mean(&shifts);
    let (moved, _) = mean(&shifts.iter().map(|shift| shift.abs()).collect::<Vec<_>>());
    assert!(shift.abs() < 0.05 && moved < 0.15, "{shift} {moved}");
    assert!(moved > 0.0, "position has no effect at all");
}

#[test]
fn edges_read_better_than_the_middle() {
    let items = items(36, COUNT);
    let at = |place: usize| {
        accuracy(small(), &items, |item| {
            let mut all: Vec<&str> = item.among(6, 12).into_iter().filter(|text| *text != item.gold).collect();
            all.insert(place, &item.gold);
            all
        })
    };
    let (first, middle, last) = (at(0), at(9), at(18));
    assert!(first > middle && last > middle, "{first} {middle} {last}");
}

/// Questions, each for the tool of the same place.
const ASKED: [&str; 4] = [
    "What does \"Osprey\" weigh?",
    "Where does \"Osprey\" breed?",
    "Which fish does \"Osprey\" eat?",
    "How is \"Osprey\" called in Latin?",
];
const NAMES: [&str; 4] = ["bird_a", "bird_b", "bird_c", "bird_d"];
const DISTINCT: [&str; 4] = [
    "Gives the weight of a bird. Use it when someone asks how much a bird weighs.",
    "Gives the places where a bird breeds and nests.",
    "Gives the food of a bird: the fish, insects or seeds that it eats.",
    "Gives the Latin name of a bird, as scientists have called it.",
];

fn tools(descriptions: [&str; 4]) -> Vec<ToolSpec> {
    NAMES.into_iter().zip(descriptions).map(|(name, description)| tool(name, description)).collect()
}

fn chosen(profile: &Profile, instructions: &str, tools: &[ToolSpec]) -> f64 {
    let each = ASKED.into_iter().zip(NAMES).map(|(question, name)| {
        let mut request = request(instructions, &[], question);
        request.tools = tools.to_vec();
        calls(profile, &request, name)
    });
    mean(&each.collect::<Vec<_>>()).0
}

#[test]
fn distinct_descriptions_of_tools_separate() {
    for profile in Profile::all() {
        let vague = chosen(profile, "Help.", &tools(["Information about a bird."; 4]));
        let distinct = chosen(profile, "Help.", &tools(DISTINCT));
        assert!(vague < 0.4, "{} tells the same from the same: {vague}", profile.name);
        assert!(distinct > vague + 0.25, "{}: {vague} to {distinct}", profile.name);
    }
}

#[test]
fn more_tools_confuse_and_examples_help() {
    let plain = chosen(small(), "Help.", &tools(DISTINCT));
    let mut many = tools(DISTINCT);
    many.extend((0..12).map(|at| tool(&format!("bird_{at}"), "Gives something about a bird.")));
    let crowded = chosen(small(), "Help.", &many);
    assert!(crowded < plain, "{plain} to {crowded}");
    let mut shots = String::from("Help.\n\nExamples:\n");
    for (question, name) in ASKED.into_iter().zip(NAMES) {
        shots.push_str(&format!("User: {}\nCall: {name} {{}}\n\n", question.replace("Osprey", "Heron")));
    }
    let vague = tools(["Information about a bird."; 4]);
    let (without, with) = (chosen(small(), "Help.", &vague), chosen(small(), &shots, &vague));
    assert!(with > without + 0.1, "{without} to {with}");
}
