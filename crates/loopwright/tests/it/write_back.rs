//! Patches carried into the project's files and read back.

use std::path::Path;

use loopwright::project::{self, Change, Project, WriteError};
use loopwright_core::{AgentName, Edit, PartName, Patch};
use serde_json::{Value, json};

use crate::binary::{project as made, write};

fn patch(edits: &[(&str, &str, Value)]) -> Patch {
    let edit = |(part, pointer, value): &(&str, &str, Value)| Edit {
        part: PartName::new(*part).unwrap(),
        pointer: (*pointer).to_owned(),
        value: value.clone(),
    };
    Patch { edits: edits.iter().map(edit).collect() }
}

fn agent() -> AgentName {
    AgentName::new("support").unwrap()
}

fn load(root: &Path) -> Project {
    project::load(root, None).unwrap()
}

/// Applies the edits, and gives the diff. What is read back is what was measured.
fn applied(root: &Path, edits: &[(&str, &str, Value)]) -> String {
    let project = load(root);
    let patch = patch(edits);
    let change = Change::plan(&project, &agent(), &patch).unwrap();
    let wanted = project.agents[&agent()].variant.patched(&patch).unwrap();
    assert_eq!(change.variant, wanted.digest());
    change.apply(&project).unwrap();
    assert_eq!(load(root).agents[&agent()].variant, wanted);
    // Editors strip the blank that begins an empty line of context.
    change.diff().lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn knowledge_keeps_comments() {
    let (_folder, root) = made();
    let diff = applied(
        &root,
        &[
            ("knowledge", "/chunk", json!({"by": "heading", "size": 120, "overlap": 20, "header": true})),
            ("knowledge", "/search/k1", json!(0.9)),
            ("knowledge", "/top_k", json!(6)),
            ("knowledge", "/order", json!("edges_first")),
        ],
    );
    insta::assert_snapshot!(diff, @r#"
    --- a/loopwright.toml
    +++ b/loopwright.toml
    @@ -35,9 +35,11 @@
     # Documents that agents can search.
     [knowledge.handbook]
     sources = ["docs/**/*.md"]
    -chunk = { by = "words", size = 60, overlap = 0 }
    +chunk = { by = "heading", size = 120, overlap = 20, header = true }
     # search = { k1 = 1.2, b = 0.75, stem = true, stop_words = true }
    -top_k = 3
    +top_k = 6
    +order = "edges_first"
    +search = { k1 = 0.9 }
     # threshold = 0.0
     # order = "relevance"
    "#);
}

#[test]
fn model_context_and_limits() {
    let (_folder, root) = made();
    insta::assert_snapshot!(applied(&root, &[("model", "/ref", json!("standin:mid"))]), @r#"
    --- a/loopwright.toml
    +++ b/loopwright.toml
    @@ -9,7 +9,7 @@
     # The built-in stand-in needs no key and only simulates a language model. With a key in the environment:
     # model = "openai:gpt-5-mini"    (OPENAI_API_KEY)
     # model = "ollama:llama3.2"      (a server on this machine)
    -model = "standin:small"
    +model = "standin:mid"
     # The long form:
     # model = { ref = "standin:small", temperature = 0.2, max_output_tokens = 400, votes = 1 }
     instructions = "prompts/support.md"
    "#);
    insta::assert_snapshot!(applied(&root, &[("model", "/votes", json!(5)), ("model", "/temperature", json!(0.5))]), @r#"
    --- a/loopwright.toml
    +++ b/loopwright.toml
    @@ -9,7 +9,7 @@
     # The built-in stand-in needs no key and only simulates a language model. With a key in the environment:
     # model = "openai:gpt-5-mini"    (OPENAI_API_KEY)
     # model = "ollama:llama3.2"      (a server on this machine)
    -model = "standin:mid"
    +model = { ref = "standin:mid", temperature = 0.5, votes = 5 }
     # The long form:
     # model = { ref = "standin:small", temperature = 0.2, max_output_tokens = 400, votes = 1 }
     instructions = "prompts/support.md"
    "#);
    insta::assert_snapshot!(applied(&root, &[("model", "/temperature", Value::Null), ("model", "/votes", json!(3))]), @r#"
    --- a/loopwright.toml
    +++ b/loopwright.toml
    @@ -9,7 +9,7 @@
     # The built-in stand-in needs no key and only simulates a language model. With a key in the environment:
     # model = "openai:gpt-5-mini"    (OPENAI_API_KEY)
     # model = "ollama:llama3.2"      (a server on this machine)
    -model = { ref = "standin:mid", temperature = 0.5, votes = 5 }
    +model = { ref = "standin:mid", votes = 3 }
     # The long form:
     # model = { ref = "standin:small", temperature = 0.2, max_output_tokens = 400, votes = 1 }
     instructions = "prompts/support.md"
    "#);
    let diff = applied(&root, &[("context", "/knowledge_tokens", json!(900)), ("limits", "/steps", json!(4))]);
    insta::assert_snapshot!(diff, @r#"
    --- a/loopwright.toml
    +++ b/loopwright.toml
    @@ -15,6 +15,7 @@
     instructions = "prompts/support.md"
     knowledge = "handbook"
     tools = ["bookings"]
    +context = { knowledge_tokens = 900 }
     # Worked examples, one JSON object on each line: {"user": "…", "calls": [{"tool": "…", "args": {}}], "answer": "…"}
     # examples = "prompts/support.examples.jsonl"

    @@ -27,7 +28,7 @@

     # What bounds one run.
     [agent.support.limits]
    -steps = 6
    +steps = 4
     # tokens = 60000
     # micro_dollars = 20000
     # seconds = 120
    "#);
}

#[test]
fn tool_descriptions() {
    let (_folder, root) = made();
    let diff = applied(
        &root,
        &[
            ("tools", "/1/description", json!("Cancels a booking.\nNot for questions about one: \"find\" it.")),
            ("tools", "/1/parameters/booking_id/description", json!("which booking to cancel")),
            ("tools", "/0/parameters/booking_id/enum", json!(["B-2041", "B-2042"])),
            ("tools", "/0/empty", json!("nothing \u{1f}found")),
        ],
    );
    insta::assert_snapshot!(diff, @r#"
    --- a/tools/bookings.toml
    +++ b/tools/bookings.toml
    @@ -7,17 +7,18 @@
     Use it for any question about a particular booking."""
     effect = "read"
     statements = ["select id as booking, customer, bicycle, day, status from bookings where id = :booking_id"]
    -empty = "no booking has this number"
    +empty = "nothing \u001Ffound"
     [tool.parameters.booking_id]
     type = "string"
     description = "the number of the booking, such as B-2041"
     pattern = "^B-[0-9]{4}$"
    +enum = ["B-2041", "B-2042"]

     [[tool]]
     name = "cancel_booking"
     description = """
    -Cancels a booking, so that the bicycle is free for others. \
    -Use it only when the customer asks to cancel."""
    +Cancels a booking.
    +Not for questions about one: "find" it."""
     effect = "write"
     statements = [
       "update bookings set status = 'cancelled' where id = :booking_id",
    @@ -29,5 +30,5 @@
     ]
     [tool.parameters.booking_id]
     type = "string"
    -description = "the number of the booking to cancel, such as B-2041"
    +description = "which booking to cancel"
     pattern = "^B-[0-9]{4}$"
    "#);
}

#[test]
fn instructions_and_examples() {
    let (_folder, root) = made();
    let before = load(&root).agents[&agent()].variant.part("instructions").unwrap().as_str().unwrap().to_owned();
    let edits = [("instructions", "", json!(format!("{before}- Be brief.\n")))];
    insta::assert_snapshot!(applied(&root, &edits), @r"
    --- a/prompts/support.md
    +++ b/prompts/support.md
    @@ -5,3 +5,4 @@
     - Cancel a booking only when the customer asks for it and gives its number.
     - Ask for the booking's number when it is needed and missing.
     - Say that you do not know when neither the passages nor a tool hold the answer.
    +- Be brief.
    ");
    let one =
        json!({"user": "Cancel B-2044.", "calls": [{"tool": "cancel_booking", "args": {"booking_id": "B-2044"}}]});
    insta::assert_snapshot!(applied(&root, &[("examples", "", json!([one]))]), @r#"
    --- a/loopwright.toml
    +++ b/loopwright.toml
    @@ -15,6 +15,7 @@
     instructions = "prompts/support.md"
     knowledge = "handbook"
     tools = ["bookings"]
    +examples = "prompts/support.examples.jsonl"
     # Worked examples, one JSON object on each line: {"user": "…", "calls": [{"tool": "…", "args": {}}], "answer": "…"}
     # examples = "prompts/support.examples.jsonl"

    --- /dev/null
    +++ b/prompts/support.examples.jsonl
    @@ -0,0 +1 @@
    +{"user":"Cancel B-2044.","calls":[{"tool":"cancel_booking","args":{"booking_id":"B-2044"}}]}
    "#);
    let two = json!({"user": "Hello", "answer": "Hello."});
    insta::assert_snapshot!(applied(&root, &[("examples", "/-", two)]), @r#"
    --- a/prompts/support.examples.jsonl
    +++ b/prompts/support.examples.jsonl
    @@ -1 +1,2 @@
     {"user":"Cancel B-2044.","calls":[{"tool":"cancel_booking","args":{"booking_id":"B-2044"}}]}
    +{"user":"Hello","answer":"Hello."}
    "#);
}

#[test]
fn a_line_of_an_example_that_does_not_change_is_left_as_it_is() {
    let (_folder, root) = made();
    let text = std::fs::read_to_string(root.join("loopwright.toml")).unwrap();
    write(&root, "loopwright.toml", &text.replace("# examples =", "examples ="));
    let line = "{ \"answer\" : \"Hello.\",   \"user\": \"Hi\" }\n";
    write(&root, "prompts/support.examples.jsonl", line);
    applied(&root, &[("examples", "/-", json!({"user": "Bye", "answer": "Bye."}))]);
    let after = std::fs::read_to_string(root.join("prompts/support.examples.jsonl")).unwrap();
    assert_eq!(after, format!("{line}{{\"user\":\"Bye\",\"answer\":\"Bye.\"}}\n"));
}

fn refused(root: &Path, edits: &[(&str, &str, Value)]) -> String {
    let error = Change::plan(&load(root), &agent(), &patch(edits)).unwrap_err();
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

#[test]
fn what_the_files_cannot_hold_is_refused() {
    let (_folder, root) = made();
    insta::assert_snapshot!(refused(&root, &[("world", "/digest", json!("x"))]), @"the part `world` cannot be changed in the files: it is not among the parts that a patch may change");
    insta::assert_snapshot!(refused(&root, &[("knowledge", "/sources", json!([]))]), @"the part `knowledge` cannot be changed in the files: documents are changed by hand, not by a patch");
    insta::assert_snapshot!(refused(&root, &[("tools", "/-", json!({"name": "x"}))]), @"the part `tools` cannot be changed in the files: tools are added and removed by hand, not by a patch");
    insta::assert_snapshot!(refused(&root, &[("tools", "/7/name", json!("x"))]), @"the patch does not fit the agent: the part `tools` has no place `/7/name` to edit");
    insta::assert_snapshot!(refused(&root, &[("knowledge", "/top_k", json!(0))]), @"the project would not load after the change: loopwright.toml:40:9: `top_k` is 0; it must be from 1 to 50");
    insta::assert_snapshot!(refused(&root, &[("knowledge", "/topk", json!(3))]), @"the project would not load after the change: loopwright.toml:41:1: unknown key `topk`");
    let inexact = refused(&root, &[("knowledge", "/search/k1", json!(2))]);
    assert!(inexact.starts_with("the files would give another variant ("), "{inexact}");
}

#[test]
fn another_agent_is_never_changed_along() {
    let (_folder, root) = made();
    let text = std::fs::read_to_string(root.join("loopwright.toml")).unwrap();
    write(
        &root,
        "loopwright.toml",
        &format!("{text}\n[agent.sales]\nmodel = \"standin:mid\"\nknowledge = \"handbook\"\n"),
    );
    let error = Change::plan(&load(&root), &agent(), &patch(&[("knowledge", "/top_k", json!(2))])).unwrap_err();
    assert!(matches!(error, WriteError::Shared(name) if name.as_str() == "sales"));
    applied(&root, &[("limits", "/steps", json!(2))]);
}

#[test]
fn a_layer_that_holds_the_key_is_in_the_way() {
    let (_folder, root) = made();
    let text = std::fs::read_to_string(root.join("loopwright.toml")).unwrap();
    write(&root, "loopwright.toml", &format!("{text}\n[profile.ci.knowledge.handbook]\ntop_k = 9\n"));
    let project = project::load(&root, Some("ci")).unwrap();
    let error = Change::plan(&project, &agent(), &patch(&[("knowledge", "/top_k", json!(2))])).unwrap_err();
    assert!(error.to_string().ends_with("; the profile `ci` may hold what changes"), "{error}");
}

#[test]
fn a_file_that_has_changed_meanwhile_is_left_alone() {
    let (_folder, root) = made();
    let project = load(&root);
    let edits = [("instructions", "", json!("New.")), ("limits", "/steps", json!(2))];
    let change = Change::plan(&project, &agent(), &patch(&edits)).unwrap();
    write(&root, "prompts/support.md", "Someone was here.");
    assert!(matches!(change.apply(&project), Err(WriteError::Stale(_))));
    let text = std::fs::read_to_string(root.join("loopwright.toml")).unwrap();
    assert!(text.contains("steps = 6"));
}

#[cfg(unix)]
#[test]
fn permissions_and_links_survive() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (_folder, root) = made();
    let prompt = root.join("prompts/support.md");
    std::fs::rename(&prompt, root.join("real.md")).unwrap();
    symlink("../real.md", &prompt).unwrap();
    std::fs::set_permissions(root.join("real.md"), std::fs::Permissions::from_mode(0o640)).unwrap();
    applied(&root, &[("instructions", "", json!("New."))]);
    assert!(prompt.is_symlink());
    let metadata = std::fs::metadata(root.join("real.md")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
    assert_eq!(std::fs::read_to_string(root.join("real.md")).unwrap(), "New.");
}
