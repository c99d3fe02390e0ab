//! Categories of the Berkeley Function Calling Leaderboard → a suite with the AST matcher.

use std::path::{Path, PathBuf};

use loopwright_core::Case;
use loopwright_exchange::{BfclFiles, SourceText, read_bfcl};

use super::draft::{Draft, quoted};
use super::suite::agent;
use super::{finish, lines, named, read, suite_name};
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;

const SUITE: &str = include_str!("../../../template/import/bfcl.toml");

pub(super) fn run(args: &ImportArgs, context: &Context) -> Result<Exit, Fault> {
    if args.answers.is_some() && args.files.len() > 1 {
        return Err(Fault::usage("`--answers` goes with one file of questions"));
    }
    let name = suite_name(args)?;
    let mut cases = vec![];
    for file in &args.files {
        cases.extend(category(args, context, file)?);
    }
    if cases.is_empty() {
        return Err(Fault::nothing(format!("there is no question in {}", named(args))));
    }
    let mut draft = Draft::open(context)?;
    let agent = agent(args, &mut draft)?;
    let path = draft.file(&name, "cases.jsonl", lines(&cases)?)?;
    let suite = SUITE.replace("@files@", &named(args)).replace("@name@", name.as_str());
    let suite = suite.replace("@agent@", &quoted(agent.as_str())).replace("@cases@", &quoted(&path));
    let suite = suite.replace("@primary@", primary(&cases));
    draft.tables(&suite, &[("suite", name.as_str())])?;
    finish(draft, &name, &cases)?.tell(context)
}

fn category(args: &ImportArgs, context: &Context, file: &Path) -> Result<Vec<Case>, Fault> {
    let questions = read(&context.folder, file)?;
    let beside = || usual_answers(file).into_iter().find(|path| context.folder.join(path).is_file());
    let answers_file = args.answers.clone().or_else(beside);
    let answers = answers_file.as_ref().map(|path| read(&context.folder, path)).transpose()?;
    let (shown, answers_shown) = (file.display().to_string(), answers_file.unwrap_or_default().display().to_string());
    let files = BfclFiles {
        questions: SourceText::new(&shown, &questions),
        answers: answers.as_ref().map(|text| SourceText::new(&answers_shown, text)),
    };
    let cases = read_bfcl(&files)?;
    match cases.iter().find(|case| case.expectation.calls.is_none() && case.expectation.checks.is_empty()) {
        Some(case) => Err(Fault::usage(format!("there is no answer to `{}`", case.key))
            .with_hint("name the file of the same name in `possible_answer` with `--answers`")),
        None => Ok(cases),
    }
}

/// Where the answers to the questions in `file` usually lie.
fn usual_answers(file: &Path) -> [PathBuf; 2] {
    let name = file.file_name().unwrap_or_default();
    let text = name.to_string_lossy();
    let category = text.splitn(3, '_').last().unwrap_or_default().to_owned();
    [Path::new("possible_answer").join(name), PathBuf::from(format!("possible_answer_{category}"))]
        .map(|answers| file.with_file_name(answers))
}

/// In a relevance category that something is called is all that counts.
fn primary(cases: &[Case]) -> &'static str {
    if cases.iter().all(|case| case.expectation.calls.is_none()) { "checks" } else { "bfcl_ast" }
}
