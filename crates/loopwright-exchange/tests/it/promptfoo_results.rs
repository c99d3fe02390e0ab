//! Results that promptfoo 0.123.1 wrote, of two providers and four tests with two repetitions.

use loopwright_core::{MicroDollars, Outcome, Role, Unscored, Verdict};
use loopwright_exchange::{
    ImportedRun, ImportedTrial, PromptfooResultsError, PromptfooResultsImport, read_promptfoo_results,
};
use serde_json::{Value, json};

/// Without white space between its tokens.
const JSON: &str = include_str!("../fixtures/promptfoo/results.json");

/// The first three lines.
const LINES: &str = include_str!("../fixtures/promptfoo/results.jsonl");

fn read(text: &str) -> Result<ImportedRun, PromptfooResultsError> {
    read_promptfoo_results(text, &PromptfooResultsImport { at_ns: 7, version: "0.1.0".into() })
}

fn trial<'a>(run: &'a ImportedRun, arm: &str, case: &str, repetition: u32) -> &'a ImportedTrial {
    let is_it = |one: &&ImportedTrial| {
        let site = &one.trial.site;
        site.arm.as_str() == arm && site.case.as_str() == case && site.repetition == repetition
    };
    run.trials.iter().find(is_it).unwrap()
}

#[test]
fn providers_are_arms_and_tests_are_cases_with_repetitions() {
    let run = read(JSON).unwrap();
    let manifest = &run.manifest;
    assert!(manifest.id.as_str().starts_with("promptfoo-eval-"), "{}", manifest.id);
    assert_eq!((manifest.suite.as_str(), manifest.trials), ("promptfoo-Tea", 16));
    assert_eq!(manifest.arms.iter().map(|arm| arm.name.as_str()).collect::<Vec<_>>(), ["weak", "strong"]);
    let keys: Vec<&str> = run.cases.iter().map(|case| case.key.as_str()).collect();
    assert_eq!(keys, ["green", "test-2", "test-3", "test-4"]);
    assert_eq!(run.cases[1].input.messages[0].plain_text(), "mood: calm\nquestion: And black tea?\n");
    assert!(run.cases[0].tags.iter().any(|tag| tag.as_str() == "topic:green"), "{:?}", run.cases[0].tags);
    let metrics: Vec<&str> = manifest.metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(metrics, ["passed", "score", "near", "right"]);
    assert!(manifest.metrics.iter().all(|metric| manifest.metric_specs.contains_key(&metric.name)));
    let variant = &manifest.arms[1].variant;
    assert_eq!(variant.part("model"), Some(&json!("file://tea2.js")));
    assert!(variant.part("prompt").unwrap().as_str().unwrap().contains("{{question}}"));
}

#[test]
fn a_result_is_a_trial_with_what_was_said_what_it_cost_and_how_it_was_scored() {
    let run = read(JSON).unwrap();
    let failed = trial(&run, "strong", "green", 1);
    assert_eq!(failed.scores[0].verdict, Verdict::Fail);
    assert!(failed.scores[0].evidence.contains("Levenshtein"), "{}", failed.scores[0].evidence);
    assert_eq!(failed.scores[2].verdict, Verdict::Unscored(Unscored::NotApplicable), "no assert is called `near`");
    assert_eq!((failed.scores[3].value, &failed.scores[3].verdict), (Some(0.0), &Verdict::Measured));
    let (request, response) = failed.trial.trace.chats().next().unwrap();
    let roles: Vec<Role> = request.messages.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::System, Role::User]);
    assert_eq!(response.unwrap().message.plain_text(), "Four minutes.");
    let (usage, money) = (failed.trial.cost.usage, failed.trial.cost.money);
    assert_eq!((usage.input(), usage.cached(), usage.output(), usage.reasoning()), (10, 2, 4, 1));
    assert_eq!(money, Some(MicroDollars(1500)));
    assert_eq!(failed.trial.trace.duration_ns(), 12_000_000);
    let structured = trial(&run, "weak", "test-2", 0);
    assert_eq!(structured.trial.trace.outcome.text(), "{\"minutes\":4}");
    assert_eq!((structured.scores[0].value, structured.scores[2].value), (Some(1.0), Some(0.75)));
    let called = trial(&run, "weak", "test-3", 0);
    let (_, response) = called.trial.trace.chats().next().unwrap();
    assert_eq!(response.unwrap().message.tool_calls[0].name, "book");
    assert_eq!(called.trial.cost.money, None, "the provider gave no price");
}

#[test]
fn an_error_says_nothing_about_the_agent() {
    let run = read(JSON).unwrap();
    let broken = trial(&run, "weak", "test-4", 0);
    let message = "API error: 500 the kettle broke".to_owned();
    assert_eq!(broken.trial.trace.outcome, Outcome::Infrastructure { message });
    assert!(broken.scores.iter().all(|score| score.verdict == Verdict::Unscored(Unscored::Infrastructure)));
}

#[test]
fn lines_hold_the_same_results_and_no_names() {
    let (whole, lines) = (read(JSON).unwrap(), read(LINES).unwrap());
    assert_eq!((lines.manifest.suite.as_str(), lines.trials.len()), ("promptfoo", 3));
    assert_eq!(lines.manifest.id, read(LINES).unwrap().manifest.id);
    assert_eq!(lines.manifest.metrics[0], whole.manifest.metrics[0], "the two can be compared");
    let (first, rest) = LINES.split_once('\n').unwrap();
    let faulty = format!("{first}\n{}", rest.replace("\"success\":", "\"succes\":"));
    let Err(PromptfooResultsError::Format { line, message, .. }) = read(&faulty) else {
        panic!("the second line has no verdict")
    };
    assert_eq!((line, message.as_str()), (2, "missing field `success`"));
}

#[test]
fn prompts_of_one_provider_are_told_apart() {
    let mut document: Value = serde_json::from_str(JSON).unwrap();
    for row in document["results"]["results"].as_array_mut().unwrap() {
        row["provider"]["label"] = "one".into();
        row["prompt"]["label"] = format!("prompt {}", row["promptIdx"]).into();
    }
    let run = read(&document.to_string()).unwrap();
    let names: Vec<&str> = run.manifest.arms.iter().map(|arm| arm.name.as_str()).collect();
    assert_eq!(names, ["one/prompt-0", "one/prompt-1"]);
}

#[test]
fn what_is_no_result_is_refused_and_nothing_breaks_on_it() {
    assert!(matches!(read("{}"), Err(PromptfooResultsError::Format { line: 1, .. })));
    assert!(matches!(read(""), Err(PromptfooResultsError::Format { .. })));
    assert!(matches!(read(r#"{"results": {"version": 3, "results": []}}"#), Err(PromptfooResultsError::Empty)));
    assert!(matches!(read(r#"{"results": {"version": 9, "results": []}}"#), Err(PromptfooResultsError::Version(9))));
    for end in (0..JSON.trim_end().len()).step_by(97) {
        assert!(JSON.get(..end).is_none_or(|part| read(part).is_err()), "the first {end} bytes");
    }
}
