use loopwright_exchange::{BfclFiles, SourceText, read_bfcl};
use serde_json::{Value, json};

fn read(questions: &str, answers: Option<&str>) -> Result<Vec<loopwright_core::Case>, loopwright_core::SourceError> {
    let answers = answers.map(|text| SourceText::new("answers.json", text));
    read_bfcl(&BfclFiles { questions: SourceText::new("questions.json", questions), answers })
}

fn function(name: &str) -> Value {
    json!({"name": name, "description": "Finds things.", "parameters": {"type": "dict",
        "properties": {"at": {"type": "tuple", "items": {"type": "float"}}, "note": {"type": "any"}}, "required": ["at"]}})
}

#[test]
fn a_question_of_version_4_becomes_a_case() {
    let question = json!({"id": "multiple_7", "question": [[{"role": "user", "content": "Where?"}]],
        "function": [function("geo.find"), function("geo.drop")]});
    let answer = json!({"id": "multiple_7", "ground_truth": [{"geo.find": {"at": [[1.0, 2.5]], "note": ["", "x"]}}]});
    let cases = read(&question.to_string(), Some(&answer.to_string())).unwrap();
    let case = &cases[0];
    assert_eq!((case.key.as_str(), case.input.question().as_str()), ("multiple_7", "Where?"));
    assert_eq!(case.tags.iter().map(ToString::to_string).collect::<Vec<_>>(), ["multiple"]);
    assert_eq!(case.input.tools[0].name, "geo_find");
    assert_eq!(
        case.input.tools[0].parameters["properties"]["at"],
        json!({"type": "array", "x-python-type": "tuple", "items": {"type": "number"}})
    );
    let call = &case.expectation.calls.as_ref().unwrap()[0];
    assert_eq!((call.tool.as_str(), call.args["at"].any.as_slice()), ("geo_find", [json!([1.0, 2.5])].as_slice()));
    assert!(!call.args["at"].optional && call.args["note"].optional);
    assert_eq!(call.args["note"].any, [json!("x")]);
}

#[test]
fn the_shape_of_august_2024_is_read_too() {
    let question = json!({"id": "simple_1", "question": "Where?", "function": function("find")});
    let answer = json!({"id": "simple_1", "ground_truth": {"find": {"at": [[1.0]]}}});
    let cases = read(&question.to_string(), Some(&answer.to_string())).unwrap();
    assert_eq!(cases[0].input.question(), "Where?");
    assert_eq!(cases[0].expectation.calls.as_ref().unwrap()[0].tool, "find");
    let messages =
        json!({"id": "simple_1", "question": [{"role": "user", "content": "Hm?"}], "function": function("f")});
    assert_eq!(read(&messages.to_string(), None).unwrap()[0].input.question(), "Hm?");
}

#[test]
fn where_nothing_fits_no_call_is_right() {
    let question = |id: &str| json!({"id": id, "question": "Where?", "function": [function("find")]}).to_string();
    assert_eq!(read(&question("live_irrelevance_3-1-0"), None).unwrap()[0].expectation.calls, Some(vec![]));
    assert_eq!(read(&question("simple_python_3"), None).unwrap()[0].expectation.calls, None);
    let twice = format!("{}\n{}", question("live_irrelevance_3-1-0"), question("live_irrelevance_4-1-0"));
    assert_eq!(read(&twice, None).unwrap().len(), 1, "a question that stands there twice is one case");
    let relevant = read(&question("live_relevance_3-3-0"), Some("")).unwrap()[0].expectation.clone();
    assert_eq!((relevant.calls, relevant.checks[0].metric.as_str()), (None, "tool_calls"));
    assert_eq!(relevant.checks[0].settings["least"], json!(1));
}

#[test]
fn the_category_tells_the_language_of_the_types() {
    let question = |id: &str, word: &str| {
        let parameters = json!({"type": "dict", "properties": {"at": {"type": word}}, "required": ["at"]});
        json!({"id": id, "question": "Where?", "function": {"name": "f", "parameters": parameters}}).to_string()
    };
    let at = |id: &str, word: &str| {
        read(&question(id, word), None).unwrap()[0].input.tools[0].parameters["properties"]["at"].clone()
    };
    assert_eq!(at("simple_java_0", "HashMap"), json!({"type": "object", "x-java-type": "HashMap"}));
    assert_eq!(at("simple_javascript_0", "any"), json!({"type": "string", "x-javascript-type": "any"}));
    assert_eq!(at("live_parallel_multiple_0-0-0", "any"), json!({"x-python-type": "any"}));
    let fault = read(&question("parallel_0", "HashMap"), None).unwrap_err();
    assert!(fault.message.contains("`HashMap`, which is none of Python's"), "{fault}");
}

#[test]
fn faults_show_their_line_and_place() {
    let good = json!({"id": "simple_1", "question": "Where?", "function": function("find")}).to_string();
    let cases: [(String, Option<&str>, &str); 8] = [
        (format!("{good}\n{{\"id\": 3}}"), None, "questions.json:2:"),
        (good.replace("tuple", "HashMap"), None, "the type `HashMap`"),
        (good.replace(r#""Where?""#, "[[],[]]"), None, "2 turns"),
        (good.replace(r#""Where?""#, "[[]]"), None, "no message"),
        (good.clone(), Some(""), "no answer is given for `simple_1`"),
        (
            good.clone(),
            Some(r#"{"id":"simple_1","ground_truth":["ls()"]}"#),
            "answers.json:1:18: an answer is Python code",
        ),
        (good.clone(), Some(r#"{"id":"simple_1","ground_truth":[{"lost":{}}]}"#), "`lost`, which is not among"),
        (format!("{good}\n{good}"), None, "questions.json:2:"),
    ];
    for (questions, answers, expected) in cases {
        let fault = read(&questions, answers).unwrap_err();
        assert!(fault.to_string().contains(expected), "{fault} lacks {expected}");
    }
    let colliding = json!({"id": "x_1", "question": "?", "function": [function("a.b"), function("a_b")]}).to_string();
    assert!(read(&colliding, None).unwrap_err().message.contains("two functions are called `a_b`"));
}
