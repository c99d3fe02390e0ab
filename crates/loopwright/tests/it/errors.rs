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
    insta::assert_snapshot!(toml("trials = 5", "trails = 5"), @"");
    insta::assert_snapshot!(toml("by = \"words\"", "by = \"word\""), @"");
}

#[test]
fn a_value_of_the_wrong_kind_is_underlined() {
    insta::assert_snapshot!(toml("trials = 5", "trials = \"five\""), @"");
    insta::assert_snapshot!(toml("[gate]", "[gate"), @"");
}

#[test]
fn a_number_out_of_range_is_underlined() {
    insta::assert_snapshot!(toml("size = 60", "size = 6"), @"");
    insta::assert_snapshot!(toml("margin = 0.05", "margin = 0"), @"");
    insta::assert_snapshot!(toml("# perturbations", "perturbations = [\"ants(3)\", \"bees\"]\n#"), @"");
}

#[test]
fn a_name_that_is_not_there_suggests_one_that_is() {
    insta::assert_snapshot!(toml("knowledge = \"handbook\"", "knowledge = \"handbok\""), @"");
    insta::assert_snapshot!(toml("agent = \"support\"", "agent = \"sales\""), @"");
    insta::assert_snapshot!(toml("model = \"standin:small\"", "model = \"standin:tiny\""), @"");
}

#[test]
fn a_file_that_is_not_there_suggests_one_that_is() {
    insta::assert_snapshot!(toml("prompts/support.md", "prompts/suport.md"), @"");
    insta::assert_snapshot!(toml("worlds/bookings.sql", "../worlds/bookings.sql"), @"");
    insta::assert_snapshot!(toml("docs/**/*.md", "doc/**/*.md"), @"");
}

#[test]
fn a_secret_is_refused_and_not_shown() {
    let shown = toml("instructions =", "api_key = \"sk-12345\"\ninstructions =");
    assert!(!shown.contains("12345"), "{shown}");
    insta::assert_snapshot!(shown, @"");
}

#[test]
fn a_slip_in_a_layer_is_found_before_it_is_needed() {
    insta::assert_snapshot!(toml("trials = 2", "trails = 2"), @"");
}

#[test]
fn tools_have_their_own_file_and_place() {
    insta::assert_snapshot!(broken("tools/bookings.toml", "effect = \"read\"", "effect = \"reads\""), @"");
    insta::assert_snapshot!(broken("tools/bookings.toml", "name = \"cancel_booking\"", "name = \"find_booking\""), @"");
    insta::assert_snapshot!(broken("tools/bookings.toml", "empty =", "emtpy ="), @"");
}

#[test]
fn a_case_has_its_own_line_and_place() {
    insta::assert_snapshot!(broken("cases/first.jsonl", "\"contains\": \"£28\"", "\"contain\": \"£28\""), @"");
}

#[test]
fn an_attached_agent_has_an_endpoint_and_nothing_else() {
    let endpoint = "endpoint = { kind = \"openai\", base_url = \"http://127.0.0.1:1/v1\" }\nmodel_is_gone =";
    insta::assert_snapshot!(toml("model = \"standin:small\"", &endpoint.replace("\nmodel_is_gone =", "")), @"");
    let both = "model = \"standin:small\"\nendpoint = { kind = \"command\", command = [\"a\"] }";
    insta::assert_snapshot!(toml("model = \"standin:small\"", both), @"");
}

#[test]
fn no_project_says_how_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    let error = project::discover(folder.path()).unwrap_err();
    let shown = anstream::adapter::strip_str(&Fault::from(error).render()).to_string();
    insta::assert_snapshot!(shown.replace(&folder.path().display().to_string(), "[FOLDER]"), @"");
    let (_folder, root) = made();
    let error = project::load(&root, Some("quikc")).unwrap_err();
    insta::assert_snapshot!(anstream::adapter::strip_str(&Fault::from(error).render()).to_string(), @"");
}
