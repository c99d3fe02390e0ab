//! Reports beside what is printed: each file written whole or not at all.

use std::io::Write;
use std::path::Path;

use loopwright_core::Summary;
use loopwright_report::html::{Theme, page};
use loopwright_report::{LoopReport, Units, junit, markdown};

use crate::cli::{Reports, VerdictReports};
use crate::context::Context;
use crate::fault::Fault;

/// Writes the reports that `reports` asks for about one story.
///
/// # Errors
/// When a file cannot be written.
pub fn write(reports: &Reports, report: &LoopReport, context: &Context) -> Result<(), Fault> {
    let suite = report.after.as_ref().unwrap_or(&report.before);
    let units = Units::of([suite]);
    let last = report.gate_queries.last().map(|query| &query.outcome);
    if let Some(path) = &reports.html {
        said(path, &page(report, Theme::System), context)?;
    }
    let junit = match last {
        Some(outcome) => junit::gate(&suite.suite, outcome, &units),
        None => junit::comparisons(&suite.suite, &suite.comparisons, &units),
    };
    write_verdict(&reports.verdict, (&junit, &markdown_of(report, suite)), context)?;
    if let (Some(path), true, None) = (&reports.verdict.junit, suite.comparisons.is_empty(), last) {
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

/// Writes `text` to `path` by way of a file beside it.
///
/// # Errors
/// When the folder or the file cannot be made.
pub fn save(path: &Path, text: &str) -> Result<(), Fault> {
    let fault = |error: std::io::Error| Fault::unexpected(format!("`{}` cannot be written: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder).map_err(fault)?;
    let mut file = beside(folder).map_err(fault)?;
    file.write_all(text.as_bytes()).map_err(fault)?;
    file.persist(path).map_err(|error| fault(error.error))?;
    Ok(())
}

/// A temporary file in `folder` that others may read as far as the person lets them: a report is made to be passed on.
fn beside(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
