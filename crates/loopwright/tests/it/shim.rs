//! The shims around a function: run only where their language is installed, and saying so where it is not.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::binary::{loopwright, write};

/// What the command answers to `lines`; `None` when the program is not installed.
fn answers(folder: &Path, command: &[&str], lines: &str) -> Option<Vec<serde_json::Value>> {
    #[expect(clippy::disallowed_methods, reason = "the test starts the shim that it tests")]
    let mut child = Command::new(command[0]);
    let child = child.args(&command[1..]).current_dir(folder);
    let child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else {
        println!("SKIPPED: `{}` is not installed, so its shim was not run", command[0]);
        return None;
    };
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn attached(name: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), name, text);
    let shown = loopwright(folder.path(), &["init", "--from", name]);
    assert!(shown.starts_with("exit 0\n"), "{shown}");
    folder
}

const REQUESTS: &str = concat!(
    "{\"id\": 1, \"input\": \"héllo\", \"messages\": [{\"role\": \"user\", \"content\": \"héllo\"}], \"seed\": 7}\n",
    "\n",
    "{\"id\": 2, \"input\": \"fail\", \"messages\": [], \"seed\": 8}\n",
);

#[test]
fn python() {
    let agent = "import sys\nprint('loading')\n\nasync def answer(question, *, seed):\n    print('noise')\n    \
                 if question == 'fail':\n        raise KeyError('x')\n    \
                 return {'answer': question.upper() + str(seed), 'usage': {'input': 1, 'output': 2}}\n";
    let folder = attached("app.py", agent);
    let Some(got) = answers(folder.path(), &["python3", "loopwright_shim.py"], REQUESTS) else { return };
    assert_eq!(got.len(), 2);
    assert_eq!(got[0], serde_json::json!({"id": 1, "answer": "HÉLLO7", "usage": {"input": 1, "output": 2}}));
    assert_eq!(got[1], serde_json::json!({"id": 2, "error": "KeyError: 'x'"}));
}

#[test]
fn python_functions_take_what_they_name() {
    let folder = attached("app.py", "def run(messages, input='none'):\n    return [len(messages), input]\n");
    let Some(got) = answers(folder.path(), &["python3", "loopwright_shim.py"], REQUESTS) else { return };
    assert_eq!(got[0]["answer"], "[1, \"héllo\"]");
}

#[test]
fn javascript() {
    let agent = "console.log('loading');\nexport async function answer(question, { messages, seed }) {\n  \
                 console.log('noise');\n  if (question === 'fail') throw new TypeError('x');\n  \
                 return question.toUpperCase() + seed + messages.length;\n}\n";
    let folder = attached("app.mjs", agent);
    let Some(got) = answers(folder.path(), &["node", "loopwright_shim.mjs"], REQUESTS) else { return };
    let answer = serde_json::json!({"id": 1, "answer": "HÉLLO71"});
    assert_eq!(got, [answer, serde_json::json!({"id": 2, "error": "TypeError: x"})]);
}

/// The results in `shown`, the output of a command with `--format json`.
fn data(shown: &str) -> serde_json::Value {
    let (_, text) = shown.split_once("--- stdout\n").unwrap_or_else(|| panic!("{shown}"));
    let text = text.split("\n--- stderr").next().unwrap();
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_loop_turns_around_a_python_agent() {
    let agent = "def answer(question):\n    if 'broken' in question:\n        raise ValueError('no')\n    \
                 look = {'tool': 'look', 'args': {'at': question}, 'result': 'seen'}\n    \
                 return {'answer': 'You said: ' + question, 'calls': [look], 'usage': {'input': 9, 'output': 4}}\n";
    let folder = attached("app.py", agent);
    if answers(folder.path(), &["python3", "loopwright_shim.py"], REQUESTS).is_none() {
        return;
    }
    let case = |key: &str, input: &str| {
        format!(
            "{{\"key\": \"{key}\", \"input\": \"{input}\", \"expect\": {{\"answer\": {{\"contains\": \"said\"}}}}}}\n"
        )
    };
    let cases = case("a", "one") + &case("b", "two") + &case("c", "broken");
    write(folder.path(), "cases/first.jsonl", &cases);
    let command = |arguments: &[&str]| loopwright(folder.path(), arguments);

    let runs: Vec<String> = ["1", "2"]
        .iter()
        .map(|seed| {
            let shown = command(&["eval", "--trials", "2", "--seed", seed, "--format", "json"]);
            assert!(shown.starts_with("exit 0\n"), "{shown}");
            let summary = data(&shown)["data"].take();
            assert_eq!(summary["simulated"], false);
            let metric = &summary["arms"][0]["metrics"][0];
            assert_eq!((&metric["estimate"]["n_trials"], &metric["unscored"]), (&6.into(), &0.into()));
            let point = metric["estimate"]["point"].as_f64().unwrap();
            assert!((point - 2.0 / 3.0).abs() < 1e-9, "a failure of the agent's own is a failed trial: {metric}");
            // Four answers read 9 tokens each; what they cost was not told, and is not taken for nothing.
            assert_eq!(
                (&summary["cost"]["usage"]["input"], &summary["cost"]["money"]),
                (&36.into(), &serde_json::Value::Null)
            );
            summary["run"].as_str().unwrap().to_owned()
        })
        .collect();
    let compared = command(&["compare", &runs[0], &runs[1]]);
    assert!(compared.starts_with("exit 0\n") && compared.contains("underpowered"), "{compared}");
    let diagnosed = command(&["diagnose", &runs[1], "--seed", "1"]);
    assert!(diagnosed.starts_with("exit 0\n"), "{diagnosed}");
    let gated = command(&["gate", "--seed", "1"]);
    assert!(gated.starts_with("exit 4\n") && gated.contains("INCONCLUSIVE"), "three cases prove nothing: {gated}");
}
