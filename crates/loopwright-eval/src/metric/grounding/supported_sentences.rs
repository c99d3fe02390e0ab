#![doc = include_str!("../../../doc/metric/supported_sentences.md")]

use std::collections::BTreeSet;
use std::sync::Arc;

use loopwright_core::{Direction, Unit, Unscored};
use loopwright_knowledge::{Analyser, sentences};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::material::{Material, all_numbers};
use crate::metric::number::numbers;
use crate::metric::text::read_said;
use crate::metric::wording::without_citations;
use crate::metric::{Judged, MetricKind, Reading, Scale, Scorer, Setting, SettingError, asks, declines};

pub(super) const KIND: MetricKind = MetricKind {
    name: "supported_sentences",
    version: 1,
    title: "how much of the answer stands in what was looked up",
    doc: include_str!("../../../doc/metric/supported_sentences.md"),
    scale: Scale::Measure(Unit::Share),
    direction: Direction::Up,
    settings: &[Setting::new(
        "overlap",
        "the share of a sentence's words that must stand in one passage or result, above 0 to 1; 0.6 when absent",
    )],
    build,
};

#[derive(Deserialize)]
struct Settings {
    #[serde(default = "usual")]
    overlap: f64,
}

fn usual() -> f64 {
    0.6
}

struct SupportedSentences {
    overlap: f64,
    analyser: Analyser,
}

fn build(settings: &Map<String, Value>) -> Result<Arc<dyn Scorer>, SettingError> {
    let Settings { overlap } = SettingError::read(settings)?;
    if !(overlap > 0.0 && overlap <= 1.0) {
        return Err(SettingError::at("overlap", format!("`overlap` is {overlap}; it must be above 0, and at most 1")));
    }
    Ok(Arc::new(SupportedSentences { overlap, analyser: Analyser::new(true, true) }))
}

impl Scorer for SupportedSentences {
    fn read(&self, judged: &Judged<'_>) -> Reading {
        let material = match Material::of(judged) {
            Ok(material) => material,
            Err(unscored) => return unscored,
        };
        let found: Vec<Words> = material.found().iter().map(|text| self.words(text, all_numbers(text))).collect();
        read_said(judged, |said| self.measure(&without_citations(said), &found))
    }
}

/// What a text holds.
struct Words {
    terms: BTreeSet<String>,
    numbers: Vec<f64>,
}

impl SupportedSentences {
    fn words(&self, text: &str, numbers: Vec<f64>) -> Words {
        Words { terms: self.analyser.terms(text).into_iter().collect(), numbers }
    }

    fn measure(&self, said: &str, found: &[Words]) -> Reading {
        let claims = sentences(said).into_iter().map(|range| &said[range]);
        let claims = claims.filter(|sentence| !asks(sentence) && !declines(sentence));
        let claims = claims.map(|sentence| (sentence, self.words(sentence, numbers(sentence))));
        // A word alone, such as `Certainly!`, claims nothing.
        let claims: Vec<_> = claims.filter(|(_, words)| words.terms.len() >= 2).collect();
        if claims.is_empty() {
            return Reading::Unscored(Unscored::Scorer("the answer claims nothing".to_owned()));
        }
        let is_supported = |words: &Words| found.iter().any(|text| self.supports(text, words));
        let open: Vec<&str> = claims.iter().filter(|(_, words)| !is_supported(words)).map(|(text, _)| *text).collect();
        let supported = claims.len() - open.len();
        let first = open.first().map_or_else(String::new, |text| format!("; without support: “{text}”"));
        let evidence = format!("{supported} of {} sentences have support{first}", claims.len());
        Reading::Measured { value: supported as f64 / claims.len() as f64, evidence }
    }

    fn supports(&self, text: &Words, claim: &Words) -> bool {
        let common = claim.terms.intersection(&text.terms).count() as f64;
        let is_given =
            |number: &f64| text.numbers.iter().any(|given| (given - number.abs()).abs() <= 1e-9 * given.max(1.0));
        common >= self.overlap * claim.terms.len() as f64 && claim.numbers.iter().all(is_given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::testing::Scene;
    use serde_json::json;

    fn scene() -> Scene {
        let passages = ["Late returns cost £5 for each hour that has begun.", "Helmets are lent for free."];
        Scene::expecting(json!({})).reads(&passages)
    }

    #[test]
    fn a_sentence_stands_in_one_text_with_its_numbers() {
        let score =
            scene().answers("Certainly! A late return costs £5 for each hour. [1] Helmets are free. [2]").score(&KIND);
        assert_eq!((score.value, score.evidence.as_str()), (Some(1.0), "2 of 2 sentences have support"));
        let score = scene().answers("A late return costs £6 for each hour. Helmets are free.").score(&KIND);
        let evidence = "1 of 2 sentences have support; without support: “A late return costs £6 for each hour.”";
        assert_eq!((score.value, score.evidence.as_str()), (Some(0.5), evidence));
        assert_eq!(scene().answers("Children ride along without charge.").measures(&KIND), 0.0);
    }

    #[test]
    fn the_bound_can_be_moved() {
        // Three of four words stand in the second passage: helmet, lent, free.
        let lent = scene().answers("Helmets are lent free forever.");
        assert_eq!(lent.measures(&KIND), 1.0);
        assert_eq!(lent.score_with(&KIND, json!({"overlap": 0.8})).value, Some(0.0));
        assert!(KIND.with(json!({"overlap": 0}).as_object().unwrap().clone()).is_err());
    }

    #[test]
    fn what_claims_nothing_is_no_zero() {
        for said in ["I cannot find that.", "Which bicycle do you mean?", "Certainly!"] {
            assert!(matches!(scene().answers(said).unscored(&KIND), Unscored::Scorer(_)), "{said}");
        }
    }
}
