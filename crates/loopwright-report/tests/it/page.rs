use loopwright_report::html::{Theme, page};
use loopwright_report::{LoopReport, SIMULATED};

use crate::example;

#[test]
fn a_page_loads_nothing_and_runs_nothing() {
    let page = page(&example::report(), Theme::System);
    for forbidden in ["<script", "src=", "url(", "@import", "<link", "<iframe", "onclick", "javascript:"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let addresses: Vec<&str> = page.match_indices("http").map(|(at, _)| &page[at..(at + 30).min(page.len())]).collect();
    assert!(addresses.iter().all(|one| one.starts_with("http-equiv") || one.starts_with("http://www.w3.org/2000/svg")));
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_page_tells_the_whole_story() {
    let page = page(&example::report(), Theme::System);
    for part in [
        "Where it stands",
        "What perturbations do",
        "Where it is weak",
        "Why it fails",
        "What was tried",
        "What the vault was asked",
        "What it cost",
        "LW101",
        "retrieval parameters",
        "INCONCLUSIVE",
        "no better than the placebo",
        "21 of 60 cases always pass",
        "pass^5",
        "$1.23",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(page.matches(SIMULATED).count() >= 2);
}

#[test]
fn a_page_names_no_sealed_case() {
    assert!(!page(&example::report(), Theme::System).contains("vault-secret"));
}

#[test]
fn an_eval_alone_leaves_the_rest_out() {
    let report = LoopReport {
        before: example::two_arms(),
        after: None,
        findings: vec![],
        attempts: vec![],
        gate_queries: vec![],
        simulated: false,
        ..example::report()
    };
    let page = page(&report, Theme::Dark);
    assert!(page.contains("data-theme=\"dark\"") && page.contains("Compared"));
    for absent in ["Why it fails", "What was tried", "What the vault was asked", SIMULATED] {
        assert!(!page.contains(absent), "{absent}");
    }
}

#[test]
fn hostile_data_stays_text() {
    let mut report = example::report();
    let hostile = "</style><script>alert(1)</script>\u{1b}[2J\u{202e}\" onload=\"x";
    report.title = hostile.into();
    report.findings[0].title = hostile.into();
    report.findings[0].evidence = vec![hostile.into()];
    report.attempts[0].change = hostile.into();
    report.attempts[0].diff = format!("+{hostile}");
    report.commands = vec![hostile.into()];
    let page = page(&report, Theme::System);
    assert!(!page.contains("<script") && !page.contains('\u{1b}') && !page.contains('\u{202e}'));
    assert!(!page.contains("\" onload="));
}
