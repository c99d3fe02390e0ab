//! Who may know whom. A new arrow is a change of architecture: it changes this table and ARCHITECTURE.md, in a commit of
//! its own.
//!
//! Arrows are what a crate needs to be built and to run. What its tests use is no arrow: no product code can come in that
//! way, and a test may well put two rooms beside each other that must not know each other.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata};

use super::expect_none;
use super::manifests::metadata;
use super::tree::{File, files};

/// Each room, and the rooms that it may know.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("stats", &["core"]),
    ("standin", &["core"]),
    ("store", &["core"]),
    ("model", &["standin", "core"]),
    ("exchange", &["core"]),
    ("knowledge", &["model", "core"]),
    ("report", &["stats", "core"]),
    ("agent", &["knowledge", "model", "core"]),
    ("eval", &["agent", "knowledge", "model", "report", "stats", "core"]),
    ("improve", &["eval", "agent", "knowledge", "model", "report", "stats", "core"]),
    ("serve", &["agent", "knowledge", "model", "report", "exchange", "core"]),
    (
        "loopwright",
        &[
            "core",
            "stats",
            "standin",
            "store",
            "model",
            "exchange",
            "knowledge",
            "report",
            "agent",
            "eval",
            "improve",
            "serve",
        ],
    ),
];

/// Arrows that are allowed and that nobody has needed yet. Every other one must be there: a room that no longer needs what
/// it was allowed has changed its job.
const NOT_YET_NEEDED: &[(&str, &str)] =
    &[("knowledge", "model"), ("report", "stats"), ("serve", "exchange"), ("loopwright", "standin")];

/// What only some rooms may build on, because it is their one job.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("clap", &["loopwright"]),
    ("anstream", &["loopwright"]),
    ("indicatif", &["loopwright"]),
    ("annotate-snippets", &["loopwright"]),
    ("getrandom", &["loopwright"]),
    ("toml_edit", &["loopwright"]),
    ("rusqlite", &["store", "agent"]),
    ("reqwest", &["model", "agent"]),
    ("rustls", &["model"]),
    ("rustix", &["agent", "loopwright"]),
    ("axum", &["serve"]),
];

/// Rooms that compute and reach nothing: neither files, nor the network, nor the environment, nor a runtime.
const PURE: [&str; 6] = ["core", "stats", "standin", "knowledge", "report", "exchange"];

/// What reaches out of the process.
const REACHES_OUT: [&str; 6] = ["tokio", "reqwest", "rusqlite", "walkdir", "tempfile", "getrandom"];

/// The same, in the standard library.
const STANDARD_REACH: [&str; 6] = ["std::fs", "std::net", "std::env", "std::process", "std::thread", "std::io::std"];

type Arrow = (String, String);

/// The arrows of `metadata` from each crate to whatever it needs.
fn arrows(metadata: &Metadata) -> BTreeSet<Arrow> {
    let packages = metadata.packages.iter();
    let needed = packages.flat_map(|package| {
        let needed = package.dependencies.iter().filter(|needed| needed.kind != DependencyKind::Development);
        needed.map(|needed| (room(&package.name), room(&needed.name)))
    });
    needed.collect()
}

/// The name of a room without that of the product.
fn room(name: &str) -> String {
    name.strip_prefix("loopwright-").unwrap_or(name).to_owned()
}

fn allowed() -> BTreeSet<Arrow> {
    let of = |(from, to): &(&str, &[&str])| to.iter().map(|to| arrow(from, to)).collect::<Vec<_>>();
    MAY_KNOW.iter().flat_map(of).collect()
}

fn arrow(from: &str, to: &str) -> Arrow {
    (from.to_owned(), to.to_owned())
}

fn astray(drawn: &BTreeSet<Arrow>, allowed: &BTreeSet<Arrow>, not_yet: &BTreeSet<Arrow>) -> Vec<String> {
    let rooms: BTreeSet<&str> = MAY_KNOW.iter().map(|(name, _)| *name).collect();
    let between = drawn.iter().filter(|(_, to)| rooms.contains(to.as_str()));
    let new = between.filter(|arrow| !allowed.contains(*arrow));
    let new = new.map(|(from, to)| format!("`{from}` may not know `{to}`"));
    let gone = allowed.iter().filter(|arrow| !drawn.contains(*arrow) && !not_yet.contains(*arrow));
    let gone = gone.map(|(from, to)| format!("`{from}` does not know `{to}` any more"));
    new.chain(gone).collect()
}

fn misplaced(drawn: &BTreeSet<Arrow>) -> Vec<String> {
    let only: BTreeMap<&str, &[&str]> = ONLY_IN.iter().copied().collect();
    let is_misplaced = |from: &str, to: &str| {
        only.get(to).is_some_and(|rooms| !rooms.contains(&from)) || (PURE.contains(&from) && REACHES_OUT.contains(&to))
    };
    let found = drawn.iter().filter(|(from, to)| is_misplaced(from, to));
    found.map(|(from, to)| format!("`{from}` may not build on `{to}`")).collect()
}

/// Where a pure room reaches out by the standard library, outside of its tests.
fn reaching(file: &File) -> Vec<String> {
    let is_pure = PURE.iter().any(|room| file.path.starts_with(&format!("crates/loopwright-{room}/src/")));
    let product = file.text.lines().enumerate().take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
    let reaches = product.filter(|(_, line)| is_pure && STANDARD_REACH.iter().any(|reach| line.contains(reach)));
    reaches.map(|(index, line)| format!("{}:{}: a pure room: {}", file.path, index + 1, line.trim())).collect()
}

#[test]
fn arrows_are_those_of_the_architecture() {
    let not_yet: BTreeSet<Arrow> = NOT_YET_NEEDED.iter().map(|(from, to)| arrow(from, to)).collect();
    assert!(not_yet.is_subset(&allowed()));
    expect_none(astray(&arrows(&metadata()), &allowed(), &not_yet));
}

#[test]
fn each_crate_has_a_place_in_the_architecture() {
    let there: BTreeSet<String> = metadata().packages.iter().map(|package| room(&package.name)).collect();
    let named: BTreeSet<String> = MAY_KNOW.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(there, named);
}

#[test]
fn rooms_build_only_on_what_is_their_job() {
    expect_none(misplaced(&arrows(&metadata())));
    expect_none(files().iter().flat_map(reaching).collect());
}

#[test]
fn arrows_astray_are_found() {
    let set = |arrows: &[(&str, &str)]| arrows.iter().map(|(from, to)| arrow(from, to)).collect::<BTreeSet<_>>();
    let allowed = set(&[("stats", "core"), ("store", "core")]);
    let found = |drawn: &[(&str, &str)], waiting: &[(&str, &str)]| astray(&set(drawn), &allowed, &set(waiting));
    let both = [("stats", "core"), ("store", "core"), ("store", "serde")];
    assert!(found(&both, &[]).is_empty());
    assert!(found(&[("stats", "core")], &[("store", "core")]).is_empty());
    assert_eq!(found(&[("stats", "core")], &[]), ["`store` does not know `core` any more"]);
    assert_eq!(found(&[both[0], both[1], ("core", "eval")], &[]), ["`core` may not know `eval`"]);
}

#[test]
fn what_is_misplaced_is_found() {
    let drawn = [arrow("eval", "clap"), arrow("core", "tokio"), arrow("agent", "tokio"), arrow("store", "rusqlite")];
    assert_eq!(misplaced(&drawn.into()), ["`core` may not build on `tokio`", "`eval` may not build on `clap`"]);
    let text = "use std::fs;\n#[cfg(test)]\nmod tests { use std::env; }\n";
    let at = |path: &str| reaching(&File::new(path, text));
    assert_eq!(at("crates/loopwright-core/src/a.rs"), ["crates/loopwright-core/src/a.rs:1: a pure room: use std::fs;"]);
    assert!(at("crates/loopwright-store/src/a.rs").is_empty());
}
