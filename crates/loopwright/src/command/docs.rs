//! `docs`: the pages of the reference that are made from the code.

use std::path::Path;

use loopwright_eval::{metric, perturbation};
use loopwright_improve::{signal, technique};

use crate::cli::{self, DocsArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::{environment, project};

/// Writes the pages, or checks them.
pub(super) fn run(args: DocsArgs, context: &Context) -> Result<Exit, Fault> {
    let folder = context.folder.join(&args.folder);
    let mut changed = Vec::new();
    for (name, text) in pages()? {
        let file = folder.join(name);
        if std::fs::read_to_string(&file).is_ok_and(|now| now == text) {
            continue;
        }
        changed.push(name);
        if !args.check {
            write(&file, &text)?;
        }
    }
    let list = changed.join(", ");
    context.printer.document(if list.is_empty() { "up to date" } else { &list }, "pages", &changed)?;
    if args.check && !changed.is_empty() {
        let fault = Fault::usage(format!("these pages of `{}` are not up to date: {list}", args.folder.display()));
        return Err(fault.with_hint("run `loopwright docs` and commit what it writes"));
    }
    Ok(Exit::Ok)
}

/// The generated pages, by file name.
fn pages() -> Result<[(&'static str, String); 7], Fault> {
    Ok([
        ("loopwright.schema.json", project::schema().map_err(Fault::unexpected)?),
        ("environment.md", environment::reference()),
        ("cli.md", cli::reference()),
        ("metrics.md", metric::reference()),
        ("perturbations.md", perturbation::reference()),
        ("findings.md", signal::reference()),
        ("techniques.md", technique::reference()),
    ])
}

fn write(file: &Path, text: &str) -> Result<(), Fault> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(file, text))
        .map_err(|error| Fault::unexpected(format!("write `{}`: {error}", file.display())))
}
