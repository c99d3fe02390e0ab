use loopwright::project::{self, Approve};

use crate::binary::{project as made, write};

#[test]
fn the_digest_of_a_variant_follows_what_it_pins() {
    let (_folder, root) = made();
    let digest = || project::load(&root, None).unwrap().agents.values().next().unwrap().variant.digest();
    let before = digest();
    assert_eq!(digest(), before);
    for (file, text) in [
        ("prompts/support.md", "Be brief.\n"),
        ("docs/new.md", "# New\n\nA new page.\n"),
        ("worlds/bookings.sql", "create table bookings (id text, customer text, bicycle text, day text, status text);"),
    ] {
        let last = digest();
        write(&root, file, text);
        assert_ne!(digest(), last, "{file}");
    }
}

#[test]
fn comments_and_defaults_written_out_change_no_digest() {
    let (_folder, root) = made();
    let digest = || project::load(&root, None).unwrap().agents.values().next().unwrap().variant.digest();
    let before = digest();
    let file = root.join("loopwright.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace("# threshold = 0.0", "threshold = 0").replace("# tokens = 60000", "tokens = 60000");
    std::fs::write(&file, text.replace("model = \"standin:small\"", "model = { ref = \"standin:small\" }")).unwrap();
    assert_eq!(digest(), before);
}

#[test]
fn every_key_of_the_file_is_read() {
    let (_folder, root) = made();
    write(&root, "prompts/e.jsonl", "{\"user\": \"Hi\", \"answer\": \"Hello.\"}\n\n");
    write(
        &root,
        "loopwright.toml",
        r#"
        [agent.a]
        model = { ref = "standin:mid", temperature = 0.2, max_output_tokens = 400, votes = 3 }
        instructions = "prompts/support.md"
        knowledge = "k"
        tools = ["t"]
        examples = "prompts/e.jsonl"
        context = { knowledge_tokens = 1, history_tokens = 2, tool_result_tokens = 3, examples_tokens = 4 }
        limits = { steps = 2, tokens = 9, micro_dollars = 5, seconds = 7 }
        [knowledge.k]
        sources = ["docs/*.md", "docs/opening-hours.md"]
        chunk = { by = "heading", size = 80, overlap = 10, header = true }
        search = { k1 = 1, b = 0.5, stem = false, stop_words = false }
        top_k = 9
        threshold = 0.25
        order = "edges_first"
        [toolset.t]
        tools = "tools/bookings.toml"
        world = "worlds/bookings.sql"
        [suite.s]
        agent = "a"
        cases = ["none/*.jsonl"]
        metrics = ["tokens", "resolved"]
        perturbations = ["ants(3)"]
        approve = "oracle"
        [gate]
        alpha = 0.01
        "#,
    );
    let project = project::load(&root, None).unwrap();
    let (agent, suite) = (project.agents.values().next().unwrap(), project.suites.values().next().unwrap());
    let mut parts = agent.variant.parts.clone();
    parts.retain(|name, _| !["instructions", "tools", "world"].contains(&name.as_str()));
    let mut parts = serde_json::to_value(parts).unwrap();
    parts["knowledge"]["corpus"] = "[DIGEST]".into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&parts).unwrap(), @r#"
    {
      "context": {
        "examples_tokens": 4,
        "history_tokens": 2,
        "knowledge_tokens": 1,
        "tool_result_tokens": 3
      },
      "examples": [
        {
          "answer": "Hello.",
          "user": "Hi"
        }
      ],
      "knowledge": {
        "chunk": {
          "by": "heading",
          "header": true,
          "overlap": 10,
          "size": 80
        },
        "corpus": "[DIGEST]",
        "order": "edges_first",
        "search": {
          "b": 0.5,
          "k1": 1.0,
          "stem": false,
          "stop_words": false
        },
        "sources": [
          "docs/deposits-and-damage.md",
          "docs/hire-and-prices.md",
          "docs/opening-hours.md"
        ],
        "threshold": 0.25,
        "top_k": 9
      },
      "limits": {
        "micro_dollars": 5,
        "seconds": 7,
        "steps": 2,
        "tokens": 9
      },
      "model": {
        "max_output_tokens": 400,
        "ref": "standin:mid",
        "temperature": 0.2,
        "votes": 3
      }
    }
    "#);
    let metrics: Vec<&str> = suite.metrics.iter().map(|metric| metric.as_str()).collect();
    assert_eq!(metrics, ["resolved", "tokens"]);
    assert_eq!((suite.approve, suite.perturbations[0].dose, suite.cases.len()), (Approve::Oracle, 3, 0));
    assert!(project.cases(project.suites.keys().next().unwrap()).unwrap().is_empty());
    assert_eq!((project.gate.alpha, project.gate.margin, project.gate.trials), (0.01, 0.05, 3));
}

#[test]
fn metrics_of_the_projects_own_are_made_and_their_faults_found() {
    let (_folder, root) = made();
    let file = root.join("loopwright.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let load = |table: &str| {
        std::fs::write(&file, format!("{text}\n{table}\n")).unwrap();
        project::load(&root, None)
    };
    let cheap: loopwright_core::MetricName = "cheap".parse().unwrap();
    let project = load("[metric.cheap]\nkind = \"tokens\"\nmost = 4000").unwrap();
    let metric = project.metric(&cheap).unwrap();
    assert_eq!((metric.name(), metric.kind().name, metric.unit()), (&cheap, "tokens", loopwright_core::Unit::Share));
    for (table, place, fault) in [
        ("[metric.cheap]\nkind = \"tokens\"\nmosst = 4", "4", "`tokens` has no setting `mosst`"),
        ("[metric.cheap]\nkind = \"tokenz\"", "\"tokenz\"", "there is no metric `tokenz`"),
        ("[metric.cheap]\nkind = \"tokens\"\nmost = \"few\"", "\"few\"", "`most`: invalid type"),
        ("[metric.tokens]\nkind = \"tokens\"", "", "`tokens` is a built-in metric"),
        ("[metric.cheap]\nmost = 4000", "", "a metric needs `kind`"),
    ] {
        let project::ProjectError::Source(error) = load(table).unwrap_err() else { panic!("{table}") };
        assert!(error.message.starts_with(fault), "{}", error.message);
        assert!(error.text[error.span.clone()].contains(place), "{error}");
    }
}

#[test]
fn later_faults_find_their_place_too() {
    let (_folder, root) = made();
    let project = project::load(&root, None).unwrap();
    let agent = project.agents.keys().next().unwrap();
    let tool = project.tool_fault(agent, 1, &["statements", "0"], "no such column");
    assert_eq!(tool.to_string(), "tools/bookings.toml:23:3: no such column");
    assert_eq!(project.tool_fault(agent, 9, &[], "no").file, "loopwright.toml");
    let suite = root.join("loopwright.toml");
    let text = std::fs::read_to_string(&suite).unwrap();
    std::fs::write(&suite, text.replace("\"tokens\"", "\"tokenz\"")).unwrap();
    let project = project::load(&root, None).unwrap();
    let metric = project.metric(&"tokenz".parse().unwrap()).unwrap_err();
    assert_eq!(&metric.text[metric.span.clone()], "\"tokenz\"");
    assert_eq!(metric.hint.as_deref(), Some("did you mean `tokens`?"));
}
