//! What a person sees when a project is wrong: file, line, caret, hint.

use loopwright::fault::Fault;
use loopwright::project;

use crate::binary::{project as made, write};

/// The project of `init` with `from` replaced by `to` in the file `name`.
fn broken(name: &str, from: &str, to: &str) -> String {
    let (_folder, root) = made();
    let text = std::fs::read_to_string(root.join(name)).unwrap();
    assert!(text.contains(from), "{name} holds no {from}");
    write(&root, name, &text.replacen(from, to, 1));
    let fault = match project::load(&root, None) {
        Err(error) => Fault::from(error),
        Ok(project) => {
            let suite = project.suites.keys().next().unwrap();
            Fault::from(project.cases(suite).unwrap_err())
        }
    };
    assert_eq!(fault.exit.code(), 2);
    anstream::adapter::strip_str(&fault.render()).to_string()
}

fn toml(from: &str, to: &str) -> String {
    broken("loopwright.toml", from, to)
}

#[test]
fn an_unknown_key_names_the_nearest() {
    insta::assert_snapshot!(toml("trials = 5", "trails = 5"), @r"
    error: unknown key `trails`
      --> loopwright.toml:53:1
       |
    53 | trails = 5
       | ^^^^^^
    hint: did you mean `trials`?
    ");
    insta::assert_snapshot!(toml("by = \"words\"", "by = \"word\""), @r#"
    error: unknown value `word`
      --> loopwright.toml:38:16
       |
    38 | chunk = { by = "word", size = 60, overlap = 0 }
       |                ^^^^^^
    hint: did you mean `words`?
    "#);
}

#[test]
fn a_value_of_the_wrong_kind_is_underlined() {
    insta::assert_snapshot!(toml("trials = 5", "trials = \"five\""), @r#"
    error: invalid type: string "five", expected a whole number
      --> loopwright.toml:53:10
       |
    53 | trials = "five"
       |          ^^^^^^
    "#);
    insta::assert_snapshot!(toml("[gate]", "[gate"), @r"
    error: unclosed table, expected `]`
      --> loopwright.toml:61:6
       |
    61 | [gate
       |      ^
    ");
}

#[test]
fn a_number_out_of_range_is_underlined() {
    insta::assert_snapshot!(toml("size = 60", "size = 6"), @r#"
    error: `size` is 6; it must be from 10 to 5000
      --> loopwright.toml:38:32
       |
    38 | chunk = { by = "words", size = 6, overlap = 0 }
       |                                ^
    "#);
    insta::assert_snapshot!(toml("margin = 0.05", "margin = 0"), @r"
    error: `margin` is 0; it must be above 0 and below 1
      --> loopwright.toml:62:10
       |
    62 | margin = 0
       |          ^
    ");
    insta::assert_snapshot!(toml("# perturbations", "perturbations = [\"ants(3)\", \"bees\"]\n#"), @r#"
    error: `bees` is not a perturbation
      --> loopwright.toml:57:29
       |
    57 | perturbations = ["ants(3)", "bees"]
       |                             ^^^^^^
    hint: write a name and a dose, such as `ants(3)`
    "#);
}

#[test]
fn a_name_that_is_not_there_suggests_one_that_is() {
    insta::assert_snapshot!(toml("knowledge = \"handbook\"", "knowledge = \"handbok\""), @r#"
    error: there is no knowledge `handbok`
      --> loopwright.toml:16:13
       |
    16 | knowledge = "handbok"
       |             ^^^^^^^^^
    hint: did you mean `handbook`?
    "#);
    insta::assert_snapshot!(toml("agent = \"support\"", "agent = \"sales\""), @r#"
    error: there is no agent `sales`
      --> loopwright.toml:51:9
       |
    51 | agent = "sales"
       |         ^^^^^^^
    hint: there is only `support`
    "#);
    insta::assert_snapshot!(toml("model = \"standin:small\"", "model = \"standin:tiny\""), @r#"
    error: the stand-in has no profile `tiny`; it has `nano`, `small`, `mid`, `large`
      --> loopwright.toml:12:9
       |
    12 | model = "standin:tiny"
       |         ^^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_file_that_is_not_there_suggests_one_that_is() {
    insta::assert_snapshot!(toml("prompts/support.md", "prompts/suport.md"), @r#"
    error: there is no file `prompts/suport.md`
      --> loopwright.toml:15:16
       |
    15 | instructions = "prompts/suport.md"
       |                ^^^^^^^^^^^^^^^^^^^
    hint: did you mean `prompts/support.md`?
    "#);
    insta::assert_snapshot!(toml("worlds/bookings.sql", "../worlds/bookings.sql"), @r#"
    error: `../worlds/bookings.sql` leads out of the project
      --> loopwright.toml:47:9
       |
    47 | world = "../worlds/bookings.sql"
       |         ^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(toml("docs/**/*.md", "doc/**/*.md"), @r#"
    error: the knowledge `handbook` has no document
      --> loopwright.toml:37:11
       |
    37 | sources = ["doc/**/*.md"]
       |           ^^^^^^^^^^^^^^^
    hint: name files, or a pattern such as `docs/**/*.md`
    "#);
}

#[test]
fn a_secret_is_refused_and_not_shown() {
    let shown = toml("instructions =", "api_key = \"sk-12345\"\ninstructions =");
    assert!(!shown.contains("12345"), "{shown}");
    insta::assert_snapshot!(shown, @r"
    error: `api_key` looks like a secret
      --> loopwright.toml:15:11
       |
    15 | api_key = **********
       |           ^^^^^^^^^^
    hint: secrets come from the environment, or from a file that a variable such as `OPENAI_API_KEY_FILE` names; take it out of this file, and out of its history
    ");
}

#[test]
fn a_slip_in_a_layer_is_found_before_it_is_needed() {
    insta::assert_snapshot!(toml("trials = 2", "trails = 2"), @r"
    error: unknown key `trails`
      --> loopwright.toml:70:1
       |
    70 | trails = 2
       | ^^^^^^
    hint: did you mean `trials`?
    ");
}

#[test]
fn tools_have_their_own_file_and_place() {
    insta::assert_snapshot!(broken("tools/bookings.toml", "effect = \"read\"", "effect = \"reads\""), @r#"
    error: unknown value `reads`
     --> tools/bookings.toml:8:10
      |
    8 | effect = "reads"
      |          ^^^^^^^
    hint: did you mean `read`?
    "#);
    insta::assert_snapshot!(broken("tools/bookings.toml", "name = \"cancel_booking\"", "name = \"find_booking\""), @r#"
    error: `tools/bookings.toml` has a tool `find_booking` already
      --> tools/bookings.toml:17:8
       |
    17 | name = "find_booking"
       |        ^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(broken("tools/bookings.toml", "empty =", "emtpy ="), @r#"
    error: unknown key `emtpy`
      --> tools/bookings.toml:10:1
       |
    10 | emtpy = "no booking has this number"
       | ^^^^^
    hint: did you mean `empty`?
    "#);
}

#[test]
fn a_case_has_its_own_line_and_place() {
    insta::assert_snapshot!(broken("cases/first.jsonl", "\"contains\": \"£28\"", "\"contain\": \"£28\""), @r#"
    error: unknown variant `contain`, expected one of `equals`, `contains`, `contains_all`, `contains_any`, `regex`, `number`
     --> cases/first.jsonl:2:112
      |
    2 | {"key": "electric-day", "input": "How much is an electric bicycle for the day?", "expect": {"answer": {"contain": "£28"}, "passages":...
      |                                                                                                                ^
    "#);
}

#[test]
fn an_attached_agent_has_an_endpoint_and_nothing_else() {
    let endpoint = "endpoint = { kind = \"openai\", base_url = \"http://127.0.0.1:1/v1\" }\nmodel_is_gone =";
    insta::assert_snapshot!(toml("model = \"standin:small\"", &endpoint.replace("\nmodel_is_gone =", "")), @r#"
    error: an attached agent brings its own `instructions`
      --> loopwright.toml:15:16
       |
    15 | instructions = "prompts/support.md"
       |                ^^^^^^^^^^^^^^^^^^^^
    hint: take this key out, or give the agent a `model` in place of its `endpoint`
    "#);
    let both = "model = \"standin:small\"\nendpoint = { kind = \"command\", command = [\"a\"] }";
    insta::assert_snapshot!(toml("model = \"standin:small\"", both), @r#"
    error: the agent `support` has both a `model` and an `endpoint`
      --> loopwright.toml:13:12
       |
    13 | endpoint = { kind = "command", command = ["a"] }
       |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: a native agent has a `model`, an attached one an `endpoint`
    "#);
}

#[test]
fn a_key_of_an_attached_agent_is_named_and_never_held() {
    let first = |endpoint: &str, more: &str| {
        let added = format!("[agent.other]\nendpoint = {{ {endpoint}, {more} }}\n\n[agent.support]");
        toml("[agent.support]", &added).lines().next().unwrap_or_default().to_owned()
    };
    let server = "kind = \"openai\", base_url = \"http://127.0.0.1:1/v1\", model = \"m\"";
    assert_eq!(first(server, "key = \"sk-1\""), "error: `key` looks like a secret");
    assert_eq!(first(server, "headers = { x-api-key = \"sk-1\" }"), "error: `x-api-key` looks like a secret");
    assert!(first(server, "key_variable = \"sk-1\"").ends_with("the key itself never stands here"));
    assert!(first(server, "key_header = \"x-desk\"").ends_with("name its variable in `key_variable`"));
    let program = "kind = \"command\", command = [\"a\"]";
    assert!(first(program, "key_variable = \"A\"").ends_with("of the kind `command` has no `key_variable`"));
}

#[test]
fn no_project_says_how_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let error = project::discover(folder.path()).unwrap_err();
    let shown = anstream::adapter::strip_str(&Fault::from(error).render()).to_string();
    insta::assert_snapshot!(shown.replace(&folder.path().display().to_string(), "[FOLDER]"), @r"
    error: there is no `loopwright.toml` in `[FOLDER]` or above
    hint: `loopwright init` makes a project that runs at once
    ");
    let (_folder, root) = made();
    let error = project::load(&root, Some("quikc")).unwrap_err();
    insta::assert_snapshot!(anstream::adapter::strip_str(&Fault::from(error).render()).to_string(), @r"
    error: `loopwright.toml` has no profile `quikc`
    hint: did you mean `quick`?
    ");
}
