//! Logs of Inspect → facts of the ledger, and with a name their samples as a suite.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use loopwright_core::{Case, CaseKey, Summary};
use loopwright_eval::Ruler;
use loopwright_exchange::{InspectError, InspectImport, InspectLog};
use loopwright_store::Store;

use super::recorded::{Recorded, record};
use super::{MOST, ledger, said, suite, suite_name, unreadable};
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;

pub(super) async fn run(args: &ImportArgs, context: &Context) -> Result<Exit, Fault> {
    let import =
        InspectImport { at_ns: context.clock.now_ns(), most: MOST, version: env!("CARGO_PKG_VERSION").to_owned() };
    // Every log is opened before anything is written.
    let logs = args.files.iter().map(|file| open(file, &import, context)).collect::<Result<Vec<_>, _>>()?;
    // A name that cannot be one is told before the runs are added.
    let name = args.name.is_some().then(|| suite_name(args)).transpose()?;
    let (store, ruler) = ledger(context)?;
    let (mut runs, mut cases) = (vec![], BTreeMap::new());
    for (log, file) in logs.into_iter().zip(&args.files) {
        let kept = name.is_some().then_some(&mut cases);
        runs.push(recorded((log, file), kept, (&store, &ruler), context).await?);
    }
    let cases: Vec<Case> = cases.into_values().collect();
    let suite = name.map(|name| suite::write(args, &name, &cases, context)).transpose()?;
    said(&runs, suite.as_ref(), context)
}

fn open(file: &Path, import: &InspectImport, context: &Context) -> Result<InspectLog<'static>, Fault> {
    let from = File::open(context.folder.join(file)).map_err(|error| unreadable(file, error))?;
    InspectLog::open(BufReader::new(from), import).map_err(|error| fault(file, &error))
}

/// Records the run of the open `log`, whose cases go to `cases`.
async fn recorded(
    (mut log, file): (InspectLog<'_>, &Path),
    mut cases: Option<&mut BTreeMap<CaseKey, Case>>,
    (store, ruler): (&Store, &Ruler),
    context: &Context,
) -> Result<Summary, Fault> {
    let (manifest, status) = (log.manifest().clone(), log.status());
    let mut trials = log.samples().map(|sample| {
        let sample = sample.map_err(|error| fault(file, &error))?;
        if let Some(cases) = &mut cases {
            cases.entry(sample.case.key.clone()).or_insert(sample.case);
        }
        Ok(sample.trial)
    });
    record(store, Recorded { manifest, status, trials: &mut trials }, ruler, context).await
}

fn fault(file: &Path, error: &InspectError) -> Fault {
    let fault = Fault::usage(format!("`{}`: {error}", file.display()));
    match error {
        InspectError::Archive(_) | InspectError::NoHeader => fault
            .with_hint("this reader takes `.eval` logs; `inspect log convert --to eval` makes one of a `.json` log"),
        _ => fault,
    }
}
