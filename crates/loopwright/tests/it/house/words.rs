//! Words that stand in no file, and names that no file has.

use super::expect_none;
use super::tree::{File, files};

/// A word that stands nowhere, with the reason.
struct Word {
    text: &'static str,
    why: &'static str,
    place: Place,
}

/// Where a word is looked for.
#[derive(PartialEq)]
enum Place {
    /// In every file.
    Everywhere,
    /// In every file but tests.
    ProductOnly,
    /// In every file, whatever its case.
    AnyCase,
}

const WORDS: &[Word] = &[
    word("/root/", "it is a path of one machine", Place::Everywhere),
    word("/Users/", "it is a path of one machine", Place::Everywhere),
    word("/home/", "it is a path of one machine", Place::Everywhere),
    word("/tmp/", "it is a path of one machine; ask for a folder", Place::ProductOnly),
    word("TODO", "it belongs in the tracker, or is done now", Place::Everywhere),
    word("FIXME", "it belongs in the tracker, or is done now", Place::Everywhere),
    word("XXX", "it belongs in the tracker, or is done now", Place::Everywhere),
    word("#[allow(", "`#[expect(…, reason = \"…\")]` tells when it is no longer needed", Place::Everywhere),
    word("#![allow(", "`#![expect(…, reason = \"…\")]` tells when it is no longer needed", Place::Everywhere),
    word("#[ignore", "a test that is not run proves nothing", Place::Everywhere),
    word("#[should_panic", "it passes for any panic; look at what is returned", Place::Everywhere),
    word("blazing", "say how fast, and on what", Place::AnyCase),
    word("simply", "whoever reads it decides whether it is simple", Place::AnyCase),
    word("effortless", "whoever reads it decides whether it is", Place::AnyCase),
    word("seamless", "say what was done", Place::AnyCase),
    word("leverage", "it is called use", Place::AnyCase),
    word("cutting-edge", "say what is new", Place::AnyCase),
    word("state-of-the-art", "say compared with what", Place::AnyCase),
    word("world-class", "say compared with what", Place::AnyCase),
];

/// Names that say nothing of what a file holds.
const NAMES: [&str; 8] = ["common", "helper", "helpers", "imp", "manager", "misc", "util", "utils"];

/// This list itself, and the texts of the shop in the demo, which speak as a shop does.
const LEFT_OUT: [&str; 2] = ["crates/loopwright/tests/it/house/words.rs", "crates/loopwright/demo/docs/"];

const fn word(text: &'static str, why: &'static str, place: Place) -> Word {
    Word { text, why, place }
}

fn forbidden(file: &File) -> Vec<String> {
    let lines = file.text.lines().enumerate();
    let found = lines.flat_map(|(index, line)| {
        let here = WORDS.iter().filter(|word| word.place != Place::ProductOnly || !is_test(&file.path));
        let here = here.filter(|word| stands_in(word, line)).collect::<Vec<_>>();
        here.into_iter().map(move |word| format!("{}:{}: `{}`: {}", file.path, index + 1, word.text, word.why))
    });
    found.collect()
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/")
}

/// Whether the word begins a word of the line: `blazingly` does for `blazing`.
fn stands_in(word: &Word, line: &str) -> bool {
    let (line, text) = match word.place {
        Place::AnyCase => (line.to_lowercase(), word.text.to_lowercase()),
        _ => (line.to_owned(), word.text.to_owned()),
    };
    let is_letter = |end: Option<char>| end.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let begins_with_letter = text.starts_with(char::is_alphanumeric);
    line.match_indices(&text).any(|(at, _)| !(begins_with_letter && is_letter(line[..at].chars().next_back())))
}

fn misnamed(file: &File) -> Option<String> {
    let is_bad = NAMES.contains(&file.stem());
    is_bad.then(|| format!("{}: name it after the one thing that it holds", file.path))
}

#[test]
fn no_file_holds_a_forbidden_word() {
    let files = files();
    let searched = files.iter().filter(|file| !LEFT_OUT.iter().any(|path| file.path.starts_with(path)));
    expect_none(searched.flat_map(forbidden).collect());
}

#[test]
fn every_file_is_named_after_what_it_holds() {
    expect_none(files().iter().filter_map(misnamed).collect());
}

#[test]
fn forbidden_words_are_found() {
    let found = |path: &str, text: &str| forbidden(&File::new(path, text)).len();
    for word in WORDS {
        assert_eq!(found("crates/a/src/b.rs", &format!("one\na {} b", word.text)), 1, "{}", word.text);
    }
    assert_eq!(found("README.md", "A Blazingly fast tool"), 1);
    assert_eq!(found("crates/a/tests/it/b.rs", "/tmp/a"), 0, "tests may name what they are given");
    assert_eq!(found("crates/a/src/b.rs", "no_TODO, autosimply and a framework/"), 0);
    assert_eq!(forbidden(&File::new("a.md", "\nTODO")), ["a.md:2: `TODO`: it belongs in the tracker, or is done now"]);
}

#[test]
fn names_that_say_nothing_are_found() {
    assert!(misnamed(&File::new("crates/a/src/utils.rs", "")).is_some());
    assert!(misnamed(&File::new("crates/a/src/common/mod.rs", "")).is_none());
    assert!(misnamed(&File::new("crates/a/src/util_rate.rs", "")).is_none());
}
