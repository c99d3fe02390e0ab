use std::path::Path;

use crate::binary::{loopwright, write};

#[test]
fn the_reference_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shown = loopwright(&root, &["docs", "--check"]);
    assert!(shown.starts_with("exit 0\n"), "{shown}\nrun `cargo run -p loopwright -- docs`");
}

#[test]
fn writes_what_is_missing_and_finds_what_is_stale() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["docs"]), @r"
    exit 0
    --- stdout
    loopwright.schema.json, environment.md, cli.md, metrics.md, perturbations.md, findings.md, techniques.md
    ");
    insta::assert_snapshot!(loopwright(folder.path(), &["docs", "--check"]), @r"
    exit 0
    --- stdout
    up to date
    ");
    write(folder.path(), "docs/reference/cli.md", "old");
    insta::assert_snapshot!(loopwright(folder.path(), &["docs", "--check"]), @r"
    exit 2
    --- stdout
    cli.md
    --- stderr
    error: these pages of `docs/reference` are not up to date: cli.md
    hint: run `loopwright docs` and commit what it writes
    ");
}

#[test]
fn the_schema_knows_the_keys() {
    let schema: serde_json::Value = serde_json::from_str(&loopwright::project::schema().unwrap()).unwrap();
    let suite = &schema["$defs"]["SuiteTable"];
    assert_eq!(suite["additionalProperties"], false);
    assert_eq!(suite["required"], serde_json::json!(["agent", "cases"]));
    assert_eq!(suite["properties"]["trials"]["description"], "Trials of each case, 1 to 1000; 5 when absent.");
    assert_eq!(schema["$defs"]["ChunkTable"]["properties"]["by"]["enum"][1], "heading");
}
