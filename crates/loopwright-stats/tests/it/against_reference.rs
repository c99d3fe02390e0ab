//! Closed forms against other implementations, to 1e-9.

use crate::reference::{Lcg, close, number, numbers, reference, whole};
use loopwright_stats::{
    Adjustment, BootstrapKind, ClusterCorrection, Count, Item, Level, PairedItem, ProportionInterval, Resampling,
    Trials, adjusted, all_of_k, any_of_k, bootstrap_mean, clustered_standard_error, difference, mcnemar_exact, mean,
    newcombe, proportion, rate_e_value, wilcoxon,
};
use serde_json::Value;

#[test]
fn proportion_intervals() {
    let intervals = [
        ("wilson", ProportionInterval::Wilson),
        ("beta", ProportionInterval::ClopperPearson),
        ("jeffreys", ProportionInterval::Jeffreys),
        ("bayes_uniform", ProportionInterval::Uniform),
        ("agresti_coull", ProportionInterval::AgrestiCoull),
    ];
    for row in reference()["proportion_ci"].as_array().expect("rows") {
        let count = Count::new(whole(&row["k"]), whole(&row["n"])).expect("a count");
        for (name, interval) in intervals {
            let here = proportion(count, interval, Level::P95);
            let there = numbers(&row[name]);
            let what = format!("{name} of {count:?}");
            // At the edge a posterior interval need not hold the observed share; the estimate stretches to do so.
            close(here.low, there[0].min(here.point), &what);
            close(here.high, there[1].max(here.point), &what);
        }
    }
}

#[test]
fn clustered_errors() {
    let reference = reference();
    let part = &reference["clustered_se"];
    let items: Vec<Item> = numbers(&part["cluster"])
        .iter()
        .zip(numbers(&part["y"]))
        .map(|(cluster, y)| Item::new(cluster.to_string(), Trials::values(&[y]).expect("finite")))
        .collect();
    let here = mean(&items, Level::P95).expect("clusters");
    close(here.point, number(&part["mean"]), "mean");
    close(here.half_width(), number(&part["statsmodels_corrected"]) * number(&part["t_crit_df_Cminus1_975"]), "half");
    assert_eq!((here.n_items, here.n_trials), (12, 33));
    let error = |correction| clustered_standard_error(&items, correction).expect("clusters");
    close(error(ClusterCorrection::None), number(&part["miller_cr0"]), "CR0");
    close(error(ClusterCorrection::None), number(&part["statsmodels_cr0"]), "CR0 of statsmodels");
    close(error(ClusterCorrection::Count), number(&part["inspect_C_over_Cminus1"]), "corrected");
}

fn paired_binary(part: &Value) -> Vec<PairedItem> {
    let arm = |value: f64| Trials::values(&[value]).expect("finite");
    numbers(&part["a"])
        .into_iter()
        .zip(numbers(&part["b"]))
        .enumerate()
        .map(|(case, (a, b))| PairedItem::new(case.to_string(), arm(a), arm(b)))
        .collect()
}

#[test]
fn paired_tests() {
    let reference = reference();
    let part = &reference["paired"];
    let items = paired_binary(part);
    let here = difference(&items).expect("pairs");
    close(here.estimate(Level::P95).point, number(&part["diff"]), "difference");
    close(here.standard_error(), number(&part["se_paired"]), "standard error");
    let two_sided =
        2.0 * here.p_value(loopwright_stats::Side::Lower, 0.0).min(here.p_value(loopwright_stats::Side::Upper, 0.0));
    close(two_sided, number(&part["ttest_rel_p"]), "paired t");
    let table = numbers(&part["table_n11_n10_n01_n00"]);
    close(mcnemar_exact(table[2] as u64, table[1] as u64).two_sided, number(&part["mcnemar_exact_p"]), "McNemar");
}

#[test]
fn signed_ranks() {
    let reference = reference();
    let there = &reference["paired"]["wilcoxon_x_seeds100"];
    let items: Vec<PairedItem> = (0..40_u64)
        .map(|i| {
            let x = Lcg(100 + i).unit();
            let z = x + 0.1 * (Lcg(900 + i).unit() - 0.3);
            let arm = |value: f64| Trials::values(&[value]).expect("finite");
            PairedItem::new(i.to_string(), arm(x), arm(z))
        })
        .collect();
    let here = wilcoxon(&items);
    close(here.positive_ranks.min(here.negative_ranks), number(&there["stat"]), "statistic");
    close(here.p.two_sided, number(&there["p"]), "p-value");
}

#[test]
fn pass_at_and_pass_hat() {
    for row in reference()["pass_k"].as_array().expect("rows") {
        let [n, c, k] = ["n", "c", "k"].map(|name| u32::try_from(whole(&row[name])).expect("small"));
        let items = [Item::new("case", Trials::counts(c, n).expect("a count"))];
        close(any_of_k(&items, k, Level::P95).expect("pass@k").point, number(&row["pass_at"]), "pass@k");
        close(all_of_k(&items, k, Level::P95).expect("pass^k").point, number(&row["pass_hat"]), "pass^k");
    }
    let reference = reference();
    let part = &reference["scorio"];
    let items: Vec<Item> = part["R"]
        .as_array()
        .expect("rows")
        .iter()
        .enumerate()
        .map(|(i, row)| Item::new(i.to_string(), Trials::values(&numbers(row)).expect("finite")))
        .collect();
    close(any_of_k(&items, 2, Level::P95).expect("pass@2").point, number(&part["pass_at_2"]), "scorio pass@2");
    close(all_of_k(&items, 2, Level::P95).expect("pass^2").point, number(&part["pass_hat_2"]), "scorio pass^2");
}

#[test]
fn independent_difference() {
    let reference = reference();
    let part = &reference["paired"];
    let count = |arm: &Value| {
        let outcomes = numbers(arm);
        Count::new(outcomes.iter().sum::<f64>() as u64, outcomes.len() as u64).expect("a count")
    };
    let here = newcombe(count(&part["a"]), count(&part["b"]), Level::P95);
    let there = numbers(&part["newcombe_indep_ci_b_minus_a"]);
    close(here.low, there[0], "low");
    close(here.high, there[1], "high");
}

#[test]
fn many_tests() {
    let reference = reference();
    let part = &reference["multipletests"];
    let p = numbers(&part["p"]);
    for (name, adjustment) in [
        ("holm", Adjustment::Holm),
        ("fdr_bh", Adjustment::BenjaminiHochberg),
        ("fdr_by", Adjustment::BenjaminiYekutieli),
        ("bonferroni", Adjustment::Bonferroni),
    ] {
        for (here, there) in adjusted(&p, adjustment).expect("p-values").into_iter().zip(numbers(&part[name])) {
            close(here, there, name);
        }
    }
}

#[test]
fn mixture_e_values() {
    for row in reference()["e_value_bernoulli_mixture"].as_array().expect("rows") {
        let count = Count::new(whole(&row["S"]), whole(&row["n"])).expect("a count");
        close(rate_e_value(count, number(&row["p0"])).log(), number(&row["log_e"]), "log e");
    }
}

#[test]
fn bias_corrected_bootstrap_is_near_the_reference() {
    let items: Vec<Item> = (0..40_u64)
        .map(|i| Item::new(i.to_string(), Trials::values(&[Lcg(100 + i).unit()]).expect("finite")))
        .collect();
    let resampling = Resampling { kind: BootstrapKind::Bca, draws: 9_999, seed: 0 };
    let here = bootstrap_mean(&items, resampling, Level::P95).expect("items");
    let there = numbers(&reference()["bca_mean_seed0_9999(x_seeds100)"]);
    assert!((here.low - there[0]).abs() < 0.005 && (here.high - there[1]).abs() < 0.005, "{here:?} {there:?}");
}
