//! How long files and functions may grow, and that each crate begins by saying what it is for.

use super::expect_none;
use super::tree::{File, files};

/// Lines of a file. The longest have some 400; one that passes this holds two things.
const LONGEST_FILE: usize = 500;

/// Lines of a function, outside of tests.
const LONGEST_FUNCTION: usize = 60;

fn too_long(file: &File) -> Option<String> {
    let lines = file.text.lines().count();
    (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines; at most {LONGEST_FILE}", file.path))
}

/// Functions of `file` that are too long. rustfmt ends a function with a brace in the column in which it began.
fn long_functions(file: &File) -> Vec<String> {
    let lines: Vec<&str> = file.text.lines().collect();
    let begins = lines.iter().enumerate().filter(|(_, line)| is_function(line));
    let found = begins.filter_map(|(begin, line)| {
        let indent = line.len() - line.trim_start().len();
        let closes = |line: &&str| line.len() - line.trim_start().len() <= indent && line.trim_start().starts_with('}');
        let is_whole = line.ends_with(['}', ';']);
        let length = if is_whole { 1 } else { lines[begin..].iter().take_while(|line| !closes(line)).count() + 1 };
        (length > LONGEST_FUNCTION).then(|| format!("{}:{}: a function of {length} lines", file.path, begin + 1))
    });
    found.collect()
}

/// The line of a function that has a body of its own: those of traits may end without one.
fn is_function(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let place = words.iter().position(|word| *word == "fn");
    place.is_some_and(|place| {
        words[..place]
            .iter()
            .all(|word| word.starts_with("pub") || word.ends_with(')') || ["const", "async", "extern"].contains(word))
    })
}

/// A crate's `lib.rs` begins with a whole sentence about it.
fn unsaid(file: &File) -> Option<String> {
    let comment = file.text.lines().map_while(|line| line.strip_prefix("//!"));
    let first: Vec<&str> = comment.map(str::trim).take_while(|line| !line.is_empty()).collect();
    let first = first.join(" ");
    let is_said = first.chars().next().is_some_and(char::is_uppercase) && first.ends_with(['.', ':']);
    (!is_said).then(|| format!("{}: it must begin with a `//!` sentence that says what the crate is for", file.path))
}

fn is_product(file: &File) -> bool {
    file.is_rust() && file.path.contains("/src/")
}

/// A trait's methods without a body look as if they went on to the end of the trait.
fn has_bodies(file: &File) -> bool {
    !file.path.starts_with("crates/loopwright-core/src/port/")
}

#[test]
fn no_file_is_too_long() {
    expect_none(files().iter().filter(|file| file.is_rust()).filter_map(too_long).collect());
}

#[test]
fn no_function_is_too_long() {
    let files = files();
    expect_none(files.iter().filter(|file| is_product(file) && has_bodies(file)).flat_map(long_functions).collect());
}

#[test]
fn each_crate_says_what_it_is_for() {
    let files = files();
    let crates = files.iter().filter(|file| file.path.ends_with("/src/lib.rs"));
    let crates: Vec<&File> = crates.collect();
    assert!(crates.len() > 10, "{} crates alone were found", crates.len());
    expect_none(crates.into_iter().filter_map(unsaid).collect());
}

#[test]
fn what_is_too_long_is_found() {
    assert!(too_long(&File::new("a.rs", &"x\n".repeat(501))).is_some());
    assert!(too_long(&File::new("a.rs", &"x\n".repeat(500))).is_none());
    let function =
        |lines: usize| format!("impl A {{\n    pub(crate) fn b(\n{}    }}\n}}\n", "        c;\n".repeat(lines));
    assert_eq!(long_functions(&File::new("a.rs", &function(59))), ["a.rs:2: a function of 61 lines"]);
    assert!(long_functions(&File::new("a.rs", &function(58))).is_empty());
    assert!(long_functions(&File::new("a.rs", "// a fn of words\nfn a() {}\nlet fn_b = 1;\n")).is_empty());
}

#[test]
fn a_crate_that_says_nothing_is_found() {
    assert!(unsaid(&File::new("lib.rs", "mod a;")).is_some());
    assert!(unsaid(&File::new("lib.rs", "//! placeholder\n")).is_some());
    assert!(unsaid(&File::new("lib.rs", "//! Only half of what\n\nmod a;")).is_some());
    assert!(unsaid(&File::new("lib.rs", "//! The whole of what\n//! it does.\n\nmod a;")).is_none());
}
