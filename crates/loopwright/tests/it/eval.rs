//! `eval`, and the forms in which its result is shown.

use std::path::Path;

use serde_json::Value;

use crate::binary::{loopwright, project};

/// `shown` without what differs from run to run: ids of runs, keys of trials, times of day.
pub(crate) fn redacted(shown: &str) -> String {
    let mut out = shown.to_owned();
    let is_run = |word: &str| {
        let shape: String = word
            .chars()
            .map(|c| {
                if c == '-' {
                    '-'
                } else if c.is_ascii_hexdigit() {
                    'x'
                } else {
                    '?'
                }
            })
            .collect();
        shape == "xxxxxxxx-xxxxxx-xxxxxx"
    };
    let is_key = |word: &str| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = shown.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    for word in words.filter(|word| !word.is_empty()) {
        if is_run(word) {
            out = out.replace(word, "[RUN]");
        } else if is_key(word) {
            out = out.replace(word, "[KEY]");
        }
    }
    out
}

/// The only document on standard output of a command that ended with `exit`: its kind, and what it holds.
pub(crate) fn document(shown: &str, exit: u8) -> (String, Value) {
    let rest = shown.strip_prefix(&format!("exit {exit}\n--- stdout\n")).unwrap_or_else(|| panic!("{shown}"));
    let text = rest.split("\n--- stderr\n").next().unwrap();
    let mut document: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {shown}"));
    assert_eq!(document["format"], "loopwright/1", "{shown}");
    (document["kind"].as_str().unwrap().to_owned(), document["data"].take())
}

/// The ids of the runs, the latest first.
pub(crate) fn runs(root: &Path) -> Vec<String> {
    let (_, runs) = document(&loopwright(root, &["runs", "--format", "json"]), 0);
    let id = |run: &Value| run["manifest"]["id"].as_str().unwrap().to_owned();
    runs.as_array().unwrap().iter().map(id).collect()
}

/// `value` with its numbers to nine decimals: sums of floating-point numbers depend, in their last digits, on the order in
/// which trials come in.
pub(crate) fn rounded(value: &Value) -> Value {
    match value {
        Value::Number(number) => format!("{:.9}", number.as_f64().unwrap()).into(),
        Value::Array(values) => values.iter().map(rounded).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), rounded(value))).collect(),
        other => other.clone(),
    }
}

fn measured(arguments: &[&str]) -> (tempfile::TempDir, std::path::PathBuf, String) {
    let (folder, root) = project();
    let shown = loopwright(&root, &[&["eval", "--seed", "3"], arguments].concat());
    (folder, root, shown)
}

fn read(root: &Path, file: &str) -> String {
    std::fs::read_to_string(root.join(file)).unwrap()
}

#[test]
fn it_says_how_good_and_how_sure() {
    let (_folder, _, shown) = measured(&[]);
    insta::assert_snapshot!(redacted(&shown), @r"
    exit 0
    --- stdout
    suite support · 12 cases, 60 trials an arm · run [RUN] · complete
    simulated model: shows the loop, not LLM performance

      metric    estimate  95 % interval  cases  unscored
      resolved    76.7 %  55.9 – 89.5 %     12         –
      pass^2      65.8 %  40.7 – 84.4 %     12         –
      pass^5      58.3 %  32.0 – 80.7 %     12         –
      tokens         795  553 – 1,037       12         –

      7 of 12 cases always pass, 5 are flaky, 0 never pass
        flaky: electric-day, electric-deposit, sunday-opening, helmets, tandem-repair

      tag           estimate  interval        cases
      handbook        62.9 %  37.5 – 82.7 %       7
      tools          100.0 %  43.9 – 100.0 %      3
      unanswerable    80.0 %  13.3 – 99.0 %       1
      unclear        100.0 %  20.7 – 100.0 %      1

    cost: 46,248 tokens in, 1,448 out; $0.014; 2.43 kJ
    --- stderr
    support: 12 cases × 5 trials under plain × 1 arm = 60 trials, seed 3
    so many cases and trials show a difference of 23.4 points between two arms with power 0.8, if about 70 % pass
    at most 360 model calls and 3,600,000 tokens; what it costs is not known before the first run
    next: loopwright diagnose says why trials fail
    ");
}

#[test]
fn arms_and_perturbations_are_compared_with_what_stands_first() {
    let (_folder, root) = project();
    let text = read(&root, "loopwright.toml").replace("# perturbations", "perturbations");
    std::fs::write(root.join("loopwright.toml"), text).unwrap();
    let shown = loopwright(&root, &["eval", "--seed", "3", "--trials", "2", "--arm", "wide:knowledge/top_k=6"]);
    insta::assert_snapshot!(redacted(&shown), @r"
    exit 0
    --- stdout
    suite support · 12 cases, 24 trials an arm · run [RUN] · complete
    simulated model: shows the loop, not LLM performance

      metric    arm   estimate  95 % interval  cases  unscored
      resolved  base    70.8 %  44.1 – 88.2 %     12         –
      resolved  wide    62.5 %  38.7 – 81.5 %     12         –
      pass^2    base    66.7 %  39.1 – 86.2 %     12         –
      pass^2    wide    50.0 %  25.4 – 74.6 %     12         –
      tokens    base       801  548 – 1,054       12         –
      tokens    wide       790  590 – 991         12         –

      base: 8 of 12 cases always pass, 1 is flaky, 3 never pass
        flaky: helmets
      wide: 6 of 12 cases always pass, 3 are flaky, 3 never pass
        flaky: city-day, electric-day, tandem-repair

      under    arm   estimate  interval       against plain  interval           verdict
      ants(3)  base    62.5 %  36.5 – 82.9 %        −8.3 pp  −25.2 to +9.2 pp   underpowered
      ants(3)  wide    58.3 %  33.9 – 79.3 %        −4.2 pp  −24.0 to +16.0 pp  underpowered
      base: passes under all 2 conditions: 62.5 % (36.5 – 82.9 %)
      wide: passes under all 2 conditions: 52.1 % (29.3 – 74.0 %)

      tag           arm   estimate  interval        cases
      handbook      base    50.0 %  21.6 – 78.4 %       7
      handbook      wide    42.9 %  18.4 – 71.4 %       7
      tools         base   100.0 %  43.9 – 100.0 %      3
      tools         wide   100.0 %  43.9 – 100.0 %      3
      unanswerable  base   100.0 %  20.7 – 100.0 %      1
      unanswerable  wide    50.0 %  5.5 – 94.5 %        1
      unclear       base   100.0 %  20.7 – 100.0 %      1
      unclear       wide   100.0 %  20.7 – 100.0 %      1

    wide against base, paired by case
      metric    difference  95 % interval      margin  verdict       detectable
      resolved     −8.3 pp  −29.6 to +13.6 pp  5.0 pp  underpowered     27.5 pp

    cost: 78,226 tokens in, 2,197 out; $0.024; 4.01 kJ
    --- stderr
    support: 12 cases × 2 trials under plain, ants(3) × 2 arms = 96 trials, seed 3
    so many cases and trials show a difference of 31.0 points between two arms with power 0.8, if about 70 % pass
    at most 576 model calls and 5,760,000 tokens; what it costs is not known before the first run
    next: loopwright diagnose says why trials fail
    ");
}

#[test]
fn cases_are_chosen_by_tag_key_and_number() {
    let (_folder, root) = project();
    let cases = |arguments: &[&str]| {
        let shown = loopwright(&root, &[&["eval", "--trials", "1", "--seed", "3"], arguments].concat());
        shown
            .lines()
            .find(|line| line.starts_with("support: "))
            .map(|line| line[9..].split(' ').next().unwrap().to_owned())
    };
    assert_eq!(cases(&["--filter", "tools"]).as_deref(), Some("3"));
    assert_eq!(cases(&["--filter", "cancel"]).as_deref(), Some("2"));
    assert_eq!(cases(&["--filter", "tools", "--filter", "helmets"]).as_deref(), Some("4"));
    assert_eq!(cases(&["--limit", "5"]).as_deref(), Some("5"));
    assert_eq!(cases(&["--filter", "nothing"]), None);
}

#[test]
fn results_do_not_depend_on_concurrency() {
    let results = |concurrency: &str| {
        let (_folder, _, shown) = measured(&["--quiet", "--concurrency", concurrency]);
        redacted(&shown)
    };
    let alone = results("1");
    assert!(alone.contains("resolved"), "{alone}");
    assert_eq!(results("16"), alone);
}

#[test]
fn json_is_one_document() {
    let (_folder, root, shown) = measured(&["--format", "json"]);
    let (kind, summary) = document(&shown, 0);
    assert_eq!(kind, "summary");
    let metric = &summary["arms"][0]["metrics"][0];
    assert_eq!((&metric["metric"], &metric["estimate"]["n_trials"]), (&"resolved".into(), &60.into()));
    let run = summary["run"].as_str().unwrap();
    let again = document(&loopwright(&root, &["runs", run, "--format", "json"]), 0);
    assert_eq!((again.0, rounded(&again.1)), (kind, rounded(&summary)), "the ledger tells the same");
    let standing = document(&loopwright(&root, &["--format", "json"]), 0);
    assert_eq!(standing.0, "standing");
    assert_eq!(rounded(&standing.1["summary"]), rounded(&summary));
    assert_eq!(standing.1["next"], "loopwright diagnose");
}

#[test]
fn quiet_says_only_the_result() {
    let (_folder, _, shown) = measured(&["--quiet"]);
    assert!(shown.starts_with("exit 0\n--- stdout\nsuite support"), "{shown}");
    assert!(!shown.contains("--- stderr"), "{shown}");
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let (_folder, root, plain) = measured(&["--trials", "1"]);
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let always = loopwright(&root, &["--color", "always"]);
    assert!(always.contains("\u{1b}["), "{always}");
    let never = loopwright(&root, &["--color", "never"]);
    assert_eq!(anstream::adapter::strip_str(&always).to_string(), never);
}

#[test]
fn reports_are_written_beside_what_is_printed() {
    let reports = ["--trials", "1", "--html", "out/page.html", "--junit", "out/tests.xml", "--markdown", "out/pull.md"];
    let (_folder, root, shown) = measured(&reports);
    for file in ["out/page.html", "out/tests.xml", "out/pull.md"] {
        assert!(shown.contains(&format!("wrote {file}")), "{shown}");
    }
    let page = read(&root, "out/page.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("simulated model"), "{page}");
    assert!(read(&root, "out/tests.xml").starts_with("<?xml"));
    insta::assert_snapshot!(read(&root, "out/pull.md"), @r"
    ### support

    > **simulated model: shows the loop, not LLM performance**

    | arm | metric | estimate | 95 % interval | cases |
    |---|---|---:|---|---:|
    | base | resolved | **75.0 %** | 46.8 – 91.1 % | 12 |
    | base | tokens | **835** | 520 – 1,149 | 12 |

    base: 9 of 12 cases always pass, 0 are flaky, 3 never pass.

    Cost: 9,714 tokens in, 301 out; $0.0030; 509 J.
    ");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let made = std::fs::metadata(root.join("loopwright.toml")).unwrap().permissions().mode();
        let page = std::fs::metadata(root.join("out/page.html")).unwrap().permissions().mode();
        assert_eq!(page, made, "a report can be read by whom other files can be read by");
    }
}
