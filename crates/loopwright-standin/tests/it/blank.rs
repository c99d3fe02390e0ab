//! It has no memory: what is not in the request is not in the answer.

use loopwright_standin::Profile;

use crate::world::{abstains, ants, items, mean, probability, request};

const RULE: &str = "- If the answer is not in the passages, say that you do not know.";

#[test]
fn without_context_nothing_is_known() {
    for profile in Profile::all() {
        for item in items(21, 40) {
            let blank = item.request("", &[]);
            assert_eq!(item.right(profile, &blank), 0.0, "{} {}", profile.name, item.question);
            assert_eq!(probability(profile, &blank, abstains), 1.0);
        }
    }
}

#[test]
fn common_knowledge_is_not_known_either() {
    for (question, answer) in [
        ("What is the capital of France?", "Paris"),
        ("How many days are in a week?", "7"),
        ("What is 2 plus 2?", "4"),
        ("Who wrote Hamlet?", "Shakespeare"),
    ] {
        let told = |text: &str| text.contains(answer);
        for profile in Profile::all() {
            assert_eq!(probability(profile, &request("", &[], question), told), 0.0, "{question}");
            let elsewhere = ["The bakery sells rolls.", "Geese fly south in autumn."];
            assert_eq!(probability(profile, &request("", &elsewhere, question), told), 0.0, "{question}");
        }
    }
}

#[test]
fn without_the_gold_sentence_it_is_wrong_or_says_so() {
    for profile in Profile::all() {
        let all = items(22, 60);
        assert!(all.iter().all(|item| item.right(profile, &item.request("", &item.near(4))) == 0.0));
        let knows_not = |instructions: &str| {
            let each = all.iter().map(|item| probability(profile, &item.request(instructions, &ants(6)), abstains));
            mean(&each.collect::<Vec<_>>()).0
        };
        let (told, untold) = (knows_not(RULE), knows_not(""));
        assert!(told > 0.7, "{} abstains in {told} of its answers though told to", profile.name);
        assert!(told > untold + 0.2, "{}: the rule changes nothing ({untold} to {told})", profile.name);
    }
}
