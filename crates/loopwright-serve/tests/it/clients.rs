//! Requests as clients that others wrote send them, byte for byte. `loopwright/benches/clients` records them, and looks
//! with the clients themselves whether they understand the answers.

use std::path::Path;

use loopwright_serve::{Gateway, Setting};
use serde::Deserialize;
use serde_json::Value;

use crate::house::{Asked, House, agent, key, run, setting};

/// The key that the clients were recorded with.
const KEY: &str = "key-of-the-clients";

/// A request of a client.
#[derive(Deserialize)]
struct Recorded {
    check: String,
    /// Method and path.
    request: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// How a stream of each protocol ends.
const ENDS: [(&str, &str); 3] = [
    ("/v1/chat/completions", "data: [DONE]\n\n"),
    ("/v1/messages", "data: {\"type\":\"message_stop\"}\n\n"),
    ("/v1/responses", ",\"type\":\"response.completed\"}\n\n"),
];

/// All that `client` sends.
fn recorded(client: &str) -> Vec<Recorded> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/clients/{client}.jsonl"));
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A house with the agent that the clients ask, and the simulated models.
async fn house() -> House {
    let (setting, _) = setting(vec![agent("support", "standin:small", &[])]);
    let gateway = Gateway { models: vec!["standin:*".parse().unwrap()], ..Gateway::default() };
    House::open(Setting { gateway, key: key(KEY), ..setting }).await
}

async fn send(house: &House, recorded: &Recorded) -> Asked {
    let (method, path) = recorded.request.split_once(' ').unwrap();
    let mut request = house.client.request(method.parse().unwrap(), format!("{}{path}", house.url));
    for (name, value) in &recorded.headers {
        request = request.header(name, value);
    }
    Asked::of(request.body(recorded.body.clone()).send().await.unwrap()).await
}

/// What must be in the answer to a request of the check.
fn check(recorded: &Recorded, asked: &Asked) {
    let expected = match recorded.check.as_str() {
        "wrong_key" => 401,
        "unknown_model" => 404,
        _ => 200,
    };
    let seen = format!("{} ({}): {}", recorded.check, recorded.request, asked.body);
    assert_eq!(asked.status, expected, "{seen}");
    match recorded.check.as_str() {
        "wrong_key" | "unknown_model" => assert!(asked.json()["error"]["message"].is_string(), "{seen}"),
        "models" => assert!(asked.json()["data"][0]["id"] == *"support", "{seen}"),
        "model" => assert!(asked.json()["id"] == *"support", "{seen}"),
        "stream" | "stream_tools" => {
            let path = recorded.request.split_once(' ').unwrap().1;
            let (_, end) = ENDS.into_iter().find(|(protocol, _)| path == *protocol).unwrap();
            assert!(asked.body.ends_with(end), "{seen}");
            assert_eq!(asked.body.contains("find_order"), recorded.check == "stream_tools", "{seen}");
        }
        "structured" => assert!(asked.body.contains(r#"{\"answer\":"#), "{seen}"),
        // The second request holds what the tool gave, and is answered in words.
        "tools" => {
            let is_first = !recorded.body.contains("shipped");
            assert_eq!(asked.body.contains("find_order"), is_first, "{seen}");
        }
        _ => assert!(asked.json().is_object(), "{seen}"),
    }
}

fn clients_are_answered(clients: &[&str], checks: &[&str]) {
    run(async {
        let house = house().await;
        for client in clients {
            let requests = recorded(client);
            let mut made: Vec<&str> = requests.iter().map(|recorded| recorded.check.as_str()).collect();
            made.dedup();
            assert_eq!(made, checks, "{client}");
            for recorded in &requests {
                check(recorded, &send(&house, recorded).await);
            }
        }
    });
}

#[test]
fn openais_own_clients_are_answered_over_both_protocols() {
    let over_both = ["answer", "stream", "tools", "stream_tools", "structured", "unknown_model", "wrong_key"];
    let over_chat = [&["models", "model"], &over_both[..]].concat();
    clients_are_answered(&["openai-python-chat", "openai-node-chat"], &over_chat);
    clients_are_answered(&["openai-python-responses", "openai-node-responses"], &over_both);
}

#[test]
fn anthropics_own_clients_are_answered() {
    let checks = [
        "models",
        "model",
        "answer",
        "stream",
        "tools",
        "stream_tools",
        "structured",
        "count",
        "unknown_model",
        "wrong_key",
    ];
    clients_are_answered(&["anthropic-python", "anthropic-node"], &checks);
}

#[test]
fn vercels_sdk_is_answered_over_both_protocols() {
    let checks = ["answer", "stream", "tools", "stream_tools", "structured", "unknown_model", "wrong_key"];
    clients_are_answered(&["ai-sdk-chat", "ai-sdk-responses"], &checks);
}

#[test]
fn a_list_of_models_is_of_both_protocols() {
    run(async {
        let house = house().await;
        let get = async |path: &str| {
            let request = house.client.get(format!("{}{path}", house.url)).header("x-api-key", KEY);
            Asked::of(request.send().await.unwrap()).await
        };
        let list = get("/v1/models").await.json();
        let first = &list["data"][0];
        assert_eq!((first, &list["has_more"]), (&get("/v1/models/support").await.json(), &Value::Bool(false)));
        assert_eq!((&first["object"], &first["type"]), (&"model".into(), &"model".into()));
        assert_eq!((&first["created"], &first["created_at"]), (&1_800_000_000.into(), &"2027-01-15T08:00:00Z".into()));
        assert_eq!((&list["first_id"], &list["last_id"]), (&"support".into(), &"support".into()));
        // One that is not listed may be asked too.
        assert_eq!(get("/v1/models/standin:nano").await.json()["id"], "standin:nano");
        assert_eq!(get("/v1/models/openai:gpt-5").await.error().0, 403);
        assert_eq!(get("/v1/models/nobody").await.error().0, 404);
    });
}
