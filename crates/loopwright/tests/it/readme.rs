//! What the pages tell people to type: it can be parsed, and what is marked as tested is run.

use std::path::{Path, PathBuf};

use clap::Parser as _;
use loopwright::cli::Cli;
use loopwright::exit::Exit;

use crate::binary::loopwright;

/// The pages that tell people to type something.
const PAGES: [&str; 5] =
    ["README.md", "CONTRIBUTING.md", "docs/attached-agents.md", "docs/concepts.md", "docs/guide.md"];

/// The two commands that are all the set-up there is.
const DEMO: &str = "cargo run --release --locked -- demo";
const TESTS: &str = "cargo test --workspace --locked";

/// Stands before a block whose commands are run, one after the other, from an empty folder.
const MARK: &str = "<!-- tested -->";

/// A fenced block of a page.
struct Block {
    kind: String,
    is_tested: bool,
    lines: Vec<String>,
}

fn page(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)).unwrap()
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = vec![];
    let (mut is_open, mut is_marked) = (false, false);
    for line in page.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(_) if is_open => is_open = false,
            Some(kind) => {
                blocks.push(Block { kind: kind.to_owned(), is_tested: is_marked, lines: vec![] });
                is_open = true;
            }
            None if is_open => blocks.last_mut().unwrap().lines.push(line.to_owned()),
            None => {}
        }
        is_marked = line.trim() == MARK;
    }
    blocks
}

/// The commands of a block: what follows the prompt, or a step of CI.
fn commands(block: &Block) -> Vec<String> {
    let typed = block.lines.iter().map(|line| line.trim_start());
    let commands = typed.filter_map(|line| match block.kind.as_str() {
        "console" => line.strip_prefix("$ "),
        "yaml" => Some(line.strip_prefix("run: ").unwrap_or(line)).filter(|line| line.starts_with("loopwright ")),
        _ => None,
    });
    commands.map(|line| line.split(" #").next().unwrap_or_default().trim().to_owned()).collect()
}

/// The words of one command, as a shell would split them; what it is piped into is left out.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![];
    for (index, part) in command.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(ToOwned::to_owned));
        }
    }
    let end = words.iter().position(|word| ["|", "\\", ">"].contains(&word.as_str())).unwrap_or(words.len());
    words.truncate(end);
    words
}

/// What is wrong with a command that a page tells people to type.
fn fault(command: &str) -> Option<String> {
    let words = words(command);
    match words.first().map(String::as_str) {
        Some("loopwright") => Cli::try_parse_from(&words).err().map(|error| format!("`{command}`: {error}")),
        Some("cargo" | "cd" | ".ci/run" | "fuzz/run") => None,
        _ => Some(format!("`{command}`: it is no command of this project")),
    }
}

/// Runs the marked commands of a page, from an empty folder.
fn run_marked(page: &str) -> usize {
    let start = tempfile::tempdir().unwrap();
    let mut folder: PathBuf = start.path().canonicalize().unwrap();
    let marked: Vec<String> = blocks(page).iter().filter(|block| block.is_tested).flat_map(commands).collect();
    for command in &marked {
        let words = words(command);
        let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        match words[0].as_str() {
            "cd" => folder.push(arguments[0]),
            "loopwright" => {
                let shown = loopwright(&folder, &arguments);
                assert!(shown.starts_with("exit 0\n"), "`{command}`: {shown}");
            }
            other => panic!("`{other}` cannot be run in a test"),
        }
    }
    marked.len()
}

#[test]
fn every_command_of_the_pages_can_be_typed() {
    let all: Vec<String> =
        PAGES.iter().flat_map(|name| blocks(&page(name))).flat_map(|block| commands(&block)).collect();
    assert!(all.len() > 30, "{} commands alone were found", all.len());
    let faults: Vec<String> = all.iter().filter_map(|command| fault(command)).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_quick_start_runs() {
    assert!(run_marked(&page("README.md")) > 3);
}

#[test]
fn the_guide_runs() {
    assert!(run_marked(&page("docs/guide.md")) > 6);
}

#[test]
fn two_commands_are_all_the_set_up_and_are_what_is_checked() {
    let readme = page("README.md");
    let first = blocks(&readme).first().map(commands).unwrap();
    assert_eq!(first, [DEMO, TESTS]);
    let check = page(".ci/run");
    assert!(check.lines().any(|line| line == TESTS), "{check}");
    assert!(check.lines().any(|line| line.starts_with(DEMO)), "{check}");
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let readme = page("README.md");
    for exit in Exit::ALL {
        let row = format!("| {} | {} |", exit.code(), exit.meaning());
        assert!(readme.contains(&row), "{row}");
    }
}

#[test]
fn commands_are_found_and_faults_in_them_told() {
    let text = "<!-- tested -->\n```console\n$ loopwright eval  # why\nits output\n```\n```yaml\nrun: loopwright gate | cat\n```\n";
    let blocks = blocks(text);
    assert_eq!(blocks.iter().map(|block| block.is_tested).collect::<Vec<_>>(), [true, false]);
    assert_eq!(blocks.iter().flat_map(commands).collect::<Vec<_>>(), ["loopwright eval", "loopwright gate | cat"]);
    assert_eq!(words("loopwright init --from \"node a.js\" \\"), ["loopwright", "init", "--from", "node a.js"]);
    assert!(fault("loopwright gate | cat").is_none());
    assert!(fault("loopwright evil").is_some());
    assert!(fault("loopwright eval --trails 3").is_some());
    assert!(fault("curl example.org").is_some());
}
