//! Conversations through a pipe: with a model that follows a script, and with agents that are programs.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::binary::{loopwright, loopwright_reading, project, write};

/// A model's answer in OpenAI's protocol: words, and a call where there is one.
fn says(text: &str, call: Option<(&str, Value)>) -> Value {
    let calls: Vec<Value> = call
        .into_iter()
        .map(|(name, arguments)| {
            let function = json!({"name": name, "arguments": arguments.to_string()});
            json!({"id": "call-1", "type": "function", "function": function})
        })
        .collect();
    let message = json!({"role": "assistant", "content": text, "tool_calls": calls});
    let usage = json!({"prompt_tokens": 100, "completion_tokens": 7});
    json!({"id": "r", "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
           "usage": usage})
}

/// Talks to the agent of `init`, whose model gives these answers in order. Also what the model was asked.
fn conversation(replies: Vec<Value>, arguments: &[&str], input: &str) -> (String, Vec<Value>) {
    let (_folder, root) = project();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let file = std::fs::read_to_string(root.join("loopwright.toml")).unwrap();
    let model = format!("compatible:m@http://{address}/v1");
    write(&root, "loopwright.toml", &file.replacen("standin:small", &model, 1));
    let asked = Mutex::new(vec![]);
    let shown = std::thread::scope(|scope| {
        scope.spawn(|| {
            for (stream, reply) in listener.incoming().zip(replies) {
                let Some(request) = answer(stream.unwrap(), &reply) else { return };
                asked.lock().unwrap().push(request);
            }
        });
        let shown = loopwright_reading(&root, arguments, input);
        // Wakes the server when it waits for a question that does not come.
        drop(TcpStream::connect(address));
        shown
    });
    (shown, asked.into_inner().unwrap())
}

/// Answers one request, and returns its body; `None` when the other side has hung up.
fn answer(mut stream: TcpStream, reply: &Value) -> Option<Value> {
    let mut bytes = vec![];
    loop {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if body.len() < length.parse().unwrap() {
            continue;
        }
        let reply = reply.to_string();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length:";
        stream.write_all(format!("{head} {}\r\n\r\n{reply}", reply.len()).as_bytes()).unwrap();
        return Some(serde_json::from_str(body).unwrap());
    }
}

fn cancels() -> Vec<Value> {
    vec![
        says("", Some(("cancel_booking", json!({"booking_id": "B-2042"})))),
        says("Your booking is cancelled.", None),
        says("", Some(("cancel_booking", json!({"booking_id": "B-2043"})))),
        says("I left it as it is.", None),
    ]
}

#[test]
fn steps_are_in_view_and_changes_ask() {
    let input = "Cancel B-2042.\ny\nAnd B-2043.\nperhaps\n/quit\nnever asked\n";
    let (shown, asked) = conversation(cancels(), &["chat"], input);
    insta::assert_snapshot!(shown, @r#"
    exit 0
    --- stdout
    Your booking is cancelled.
    I left it as it is.
    --- stderr
    talking to `support`; /help says what can be typed
    ? cancel_booking {"booking_id":"B-2042"} changes something. Allow it? [y/N]
      ✓ cancel_booking {"booking_id":"B-2042"} → [{"booking":"B-2042","status":"cancelled"}]
    2 model calls · 200 tokens in, 14 out; price unknown; energy unknown
    ? cancel_booking {"booking_id":"B-2043"} changes something. Allow it? [y/N]
    2 model calls · 200 tokens in, 14 out; price unknown; energy unknown
    "#);
    let said: Vec<(&str, &str)> = asked[3]["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| (message["role"].as_str().unwrap(), message["content"].as_str().unwrap_or("")))
        .filter(|(role, _)| *role != "system")
        .collect();
    let roles: Vec<&str> = said.iter().map(|(role, _)| *role).collect();
    assert_eq!(roles, ["user", "assistant", "tool", "assistant", "user", "assistant", "tool"]);
    assert_eq!(said[3].1, "Your booking is cancelled.");
}

#[test]
fn a_program_reads_one_line_a_turn() {
    let (shown, _) = conversation(cancels(), &["chat", "--format", "json", "--quiet"], "Cancel B-2042.\nyes\n");
    insta::assert_snapshot!(shown, @r#"
    exit 0
    --- stdout
    {"answer":"Your booking is cancelled.","calls":[{"args":{"booking_id":"B-2042"},"result":"[{\"booking\":\"B-2042\",\"status\":\"cancelled\"}]","status":"done","tool":"cancel_booking"}],"cost":{"energy":null,"money":null,"usage":{"cached":0,"input":200,"output":14,"reasoning":0}},"outcome":{"kind":"answered","text":"Your booking is cancelled."}}
    --- stderr
    ? cancel_booking {"booking_id":"B-2042"} changes something. Allow it? [y/N]
    "#);
}

#[test]
fn what_is_not_a_question_is_not_asked() {
    let replies = vec![says("We open at nine.", None), says("Again: at nine.", None)];
    let input = "\n/help\n/context\nWhen do you open?\n/context\n/rest\n/reset\nWhen?\n";
    let (shown, asked) = conversation(replies, &["chat"], input);
    insta::assert_snapshot!(shown, @r"
    exit 0
    --- stdout
    We open at nine.
    Again: at nine.
    --- stderr
    talking to `support`; /help says what can be typed
      /help      says what can be typed
      /context   shows what the last request to the model was made of
      /reset     begins anew, with a fresh world
      /quit      ends the conversation; so does the end of the input
    no request has been assembled yet
    1 model call · 100 tokens in, 7 out; price unknown; energy unknown
      system            118   23 %
      user                5    1 %
      knowledge         223   43 %
      tools             173   33 %
      all               519  tokens, estimated
    warning: there is no `/rest`; did you mean `/reset`?
    forgotten
    1 model call · 100 tokens in, 7 out; price unknown; energy unknown
    ");
    assert_eq!(asked.len(), 2);
    assert!(!asked[1].to_string().contains("We open at nine."), "a reset forgets: {}", asked[1]);
}

#[test]
fn a_call_that_cannot_be_carried_out_is_shown_too() {
    let replies = vec![says("", Some(("cancel_bookings", json!({})))), says("Sorry.\u{1b}[2J", None)];
    let (shown, _) = conversation(replies, &["chat"], "Cancel it.\n");
    insta::assert_snapshot!(shown, @r"
    exit 0
    --- stdout
    Sorry.�[2J
    --- stderr
    talking to `support`; /help says what can be typed
      ✗ cancel_bookings {} → error: there is no tool `cancel_bookings`; there is cancel_booking, find_booking
    2 model calls · 200 tokens in, 14 out; price unknown; energy unknown
    ");
}

#[test]
fn the_stand_in_says_what_it_is() {
    let (_folder, root) = project();
    let shown = loopwright_reading(&root, &["chat", "--seed", "1", "--quiet"], "");
    insta::assert_snapshot!(shown, @r"
    exit 0
    --- stderr
    warning: simulated model: shows the loop, not LLM performance
    ");
    let twice =
        [(); 2].map(|()| loopwright_reading(&root, &["chat", "--seed", "1"], "Do I have to pay for helmets?\n"));
    assert_eq!(twice[0], twice[1], "the same seed gives the same conversation");
}

/// A project around a program for the shell.
fn attached(folder: &Path, script: &str) {
    let command = json!(["sh", "-c", script]);
    write(
        folder,
        "loopwright.toml",
        &format!("[agent.echo]\nendpoint = {{ kind = \"command\", command = {command} }}\n"),
    );
}

#[test]
fn an_agent_that_exists_is_talked_to_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"read -r line; echo '{"answer":"Hello.","calls":[{"tool":"look","args":{"at":1},"result":"seen"}]}'; read -r line; echo oops >&2; exit 3"#;
    attached(folder.path(), script);
    insta::assert_snapshot!(loopwright_reading(folder.path(), &["chat"], "Hi.\nAnd?\n"), @r#"
    exit 1
    --- stdout
    Hello.
    --- stderr
    talking to `echo`; /help says what can be typed
      ✓ look {"at":1} → seen
    the agent does not tell what it used
    warning: the agent could not be asked: `sh -c read -r line; echo '{"answer":"Hello.","calls":[{"tool` ended before it answered (exit status: 3); it last said: oops
    "#);
}

#[test]
fn an_agent_must_be_chosen_where_there_are_several() {
    let (_folder, root) = project();
    insta::assert_snapshot!(loopwright(&root, &["chat", "suport"]), @r"
    exit 2
    --- stderr
    error: there is no agent `suport`
    hint: did you mean `support`?
    ");
    let file = std::fs::read_to_string(root.join("loopwright.toml")).unwrap();
    write(&root, "loopwright.toml", &format!("{file}\n[agent.other]\nmodel = \"standin:small\"\n"));
    insta::assert_snapshot!(loopwright(&root, &["chat"]), @r"
    exit 2
    --- stderr
    error: the project has several agents
    hint: name one: other, support
    ");
}
