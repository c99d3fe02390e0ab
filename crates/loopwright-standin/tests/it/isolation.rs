//! The request is all there is: nothing else can be reached.

use std::path::{Path, PathBuf};

/// What gives code something besides its arguments. `Duration` is a number; `Instant` and `SystemTime` are clocks.
const AMBIENT: [&str; 24] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::io",
    "std::process",
    "std::thread",
    "std::os",
    "Instant",
    "SystemTime",
    "static mut",
    "OnceLock",
    "OnceCell",
    "LazyLock",
    "LazyCell",
    "thread_local",
    "Mutex",
    "RwLock",
    "Atomic",
    "RefCell",
    "include_str!",
    "include_bytes!",
    "env!",
    "RandomState",
    "extern ",
];

/// Words that only someone who knows the answers, or the experiment, would use.
const INSIDE: [&str; 6] = ["loopwright_eval", "CaseKey", "Expectation", "GoldPassage", "Split", "vault"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The code of a file, without its comments and its own tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn found(text: &str, words: &[&'static str]) -> Vec<&'static str> {
    let code = code(text);
    words.iter().copied().filter(|word| code.contains(word)).collect()
}

#[test]
fn the_manifest_names_the_core_and_no_other_room() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, dependencies) = manifest.split_once("[dependencies]").unwrap();
    let dependencies = dependencies.split("\n[").next().unwrap();
    let mut names: Vec<&str> = dependencies.lines().filter_map(|line| line.split(['.', ' ', '=']).next()).collect();
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    assert_eq!(names, ["loopwright-core", "rand_core", "rand_xoshiro", "serde", "serde_json"]);
    assert!(!manifest.contains("build =") && !manifest.contains("[build-dependencies]"));
}

#[test]
fn the_sources_use_nothing_from_outside() {
    let files = sources(&root().join("src"));
    assert!(files.len() > 20, "the sources were not found");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(found(&text, &AMBIENT), [""; 0], "{}", file.display());
        assert_eq!(found(&text, &INSIDE), [""; 0], "{}", file.display());
    }
}

#[test]
fn the_search_would_find_something() {
    assert_eq!(found("use std::fs::read;\n// std::net\nstatic mut A: u8 = 0;", &AMBIENT), ["std::fs", "static mut"]);
    assert_eq!(found("fn f(split: Split) {}\n#[cfg(test)]\nmod tests { use CaseKey; }", &INSIDE), ["Split"]);
}
