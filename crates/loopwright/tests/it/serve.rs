//! The server as a process: started, asked over the loopback, asked to end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::{Value, json};

use crate::binary::{command, loopwright, project, write};

/// A server that listens.
struct Server {
    child: Child,
    stderr: BufReader<ChildStderr>,
    address: String,
    /// What it said before.
    said: String,
}

impl Server {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = command(folder, &[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut server = Self { child, stderr, address: String::new(), said: String::new() };
        while server.address.is_empty() {
            server.listen_to_a_line();
        }
        server
    }

    fn listen_to_a_line(&mut self) {
        let mut line = String::new();
        assert!(self.stderr.read_line(&mut line).unwrap() > 0, "it ended before it listened: {}", self.said);
        if let Some((_, rest)) = line.split_once(" at http://") {
            rest.split('/').next().unwrap().clone_into(&mut self.address);
            line = line.replace(&self.address, "[ADDRESS]");
        }
        self.said.push_str(&line);
    }

    /// Status line and headers, and the body, of what is answered.
    fn ask(&self, head: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let request = format!("{head}host: localhost\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn chat(&self, body: &Value) -> (String, String) {
        let head = "POST /v1/chat/completions HTTP/1.1\r\ncontent-type: application/json\r\n";
        self.ask(head, &body.to_string())
    }

    /// Asks it to end, as whoever runs processes does. What it said since it listened, and its exit code.
    fn terminate(mut self) -> (String, Option<i32>) {
        #[expect(clippy::disallowed_methods, reason = "signals are sent by a command, as Rust has none of its own")]
        let mut kill = Command::new("sh");
        let sent = kill.args(["-c", &format!("kill -TERM {}", self.child.id())]).status().unwrap();
        assert!(sent.success());
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).unwrap();
        (said, self.child.wait().unwrap().code())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn a_request_to_the_server_is_a_trial_in_the_ledger() {
    let (_folder, root) = project();
    let server = Server::start(&root, &[]);
    insta::assert_snapshot!(server.said, @r"
    warning: simulated model: shows the loop, not LLM performance
    serving support at http://[ADDRESS]/v1; an agent's name is the model
    ");
    let question = json!({"model": "support", "messages": [{"role": "user", "content": "When do you open?"}]});
    let (head, body) = server.chat(&question);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}\n{body}");
    assert_eq!(header(&head, "x-loopwright-simulated"), Some("true"));
    let answer: Value = serde_json::from_str(&body).unwrap();
    let answer = answer["choices"][0]["message"]["content"].as_str().unwrap().to_owned();
    let trial = header(&head, "x-loopwright-trial").unwrap().to_owned();

    let mut streamed = question;
    streamed["stream"] = json!(true);
    let (head, body) = server.chat(&streamed);
    assert_eq!(header(&head, "content-type"), Some("text/event-stream"));
    assert!(body.contains("data: [DONE]\n\n"), "{body}");

    let (_, status) = server.ask("GET /statusz HTTP/1.1\r\n", "");
    assert!(status.contains("2 requests answered, 0 requests failed"), "{status}");
    assert!(status.contains("simulated model: shows the loop, not LLM performance"), "{status}");

    let judged = json!({"id": trial, "score": 0, "comment": "We open at ten.", "author": "ann"}).to_string();
    let head = "POST /v1/feedback HTTP/1.1\r\ncontent-type: application/json\r\n";
    // The trace may be on its way yet.
    while !server.ask(head, &judged).0.starts_with("HTTP/1.1 201 ") {}

    let (said, code) = server.terminate();
    assert_eq!((said.as_str(), code), ("draining: what is under way ends, nothing new begins\n", Some(0)));
    let shown = loopwright(&root, &["trace", &trial, "--verbose"]);
    assert!(shown.starts_with("exit 0\n") && shown.contains("arm support"), "{shown}");
    assert!(shown.contains("query: When do you open?"), "{shown}");
    assert!(shown.ends_with("\nlabel of ann: 0 · We open at ten.\n"), "{shown}");
    let first_line = answer.lines().next().unwrap();
    assert!(!first_line.is_empty() && shown.contains(first_line), "{answer}\n{shown}");
    let runs = loopwright(&root, &["runs", "--format", "json"]);
    let runs: Value = serde_json::from_str(runs.strip_prefix("exit 0\n--- stdout\n").unwrap()).unwrap();
    let run = &runs["data"][0];
    assert_eq!(
        (&run["manifest"]["purpose"], &run["status"], &run["acted"]),
        (&json!("served"), &json!("complete"), &json!(2))
    );
}

#[test]
fn a_model_is_asked_by_its_name_or_its_alias_where_the_project_lets_it() {
    let (_folder, root) = project();
    let file = std::fs::read_to_string(root.join("loopwright.toml")).unwrap();
    write(&root, "loopwright.toml", &format!("{file}\n[serve]\nalias = {{ fast = \"standin:nano\" }}\n"));
    let server = Server::start(&root, &[]);
    let asked = |path: &str, model: &str| {
        let body = json!({"model": model, "max_tokens": 9, "messages": [{"role": "user", "content": "Hello."}]});
        server.ask(&format!("POST {path} HTTP/1.1\r\ncontent-type: application/json\r\n"), &body.to_string())
    };
    let (head, body) = asked("/v1/messages", "fast");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && body.contains(r#""type":"message""#), "{head}\n{body}");
    let trial = header(&head, "x-loopwright-trial").unwrap().to_owned();
    assert!(asked("/v1/chat/completions", "standin:small").0.starts_with("HTTP/1.1 200 "));
    let (head, body) = asked("/v1/chat/completions", "openai:gpt-5");
    assert!(head.starts_with("HTTP/1.1 403 ") && body.contains("model_not_allowed"), "{head}\n{body}");
    server.terminate();
    let shown = loopwright(&root, &["trace", &trial]);
    assert!(shown.starts_with("exit 0\n") && shown.contains("arm standin:nano"), "{shown}");

    write(&root, "loopwright.toml", &format!("{file}\n[serve]\nmodels = [\"opnai:*\"]\n"));
    let shown = loopwright(&root, &["serve"]);
    assert!(shown.starts_with("exit 2\n") && shown.contains("let callers ask `opnai:*`"), "{shown}");
}

#[test]
fn what_is_served_is_not_taken_for_a_measurement() {
    let (_folder, root) = project();
    let server = Server::start(&root, &[]);
    drop(server);
    let shown = loopwright(&root, &["diagnose"]);
    assert!(shown.starts_with("exit 5\n") && shown.contains("nothing has been measured yet"), "{shown}");
}

#[test]
fn a_key_from_a_file_is_asked_for() {
    let (_folder, root) = project();
    write(&root, "serve.key", "sk-door\n");
    let server = Server::start(&root, &["--key-file", "serve.key"]);
    let (head, _) = server.ask("GET /v1/models HTTP/1.1\r\n", "");
    assert!(head.starts_with("HTTP/1.1 401 "), "{head}");
    let (head, body) = server.ask("GET /v1/models HTTP/1.1\r\nauthorization: Bearer sk-door\r\n", "");
    assert!(head.starts_with("HTTP/1.1 200 ") && body.contains(r#""id":"support""#), "{head}\n{body}");
}

#[test]
fn what_cannot_be_served_is_said_at_once() {
    let (_folder, root) = project();
    insta::assert_snapshot!(loopwright(&root, &["serve", "--listen", "0.0.0.0:0"]), @r"
    exit 2
    --- stderr
    error: listen on `0.0.0.0:0`: others can reach it, so it needs a key
    hint: make one with `loopwright keys add`, set `LOOPWRIGHT_SERVE_KEY`, or name a file with `--key-file`
    ");
    insta::assert_snapshot!(loopwright(&root, &["serve", "--key-file", "gone.key"]), @r"
    exit 2
    --- stderr
    error: `[FOLDER]/gone.key`, which should hold a key, cannot be read: No such file or directory (os error 2)
    ");
    write(&root, "empty.key", "\n");
    insta::assert_snapshot!(loopwright(&root, &["serve", "--key-file", "empty.key"]), @r"
    exit 2
    --- stderr
    error: read `empty.key`: the key is empty
    ");
    write(&root, "loopwright.toml", "[agent.echo]\nendpoint = { kind = \"command\", command = [\"sh\"] }\n");
    insta::assert_snapshot!(loopwright(&root, &["serve"]), @r"
    exit 5
    --- stderr
    warning: `echo` is not served: it is attached, so it is reached where it is
    error: the project has no native agent to serve
    hint: add `[agent.NAME]` with a `model` to loopwright.toml
    ");
    let runs = loopwright(&root, &["runs"]);
    assert!(runs.contains("nothing has been run yet"), "nothing was begun: {runs}");
}

#[test]
fn a_key_is_shown_once_and_opens_until_it_is_revoked() {
    let (_folder, root) = project();
    let made = loopwright(&root, &["keys", "add", "app", "--opens", "support", "--days", "30"]);
    let key = made.lines().find(|line| line.starts_with("lw-")).unwrap().to_owned();
    assert_eq!(key.len(), "lw-".len() + 64);
    assert!(made.replace(&key, "").contains("shown this once: only its digest is kept"), "{made}");
    let ledger = std::fs::read(root.join(".loopwright/ledger.db")).unwrap();
    assert!(!ledger.windows(key.len()).any(|bytes| bytes == key.as_bytes()));

    let server = Server::start(&root, &[]);
    let ask = |shown: &str, model: &str| {
        let body = json!({"model": model, "messages": [{"role": "user", "content": "When do you open?"}]});
        let head = "POST /v1/chat/completions HTTP/1.1\r\ncontent-type: application/json\r\n";
        let (head, body) = server.ask(&format!("{head}authorization: Bearer {shown}\r\n"), &body.to_string());
        (head.lines().next().unwrap().to_owned(), body)
    };
    assert_eq!(ask(&key, "support").0, "HTTP/1.1 200 OK");
    assert_eq!(ask(&key, "standin:nano").0, "HTTP/1.1 403 Forbidden");
    assert_eq!(ask("lw-other", "support").0, "HTTP/1.1 401 Unauthorized");
    insta::assert_snapshot!(loopwright(&root, &["keys", "revoke", "app"]), @r"
    exit 0
    --- stderr
    `app` opens nothing any more
    ");
    assert_eq!(ask(&key, "support").0, "HTTP/1.1 401 Unauthorized");

    insta::assert_snapshot!(loopwright(&root, &["keys", "add", "app"]), @r"
    exit 2
    --- stderr
    error: add the key `app`: there is, or was, one of this name
    hint: `loopwright keys list` shows them; take another name
    ");
    insta::assert_snapshot!(loopwright(&root, &["keys", "revoke", "web"]), @r"
    exit 2
    --- stderr
    error: revoke the key `web`: there is none of this name
    hint: `loopwright keys list` shows them
    ");
    let listed = loopwright(&root, &["keys", "list"]);
    assert!(listed.contains("\napp  revoked 20") && listed.contains("  opens support\n"), "{listed}");
}

#[test]
fn without_keys_none_are_listed() {
    let (_folder, root) = project();
    insta::assert_snapshot!(loopwright(&root, &["keys", "list"]), @r"
    exit 5
    --- stderr
    error: there are no keys
    hint: `loopwright keys add NAME` makes one
    ");
}
