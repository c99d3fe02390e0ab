//! Similarities beside the values of the reference implementations: rouge-score 0.1.2 without stemming, sacreBLEU 2.6.0
//! (`sentence_bleu` and `sentence_chrf`, divided by 100), and NLTK 3.10.4 (`sentence_gleu`; `meteor_score` with its Snowball
//! stemmer and without WordNet), the last two over lower-case runs of word characters.

use super::{bleu, chrf, gleu, meteor, rouge_l, rouge_n};
use crate::metric::MetricKind;
use crate::metric::testing::Scene;
use serde_json::{Value, json};

/// Answer, reference, and ROUGE-1, ROUGE-2, ROUGE-L, BLEU, chrF, GLEU and METEOR.
const VALUES: &[(&str, &str, [f64; 7])] = &[
    ("the cat sat on the mat", "the cat sat on the mat", [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.997685185]),
    (
        "The cat is on the mat.",
        "There is a cat on the mat.",
        [0.769230769, 0.363636364, 0.615384615, 0.394424365, 0.51142028, 0.363636364, 0.646376812],
    ),
    (
        "Within 30 days of delivery, we refund the price of £3.95 in full.",
        "You are refunded in full within 30 days after the delivery: the price was £3.95.",
        [0.666666667, 0.357142857, 0.533333333, 0.088171157, 0.498792027, 0.275862069, 0.639711267],
    ),
    (
        "It was cancelled; order A-1042 (two-year warranty) & more.",
        "Order A-1042 was cancelled, with its two-year warranty & more!",
        [0.857142857, 0.631578947, 0.666666667, 0.111212347, 0.660585054, 0.5, 0.888073394],
    ),
    ("running dogs barked", "a dog barks and runs quickly", [0.0, 0.0, 0.0, 0.0, 0.205665045, 0.0, 0.44834308]),
    ("yes", "no", [0.0; 7]),
    (
        "on the mat the cat sat",
        "the cat sat on the mat",
        [1.0, 0.8, 0.5, 0.508132748, 0.81092033, 0.666666667, 0.710648148],
    ),
];

#[test]
fn similarities_are_those_of_the_reference_implementations() {
    let kinds: [(&'static MetricKind, Value); 7] = [
        (&rouge_n::KIND, json!({})),
        (&rouge_n::KIND, json!({"n": 2})),
        (&rouge_l::KIND, json!({})),
        (&bleu::KIND, json!({})),
        (&chrf::KIND, json!({})),
        (&gleu::KIND, json!({})),
        (&meteor::KIND, json!({})),
    ];
    for (said, reference, values) in VALUES {
        let scene = Scene::expecting(json!({ "reference": reference })).answers(said);
        for ((kind, settings), wanted) in kinds.iter().zip(values) {
            let value = scene.score_with(kind, settings.clone()).value.unwrap();
            assert!((value - wanted).abs() < 1e-8, "{} of `{said}` is {value}, and not {wanted}", kind.name);
        }
    }
}
