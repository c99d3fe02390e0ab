//! Agreement, judge correction, signal and item response against other implementations.

use crate::reference::{close, number, numbers, reference};
use loopwright_stats::{
    Coefficient, Count, ItemCurve, JudgeWeight, JudgedCounts, LabelledItem, Level, RatingScale, Ratings, Weights,
    agreement, ppi_mean, rogan_gladen, signal_to_noise,
};
use serde_json::Value;

fn columns(part: &Value, names: &[&str]) -> Vec<Vec<Option<usize>>> {
    let columns: Vec<Vec<f64>> = names.iter().map(|name| numbers(&part[*name])).collect();
    (0..columns[0].len()).map(|unit| columns.iter().map(|column| Some(column[unit] as usize)).collect()).collect()
}

#[test]
fn agreement_coefficients() {
    let reference = reference();
    let part = &reference["agreement"];
    let two = Ratings::new(columns(part, &["human", "judge1"]), 3).expect("ratings");
    let three = Ratings::new(columns(part, &["human", "judge1", "judge2"]), 3).expect("ratings");
    let cases = [
        (&two, Coefficient::Cohen(Weights::Nominal), "cohen"),
        (&two, Coefficient::Cohen(Weights::Linear), "cohen_linear"),
        (&two, Coefficient::Cohen(Weights::Quadratic), "cohen_quadratic"),
        (&three, Coefficient::Fleiss, "fleiss"),
        (&three, Coefficient::Krippendorff(RatingScale::Nominal), "kripp_nominal"),
        (&three, Coefficient::Krippendorff(RatingScale::Ordinal), "kripp_ordinal"),
        (&three, Coefficient::Krippendorff(RatingScale::Interval), "kripp_interval"),
    ];
    for (ratings, coefficient, name) in cases {
        close(agreement(ratings, coefficient).expect("agreement").coefficient, number(&part[name]), name);
    }
    let ac1 = agreement(&two, Coefficient::GwetAc1).expect("agreement").coefficient;
    // The reference prints five decimals.
    assert!((ac1 - number(&part["gwet_ac1"])).abs() < 5e-6, "{ac1}");
}

#[test]
fn missing_ratings() {
    let reference = reference();
    let part = &reference["agreement"];
    let mut rows = columns(part, &["human", "judge1", "judge2"]);
    rows[3][1] = None;
    rows[10][2] = None;
    let ratings = Ratings::new(rows, 3).expect("ratings");
    let alpha = agreement(&ratings, Coefficient::Krippendorff(RatingScale::Nominal)).expect("agreement");
    close(alpha.coefficient, number(&part["kripp_nominal_missing_j1_3_j2_10"]), "alpha with missing ratings");
}

#[test]
fn corrected_judges() {
    let reference = reference();
    let part = &reference["judge_correction"];
    let (labels, judged, unlabelled) = (numbers(&part["Y"]), numbers(&part["Yhat"]), numbers(&part["Yhat_unlabeled"]));
    let labelled: Vec<LabelledItem> =
        labels.iter().zip(&judged).map(|(&label, &judged)| LabelledItem { label, judged }).collect();
    for (weight, point, interval) in
        [(JudgeWeight::Fixed(1.0), "ppi_lam1", "ppi_ci_lam1_a05"), (JudgeWeight::Tuned, "ppi_pp", "ppi_pp_ci_a05")]
    {
        let here = ppi_mean(&labelled, &unlabelled, weight, Level::P95).expect("items").estimate;
        let there = numbers(&part[interval]);
        close(here.point, number(&part[point]), point);
        close(here.low, there[0], interval);
        close(here.high, there[1], interval);
    }
    let of_label = |label: f64, verdict: f64| {
        let judged: Vec<f64> = labelled.iter().filter(|i| i.label == label).map(|i| i.judged).collect();
        let agreed = judged.iter().filter(|&&j| j == verdict).count();
        Count::new(agreed as u64, judged.len() as u64).expect("a count")
    };
    let counts = JudgedCounts {
        judged: Count::new(unlabelled.iter().sum::<f64>() as u64, unlabelled.len() as u64).expect("a count"),
        passed_by_people: of_label(1.0, 1.0),
        failed_by_people: of_label(0.0, 0.0),
    };
    let corrected = rogan_gladen(&counts, Level::P95).expect("a useful judge");
    close(corrected.estimate.point, number(&part["rogan_gladen"]), "Rogan–Gladen");
    close(corrected.standard_error, number(&part["rogan_gladen_delta_se(no_add2)"]), "its standard error");
}

#[test]
fn signal() {
    let reference = reference();
    let part = &reference["snr_ai2"];
    let here = signal_to_noise(&numbers(&part["signal_scores"]), &numbers(&part["noise_scores"])).expect("scores");
    close(here.ratio, number(&part["snr"]), "signal to noise");
}

#[test]
fn item_curves() {
    let reference = reference();
    let part = &reference["irt_2pl"];
    let theta = number(&part["theta"]);
    let (a, b) = (numbers(&part["a"]), numbers(&part["b"]));
    for (index, (&discrimination, &difficulty)) in a.iter().zip(&b).enumerate() {
        let curve = ItemCurve { discrimination, difficulty };
        close(curve.probability(theta), numbers(&part["p"])[index], "probability");
        close(curve.information(theta), numbers(&part["fisher"])[index], "information");
    }
}
