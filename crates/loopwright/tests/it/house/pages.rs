//! That pages say what is there: commands, links, and tests by their names.

use std::collections::BTreeSet;

use super::expect_none;
use super::tree::{File, files, root};

/// Commands without a heading of their own on the page of the command line.
fn undescribed(commands: &[&str], page: &str) -> Vec<String> {
    let headings: BTreeSet<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let missing = commands.iter().filter(|name| !headings.contains(format!("`{name}`").as_str()));
    missing.map(|name| format!("`{name}` is not on the page of the command line")).collect()
}

/// Links of a page that lead nowhere within the repository.
fn broken_links(page: &File, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let targets = page.text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let inner = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    let files = inner.map(|target| target.split('#').next().unwrap_or_default());
    let broken = files.filter(|target| !exists(&format!("{folder}/{target}")));
    broken.map(|target| format!("{}: the link to `{target}` leads nowhere", page.path)).collect()
}

/// Tests that a page says hold something: the names in backticks after "held by", to the end of the parenthesis.
fn named_tests(text: &str) -> Vec<&str> {
    let claims = text.split("(held by ").skip(1).filter_map(|rest| rest.split_once(')')).map(|(claim, _)| claim);
    claims.flat_map(|claim| claim.split('`').skip(1).step_by(2)).collect()
}

/// Files that a page names in backticks, by a path from the top.
fn named_files(text: &str) -> Vec<&str> {
    let in_backticks = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    in_backticks.filter(|name| name.starts_with("crates/") && !name.contains(['*', '<', ' '])).collect()
}

fn is_page(file: &File) -> bool {
    file.path.ends_with(".md") && (!file.path.contains('/') || file.path.starts_with("docs/"))
}

#[test]
fn every_command_is_on_its_page() {
    let cli = loopwright::cli::command();
    let shown = cli.get_subcommands().filter(|command| !command.is_hide_set());
    let names: Vec<&str> = shown.map(|command| command.get_name()).collect();
    assert!(names.contains(&"eval"), "{names:?}");
    let page = std::fs::read_to_string(root().join("docs/reference/cli.md")).unwrap();
    expect_none(undescribed(&names, &page));
}

#[test]
fn every_link_leads_somewhere() {
    let (files, root) = (files(), root());
    let pages: Vec<&File> = files.iter().filter(|file| is_page(file)).collect();
    assert!(pages.iter().any(|page| page.path == "README.md"));
    let exists = |path: &str| root.join(path.trim_start_matches('/')).exists();
    expect_none(pages.into_iter().flat_map(|page| broken_links(page, exists)).collect());
}

#[test]
fn the_architecture_names_what_is_there() {
    let files = files();
    let page = files.iter().find(|file| file.path == "ARCHITECTURE.md").unwrap();
    let tests = named_tests(&page.text);
    assert!(tests.len() > 10, "{tests:?}");
    let is_test = |name: &&str| files.iter().any(|file| file.is_rust() && file.text.contains(&format!("fn {name}(")));
    let gone = tests.into_iter().filter(|name| !is_test(name)).map(|name| format!("there is no test `{name}`"));
    let missing = named_files(&page.text).into_iter().filter(|path| !root().join(path).exists());
    expect_none(gone.chain(missing.map(|path| format!("there is no `{path}`"))).collect());
}

#[test]
fn what_pages_leave_out_is_found() {
    assert_eq!(undescribed(&["eval", "gate"], "# All\n\n## `eval`\n\n`gate`\n").len(), 1);
    let page = File::new("docs/a.md", "[b](b.md#part), [c](../c.md), [d](https://d.example), [e](#e)");
    assert!(broken_links(&page, |path| path == "docs/b.md" || path == "docs/../c.md").is_empty());
    assert_eq!(broken_links(&page, |_| false).len(), 2);
    let text = "**So it is** (held by `one_test` and\n`another`). Not `this` one.";
    assert_eq!(named_tests(text), ["one_test", "another"]);
    assert_eq!(named_files("`crates/a/src/b.rs`, `crates/*/c`, `d`"), ["crates/a/src/b.rs"]);
}
