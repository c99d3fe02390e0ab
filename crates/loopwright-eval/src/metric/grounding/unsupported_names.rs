#![doc = include_str!("../../../doc/metric/unsupported_names.md")]

use std::collections::BTreeSet;

use loopwright_core::{Direction, Unit};

use super::counted;
use super::material::Material;
use crate::metric::text::read_said;
use crate::metric::wording::{folded, has_phrase, without_citations};
use crate::metric::{Judged, MetricKind, Reading, Scale, plain};

pub(super) const KIND: MetricKind = MetricKind {
    name: "unsupported_names",
    version: 1,
    title: "how many names and codes of the answer stand in nothing that the agent was given",
    doc: include_str!("../../../doc/metric/unsupported_names.md"),
    scale: Scale::Measure(Unit::Count),
    direction: Direction::Down,
    settings: &[],
    build: |_| plain(read),
};

fn read(judged: &Judged<'_>) -> Reading {
    let material = match Material::of(judged) {
        Ok(material) => material.folded(),
        Err(unscored) => return unscored,
    };
    read_said(judged, |said| {
        let said = names(&without_citations(said));
        let unsupported: Vec<&String> = said.iter().filter(|name| !has_phrase(&material, &folded(name))).collect();
        counted(&unsupported, said.len())
    })
}

/// Names and codes in `text`. A name is a word of three letters or more with a capital that begins no sentence; a code has
/// both letters and digits, with a capital or a joint between them, such as `A-1042`: `30kg` is none.
fn names(text: &str) -> BTreeSet<String> {
    let (mut names, mut begins) = (BTreeSet::new(), true);
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let bare = bare.strip_suffix("'s").or_else(|| bare.strip_suffix("’s")).unwrap_or(bare);
        if is_code(bare) || (!begins && is_name(bare)) {
            names.insert(bare.to_owned());
        }
        begins = word.ends_with(['.', '!', '?', ':', '"', '“', '-', '*', '#', '|']);
    }
    names
}

fn is_name(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
        && word.chars().count() >= 3
        && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
}

fn is_code(word: &str) -> bool {
    let is_joined = word.chars().any(|c| c.is_uppercase() || matches!(c, '-' | '_'));
    let begins = word.chars().next().is_some_and(char::is_alphabetic);
    begins && is_joined && word.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    #[test]
    fn names_and_codes_are_told_from_other_words() {
        let text = "Your parcel A-1042 is with Northpost. Swiftline is not used. Ask Ann's shop in Ludlow: May we? 30kg, covid-19.";
        let found: Vec<String> = names(text).into_iter().collect();
        assert_eq!(found, ["A-1042", "Ann", "Ludlow", "Northpost", "covid-19"]);
    }

    #[test]
    fn what_was_given_supports() {
        let scene = Scene::expecting(json!({})).reads(&["Parcels go with Northpost."]).gets(
            "get",
            json!({}),
            r#"{"id":"A-1042"}"#,
        );
        let score = scene.clone().answers("Order A-1042 goes with Northpost [1].").score(&KIND);
        assert_eq!((score.value, score.evidence.as_str()), (Some(0.0), "0 of 2 without support"));
        let score = scene.answers("Order A-1043 goes with Swiftline.").score(&KIND);
        assert_eq!(
            (score.value, score.evidence.as_str()),
            (Some(2.0), "2 of 2 without support: `A-1043`, `Swiftline`")
        );
    }
}
