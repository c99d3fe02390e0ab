//! `import`: cases and recorded runs that were written elsewhere.

mod bfcl;
mod draft;
mod questions;
mod tau_bench;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use loopwright_core::{Case, SuiteName};
use loopwright_report::counted;
use serde_json::json;

use crate::cli::{ImportArgs, ImportFormat};
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::HINT;
use draft::Draft;

/// Most bytes of a file that is read.
const MOST: u64 = 256 << 20;

/// Reads the files, and writes what becomes of them.
pub(super) async fn run(args: ImportArgs, context: &Context) -> Result<Exit, Fault> {
    let misplaced = [
        ("--answers", args.answers.is_some(), args.from == ImportFormat::Bfcl),
        ("--agent", args.agent.is_some(), args.from == ImportFormat::Bfcl),
        ("--name", args.name.is_some(), args.from != ImportFormat::TauBench),
    ];
    if let Some((option, ..)) = misplaced.into_iter().find(|(_, is_given, is_known)| *is_given && !is_known) {
        return Err(Fault::usage(format!("`{option}` does not go with this format")));
    }
    match args.from {
        ImportFormat::Bfcl => bfcl::run(&args, context),
        ImportFormat::Questions => questions::run(&args, context),
        ImportFormat::TauBench => tau_bench::run(&args, context).await,
    }
}

/// Writes the suite `name` of `draft` and says so.
fn finish(draft: Draft, name: &SuiteName, cases: &[Case], context: &Context) -> Result<Exit, Fault> {
    let count = cases.len() as u64;
    let agent = draft.checked(name, count)?;
    let files = draft.write()?;
    let text: String = files.iter().map(|file| format!("{file}\n")).collect();
    let value = json!({"suite": name, "agent": agent, "cases": count, "files": files});
    context.printer.result(&text, &value)?;
    context.printer.say(&format!(
        "{} in the suite `{name}`, which measures `{agent}`\nnext: {HINT}loopwright eval {name}{HINT:#}",
        counted(count, "case", "cases")
    ));
    Ok(Exit::Ok)
}

/// The text of the file at `path`, as a person in `folder` names it.
fn read(folder: &Path, path: &Path) -> Result<String, Fault> {
    let shown = path.display();
    let fault = |message: String| Fault::usage(format!("`{shown}` cannot be read: {message}"));
    let file = File::open(folder.join(path)).map_err(|error| fault(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(MOST + 1).read_to_end(&mut bytes).map_err(|error| fault(error.to_string()))?;
    if bytes.len() as u64 > MOST {
        return Err(fault(format!("it is longer than {MOST} bytes")));
    }
    String::from_utf8(bytes)
        .map_err(|error| fault(format!("it is not UTF-8 text (byte {})", error.utf8_error().valid_up_to())))
}

/// The name of the suite: the one given, or that of the file, in letters that a key of TOML and a path can hold.
fn suite_name(args: &ImportArgs) -> Result<SuiteName, Fault> {
    let given = args.name.as_ref().map(|name| name.as_str().to_owned());
    let stem = args.files.first().and_then(|file| file.file_stem()).unwrap_or_default().to_string_lossy();
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let name: String = given.clone().unwrap_or_else(|| stem.into_owned()).chars().map(plain).collect();
    if given.as_ref().is_some_and(|given| *given != name) {
        return Err(Fault::usage("the name of an imported suite has letters, digits, `-` and `_` only"));
    }
    SuiteName::new(name).map_err(|error| Fault::usage(error).with_hint("name the suite with `--name`"))
}

/// Cases as lines of JSON.
fn lines(cases: &[Case]) -> Result<String, Fault> {
    let line = |case: &Case| serde_json::to_string(case).map(|line| line + "\n");
    cases.iter().map(line).collect::<Result<_, _>>().map_err(Fault::unexpected)
}

/// The names of the files, for a comment.
fn named(args: &ImportArgs) -> String {
    let name = |file: &std::path::PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.chars().filter(|c| !c.is_control()).collect::<String>()
    };
    args.files.iter().map(name).collect::<Vec<_>>().join(", ")
}
