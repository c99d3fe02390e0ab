//! The trials of a run as tables, written one after the other: a run may have more of them than fit into memory.

use std::io::{BufWriter, Write};
use std::path::Path;

use loopwright_core::{Ledger, RunManifest, ScoreQuery, TrialQuery};
use loopwright_report::{TrialRow, csv_head};
use loopwright_store::Store;

use crate::cli::TrialReports;
use crate::context::Context;
use crate::fault::Fault;
use crate::report::{FileBeside, unwritten};

/// Trials that are looked up at a time.
const AT_ONCE: usize = 256;

/// Writes the tables that `reports` asks for of the run of `manifest`. Trials that died have no row: they have no result.
///
/// # Errors
/// When the ledger cannot be read or a file cannot be written.
pub(crate) async fn write(
    reports: &TrialReports,
    manifest: &RunManifest,
    store: &Store,
    context: &Context,
) -> Result<(), Fault> {
    let metrics: Vec<String> = manifest.metrics.iter().map(|id| id.name.to_string()).collect();
    let mut lines = Table::open(reports.jsonl.as_deref(), "", context)?;
    let mut cells = Table::open(reports.csv.as_deref(), &csv_head(&metrics), context)?;
    if lines.is_none() && cells.is_none() {
        return Ok(());
    }
    let mut query = TrialQuery { limit: AT_ONCE, ..TrialQuery::of(manifest.id.clone()) };
    loop {
        let sites = store.trials(query.clone()).await.map_err(Fault::unexpected)?;
        let Some(last) = sites.last() else { break };
        query.after = Some(last.index);
        for site in &sites {
            let Some(trial) = store.trial(&site.key).await.map_err(Fault::unexpected)? else { continue };
            let asked = ScoreQuery { run: manifest.id.clone(), metric: None, trial: Some(site.key) };
            let row = TrialRow::new(&trial, store.scores(asked).await.map_err(Fault::unexpected)?);
            if let Some(lines) = &mut lines {
                lines.add(&row.json_line().map_err(Fault::unexpected)?)?;
            }
            if let Some(cells) = &mut cells {
                cells.add(&row.csv_line(&metrics))?;
            }
        }
    }
    for table in [lines, cells].into_iter().flatten() {
        table.close(context)?;
    }
    Ok(())
}

/// A table that grows.
struct Table<'a> {
    path: &'a Path,
    file: BufWriter<FileBeside>,
}

impl<'a> Table<'a> {
    fn open(path: Option<&'a Path>, head: &str, context: &Context) -> Result<Option<Self>, Fault> {
        let Some(path) = path else { return Ok(None) };
        let mut table = Self { path, file: BufWriter::new(FileBeside::open(&context.folder.join(path))?) };
        table.add(head)?;
        Ok(Some(table))
    }

    fn add(&mut self, text: &str) -> Result<(), Fault> {
        self.file.write_all(text.as_bytes()).map_err(|error| unwritten(self.path, &error))
    }

    fn close(self, context: &Context) -> Result<(), Fault> {
        self.file.into_inner().map_err(|error| unwritten(self.path, error.error()))?.keep()?;
        context.printer.say(&format!("wrote {}", self.path.display()));
        Ok(())
    }
}
