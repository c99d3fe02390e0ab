//! Logs of OpenAI's evals → facts of the ledger, and what they amount to.

use std::path::Path;

use loopwright_exchange::{ImportedRun, OpenAiLogImport, SourceText, read_openai_log};

use super::{read, record_whole};
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;

pub(super) async fn run(args: &ImportArgs, context: &Context) -> Result<Exit, Fault> {
    let runs = args.files.iter().map(|file| recorded(file, context)).collect::<Result<Vec<_>, _>>()?;
    record_whole(runs, context).await
}

fn recorded(file: &Path, context: &Context) -> Result<ImportedRun, Fault> {
    let import = OpenAiLogImport { at_ns: context.clock.now_ns(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let (text, shown) = (read(&context.folder, file)?, file.display().to_string());
    Ok(read_openai_log(SourceText::new(&shown, &text), &import)?)
}
