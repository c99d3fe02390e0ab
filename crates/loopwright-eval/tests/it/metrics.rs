//! What holds of every metric, seen from outside.

use std::collections::BTreeSet;

use loopwright_core::{
    ActedTrial, ArmName, Case, CaseKey, Condition, Cost, MicroDollars, MicroJoules, Outcome, RunId, Trace, TraceId,
    TrialKey, TrialSite, Unscored, Usage, Verdict,
};
use loopwright_eval::metric::{GENERAL, Judged, Metric, MetricKind, Opinions, reference};
use loopwright_knowledge::GoldSpan;
use proptest::prelude::*;
use serde_json::json;

const HEADINGS: [&str; 6] = ["What it asks", "Why", "Scale and direction", "Unscored when", "Example", "Source"];

/// A case that expects something of every kind.
fn demanding() -> Case {
    serde_json::from_value(json!({
        "key": "c",
        "input": {
            "messages": [{"role": "user", "content": [{"type": "text", "text": "q"}]}],
            "tools": [{"name": "t", "description": "d", "parameters": {"type": "object", "properties": {}}}],
        },
        "expect": {
            "answer": {"equals": "a"},
            "passages": [{"source": "a.md", "quote": "x"}],
            "calls": [{"tool": "t"}],
            "state": [{"sql": "select 1", "equals": 1}],
        },
    }))
    .unwrap()
}

fn trial(outcome: Outcome) -> ActedTrial {
    let (run, arm) = (RunId::new("r").unwrap(), ArmName::new("a").unwrap());
    let key = TrialKey::planned(&run, &arm, &demanding().input.digest(), &Condition::Plain, 0);
    let site = TrialSite {
        key,
        run,
        index: 0,
        arm,
        case: CaseKey::new("c").unwrap(),
        group: None,
        tags: vec![],
        condition: Condition::Plain,
        repetition: 0,
    };
    let cost = Cost { usage: Usage::new(9, 0, 1, 0), money: Some(MicroDollars(1)), energy: Some(MicroJoules(1)) };
    let trace = Trace { id: TraceId::of(&key.0), outcome, spans: vec![] };
    ActedTrial { site, attempts: 1, cost, trace, state: None }
}

/// The kinds that are metrics as they stand.
fn metrics() -> Vec<Metric> {
    MetricKind::all().iter().filter_map(|kind| Metric::named(kind.name).ok()).collect()
}

fn verdict(metric: &Metric, case: &Case, trial: &ActedTrial) -> Verdict {
    let gold = [GoldSpan { source: "a.md".into(), start: 0, end: 9 }];
    metric.score(&Judged { case, trial, gold: &gold, gold_world: None, opinions: Opinions::NONE }).verdict
}

#[test]
fn every_page_has_the_fixed_headings() {
    for metric in MetricKind::all() {
        let headings: Vec<&str> = metric.doc.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, HEADINGS, "{}", metric.name);
        let sections = metric.doc.split("\n## ").map(|section| section.lines().skip(1).collect::<String>());
        let empty: Vec<String> = sections.skip(1).filter(|section| section.trim().len() < 5).collect();
        assert!(empty.is_empty() && !metric.doc.starts_with('#'), "{}", metric.name);
    }
}

#[test]
fn names_are_unique_and_lead_back() {
    let names: BTreeSet<&str> = MetricKind::all().iter().map(|kind| kind.name).collect();
    assert_eq!(names.len(), MetricKind::all().len());
    for metric in metrics() {
        let found = Metric::named(metric.name().as_str()).unwrap();
        assert_eq!(found.id(), metric.id());
        assert_eq!(found.spec(), None);
    }
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')));
}

#[test]
fn every_setting_that_a_kind_lists_is_read() {
    for kind in MetricKind::all() {
        for setting in kind.settings.iter().chain(GENERAL) {
            let any_json = [("equals", "to"), ("json_diff", "to"), ("json_value", "equals")];
            if any_json.contains(&(kind.name, setting.name)) {
                continue;
            }
            // No other setting takes this, so one that is listed and not read shows by taking it.
            let settings = json!({ setting.name: {"type": [null]} });
            let error = kind.with(settings.as_object().unwrap().clone()).map(|_| ());
            assert!(error.is_err(), "`{}` does not read `{}`", kind.name, setting.name);
            assert!(!["metric", "name", "weight"].contains(&setting.name), "a check has that key of its own");
        }
    }
}

#[test]
fn an_unknown_setting_suggests_the_nearest() {
    let error =
        MetricKind::named("tokens").unwrap().with(json!({"mosst": 1}).as_object().unwrap().clone()).unwrap_err();
    assert_eq!(error.to_string(), "the metric `tokens`: `tokens` has no setting `mosst`; did you mean `most`?");
}

#[test]
fn an_unknown_name_suggests_the_nearest() {
    let error = Metric::named("retreival_recall").unwrap_err().to_string();
    assert!(error.starts_with("there is no metric `retreival_recall`; did you mean `retrieval_recall`"), "{error}");
}

#[test]
fn a_failure_of_the_infrastructure_is_never_scored() {
    let dead = trial(Outcome::Infrastructure { message: "no route".into() });
    for metric in metrics() {
        assert_eq!(
            verdict(&metric, &demanding(), &dead),
            Verdict::Unscored(Unscored::Infrastructure),
            "{}",
            metric.name()
        );
    }
}

#[test]
fn a_case_that_expects_nothing_is_judged_by_no_metric() {
    let case: Case = serde_json::from_value(json!({"key": "c", "input": "q"})).unwrap();
    let answered = trial(Outcome::Answered { text: "a".into() });
    // These ask of the answer alone.
    let of_the_answer = ["csv", "html", "json", "personal_data_kept", "refusal", "sql", "xml"];
    for metric in metrics().into_iter().filter(|metric| !of_the_answer.contains(&metric.kind().name)) {
        let verdict = metric
            .score(&Judged { case: &case, trial: &answered, gold: &[], gold_world: None, opinions: Opinions::NONE })
            .verdict;
        assert!(!matches!(verdict, Verdict::Pass | Verdict::Fail), "{}: {verdict:?}", metric.name());
    }
}

#[test]
fn an_agent_that_fails_passes_nothing() {
    let failed = trial(Outcome::Failed { message: "crashed".into() });
    for metric in metrics() {
        assert_ne!(verdict(&metric, &demanding(), &failed), Verdict::Pass, "{}", metric.name());
    }
}

#[test]
fn the_reference_names_every_metric_once() {
    let page = reference();
    for metric in MetricKind::all() {
        assert_eq!(page.matches(&format!("\n## `{}`\n", metric.name)).count(), 1);
        assert!(page.contains(metric.title));
    }
    assert_eq!(page.matches("\n### Source\n").count(), MetricKind::all().len());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_text_can_be_judged_twice_alike(text in "\\PC{0,60}|[\\[\\]0-9,.;£$’'\" a-z-]{0,40}") {
        let answered = trial(Outcome::Answered { text });
        for metric in metrics() {
            let (one, two) = (verdict(&metric, &demanding(), &answered), verdict(&metric, &demanding(), &answered));
            prop_assert_eq!(one, two);
        }
    }

    #[test]
    fn the_gold_text_itself_is_right(text in "[a-zA-Z0-9£.,’' -]{0,30}[a-zA-Z0-9]") {
        let answer = Metric::named("answer").unwrap();
        for rule in ["equals", "contains"] {
            let mut case = demanding();
            case.expectation.answer = serde_json::from_value(json!({ rule: &text })).unwrap();
            for said in [text.clone(), format!("{} [2]", text.to_uppercase())] {
                let answered = trial(Outcome::Answered { text: said });
                prop_assert_eq!(verdict(&answer, &case, &answered), Verdict::Pass);
            }
        }
    }
}
