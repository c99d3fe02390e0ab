//! Recorded runs of τ-bench → facts of the ledger, and what they amount to.

use std::path::Path;

use loopwright_core::{Digest, RunId};
use loopwright_exchange::{ImportedRun, TauBenchImport, read_tau_bench};

use super::{MOST, bytes, record_whole};
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;

pub(super) async fn run(args: &ImportArgs, context: &Context) -> Result<Exit, Fault> {
    let runs = args.files.iter().map(|file| recorded(file, context)).collect::<Result<Vec<_>, _>>()?;
    record_whole(runs, context).await
}

/// The runs in `file`, whose name says who acted where: `gpt-4o-airline.json`.
fn recorded(file: &Path, context: &Context) -> Result<ImportedRun, Fault> {
    let shown = file.display();
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (model, domain) =
        stem.rsplit_once('-').filter(|(model, domain)| !model.is_empty() && !domain.is_empty()).ok_or_else(|| {
            Fault::usage(format!("`{shown}` does not say who acted where"))
                .with_hint("name it MODEL-DOMAIN.json, such as `gpt-4o-airline.json`")
        })?;
    let bytes = bytes(&context.folder, file)?;
    // The same file is the same run, so that reading it twice adds nothing.
    let digest = Digest::of_bytes(&bytes).to_string();
    let import = TauBenchImport {
        domain: domain.to_owned(),
        model: model.to_owned(),
        run: RunId::new(format!("tau-bench-{domain}-{}", &digest[..12])).map_err(Fault::usage)?,
        at_ns: context.clock.now_ns(),
        max_bytes: MOST,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    read_tau_bench(&mut bytes.as_slice(), &import).map_err(|error| {
        Fault::usage(format!("`{shown}`: {error}")).with_hint("this reader takes a list of results of tau-bench")
    })
}
