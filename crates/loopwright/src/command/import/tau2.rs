//! Results of τ²-bench → facts of the ledger, and what they amount to.

use std::path::Path;

use loopwright_exchange::{ImportedRun, Tau2Import, read_tau2};

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
    let import = Tau2Import { at_ns: context.clock.now_ns(), version: env!("CARGO_PKG_VERSION").to_owned() };
    read_tau2(&read(&context.folder, file)?, &import).map_err(|error| {
        Fault::usage(format!("`{}`: {error}", file.display()))
            .with_hint("this reader takes results of tau2 in one file, with their `tasks` and `simulations` in it")
    })
}
