use loopwright_core::{Change, Decision, GateKind, GateOutcome};
use loopwright_report::{Palette, terminal};

use crate::example;

#[test]
fn one_arm() {
    insta::assert_snapshot!(terminal::summary(&example::one_arm(), Palette::Plain), @r#"
suite support · 60 cases, 300 trials an arm · run 01JTEST · complete
simulated model: shows the loop, not LLM performance

  metric      estimate  95 % interval      cases  unscored
  resolved      58.0 %  52.0 – 64.0 %         60         –
  pass^2        46.3 %  39.3 – 53.3 %         60         –
  pass^5        29.6 %  22.6 – 36.6 %         60         –
  right_tool    77.0 %  71.0 – 83.0 %         60         –
  citation      63.0 %  55.0 – 70.0 %         60         –
  tokens         1,904  1,810 – 2,010         60         –
  money        $0.0041  $0.0038 – $0.0044     60         –
  latency       920 ms  810 ms – 1.07 s       60         –

  21 of 60 cases always pass, 30 are flaky, 9 never pass
    flaky: returns-04, gift-11, parcel-02, invoice-07, pans-03, and 1 more

  under           estimate  interval       against plain  interval           verdict
  ants(3)           45.0 %  39.0 – 51.0 %       −13.0 pp  −18.0 to −8.0 pp   regressed
  near_misses(2)    37.0 %  31.0 – 43.0 %       −21.0 pp  −26.0 to −16.0 pp  regressed
  typos(10)         57.0 %  51.0 – 63.0 %        −1.0 pp  −6.0 to +4.0 pp    equivalent

  tag           estimate  interval       cases  against the rest
  answerable      68.0 %  58.0 – 78.0 %     20  –
  two-step        38.0 %  28.0 – 48.0 %     20  worse (p 0.004)
  unanswerable    58.0 %  48.0 – 68.0 %     20  –

3 trials without a score: 2 judge, 1 infrastructure
cost: 1,204,331 tokens in (310,000 cached), 88,020 out; $1.23; 4.20 kJ
"#);
}

#[test]
fn two_arms() {
    insta::assert_snapshot!(terminal::summary(&example::two_arms(), Palette::Plain), @r#"
suite support · 60 cases, 300 trials an arm · run 01JTEST · complete
simulated model: shows the loop, not LLM performance

  metric      arm        estimate  95 % interval      cases  unscored
  resolved    incumbent    58.0 %  52.0 – 64.0 %         60         –
  resolved    candidate    76.0 %  70.0 – 82.0 %         60         –
  pass^2      incumbent    46.3 %  39.3 – 53.3 %         60         –
  pass^2      candidate    67.8 %  60.8 – 74.8 %         60         –
  pass^5      incumbent    29.6 %  22.6 – 36.6 %         60         –
  pass^5      candidate    54.1 %  47.1 – 61.1 %         60         –
  right_tool  incumbent    77.0 %  71.0 – 83.0 %         60         –
  right_tool  candidate    77.0 %  71.0 – 83.0 %         60         –
  citation    incumbent    63.0 %  55.0 – 70.0 %         60         –
  citation    candidate    63.0 %  55.0 – 70.0 %         60         –
  tokens      incumbent     1,904  1,810 – 2,010         60         –
  tokens      candidate     1,724  1,630 – 1,830         60         –
  money       incumbent   $0.0041  $0.0038 – $0.0044     60         –
  money       candidate   $0.0041  $0.0038 – $0.0044     60         –
  latency     incumbent    920 ms  810 ms – 1.07 s       60         –
  latency     candidate    920 ms  810 ms – 1.07 s       60         –

  incumbent: 21 of 60 cases always pass, 30 are flaky, 9 never pass
    flaky: returns-04, gift-11, parcel-02, invoice-07, pans-03, and 1 more
  candidate: 21 of 60 cases always pass, 30 are flaky, 9 never pass
    flaky: returns-04, gift-11, parcel-02, invoice-07, pans-03, and 1 more

  under           arm        estimate  interval       against plain  interval           verdict
  ants(3)         incumbent    45.0 %  39.0 – 51.0 %       −13.0 pp  −18.0 to −8.0 pp   regressed
  ants(3)         candidate    63.0 %  57.0 – 69.0 %       −13.0 pp  −18.0 to −8.0 pp   regressed
  near_misses(2)  incumbent    37.0 %  31.0 – 43.0 %       −21.0 pp  −26.0 to −16.0 pp  regressed
  near_misses(2)  candidate    55.0 %  49.0 – 61.0 %       −21.0 pp  −26.0 to −16.0 pp  regressed
  typos(10)       incumbent    57.0 %  51.0 – 63.0 %        −1.0 pp  −6.0 to +4.0 pp    equivalent
  typos(10)       candidate    75.0 %  69.0 – 81.0 %        −1.0 pp  −6.0 to +4.0 pp    equivalent

  tag           arm        estimate  interval       cases  against the rest
  answerable    incumbent    68.0 %  58.0 – 78.0 %     20  –
  answerable    candidate    86.0 %  76.0 – 96.0 %     20  –
  two-step      incumbent    38.0 %  28.0 – 48.0 %     20  worse (p 0.004)
  two-step      candidate    56.0 %  46.0 – 66.0 %     20  worse (p 0.004)
  unanswerable  incumbent    58.0 %  48.0 – 68.0 %     20  –
  unanswerable  candidate    76.0 %  66.0 – 86.0 %     20  –

candidate against incumbent, paired by case
  metric    difference  95 % interval      margin  verdict   detectable
  resolved    +18.0 pp  +11.2 to +24.8 pp  3.0 pp  improved      6.0 pp
  tokens          −180  −240 to −120        0.030  improved       0.060
  3 fixed: returns-04, gift-11, parcel-02
  1 broken: invoice-07
  1 case that only one arm could score left out

3 trials without a score: 2 judge, 1 infrastructure
cost: 1,204,331 tokens in (310,000 cached), 88,020 out; $1.23; 4.20 kJ
"#);
}

#[test]
fn findings() {
    let hint = |finding: &loopwright_core::Finding| Some(format!("loopwright improve --finding {}", finding.code));
    insta::assert_snapshot!(terminal::findings(&example::findings(), &hint, Palette::Plain), @r#"
3 findings

LW101 the passage that answers is not retrieved
      shows in 22.7 % of trials (17.7 – 28.7 % at 95 %): 68 trials, 2 cases
      mending it would win 18.0 % of trials (13.0 – 23.0 % at 95 %)
      part: knowledge
      - the gold passage was not among the 4 shown in 61 of 68 failed trials
      traces: 17762fdd, 10e5cf3d
      hint: loopwright improve --finding LW101

LW203 a tool of a similar description is called
      shows in 14.0 % of trials (9.0 – 20.0 % at 95 %): 42 trials, 2 cases
      mending it would win 9.0 % of trials (4.0 – 14.0 % at 95 %)
      part: tools
      - the gold passage was not among the 4 shown in 61 of 68 failed trials
      traces: 17762fdd, 10e5cf3d
      hint: loopwright improve --finding LW203

LW310 the answer does not follow from what was shown
      shows in 8.0 % of trials (3.0 – 14.0 % at 95 %): 24 trials, 2 cases
      part: instructions
      - the gold passage was not among the 4 shown in 61 of 68 failed trials
      traces: 17762fdd, 10e5cf3d
      hint: loopwright improve --finding LW310
"#);
    assert_eq!(terminal::findings(&[], &hint, Palette::Plain), "no finding\n");
}

#[test]
fn gates() {
    let (units, plain) = (example::units(), Palette::Plain);
    let accepted = example::query(1, example::gate(Decision::Accept, Change::Improved, (0.08, 0.15, 0.22)));
    insta::assert_snapshot!(terminal::gate_query(&accepted, &units, plain), @r#"
vault query 1 of suite support: b20ab0a0 against 96a42572, 120 sealed cases × 3 trials an arm
promotion gate: ACCEPT
  metric                  difference  95 % interval     margin  verdict     detectable
  resolved (primary)        +15.0 pp  +8.0 to +22.0 pp  3.0 pp  improved        6.0 pp
  right_tool (safeguard)     +1.0 pp  −2.0 to +3.0 pp   3.0 pp  equivalent      6.0 pp
  significance level in force: 2.5 %
  cost: 1,204,331 tokens in (310,000 cached), 88,020 out; $1.23; 4.20 kJ
"#);
    insta::assert_snapshot!(terminal::gate(&example::inconclusive(), &units, plain), @r#"
promotion gate: INCONCLUSIVE
  why: the lower bound is not above 0
  next: 40 more sealed cases, about $0.90 and 3 minutes
  metric                  difference  95 % interval     margin  verdict       detectable
  resolved (primary)         +4.0 pp  −2.0 to +10.0 pp  3.0 pp  underpowered      6.0 pp
  right_tool (safeguard)     +1.0 pp  −2.0 to +3.0 pp   3.0 pp  equivalent        6.0 pp
  significance level in force: 2.5 %
"#);
    assert!(!terminal::gate_query(&accepted, &units, plain).contains("vault-secret"));
    insta::assert_snapshot!(terminal::gate(&example::non_inferior(), &units, plain), @r#"
CI gate: ACCEPT
  metric                  difference  95 % interval    margin  verdict       detectable
  resolved (primary)         +1.0 pp  −2.0 to +4.0 pp  3.0 pp  non-inferior      6.0 pp
  right_tool (safeguard)     +1.0 pp  −2.0 to +3.0 pp  3.0 pp  equivalent        6.0 pp
  non-inferior: proven to be no worse by more than the margin, though no difference can be shown
  significance level in force: 2.5 %
"#);
    let small = example::gate(Decision::Accept, Change::Equivalent, (0.005, 0.01, 0.02));
    assert!(terminal::gate(&small, &units, plain).contains("the gain is proven, and smaller than the margin"));
    let cut = GateOutcome { kind: GateKind::TokenCut, ..small };
    assert!(terminal::gate(&cut, &units, plain).contains("right_tool (to be cut)"));
}

#[test]
fn attempts() {
    let report = example::report();
    insta::assert_snapshot!(terminal::attempts(&report.attempts, &example::units(), Palette::Plain), @r#"
technique                         for    race on dev                   gate on the vault            fate
retrieval parameters              LW101  +18.0 pp (+11.2 to +24.8 pp)  +15.0 pp (+8.0 to +22.0 pp)  accepted
tool-description contrast         LW203  +6.0 pp (+1.0 to +11.0 pp)    +4.0 pp (−2.0 to +10.0 pp)   open
few-shot from verified successes  LW310  −1.0 pp (−6.0 to +4.0 pp)     –                            refused
tool-description contrast: says when `find_parcel` is the wrong tool
  open: the vault could not tell
  next: 40 more sealed cases
few-shot from verified successes: two examples before the question
  refused: no better than the placebo on dev
"#);
}

#[test]
fn colour_changes_no_word() {
    let plain = terminal::summary(&example::two_arms(), Palette::Plain);
    let ansi = terminal::summary(&example::two_arms(), Palette::Ansi);
    assert!(!plain.contains('\u{1b}') && ansi.contains('\u{1b}'));
    let mut stripped = String::new();
    let mut inside = false;
    for c in ansi.chars() {
        match c {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            c if !inside => stripped.push(c),
            _ => {}
        }
    }
    assert_eq!(stripped, plain);
}

#[test]
fn hostile_data_cannot_move_the_cursor() {
    let mut findings = example::findings();
    findings[0].title = "\u{1b}[2J\u{7}x\r\ny".into();
    findings[0].evidence = vec!["a\u{9b}31mb".into()];
    let text = terminal::findings(&findings, &|_| Some("\u{1b}]8;;x".into()), Palette::Plain);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text}");
}
