//! `import`: cases and recorded runs that were written elsewhere.

mod added_suite;
mod bfcl;
mod data_set;
mod draft;
mod inspect;
mod lm_eval;
mod openai_evals;
mod openai_log;
pub(super) mod promptfoo;
mod promptfoo_results;
mod questions;
mod recorded;
mod suite;
mod tau2;
mod tau_bench;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use loopwright_core::{Case, SuiteName, Summary};
use loopwright_eval::Ruler;
use loopwright_exchange::{ImportedRun, OpenAiEval};
use loopwright_report::{Palette, terminal};
use loopwright_store::Store;
use serde_json::json;

use crate::cli::{ImportArgs, ImportFormat};
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::HINT;
use crate::workshop::{LEDGER, ruler};
use added_suite::AddedSuite;
use draft::Draft;
use recorded::{Recorded, record};

/// Most bytes of a file that is read.
const MOST: u64 = 256 << 20;

/// Reads the files, and writes what becomes of them.
pub(super) async fn run(args: ImportArgs, context: &Context) -> Result<Exit, Fault> {
    let misplaced = [
        ("--answers", args.answers.is_some(), args.from == ImportFormat::Bfcl),
        ("--agent", args.agent.is_some(), measures_an_agent(args.from)),
        ("--name", args.name.is_some(), makes_a_suite(args.from)),
    ];
    if let Some((option, ..)) = misplaced.into_iter().find(|(_, is_given, is_known)| *is_given && !is_known) {
        return Err(Fault::usage(format!("`{option}` does not go with this format")));
    }
    if args.from == ImportFormat::Inspect && args.agent.is_some() && args.name.is_none() {
        return Err(Fault::usage("`--agent` measures a suite, which a log becomes with `--name`"));
    }
    if let Some(option) = args.columns.given().next().filter(|_| args.from != ImportFormat::Data) {
        return Err(Fault::usage(format!("`{option}` does not go with this format")));
    }
    match args.from {
        ImportFormat::Bfcl => bfcl::run(&args, context),
        ImportFormat::Data => data_set::run(&args, context),
        ImportFormat::Inspect => inspect::run(&args, context).await,
        ImportFormat::Promptfoo => promptfoo::run(&args, context),
        ImportFormat::PromptfooResults => promptfoo_results::run(&args, context).await,
        ImportFormat::OpenaiMatch => openai_evals::run(&args, OpenAiEval::Match, context),
        ImportFormat::OpenaiIncludes => openai_evals::run(&args, OpenAiEval::Includes, context),
        ImportFormat::Questions => questions::run(&args, context),
        ImportFormat::OpenaiLog => openai_log::run(&args, context).await,
        ImportFormat::LmEval => lm_eval::run(&args, context).await,
        ImportFormat::TauBench => tau_bench::run(&args, context).await,
        ImportFormat::Tau2 => tau2::run(&args, context).await,
    }
}

/// Whether a suite may come of what is imported.
fn makes_a_suite(format: ImportFormat) -> bool {
    use ImportFormat::{LmEval, OpenaiLog, PromptfooResults, Tau2, TauBench};
    !matches!(format, LmEval | OpenaiLog | PromptfooResults | Tau2 | TauBench)
}

/// Whether what is imported may measure an agent that is there already.
fn measures_an_agent(format: ImportFormat) -> bool {
    use ImportFormat::{Bfcl, Data, Inspect, OpenaiIncludes, OpenaiMatch};
    matches!(format, Bfcl | Data | Inspect | OpenaiIncludes | OpenaiMatch)
}

/// Writes the suite `name` of `draft`.
fn finish(draft: Draft, name: &SuiteName, cases: &[Case]) -> Result<AddedSuite, Fault> {
    let count = cases.len() as u64;
    let agent = draft.checked(name, count)?;
    AddedSuite::write(draft, name, agent, count)
}

/// The ledger of the project of `context`, or of a new one in its folder; and by what its runs are measured.
fn ledger(context: &Context) -> Result<(Store, Ruler), Fault> {
    let draft = Draft::open(context)?;
    let ruler = ruler(&draft.project()?);
    let ledger = draft.root().join(LEDGER);
    draft.write()?;
    Ok((Store::open(ledger, Arc::clone(&context.clock)).map_err(Fault::unexpected)?, ruler))
}

/// Adds runs that were read whole, and says what they amount to.
async fn record_whole(runs: Vec<ImportedRun>, context: &Context) -> Result<Exit, Fault> {
    let (store, ruler) = ledger(context)?;
    let mut summaries = vec![];
    for ImportedRun { manifest, status, trials, cases: _ } in runs {
        let mut trials = trials.into_iter().map(Ok);
        let run = Recorded { manifest, status, trials: &mut trials };
        summaries.push(record(&store, run, &ruler, context).await?);
    }
    said(&summaries, None, context)
}

/// Says what recorded runs amount to, and the suite that was made of their cases, where one was.
fn said(runs: &[Summary], suite: Option<&AddedSuite>, context: &Context) -> Result<Exit, Fault> {
    let mut texts: Vec<String> = runs.iter().map(|run| terminal::summary(run, Palette::Ansi)).collect();
    texts.extend(suite.map(AddedSuite::text));
    context.printer.document(&texts.join("\n"), "recorded_runs", &json!({"runs": runs, "suite": suite}))?;
    if let Some(suite) = suite {
        suite.say(context);
    }
    let next = runs.iter().map(|run| format!("loopwright runs {}", run.run)).next().unwrap_or_default();
    context.printer.say(&format!("next: {HINT}{next}{HINT:#}"));
    Ok(Exit::Ok)
}

/// The text of the file at `path`, as a person in `folder` names it.
fn read(folder: &Path, path: &Path) -> Result<String, Fault> {
    String::from_utf8(bytes(folder, path)?).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        unreadable(path, format!("it is not UTF-8 text (byte {place})"))
    })
}

/// The bytes of the file at `path`, as a person in `folder` names it.
fn bytes(folder: &Path, path: &Path) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let file = File::open(folder.join(path)).map_err(|error| unreadable(path, error))?;
    file.take(MOST + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, error))?;
    if bytes.len() as u64 > MOST {
        return Err(unreadable(path, format!("it is longer than {MOST} bytes")));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, message: impl std::fmt::Display) -> Fault {
    Fault::usage(format!("`{}` cannot be read: {message}", path.display()))
}

/// The name of the suite: the one given, or that of the file, in letters that a key of TOML and a path can hold.
fn suite_name(args: &ImportArgs) -> Result<SuiteName, Fault> {
    let given = args.name.as_ref().map(|name| name.as_str().to_owned());
    let stem = args.files.first().and_then(|file| file.file_stem()).unwrap_or_default().to_string_lossy();
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let name: String = given.clone().unwrap_or_else(|| stem.into_owned()).chars().map(plain).collect();
    if given.as_ref().is_some_and(|given| *given != name) {
        return Err(Fault::usage("the name of an imported suite has letters, digits, `-` and `_` only"));
    }
    SuiteName::new(name).map_err(|error| Fault::usage(error).with_hint("name the suite with `--name`"))
}

/// Cases as lines of JSON.
fn lines(cases: &[Case]) -> Result<String, Fault> {
    let line = |case: &Case| serde_json::to_string(case).map(|line| line + "\n");
    cases.iter().map(line).collect::<Result<_, _>>().map_err(Fault::unexpected)
}

/// The names of the files, for a comment.
fn named(args: &ImportArgs) -> String {
    let name = |file: &std::path::PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.chars().filter(|c| !c.is_control()).collect::<String>()
    };
    args.files.iter().map(name).collect::<Vec<_>>().join(", ")
}
