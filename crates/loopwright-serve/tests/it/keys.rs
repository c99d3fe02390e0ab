//! Keys that were given out.

use std::sync::Arc;

use loopwright_core::{ApiKey, KeyName, KeyRing as _, Ledger as _, RunQuery};
use loopwright_serve::{Front, Gateway, Setting, serve};
use loopwright_store::Store;
use serde_json::json;
use tokio::net::TcpListener;

use crate::house::{Asked, House, NOW_NS, agent, key, question, run, setting};

/// A key called `name`, which is also what is shown.
fn given(name: &str, scope: &[&str], expires_ns: Option<u64>) -> ApiKey {
    let scope = scope.iter().map(|name| (*name).to_owned()).collect();
    let (digest, name) = (ApiKey::digest_of(name), KeyName::new(name).unwrap());
    ApiKey { name, digest, scope, added_ns: 0, expires_ns, revoked_ns: None }
}

/// Two agents and the simulated models, behind `keys`.
async fn house(keys: Vec<ApiKey>) -> (House, Arc<Store>) {
    let (setting, store) = setting(vec![agent("desk", "standin:small", &[]), agent("attic", "standin:small", &[])]);
    for key in keys {
        assert!(store.add_key(key).await.unwrap());
    }
    let gateway = Gateway { models: vec!["standin:*".parse().unwrap()], ..Gateway::default() };
    (House::open(Setting { gateway, ..setting }).await, store)
}

async fn ask(house: &House, shown: &str, model: &str) -> Asked {
    let request = house.request(&question(model, "Hi.")).header("authorization", format!("Bearer {shown}"));
    Asked::of(request.send().await.unwrap()).await
}

async fn get(house: &House, shown: &str, path: &str) -> Asked {
    let request = house.client.get(format!("{}{path}", house.url)).header("x-api-key", shown);
    Asked::of(request.send().await.unwrap()).await
}

#[test]
fn a_key_opens_what_it_names_and_nothing_else() {
    run(async {
        let keys = vec![given("app", &["desk", "standin:*"], None), given("all", &[], None)];
        let (house, _) = house(keys).await;
        for open in ["desk", "agent:desk", "standin:nano"] {
            assert_eq!(ask(&house, "app", open).await.status, 200, "{open}");
        }
        for (closed, called) in [("attic", "attic"), ("agent:attic", "agent:attic"), ("nobody", "nobody")] {
            let (status, code, _, message) = ask(&house, "app", closed).await.error();
            assert_eq!((status, code.as_str()), (403, "model_not_allowed"));
            assert_eq!(message, format!("the key `app` does not open `{called}`"));
        }
        let body = json!({"model": "attic", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi."}]});
        for path in ["/v1/messages", "/v1/messages/count_tokens"] {
            let refused = house.to(path, &body).header("x-api-key", "app").send().await.unwrap();
            assert_eq!(refused.status().as_u16(), 403, "{path}");
        }
        let vectors = house.to("/v1/embeddings", &json!({"model": "attic", "input": "a"})).header("x-api-key", "app");
        assert_eq!(vectors.send().await.unwrap().status().as_u16(), 403);
        assert_eq!(get(&house, "app", "/v1/models/attic").await.status, 403);
        let list = get(&house, "app", "/v1/models").await.json();
        assert_eq!((&list["data"][0]["id"], list["data"].as_array().unwrap().len()), (&json!("desk"), 1));
        for path in ["/metrics", "/statusz"] {
            assert_eq!((get(&house, "app", path).await.status, get(&house, "all", path).await.status), (403, 200));
        }
        assert_eq!(ask(&house, "all", "attic").await.status, 200);
    });
}

#[test]
fn a_key_ends_at_once_when_it_is_revoked_and_in_time_when_it_expires() {
    run(async {
        let keys = vec![given("app", &[], None), given("old", &[], Some(NOW_NS)), given("new", &[], Some(NOW_NS + 1))];
        let (house, store) = house(keys).await;
        assert_eq!((ask(&house, "app", "desk").await.status, ask(&house, "new", "desk").await.status), (200, 200));
        assert!(store.revoke_key(&KeyName::new("app").unwrap(), NOW_NS).await.unwrap());
        for ended in ["app", "old"] {
            let (status, code, _, message) = ask(&house, ended, "desk").await.error();
            assert_eq!((status, code.as_str()), (401, "invalid_api_key"));
            assert_eq!(message, format!("the key `{ended}` was revoked, or has expired"));
        }
        assert_eq!(ask(&house, "none", "desk").await.status, 401);
        // One that is added while the front is open is taken at once.
        assert!(store.add_key(given("late", &[], None)).await.unwrap());
        assert_eq!(ask(&house, "late", "desk").await.status, 200);
        house.close().await;
        let acted: u64 = store.runs(RunQuery::default()).await.unwrap().iter().map(|run| run.acted).sum();
        assert_eq!(acted, 3, "who is refused is no trial");
    });
}

#[test]
fn a_door_whose_last_key_is_revoked_stays_locked() {
    run(async {
        let revoked = ApiKey { revoked_ns: Some(1), ..given("app", &[], None) };
        let (house, _) = house(vec![revoked]).await;
        assert_eq!(house.ask(&question("desk", "Hi.")).await.status, 401);
    });
}

#[test]
fn the_servers_own_key_opens_everything_beside_the_others() {
    run(async {
        let (setting, store) = setting(vec![agent("desk", "standin:small", &[])]);
        store.add_key(given("app", &["nothing"], None)).await.unwrap();
        let house = House::open(Setting { key: key("sk-own"), ..setting }).await;
        assert_eq!((ask(&house, "sk-own", "desk").await.status, ask(&house, "app", "desk").await.status), (200, 403));
        assert_eq!(get(&house, "sk-own", "/metrics").await.status, 200);
    });
}

#[test]
fn a_key_that_was_given_out_is_enough_for_others_to_reach_the_server() {
    run(async {
        let (setting, store) = setting(vec![agent("desk", "standin:small", &[])]);
        store.add_key(given("app", &[], None)).await.unwrap();
        let front = Front::open(setting).await.unwrap();
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        serve(listener, front, std::future::ready(())).await.unwrap();
    });
}
