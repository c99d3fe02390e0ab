//! Runs the binary in a folder and shows what came of it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// `loopwright` with these arguments in `folder`, without an environment.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    #[expect(clippy::disallowed_methods, reason = "the tests start the binary that they test")]
    let mut command = Command::new(env!("CARGO_BIN_EXE_loopwright"));
    command.args(arguments).current_dir(folder).env_clear();
    command
}

/// Exit code, standard output and standard error of `loopwright` with these arguments in `folder`.
pub(crate) fn loopwright(folder: &Path, arguments: &[&str]) -> String {
    loopwright_reading(folder, arguments, "")
}

/// The same, of one that reads `input` from a pipe.
pub(crate) fn loopwright_reading(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut command = command(folder, arguments);
    command.env("COLUMNS", "100");
    #[expect(clippy::disallowed_methods, reason = "agents that are programs are found by it")]
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that reads nothing may have ended already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&folder.display().to_string(), "[FOLDER]");
    let code = output.status.code().unwrap();
    let mut shown = format!("exit {code}\n");
    for (name, stream) in [("stdout", text(output.stdout)), ("stderr", text(output.stderr))] {
        if !stream.is_empty() {
            shown.push_str(&format!("--- {name}\n{}\n", stream.trim_end()));
        }
    }
    // Help ends some lines in blanks, which editors strip from the snapshots.
    shown.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// What the only document of `shown`, which is called `kind`, holds.
pub(crate) fn data(shown: &str, kind: &str) -> serde_json::Value {
    let (_, stdout) = shown.split_once("--- stdout\n").unwrap_or_else(|| panic!("{shown}"));
    let text = stdout.split_once("\n--- stderr").map_or(stdout, |(text, _)| text);
    let mut document: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{shown}"));
    assert_eq!((&document["format"], &document["kind"]), (&"loopwright/1".into(), &kind.into()), "{shown}");
    document["data"].take()
}

/// Writes `text` to the file `name` in `folder`.
pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

/// A new folder with the project of `init` in it, under a real path.
pub(crate) fn project() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap().join("shop");
    std::fs::create_dir(&root).unwrap();
    let shown = loopwright(&root, &["init", "--quiet"]);
    assert!(shown.starts_with("exit 0\n"), "{shown}");
    (folder, root)
}
