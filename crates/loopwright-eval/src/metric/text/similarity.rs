//! How like a reference the answer is: where the reference comes from, and which of several counts.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::read_said;
use crate::metric::squad::gold_texts;
use crate::metric::{Judged, Reading, Scorer, Setting, SettingError};

/// The setting that names the reference.
pub(super) const REFERENCE: Setting = Setting::new(
    "reference",
    "the text to compare with; when absent the case's `reference`, or else the texts that its rule for the answer names",
);

#[derive(Deserialize)]
struct Settings {
    reference: Option<String>,
}

/// The scorer that measures by `measure(answer, reference)`, higher for what is more alike. Of several references the
/// nearest counts.
pub(super) fn likeness(
    settings: &Map<String, Value>,
    measure: fn(&str, &str) -> f64,
) -> Result<Arc<dyn Scorer>, SettingError> {
    let Settings { reference } = SettingError::read(settings)?;
    Ok(Arc::new(move |judged: &Judged<'_>| compared(judged, reference.as_ref(), measure, f64::max)))
}

/// The measure of the answer against the reference `own`, or those of the case; `best` chooses among several.
pub(super) fn compared(
    judged: &Judged<'_>,
    own: Option<&String>,
    measure: impl Fn(&str, &str) -> f64,
    best: fn(f64, f64) -> f64,
) -> Reading {
    let expectation = &judged.case.expectation;
    let references = match own.or(expectation.reference.as_ref()) {
        Some(reference) => std::slice::from_ref(reference),
        None => gold_texts(expectation.answer.as_ref()),
    };
    if references.is_empty() {
        return Reading::NOT_APPLICABLE;
    }
    read_said(judged, |said| {
        let values = references.iter().map(|reference| measure(said, reference));
        values.reduce(best).map_or(Reading::NOT_APPLICABLE, Reading::measured)
    })
}

#[cfg(test)]
mod tests {
    use super::super::rouge_n;
    use crate::metric::testing::Scene;
    use loopwright_core::Unscored;
    use serde_json::json;

    #[test]
    fn the_reference_of_the_setting_then_of_the_case_then_of_its_rule() {
        let expect = json!({"reference": "a b", "answer": {"contains_any": ["a x", "c d"]}});
        let scene = Scene::expecting(expect).answers("c d");
        assert_eq!(scene.score_with(&rouge_n::KIND, json!({"reference": "c e"})).value, Some(0.5));
        assert_eq!(scene.measures(&rouge_n::KIND), 0.0);
        let ruled = Scene::expecting(json!({"answer": {"contains_any": ["a x", "c d"]}})).answers("c d");
        assert_eq!(ruled.measures(&rouge_n::KIND), 1.0, "the nearest counts");
        assert_eq!(Scene::expecting(json!({})).answers("x").unscored(&rouge_n::KIND), Unscored::NotApplicable);
    }
}
