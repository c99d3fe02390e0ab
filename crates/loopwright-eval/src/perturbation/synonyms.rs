#![doc = include_str!("../../doc/perturbation/synonyms.md")]

use std::ops::Range;

use loopwright_stats::SeededRng;

use super::{Application, Invariant, PerturbationKind, Situation, question, rewrite, spared};

pub(super) const KIND: PerturbationKind = PerturbationKind {
    name: "synonyms",
    title: "words of the question replaced by others of the same meaning",
    doc: include_str!("../../doc/perturbation/synonyms.md"),
    dose_meaning: "per cent of the words that have a synonym",
    most: 100,
    invariant: Invariant::Everything,
    needs: "a question with a word or phrase of the synonym table",
    apply,
};

/// One group a line, the members parted by commas; each may stand for the others in a question of a user.
const GROUPS: &str = include_str!("synonyms/groups.txt");

fn apply(situation: Situation, application: &Application<'_>) -> Situation {
    let mut rng = application.rng();
    question::changed(situation, |text| {
        let spots: Vec<Range<usize>> = known(text).into_iter().map(|(spot, _)| spot).collect();
        rewrite::some(text, &spots, application.dose, &mut rng, |phrase, rng| {
            group(&phrase.to_lowercase()).map_or_else(|| phrase.to_owned(), |group| another(phrase, group, rng))
        })
    })
}

/// Where the phrases of the table stand in the plain words of `text`, the longest first where several begin.
fn known(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let words = cores(text);
    let (mut found, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let longest = (1..=LONGEST.min(words.len() - at)).rev().find_map(|length| {
            let spot = words[at].start..words[at + length - 1].end;
            group(&text[spot.clone()].to_lowercase()).map(|group| (spot, group, length))
        });
        at += longest.as_ref().map_or(1, |(_, _, length)| *length);
        found.extend(longest.map(|(spot, group, _)| (spot, group)));
    }
    found
}

/// Words of a phrase at most.
const LONGEST: usize = 3;

/// The plain words without the punctuation around them.
fn cores(text: &str) -> Vec<Range<usize>> {
    let core = |word: Range<usize>| {
        let whole = &text[word.clone()];
        let inner = whole.trim_start_matches(|c: char| !c.is_alphanumeric());
        let start = word.start + whole.len() - inner.len();
        start..start + inner.trim_end_matches(|c: char| !c.is_alphanumeric()).len()
    };
    spared::plain_words(text).into_iter().map(core).filter(|core| !core.is_empty()).collect()
}

fn group(phrase: &str) -> Option<&'static str> {
    GROUPS.lines().find(|group| members(group).any(|member| member == phrase))
}

fn members(group: &'static str) -> impl Iterator<Item = &'static str> {
    group.split(", ")
}

/// Another member of `group` than `phrase`, with a capital where that has one.
fn another(phrase: &str, group: &'static str, rng: &mut SeededRng) -> String {
    let others: Vec<&str> = members(group).filter(|member| *member != phrase.to_lowercase()).collect();
    let other = others[rng.below(others.len())];
    if phrase.starts_with(char::is_uppercase) { rewrite::capitalised(other) } else { other.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_is_in_order() {
        let mut seen = BTreeSet::new();
        for group in GROUPS.lines() {
            assert!(members(group).count() >= 2, "{group}");
            for member in members(group) {
                assert!(seen.insert(member), "`{member}` stands in two groups");
                assert!(
                    (1..=LONGEST).contains(&member.split(' ').count()) && member == member.to_lowercase(),
                    "{member}"
                );
                assert!(member.chars().all(|c| c.is_ascii_lowercase() || c == ' ' || c == '-'), "{member}");
            }
        }
        assert!(seen.len() >= 180);
    }

    #[test]
    fn the_longest_phrase_is_taken() {
        let text = "Could you tell me, please: how much is it?";
        let found: Vec<&str> = known(text).into_iter().map(|(spot, _)| &text[spot]).collect();
        assert_eq!(found, ["Could you", "tell me", "please"]);
    }

    #[test]
    fn a_synonym_keeps_the_capital() {
        for seed in 0..20 {
            let word = another("Buy", "buy, purchase", &mut SeededRng::new(seed));
            assert_eq!(word, "Purchase");
        }
    }
}
