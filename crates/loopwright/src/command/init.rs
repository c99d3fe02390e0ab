//! `init`: a project in a folder, small and whole, or around an agent that exists.

mod attached;
mod function;
mod origin;

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use super::import::promptfoo;
use crate::cli::InitArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::HINT;

/// The file that git is told what to leave out by; the only one that may be there already.
const GITIGNORE: &str = ".gitignore";

/// The small project that runs at once, file by file.
const NATIVE: &[(&str, &str)] = &[
    ("loopwright.toml", include_str!("../../template/native/loopwright.toml")),
    ("prompts/support.md", include_str!("../../template/native/prompts/support.md")),
    ("docs/hire-and-prices.md", include_str!("../../template/native/docs/hire-and-prices.md")),
    ("docs/deposits-and-damage.md", include_str!("../../template/native/docs/deposits-and-damage.md")),
    ("docs/opening-hours.md", include_str!("../../template/native/docs/opening-hours.md")),
    ("tools/bookings.toml", include_str!("../../template/native/tools/bookings.toml")),
    ("worlds/bookings.sql", include_str!("../../template/native/worlds/bookings.sql")),
    ("cases/first.jsonl", include_str!("../../template/native/cases/first.jsonl")),
    ("cases/vault.jsonl", include_str!("../../template/native/cases/vault.jsonl")),
    (GITIGNORE, include_str!("../../template/native/gitignore")),
];

/// A file to be made: its path within the folder, and its text.
type NewFile = (String, String);

/// Makes the project.
pub(super) fn run(args: InitArgs, context: &Context) -> Result<Exit, Fault> {
    let folder = context.folder.join(&args.folder);
    let name = args.name.clone().unwrap_or_else(|| folder_name(&folder));
    if let Some(from) = args.from.as_deref().filter(|from| promptfoo::is_config(&context.folder, from)) {
        if args.function.is_some() {
            return Err(Fault::usage("`--function` goes with a file of code, and this is a configuration"));
        }
        return promptfoo::init(from, &name, folder, context);
    }
    let files = match &args.from {
        None => native(&name),
        Some(from) => attached::files(&args, context, &folder, &name, from)?,
    };
    write(&folder, &files)?;
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let shown = args.folder.strip_prefix(".").unwrap_or(&args.folder);
    let text: String = names.iter().map(|name| format!("{}\n", shown.join(name).display())).collect();
    let value = serde_json::json!({ "name": name, "folder": args.folder, "files": names });
    context.printer.document(&text, "project", &value)?;
    let step = if shown == Path::new("") { String::new() } else { format!("cd {} && ", shown.display()) };
    context.printer.say(&format!("next: {HINT}{step}loopwright eval{HINT:#}"));
    Ok(Exit::Ok)
}

/// What a project in `folder` is called.
pub(super) fn folder_name(folder: &Path) -> String {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    real.file_name().map_or_else(|| "agent".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn native(name: &str) -> Vec<NewFile> {
    let mut files: Vec<NewFile> = NATIVE.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    if let Some((_, text)) = files.first_mut() {
        *text = text.replace("name = \"bicycle-hire\"", &format!("name = {}", toml_edit::Value::from(name)));
    }
    files
}

/// Writes all files, or none when one is there already.
fn write(folder: &Path, files: &[NewFile]) -> Result<(), Fault> {
    let is_there = |(name, _): &&NewFile| name != GITIGNORE && folder.join(name).symlink_metadata().is_ok();
    let taken: Vec<String> = files.iter().filter(is_there).map(|(name, _)| format!("`{name}`")).collect();
    if !taken.is_empty() {
        let fault = Fault::usage(format!("{} would be overwritten; nothing was written", taken.join(", ")));
        return Err(fault.with_hint("name another folder: `loopwright init FOLDER`"));
    }
    for (name, text) in files {
        let file = folder.join(name);
        let made = if name == GITIGNORE { leave_out(&file, text) } else { create(&file, text) };
        made.map_err(|error| Fault::usage(format!("`{}` cannot be written: {error}", file.display())))?;
    }
    Ok(())
}

/// Writes a new file, with the folders that it needs.
pub(super) fn create(file: &Path, text: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    OpenOptions::new().write(true).create_new(true).open(file)?.write_all(text.as_bytes())
}

/// Has git leave out what Loopwright keeps in `folder` for itself.
pub(super) fn ignore(folder: &Path) -> std::io::Result<()> {
    leave_out(&folder.join(GITIGNORE), include_str!("../../template/native/gitignore"))
}

/// Adds the lines to what git leaves out already.
fn leave_out(file: &Path, text: &str) -> std::io::Result<()> {
    let Ok(before) = std::fs::read_to_string(file) else { return create(file, text) };
    if before.lines().any(|line| line.trim().trim_start_matches('/').trim_end_matches('/') == ".loopwright") {
        return Ok(());
    }
    let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    OpenOptions::new().append(true).open(file)?.write_all(format!("{gap}{text}").as_bytes())
}
