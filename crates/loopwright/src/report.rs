//! Reports beside what is printed: each file written whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use loopwright_core::{ArmName, Condition, RunManifest, Summary};
use loopwright_eval::{Metric, Sided, TalliedCase, Tally};
use loopwright_report::html::{Theme, page};
use loopwright_report::{CaseOutcome, LoopReport, Units, junit, markdown};

use crate::cli::{Reports, VerdictReports};
use crate::context::Context;
use crate::fault::Fault;

/// Writes the reports that `reports` asks for about one story, with how the `cases` of a run came out.
///
/// # Errors
/// When a file cannot be written.
pub fn write(reports: &Reports, report: &LoopReport, cases: &[CaseOutcome], context: &Context) -> Result<(), Fault> {
    let suite = report.after.as_ref().unwrap_or(&report.before);
    let units = Units::of([suite]);
    let last = report.gate_queries.last().map(|query| &query.outcome);
    if let Some(path) = &reports.html {
        said(path, &page(report, Theme::System), context)?;
    }
    let junit = match last {
        Some(outcome) => junit::gate(&suite.suite, outcome, &units),
        None => junit::run(&suite.suite, cases, &suite.comparisons, &units),
    };
    write_verdict(&reports.verdict, (&junit, &markdown_of(report, suite)), context)?;
    let is_empty = cases.is_empty() && suite.comparisons.is_empty();
    if let (Some(path), true, None) = (&reports.verdict.junit, is_empty, last) {
        context.printer.warn(&format!("the run compares nothing, so `{}` holds no test", path.display()));
    }
    Ok(())
}

/// Writes the reports that `reports` asks for about one verdict, as JUnit XML and as Markdown.
///
/// # Errors
/// When a file cannot be written.
pub fn write_verdict(
    reports: &VerdictReports,
    (junit, markdown): (&str, &str),
    context: &Context,
) -> Result<(), Fault> {
    for (path, text) in [(&reports.junit, junit), (&reports.markdown, markdown)] {
        if let Some(path) = path {
            said(path, text, context)?;
        }
    }
    Ok(())
}

fn said(path: &Path, text: &str, context: &Context) -> Result<(), Fault> {
    save(&context.folder.join(path), text)?;
    context.printer.say(&format!("wrote {}", path.display()));
    Ok(())
}

fn markdown_of(report: &LoopReport, suite: &Summary) -> String {
    let units = Units::of([suite]);
    let mut text = markdown::summary(suite);
    for query in &report.gate_queries {
        text.push('\n');
        text.push_str(&markdown::gate(&query.outcome, &units, report.simulated));
    }
    text
}

/// How each case of each arm of the run of `manifest` came out on `primary`.
pub fn outcomes(tally: &Tally, manifest: &RunManifest, primary: Option<&Metric>) -> Vec<CaseOutcome> {
    let Some(primary) = primary else { return vec![] };
    let of_arm = |arm: &ArmName| {
        let side = Sided { arm: arm.clone(), condition: Condition::Plain };
        let outcome = |(index, case): (usize, &TalliedCase)| {
            let cell = tally.of(&side, primary.name(), index);
            CaseOutcome {
                arm: arm.clone(),
                case: case.key.clone(),
                passed: cell.scored.and_then(|scored| scored.passed()),
                scored: cell.scored.map_or(0, |scored| scored.len()),
                unscored: cell.unscored,
            }
        };
        tally.cases().map(outcome).collect::<Vec<_>>()
    };
    manifest.arms.iter().flat_map(|arm| of_arm(&arm.name)).collect()
}

/// Writes `text` to `path` by way of a file beside it.
///
/// # Errors
/// When the folder or the file cannot be made.
pub fn save(path: &Path, text: &str) -> Result<(), Fault> {
    let mut file = FileBeside::open(path)?;
    file.write_all(text.as_bytes()).map_err(|error| unwritten(path, &error))?;
    file.keep()
}

/// A file that grows beside the one that it will replace, which is so written whole or not at all.
pub(crate) struct FileBeside {
    path: PathBuf,
    file: tempfile::NamedTempFile,
}

impl FileBeside {
    /// Begins the file that will be `path`.
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let made = std::fs::create_dir_all(folder).and_then(|()| beside(folder));
        Ok(Self { path: path.to_owned(), file: made.map_err(|error| unwritten(path, &error))? })
    }

    /// Puts it in its place.
    pub(crate) fn keep(self) -> Result<(), Fault> {
        self.file.persist(&self.path).map(drop).map_err(|error| unwritten(&self.path, &error.error))
    }
}

impl Write for FileBeside {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// That the file `path` cannot be written, and why.
pub(crate) fn unwritten(path: &Path, error: &std::io::Error) -> Fault {
    Fault::unexpected(format!("`{}` cannot be written: {error}", path.display()))
}

/// A temporary file in `folder` that others may read as far as the person lets them: a report is made to be passed on.
fn beside(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
