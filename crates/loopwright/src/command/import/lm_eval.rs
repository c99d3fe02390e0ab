//! Samples of lm-evaluation-harness → facts of the ledger, and what they amount to.

use std::path::{Path, PathBuf};

use loopwright_exchange::{ImportedRun, LmEvalImport, LmEvalResults, SourceText, read_lm_eval};

use super::{read, record_whole, unreadable};
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;

/// What the time is like that both kinds of files end in: `2026-01-02T10-00-00.123456`.
const TIME: &str = "0000-00-00T00-00-00";

pub(super) async fn run(args: &ImportArgs, context: &Context) -> Result<Exit, Fault> {
    let mut runs = vec![];
    for file in &args.files {
        for samples in samples_of(file, context)? {
            runs.push(recorded(&samples, context)?);
        }
    }
    record_whole(runs, context).await
}

/// The files of samples that `file` is, or that lie beside the results that it is.
fn samples_of(file: &Path, context: &Context) -> Result<Vec<PathBuf>, Fault> {
    let name = name_of(file);
    let Some(time) = name.strip_prefix("results_").and_then(|rest| rest.strip_suffix(".json")) else {
        return Ok(vec![file.to_owned()]);
    };
    let folder = context.folder.join(file);
    let folder = folder.parent().unwrap_or(&context.folder);
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(file, error))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let end = format!("_{time}.jsonl");
    let mut found: Vec<PathBuf> = names
        .filter(|name| name.starts_with("samples_") && name.ends_with(&end))
        .map(|name| file.with_file_name(name))
        .collect();
    found.sort();
    if found.is_empty() {
        let fault = Fault::usage(format!("there is no `samples_TASK{end}` beside `{}`", file.display()));
        return Err(fault.with_hint("lm-eval writes samples with `--log_samples`; totals alone are no trials"));
    }
    Ok(found)
}

/// The run of the samples in `file`, by the results that lie beside it.
fn recorded(file: &Path, context: &Context) -> Result<ImportedRun, Fault> {
    let name = name_of(file);
    let (task, time) = task_and_time(&name).ok_or_else(|| {
        let fault = Fault::usage(format!("`{}` does not say of which task and time it is", file.display()));
        fault.with_hint("lm-eval calls its files `samples_TASK_TIME.jsonl` and `results_TIME.json`")
    })?;
    let beside = file.with_file_name(format!("results_{time}.json"));
    let results = LmEvalResults::read(&read(&context.folder, &beside)?)
        .map_err(|error| Fault::usage(format!("`{}`: read the results: {error}", beside.display())))?;
    let import = LmEvalImport {
        task,
        results: &results,
        at_ns: context.clock.now_ns(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let (text, shown) = (read(&context.folder, file)?, file.display().to_string());
    Ok(read_lm_eval(SourceText::new(&shown, &text), &import)?)
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// `gsm8k` and the time of `samples_gsm8k_2026-01-02T10-00-00.123456.jsonl`.
fn task_and_time(name: &str) -> Option<(&str, &str)> {
    let (task, time) = name.strip_prefix("samples_")?.strip_suffix(".jsonl")?.rsplit_once('_')?;
    let is_like = |(given, like): (char, char)| if like == '0' { given.is_ascii_digit() } else { given == like };
    let is_time = time.len() >= TIME.len() && time.chars().zip(TIME.chars()).all(is_like);
    (is_time && !task.is_empty()).then_some((task, time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_task_and_time() {
        let time = "2026-01-02T10-00-00.123456";
        assert_eq!(task_and_time(&format!("samples_a_b_{time}.jsonl")), Some(("a_b", time)));
        for other in ["samples_a.jsonl", "samples_a_b.jsonl", "a_2026-01-02T10-00-00.jsonl", "results.json"] {
            assert_eq!(task_and_time(other), None, "{other}");
        }
    }
}
