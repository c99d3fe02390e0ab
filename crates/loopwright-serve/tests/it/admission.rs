//! Who may come in, and under which names.

use loopwright_serve::{Front, ServeError, Setting, serve};
use tokio::net::TcpListener;

use crate::house::{Asked, House, agent, key, question, run, setting};

#[test]
fn only_the_key_opens() {
    run(async {
        let (setting, _) = setting(vec![agent("desk", "standin:small", &[])]);
        let house = House::open(Setting { key: key("sk-right"), ..setting }).await;
        let ask = async |authorization: Option<&str>| {
            let mut request = house.request(&question("desk", "Hi."));
            if let Some(value) = authorization {
                request = request.header("authorization", value);
            }
            Asked::of(request.send().await.unwrap()).await
        };
        for wrong in [None, Some("Bearer sk-wrong"), Some("sk-right")] {
            let asked = ask(wrong).await;
            assert_eq!((asked.error().0, asked.error().1.as_str()), (401, "invalid_api_key"));
            assert_eq!(asked.header("www-authenticate"), Some("Bearer"));
            assert_eq!(asked.header("x-loopwright-trial"), None);
        }
        assert_eq!(ask(Some("Bearer sk-right")).await.status, 200);
        for (path, expected) in
            [("/v1/models", 401), ("/statusz", 401), ("/metrics", 401), ("/livez", 200), ("/readyz", 200)]
        {
            assert_eq!(house.get(path).await.0, expected, "{path}");
        }
    });
}

#[test]
fn without_a_key_a_page_of_another_site_comes_to_nothing() {
    run(async {
        let (house, _) = House::of(agent("desk", "standin:small", &[])).await;
        let rebound = house.request(&question("desk", "Hi.")).header("host", "evil.example");
        let asked = Asked::of(rebound.send().await.unwrap()).await;
        assert_eq!((asked.error().0, asked.error().1.as_str()), (403, "foreign_host"));
        let form = house.client.post(format!("{}/v1/chat/completions", house.url)).header("content-type", "text/plain");
        let asked = Asked::of(form.body(question("desk", "Hi.").to_string()).send().await.unwrap()).await;
        assert_eq!(asked.status, 415);
    });
}

#[test]
fn without_a_key_nobody_else_is_served() {
    run(async {
        let (setting, _) = setting(vec![agent("desk", "standin:small", &[])]);
        let front = Front::open(setting).await.unwrap();
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let refused = serve(listener, front, std::future::pending()).await;
        assert!(matches!(refused, Err(ServeError::Exposed(_))), "{refused:?}");
    });
}

#[test]
fn the_callers_trace_is_gone_on_with() {
    run(async {
        let (house, _) = House::of(agent("desk", "standin:small", &[])).await;
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let asked = house.request(&question("desk", "Hi.")).header("traceparent", parent);
        let asked = Asked::of(asked.send().await.unwrap()).await;
        assert_eq!(asked.header("x-trace-id"), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        // Refusals can be found again too.
        let refused = house.ask(&question("nobody", "Hi.")).await;
        assert!(refused.header("x-request-id").is_some() && refused.header("x-trace-id").is_some());
    });
}

#[test]
fn an_attached_agent_is_not_served() {
    run(async {
        let endpoint = serde_json::json!({"kind": "openai", "base_url": "http://127.0.0.1:9/v1", "model": "m"});
        let (setting, _) = setting(vec![agent("desk", "standin:small", &[("endpoint", endpoint)])]);
        let message = Front::open(setting).await.err().unwrap().to_string();
        assert_eq!(message, "serve `desk`: it is attached, and only native agents are served");
    });
}
