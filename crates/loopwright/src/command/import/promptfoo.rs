//! Configurations of promptfoo → agents, suites of cases with checks, and a list of what has no counterpart.

mod folder;
mod tables;

use std::path::{Path, PathBuf};

use loopwright_core::{Check, SuiteName};
use loopwright_eval::MetricKind;
use loopwright_exchange::{LeftOut, PromptfooImport, PromptfooSource, read_promptfoo};
use loopwright_report::counted;
use serde_json::{Value, json};

use super::draft::Draft;
use super::lines;
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::HINT;
use folder::ConfigFolder;

/// What a configuration is called by promptfoo, in the order in which it looks.
const NAMES: [&str; 3] = ["promptfooconfig.yaml", "promptfooconfig.yml", "promptfooconfig.json"];

/// The file in which what was left out is listed.
const LEFT_OUT: &str = "left-out.txt";

/// Lines of the list that are shown; the file has them all.
const SHOWN: usize = 20;

pub(super) fn run(args: &ImportArgs, context: &Context) -> Result<Exit, Fault> {
    let [given] = args.files.as_slice() else {
        return Err(Fault::usage("one configuration is imported at a time"));
    };
    let name = args.name.clone().map_or_else(|| SuiteName::new("promptfoo").map_err(Fault::unexpected), Ok)?;
    add(given, &name, Draft::open(context)?, context)
}

/// Whether `from`, as typed in `folder`, is a configuration of promptfoo.
pub(in crate::command) fn is_config(folder: &Path, from: &str) -> bool {
    let file = folder.join(from);
    let ending = file.extension().and_then(|ending| ending.to_str());
    let is_data = matches!(ending, Some("yaml" | "yml" | "json"));
    (is_data && file.is_file()) || (file.is_dir() && config(&file).is_some())
}

/// Makes the new project `name` of the configuration `from` in `root`.
pub(in crate::command) fn init(from: &str, name: &str, root: PathBuf, context: &Context) -> Result<Exit, Fault> {
    let draft = Draft::at(root, name)?;
    if !draft.is_new() {
        let fault = Fault::usage("there is a project already");
        return Err(fault.with_hint(format!("add to it with `loopwright import promptfoo {from}`")));
    }
    add(Path::new(from), &SuiteName::new("promptfoo").map_err(Fault::unexpected)?, draft, context)
}

/// The configuration that lies in `folder`.
fn config(folder: &Path) -> Option<&'static str> {
    NAMES.into_iter().find(|name| folder.join(name).is_file())
}

/// Adds what becomes of the configuration `given` to `draft`.
fn add(given: &Path, name: &SuiteName, mut draft: Draft, context: &Context) -> Result<Exit, Fault> {
    let import = read(given, name, context)?;
    if import.suites.is_empty() {
        list(&import.left_out, context);
        return Err(Fault::nothing(format!("no test of `{}` can be asked here", given.display())));
    }
    let named = given.display().to_string();
    tables::write(&import, name, &named, &mut draft)?;
    for suite in &import.suites {
        draft.file(&suite.name, "cases.jsonl", lines(&suite.cases)?)?;
    }
    if !import.left_out.is_empty() {
        let text: String = import.left_out.iter().map(|one| format!("{one}\n")).collect();
        draft.file(name, LEFT_OUT, text)?;
    }
    for suite in &import.suites {
        draft.checked(&suite.name, suite.cases.len() as u64)?;
    }
    finish(draft, &import, context)
}

fn read(given: &Path, name: &SuiteName, context: &Context) -> Result<PromptfooImport, Fault> {
    let whole = context.folder.join(given);
    let (folder, file) = if whole.is_dir() {
        let missing = || Fault::usage(format!("there is no `{}` in `{}`", NAMES[0], given.display()));
        (given.to_owned(), config(&whole).ok_or_else(missing)?.to_owned())
    } else {
        let file = given.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (given.parent().unwrap_or(Path::new("")).to_owned(), file)
    };
    let files = ConfigFolder::open(&context.folder, &folder)?;
    let shown = folder.display().to_string();
    let shown = shown.trim_end_matches('/');
    let shown = if shown == "." { "" } else { shown };
    Ok(read_promptfoo(&PromptfooSource { folder: &files, file: &file, shown, name, carries: &carries })?)
}

/// Why `check` cannot be carried out, when no metric does.
fn carries(check: &Check) -> Result<(), String> {
    let metric = MetricKind::named(&check.metric).and_then(|kind| kind.with(check.settings.clone()));
    // Faults of patterns draw a caret over several lines, and the list of what is left out has one for each entry.
    metric.map(drop).map_err(|error| error.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
}

fn list(left_out: &[LeftOut], context: &Context) {
    for one in left_out.iter().take(SHOWN) {
        context.printer.say(&format!("left out: {one}"));
    }
    if let Some(more) = left_out.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        context.printer.say(&format!("and {more} more, in {LEFT_OUT}"));
    }
}

fn finish(draft: Draft, import: &PromptfooImport, context: &Context) -> Result<Exit, Fault> {
    let step = draft.root().strip_prefix(&context.folder).ok().filter(|folder| *folder != Path::new(""));
    let step = step.map(|folder| format!("cd {} && ", folder.display())).unwrap_or_default();
    let files = draft.write()?;
    let text: String = files.iter().map(|file| format!("{file}\n")).collect();
    let suites: Vec<Value> = import.suites.iter().map(|suite| {
        json!({"name": suite.name, "agent": suite.agent, "prompt": suite.prompt, "cases": suite.cases.len()})
    }).collect();
    let left_out: Vec<Value> = import
        .left_out
        .iter()
        .map(|one| json!({"file": one.file, "line": one.line, "column": one.column, "what": one.what, "why": one.why}))
        .collect();
    let value = json!({"suites": suites, "left_out": left_out, "files": files});
    context.printer.document(&text, "suites", &value)?;
    list(&import.left_out, context);
    for suite in &import.suites {
        let cases = counted(suite.cases.len() as u64, "case", "cases");
        context.printer.say(&format!("{cases} in the suite `{}`, which measures `{}`", suite.name, suite.agent));
    }
    let first = import.suites.first().map(|suite| suite.name.to_string()).unwrap_or_default();
    context.printer.say(&format!("next: {HINT}{step}loopwright eval {first}{HINT:#}"));
    Ok(Exit::Ok)
}
