//! Results of promptfoo → facts of the ledger, and what they amount to.

use std::path::Path;

use loopwright_exchange::{ImportedRun, PromptfooResultsImport, read_promptfoo_results};

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
    let import =
        PromptfooResultsImport { at_ns: context.clock.now_ns(), version: env!("CARGO_PKG_VERSION").to_owned() };
    read_promptfoo_results(&read(&context.folder, file)?, &import).map_err(|error| {
        Fault::usage(format!("`{}`: {error}", file.display()))
            .with_hint("this reader takes what `promptfoo eval -o out.json` or `-o out.jsonl` writes")
    })
}
