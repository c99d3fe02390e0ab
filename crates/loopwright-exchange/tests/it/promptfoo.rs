//! A configuration that promptfoo 0.123.1 ran itself, with its own echo provider; `rendered.json` holds the prompts that
//! it sent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use loopwright_core::{Case, Check, SourceError, SuiteName};
use loopwright_exchange::{Folder, PromptfooImport, PromptfooSource, Reach, read_promptfoo};
use serde_json::{Value, json};

/// Files in memory.
pub(crate) struct Files(pub(crate) BTreeMap<String, Vec<u8>>);

impl Folder for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }

    fn find(&self, pattern: &str) -> Result<Vec<String>, String> {
        let (start, end) = pattern.split_once('*').unwrap_or((pattern, ""));
        Ok(self.0.keys().filter(|path| path.starts_with(start) && path.ends_with(end)).cloned().collect())
    }
}

fn files(config: &str, others: &[(&str, &str)]) -> Files {
    let all = others.iter().copied().chain([("promptfooconfig.yaml", config)]);
    Files(all.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect())
}

pub(crate) fn read(files: &Files) -> Result<PromptfooImport, SourceError> {
    let name = SuiteName::new("tea").unwrap();
    let carries = |check: &Check| match check.metric.as_str() {
        "bleu" => Err("nothing here measures it".to_owned()),
        _ => Ok(()),
    };
    let file = "promptfooconfig.yaml";
    read_promptfoo(&PromptfooSource { folder: files, file, shown: "", name: &name, carries: &carries })
}

pub(crate) fn fixture() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/promptfoo");
    let names = ["promptfooconfig.yaml", "prompts/chat.json", "tests.csv"];
    Files(names.map(|name| (name.to_owned(), std::fs::read(folder.join(name)).unwrap())).into())
}

fn asked(case: &Case) -> Vec<String> {
    case.input.messages.iter().map(loopwright_core::Message::plain_text).collect()
}

#[test]
fn prompts_are_rendered_as_promptfoo_rendered_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/promptfoo");
    let sent: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.join("rendered.json")).unwrap()).unwrap();
    let raw = |kind: &str| -> BTreeSet<String> {
        let of_kind = sent.iter().filter(|one| one["prompt"] == kind);
        of_kind.map(|one| one["raw"].as_str().unwrap().to_owned()).collect()
    };
    let import = read(&fixture()).unwrap();
    let suite = |name: &str| import.suites.iter().find(|suite| suite.name.as_str() == name).unwrap();
    let plain: BTreeSet<String> = suite("tea-plain-parrot").cases.iter().flat_map(asked).collect();
    assert_eq!(plain, raw("plain"));
    let chat: BTreeSet<String> = suite("tea-chat-parrot").cases.iter().flat_map(asked).collect();
    let user = |raw: &String| serde_json::from_str::<Value>(raw).unwrap()[1]["content"].as_str().unwrap().to_owned();
    assert_eq!(chat, raw("chat").iter().map(user).collect());
    assert_eq!((plain.len(), chat.len()), (7, 5));
}

#[test]
fn providers_become_agents_and_each_prompt_a_suite() {
    let import = read(&fixture()).unwrap();
    let suites: Vec<(&str, &str)> =
        import.suites.iter().map(|suite| (suite.name.as_str(), suite.agent.as_str())).collect();
    assert_eq!(
        suites,
        [
            ("tea-chat-parrot", "parrot"),
            ("tea-plain-parrot", "parrot-plain"),
            ("tea-chat-openai-chat-gpt-5-mini", "openai-chat-gpt-5-mini"),
            ("tea-plain-openai-chat-gpt-5-mini", "openai-chat-gpt-5-mini-plain"),
        ]
    );
    let [parrot, plain, openai, _] = import.agents.as_slice() else { panic!("{:?}", import.agents) };
    assert_eq!(parrot.instructions.as_deref(), Some("You know everything about tea."));
    assert_eq!((&parrot.reach, &plain.instructions), (&Reach::Simulated, &None));
    let reach = Reach::Model {
        reference: "openai:gpt-5-mini".to_owned(),
        temperature: Some(0.0),
        max_output_tokens: Some(200),
    };
    assert_eq!(openai.reach, reach);
    assert!(import.suites.iter().all(|suite| suite.trials == Some(2)));
}

#[test]
fn asserts_become_checks() {
    let import = read(&fixture()).unwrap();
    let cases = &import.suites[1].cases;
    let checks = |index: usize| json!(cases[index].expectation.checks);
    let short = json!({"metric": "word_count", "most": 60.0});
    assert_eq!(
        checks(0),
        json!([short, {"metric": "contains", "text": "STEEPED", "ignore_case": true, "name": "on topic"},
               {"metric": "contains", "text": "coffee", "not": true}])
    );
    assert_eq!(cases[0].key.as_str(), "steeping");
    assert!(cases[0].tags.iter().any(|tag| tag.to_string() == "subject:brewing"));
    let set = json!({"metric": "mean", "least": 0.5, "weight": 2.0, "checks": [
        {"metric": "contains", "text": "CURT"}, {"metric": "equals", "to": "nothing"}]});
    assert_eq!(
        checks(2),
        json!([short, set, {"metric": "regex", "pattern": "caffeine\\?"}, {"metric": "latency", "most": 5.0}])
    );
    assert_eq!(cases[2].expectation.checks_threshold, Some(0.5));
    let oolong = [
        json!({"metric": "contains", "text": "oolong"}),
        json!({"metric": "levenshtein", "reference": "x", "most": 400.0}),
    ];
    assert_eq!(checks(3).as_array().unwrap()[1..], oolong);
    assert_eq!(checks(4)[1], json!({"metric": "contains_any", "texts": ["matcha", "green, powdered"]}));
}

#[test]
fn what_is_left_out_is_told_with_its_place() {
    let import = read(&fixture()).unwrap();
    let told: Vec<String> = import.left_out.iter().map(ToString::to_string).collect();
    let expected = [
        "promptfooconfig.yaml:8:9: the provider `echo`: `echo` says what it hears and is no model",
        "promptfooconfig.yaml:14:7: `config.apiKey`: keys come from the environment",
        "promptfooconfig.yaml:36:9: the assert `javascript`: it is code",
        "promptfooconfig.yaml:52:9: the assert `cost`: its weight is 0",
        "promptfooconfig.yaml:54:9: the assert `llm-rubric`: a language model would judge",
        "tests.csv:3:1: the assert `javascript`: it is code",
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (one, start) in told.iter().zip(expected) {
        assert!(one.starts_with(start), "{one}\n{start}");
    }
}

#[test]
fn what_no_metric_carries_out_is_told_once_with_its_place() {
    let config = "prompts: ['{{q}}', 'So, {{q}}']
providers: [openai:gpt-5-mini]
tests:
- vars: {q: [a, b]}
  assert:
  - {type: is-sql}
  - {type: bleu, value: x}
  - {type: 'trajectory:tool-used', value: x}
  - {type: assert-set, assert: [{type: bleu, value: y}, {type: contains, value: z}]}
";
    let import = read(&files(config, &[])).unwrap();
    let told: Vec<String> = import.left_out.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "promptfooconfig.yaml:6:5: the assert `is-sql`: no metric reads SQL",
            "promptfooconfig.yaml:7:5: the assert `bleu`: nothing here measures it",
            "promptfooconfig.yaml:8:5: the assert `trajectory:tool-used`: which calls are right stands in `expect.calls` of a case: \
             `tool_f1` and `trajectory_in_order` read it",
            "promptfooconfig.yaml:9:33: the assert `bleu`: nothing here measures it",
        ]
    );
    let set = json!([{"metric": "all", "checks": [{"metric": "contains", "text": "z"}]}]);
    let cases: Vec<&Case> = import.suites.iter().flat_map(|suite| &suite.cases).collect();
    assert_eq!(cases.len(), 4);
    assert!(cases.iter().all(|case| json!(case.expectation.checks) == set));
}

#[test]
fn files_of_tests_and_prompts_are_read() {
    let config = "prompts: [file://p/*.txt]\nproviders: file://who.yaml\ndefaultTest: file://default.yaml\n\
                  tests: [a.jsonl, b.json, c.yaml, d.py]\n";
    let others = [
        ("p/one.txt", "First {{q}}\n---\nSecond {{q}}"),
        ("p/two.txt", "Third {{q}}"),
        ("who.yaml", "- id: ollama:chat:llama3:8b\n"),
        ("default.yaml", "assert: [{type: is-refusal}]\n"),
        ("a.jsonl", "{\"vars\": {\"q\": \"a \\ud83c\\udf75\"}}\n"),
        ("b.json", "[{\"vars\": {\"q\": [\"b\", \"c\"]}, \"options\": {\"disableDefaultAsserts\": true}}]"),
        ("c.yaml", "- vars: {q: [d, e]}\n  options: {disableVarExpansion: true}\n"),
    ];
    let import = read(&files(config, &others)).unwrap();
    let names: Vec<&str> = import.suites.iter().map(|suite| suite.name.as_str()).collect();
    assert_eq!(names, ["tea-one-1", "tea-one-2", "tea-two"]);
    let reach = &import.agents[0].reach;
    assert!(matches!(reach, Reach::Model { reference, .. } if reference == "ollama:llama3:8b"), "{reach:?}");
    let cases = &import.suites[2].cases;
    let texts: Vec<String> = cases.iter().flat_map(asked).collect();
    assert_eq!(texts[..3], ["Third a 🍵", "Third b", "Third c"]);
    let counts: Vec<usize> = cases.iter().map(|case| case.expectation.checks.len()).collect();
    assert_eq!(counts, [1, 0, 0, 1], "{texts:?}");
    assert_eq!(import.left_out.len(), 1, "{:?}", import.left_out);
    assert!(import.left_out[0].what.contains("d.py"));
}

#[test]
fn an_http_provider_is_reached_where_its_answer_is_a_path() {
    let provider = |parser: &str| {
        format!(
            "prompts: ['{{{{q}}}}']\nproviders:\n- id: https://example.org/ask\n  config:\n    body: {{question: '{{{{prompt}}}}'}}\n    transformResponse: {parser}\ntests: [{{vars: {{q: x}}}}]\n"
        )
    };
    let reach = |text: &str| read(&files(text, &[])).unwrap().agents[0].reach.clone();
    let expected = Reach::Http {
        url: "https://example.org/ask".to_owned(),
        request: json!({"question": "{{ input }}"}),
        answer: "/a/0".to_owned(),
    };
    assert_eq!(reach(&provider("json.a[0]")), expected);
    assert_eq!(reach(&provider("'(json) => json.a'")), Reach::Simulated);
}

#[test]
fn what_is_asked_twice_is_asked_once_with_the_checks_of_both() {
    let config = "prompts: ['{{q}}']\nproviders: [openai:gpt-5-mini]\ntests:\n\
        - {vars: {q: a}, assert: [{type: contains, value: x}]}\n\
        - {vars: {q: a}, assert: [{type: contains, value: y}]}\n\
        - {vars: {q: a}, threshold: 0.5, assert: [{type: contains, value: z}]}\n";
    let import = read(&files(config, &[])).unwrap();
    assert_eq!(import.suites[0].cases.len(), 1);
    assert_eq!(import.suites[0].cases[0].expectation.checks.len(), 2);
    assert_eq!(import.left_out.len(), 1);
    assert_eq!(import.left_out[0].line, 6);
}

#[test]
fn faults_show_file_line_and_column() {
    let ok = "prompts: ['{{q}}']\nproviders: [openai:gpt-5-mini]\n";
    for (config, others, expected) in [
        ("[1]", vec![], "promptfooconfig.yaml:1:1: a configuration is a map"),
        ("prompts: [a]\n", vec![], "promptfooconfig.yaml:1:1: there are no `providers`"),
        ("providers: [{label: x}, 3]\nprompts: a\n", vec![], "promptfooconfig.yaml:1:25: a provider is a text"),
        (
            &format!("{ok}tests: [{{assert: [{{value: x}}]}}]\n"),
            vec![],
            "promptfooconfig.yaml:3:19: an assert needs a `type`",
        ),
        (&format!("{ok}tests: no.csv\n"), vec![], "promptfooconfig.yaml:3:8: `no.csv` cannot be read"),
        (&format!("{ok}tests: t.csv\n"), vec![("t.csv", "q\na\nb,c\n")], "t.csv:3:1: 2 values, and 1 columns"),
        (&format!("{ok}tests: t.jsonl\n"), vec![("t.jsonl", "{\"vars\": {}}\n{\"vars\"}\n")], "t.jsonl:2:8: expected"),
        (&format!("{ok}tests: t.json\n"), vec![("t.json", "[{}\n,]\n")], "t.json:2:2: "),
        (&format!("{ok}tests: [{{$ref: '#/a/b'}}]\n"), vec![], "promptfooconfig.yaml:3:9: there is no `a/b`"),
        (&format!("{ok}a: {{$ref: '#/a'}}\n"), vec![], "promptfooconfig.yaml:3:4: references lead too deep"),
        (&format!("{ok}evaluateOptions: {{repeat: 0}}\n"), vec![], "promptfooconfig.yaml:3:27: `repeat`"),
    ] {
        let fault = read(&files(config, &others)).unwrap_err();
        assert!(fault.to_string().starts_with(expected), "{fault}\n{expected}");
    }
}
