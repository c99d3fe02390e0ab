//! What perturbations did, case by case and all together, on the terminal and on the page.

use loopwright_core::{CaseKey, LeftAlone, Robustness, Summary};
use loopwright_report::html::{Theme, page};
use loopwright_report::{LoopReport, Palette, terminal};

use crate::example;

fn robustness() -> Robustness {
    let condition = |text: &str| text.parse().unwrap();
    Robustness {
        conditions: ["plain", "ants(3)", "near_misses(2)", "typos(10)"].map(condition).to_vec(),
        passes_all: Some(example::estimate(0.18, 0.28, 0.38)),
        not_counted: vec![(condition("truncation(40)"), "nothing".to_owned())],
        left_alone: vec![LeftAlone {
            condition: condition("option_order(50)"),
            cases: 58,
            of: 60,
            needs: "a question with options".to_owned(),
        }],
    }
}

fn one_arm() -> Summary {
    let mut summary = example::one_arm();
    let keys = |names: &[&str]| names.iter().map(|name| CaseKey::new(*name).unwrap()).collect::<Vec<_>>();
    let arm = &mut summary.arms[0];
    arm.robustness = robustness();
    arm.conditions[0].drop.broken = keys(&["gift-11", "knife-01", "pans-03", "parcel-02", "returns-04", "tax-01"]);
    arm.conditions[0].drop.fixed = keys(&["invoice-07"]);
    summary
}

#[test]
fn the_terminal_names_the_cases() {
    let text = terminal::summary(&one_arm(), Palette::Plain);
    let lines: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("  typos(10)")).skip(1).take(4).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    ants(3): 6 cases broken: gift-11, knife-01, pans-03, parcel-02, returns-04, and 1 more; 1 case fixed: invoice-07
    passes under all 4 conditions: 28.0 % (18.0 – 38.0 %); not counted: truncation(40) (nothing must stay)
    option_order(50) left 58 of 60 cases alone: it needs a question with options
    ");
}

#[test]
fn without_perturbations_nothing_is_said() {
    let mut summary = one_arm();
    summary.arms[0].conditions.clear();
    summary.arms[0].robustness = Robustness::default();
    let text = terminal::summary(&summary, Palette::Plain);
    assert!(!text.contains("conditions") && !text.contains("alone"), "{text}");
}

#[test]
fn the_page_names_them_too() {
    let report = LoopReport { before: one_arm(), after: None, ..example::report() };
    let page = page(&report, Theme::System);
    for part in
        ["6 cases broken: gift-11", "1 case fixed: invoice-07", "Passes under all 4 conditions", "left 58 of 60 cases"]
    {
        assert!(page.contains(part), "{part}");
    }
}
