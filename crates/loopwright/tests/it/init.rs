use std::path::Path;

use loopwright::project;
use loopwright_core::Split;

use crate::binary::{loopwright, project as made, write};

#[test]
fn an_empty_folder_becomes_a_project() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["init", "support"]), @r"
    exit 0
    --- stdout
    support/loopwright.toml
    support/prompts/support.md
    support/docs/hire-and-prices.md
    support/docs/deposits-and-damage.md
    support/docs/opening-hours.md
    support/tools/bookings.toml
    support/worlds/bookings.sql
    support/cases/first.jsonl
    support/cases/vault.jsonl
    support/.gitignore
    --- stderr
    next: cd support && loopwright eval
    ");
    insta::assert_snapshot!(loopwright(&folder.path().join("support"), &["init"]), @r"
    exit 2
    --- stderr
    error: `loopwright.toml`, `prompts/support.md`, `docs/hire-and-prices.md`, `docs/deposits-and-damage.md`, `docs/opening-hours.md`, `tools/bookings.toml`, `worlds/bookings.sql`, `cases/first.jsonl`, `cases/vault.jsonl` would be overwritten; nothing was written
    hint: name another folder: `loopwright init FOLDER`
    ");
}

#[test]
fn the_project_of_init_is_whole() {
    let (_folder, root) = made();
    let project = project::load(&root, None).unwrap();
    assert_eq!(project.name, "shop");
    let agent = project.agents.values().next().unwrap();
    assert_eq!(agent.variant.parts.len(), 7, "{:?}", agent.variant.parts.keys());
    let (name, suite) = project.suites.iter().next().unwrap();
    assert_eq!((suite.trials, suite.primary.as_str()), (5, "resolved"));
    let cases = project.cases(name).unwrap();
    let sealed = cases.iter().filter(|case| case.split == Split::Vault).count();
    assert_eq!((cases.len() - sealed, sealed), (12, 14));
    let corpus = project.materials.corpora.values().next().unwrap();
    for passage in cases.iter().flat_map(|case| &case.expectation.passages) {
        let document = corpus.document(&passage.source).unwrap();
        let quote = passage.quote.as_deref().unwrap();
        assert_eq!(document.text.matches(quote).count(), 1, "{quote}");
    }
    assert_eq!(project::load(&root, Some("quick")).unwrap().suites[name].trials, 2);
}

#[test]
fn the_tools_of_init_run_on_its_world() {
    let (_folder, root) = made();
    let project = project::load(&root, None).unwrap();
    let world = project.materials.worlds.values().next().unwrap();
    let database = rusqlite::Connection::open_in_memory().unwrap();
    database.execute_batch(&world.sql).unwrap();
    let agent = project.agents.values().next().unwrap();
    let tools = agent.variant.part("tools").unwrap().as_array().unwrap();
    let texts = |tool: &serde_json::Value| {
        let statements = tool["statements"].as_array().cloned().unwrap_or_default();
        let requires = tool["requires"].as_array().cloned().unwrap_or_default();
        statements.into_iter().chain(requires.into_iter().map(|one| one["sql"].clone())).collect::<Vec<_>>()
    };
    for sql in tools.iter().flat_map(texts) {
        let mut statement = database.prepare(sql.as_str().unwrap()).unwrap();
        statement.raw_bind_parameter(":booking_id", "B-2042").unwrap();
        assert!(statement.raw_query().next().is_ok(), "{sql}");
    }
    let status: String =
        database.query_row("select status from bookings where id = 'B-2042'", [], |row| row.get(0)).unwrap();
    assert_eq!(status, "cancelled");
}

#[test]
fn git_is_told_what_to_leave_out_without_losing_what_it_knows() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), ".gitignore", "/target");
    loopwright(folder.path(), &["init"]);
    let ignored = || std::fs::read_to_string(folder.path().join(".gitignore")).unwrap();
    assert_eq!(ignored(), "/target\n# Ledger, indexes and caches of Loopwright.\n.loopwright/\n");
    std::fs::remove_file(folder.path().join("loopwright.toml")).unwrap();
    write(folder.path(), "app.py", "def answer(q): return q");
    std::fs::remove_dir_all(folder.path().join("cases")).unwrap();
    loopwright(folder.path(), &["init", "--from", "app.py"]);
    assert_eq!(ignored().matches(".loopwright/").count(), 1);
}

fn endpoint(root: &Path, agent: &str) -> serde_json::Value {
    let project = project::load(root, None).unwrap();
    let config = project.agents.values().next().unwrap();
    assert_eq!(config.variant.agent.as_str(), agent);
    assert!(config.variant.unpinned.iter().any(|part| part.as_str() == "endpoint"));
    let (suite, _) = project.suites.iter().next().unwrap();
    assert_eq!(project.cases(suite).unwrap().len(), 3);
    config.variant.part("endpoint").unwrap().clone()
}

#[test]
fn an_agent_that_exists_is_attached() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "my agent.py", "def _helper(): pass\ndef reply(question): return question\n");
    let shown = loopwright(folder.path(), &["init", "evals", "--from", "my agent.py", "--name", "my \"own\""]);
    insta::assert_snapshot!(shown, @r"
    exit 0
    --- stdout
    evals/loopwright.toml
    evals/loopwright_shim.py
    evals/cases/first.jsonl
    evals/.gitignore
    --- stderr
    next: cd evals && loopwright eval
    ");
    let command = endpoint(&folder.path().join("evals"), "my-agent");
    assert_eq!(command, serde_json::json!({"kind": "command", "command": ["python3", "loopwright_shim.py"]}));
    let shim = std::fs::read_to_string(folder.path().join("evals/loopwright_shim.py")).unwrap();
    assert!(shim.contains("FILE = \"../my agent.py\"\nFUNCTION = \"reply\"\n"), "{shim}");

    loopwright(folder.path(), &["init", "web", "--from", "http://127.0.0.1:9000/ask"]);
    let http = endpoint(&folder.path().join("web"), "remote");
    assert_eq!(http["request"], serde_json::json!({"input": "{{ input }}"}));

    let shown = loopwright(folder.path(), &["init", "llm", "--from", "http://127.0.0.1:9000/v1/chat/completions"]);
    assert!(shown.contains("name its own in loopwright.toml"), "{shown}");
    let openai = endpoint(&folder.path().join("llm"), "remote");
    let expected = serde_json::json!({"kind": "openai", "base_url": "http://127.0.0.1:9000/v1", "model": "default"});
    assert_eq!(openai, expected);

    loopwright(folder.path(), &["init", "cmd", "--from", "node 'my agent.js' --fast"]);
    let command = endpoint(&folder.path().join("cmd"), "remote");
    assert_eq!(command["command"], serde_json::json!(["node", "my agent.js", "--fast"]));
}

#[test]
fn says_why_it_cannot_attach() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "app.py", "def one(q): pass\ndef two(q): pass\n");
    insta::assert_snapshot!(loopwright(folder.path(), &["init", "--from", "app.py"]), @r"
    exit 2
    --- stderr
    error: `app.py` has several public functions
    hint: say which one answers with `--function`; there are `one`, `two`
    ");
    insta::assert_snapshot!(loopwright(folder.path(), &["init", "--from", "app.py", "--function", "tow"]), @r"
    exit 2
    --- stderr
    error: `app.py` has no public function `tow`
    hint: there are `one`, `two`
    ");
    insta::assert_snapshot!(loopwright(folder.path(), &["init", "--from", "ap.py"]), @r"
    exit 2
    --- stderr
    error: there is no file `ap.py`
    ");
    insta::assert_snapshot!(loopwright(folder.path(), &["init", "--from", "https://me:pw@host/ask"]), @r"
    exit 2
    --- stderr
    error: the address holds a password, which has no place in a project
    ");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
