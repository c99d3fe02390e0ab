use loopwright_core::{CaseKey, Change, SuiteName, Summary};
use loopwright_report::{json, junit, markdown};

use crate::example;

#[test]
fn junit_tells_worse_from_not_enough() {
    let worse = example::comparison("resolved", (-0.2, -0.1, -0.05), Change::Regressed);
    let unclear = example::comparison("citation", (-0.1, 0.0, 0.1), Change::Underpowered);
    let suite = SuiteName::new("support").unwrap();
    let text = junit::comparisons(&suite, &[example::raced(), worse, unclear], &example::units());
    insta::assert_snapshot!(text, @r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" errors="1">
  <testsuite name="loopwright.support" tests="3" failures="1" errors="1" skipped="0">
    <testcase classname="loopwright.support" name="resolved: candidate against incumbent"/>
    <testcase classname="loopwright.support" name="resolved: candidate against incumbent">
      <failure type="regressed" message="regressed: −10.0 pp (−20.0 to −5.0 pp at 95 %)"/>
    </testcase>
    <testcase classname="loopwright.support" name="citation: candidate against incumbent">
      <error type="inconclusive" message="underpowered: 0.0 pp (−10.0 to +10.0 pp at 95 %)"/>
    </testcase>
  </testsuite>
</testsuites>
"#);
    insta::assert_snapshot!(junit::gate(&suite, &example::inconclusive(), &example::units()), @r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="0" errors="1">
  <testsuite name="loopwright.support" tests="3" failures="0" errors="1" skipped="0">
    <testcase classname="loopwright.support" name="promotion gate: decision">
      <error type="inconclusive" message="the lower bound is not above 0; next: 40 more sealed cases, about $0.90 and 3 minutes"/>
    </testcase>
    <testcase classname="loopwright.support" name="resolved: candidate against incumbent"/>
    <testcase classname="loopwright.support" name="right_tool: candidate against incumbent"/>
  </testsuite>
</testsuites>
"#);
}

#[test]
fn a_comment_on_a_change() {
    let second = example::comparison("tokens", (-240.0, -180.0, -120.0), Change::Improved);
    insta::assert_snapshot!(markdown::comparisons(&[example::raced(), second], &example::units(), true), @r#"
### candidate against incumbent: ▲ improved

> **simulated model: shows the loop, not LLM performance**

| metric | difference | interval | level | margin | verdict |
|---|---:|---|---:|---:|---|
| resolved | **+18.0 pp** | +11.2 to +24.8 pp | 95 % | 3.0 pp | ▲ improved |
| tokens | **−180** | −240 to −120 | 95 % | 0.030 | ▲ improved |

<details><summary>1 broken</summary>

invoice-07

</details>

<details><summary>3 fixed</summary>

returns-04, gift-11, parcel-02

</details>
"#);
    insta::assert_snapshot!(markdown::gate(&example::inconclusive(), &example::units(), true), @r#"
### promotion gate: INCONCLUSIVE

> **simulated model: shows the loop, not LLM performance**

the lower bound is not above 0. Next: 40 more sealed cases, about \$0.90 and 3 minutes.

| metric | difference | interval | level | margin | verdict |
|---|---:|---|---:|---:|---|
| resolved (primary) | **+4.0 pp** | −2.0 to +10.0 pp | 95 % | 3.0 pp | ? underpowered |
| right\_tool (safeguard) | **+1.0 pp** | −2.0 to +3.0 pp | 95 % | 3.0 pp | = equivalent |
"#);
    let accepted = markdown::gate(&example::non_inferior(), &example::units(), false);
    assert!(accepted.contains("| ? non-inferior |"), "{accepted}");
    assert!(accepted.ends_with("though no difference can be shown.\n"), "{accepted}");
    insta::assert_snapshot!(markdown::summary(&example::one_arm()), @r#"
### support

> **simulated model: shows the loop, not LLM performance**

| arm | metric | estimate | 95 % interval | cases |
|---|---|---:|---|---:|
| incumbent | resolved | **58.0 %** | 52.0 – 64.0 % | 60 |
| incumbent | right\_tool | **77.0 %** | 71.0 – 83.0 % | 60 |
| incumbent | citation | **63.0 %** | 55.0 – 70.0 % | 60 |
| incumbent | tokens | **1,904** | 1,810 – 2,010 | 60 |
| incumbent | money | **$0.0041** | $0.0038 – $0.0044 | 60 |
| incumbent | latency | **920 ms** | 810 ms – 1.07 s | 60 |

incumbent: 21 of 60 cases always pass, 30 are flaky, 9 never pass.
The tag two-step is worse (p 0.004).

Cost: 1,204,331 tokens in (310,000 cached), 88,020 out; $1.23; 4.20 kJ.
"#);
}

#[test]
fn a_comment_can_call_nobody() {
    let mut race = example::raced();
    race.fixed = vec![CaseKey::new("@everyone/issues#1").unwrap()];
    let text = markdown::comparisons(&[race], &example::units(), false);
    assert!(!text.contains('@') && text.contains("&#64;everyone/issues\\#1"), "{text}");
}

#[test]
fn json_reads_back() {
    let summary = example::two_arms();
    let text = json::document("summary", &summary).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((value["format"].as_str(), value["kind"].as_str()), (Some(json::FORMAT), Some("summary")));
    assert_eq!(serde_json::from_value::<Summary>(value["data"].clone()).unwrap(), summary);
}
