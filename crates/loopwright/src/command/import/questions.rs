//! Questions with the places of the documents that answer them → knowledge, an agent that answers from it, and a suite of
//! retrieval and citation.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use loopwright_core::{Case, SuiteName};
use loopwright_exchange::{SourceText, read_retrieval_questions};
use loopwright_knowledge::{Corpus, Document, locate};

use super::draft::{Draft, quoted};
use super::{finish, lines, named, read, suite_name};
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;

const TABLES: &str = include_str!("../../../template/import/questions.toml");
const INSTRUCTIONS: &str = include_str!("../../../template/import/questions.md");

/// Endings that documents beside the questions are looked for with.
const ENDINGS: [&str; 2] = ["md", "txt"];

pub(super) fn run(args: &ImportArgs, context: &Context) -> Result<Exit, Fault> {
    let name = suite_name(args)?;
    let (questions, given) = args.files.split_first().ok_or_else(|| Fault::usage("there is no file"))?;
    let text = read(&context.folder, questions)?;
    let documents = if given.is_empty() { beside(&context.folder, questions, &text) } else { given.to_vec() };
    let mut draft = Draft::open(context)?;
    let (sources, corpus) = place(&documents, &name, context, &mut draft)?;
    let shown = questions.display().to_string();
    let cases = read_retrieval_questions(SourceText::new(&shown, &text), &sources)?;
    if cases.is_empty() {
        return Err(Fault::nothing(format!("there is no question in `{shown}`")));
    }
    check_places(&cases, &corpus)?;
    add(&mut draft, &name, &sources, &cases, args)?;
    finish(draft, &name, &cases)?.tell(context)
}

/// The documents beside the questions that bear the name of a corpus.
fn beside(folder: &Path, questions: &Path, text: &str) -> Vec<PathBuf> {
    let corpus = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        value.get("corpus")?.as_str().map(ToOwned::to_owned)
    };
    let corpora: BTreeSet<String> = text.lines().filter_map(corpus).collect();
    let candidates = corpora.iter().flat_map(|corpus| ENDINGS.map(|ending| format!("{corpus}.{ending}")));
    // A name that is a path would lead somewhere else.
    let plain = candidates.filter(|name| !name.contains(['/', '\\']));
    plain.map(|name| questions.with_file_name(name)).filter(|path| folder.join(path).is_file()).collect()
}

/// Puts the documents into the project, where they are not in it already. Which document each corpus is, and all of them.
fn place(
    documents: &[PathBuf],
    name: &SuiteName,
    context: &Context,
    draft: &mut Draft,
) -> Result<(BTreeMap<String, String>, Corpus), Fault> {
    let (mut sources, mut all) = (BTreeMap::new(), vec![]);
    for document in documents {
        let text = read(&context.folder, document)?;
        let path = match within(draft.root(), &context.folder.join(document)) {
            Some(path) => path,
            None => {
                let file = document.file_name().unwrap_or_default().to_string_lossy();
                draft.file(name, &format!("docs/{file}"), text.clone())?
            }
        };
        let corpus = document.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        all.push(Document { source: path.clone(), text });
        if sources.insert(corpus.clone(), path).is_some() {
            return Err(Fault::usage(format!("two documents are called `{corpus}`")));
        }
    }
    Ok((sources, Corpus::new(all).map_err(Fault::usage)?))
}

/// The path of `file` within `root`, when it lies there.
fn within(root: &Path, file: &Path) -> Option<String> {
    let (root, file) = (root.canonicalize().ok()?, file.canonicalize().ok()?);
    let path = file.strip_prefix(root).ok()?.to_str()?;
    Some(path.replace('\\', "/"))
}

fn check_places(cases: &[Case], corpus: &Corpus) -> Result<(), Fault> {
    for case in cases {
        for passage in &case.expectation.passages {
            locate(corpus, passage).map_err(|error| Fault::usage(format!("case `{}`: {error}", case.key)))?;
        }
    }
    Ok(())
}

fn add(
    draft: &mut Draft,
    name: &SuiteName,
    sources: &BTreeMap<String, String>,
    cases: &[Case],
    args: &ImportArgs,
) -> Result<(), Fault> {
    let cases_path = draft.file(name, "cases.jsonl", lines(cases)?)?;
    let prompt = draft.file(name, "instructions.md", INSTRUCTIONS.to_owned())?;
    let documents: Vec<String> = sources.values().map(|path| quoted(path)).collect();
    let tables = TABLES
        .replace("@files@", &named(args))
        .replace("@sources@", &documents.join(", "))
        .replace("@instructions@", &quoted(&prompt))
        .replace("@cases@", &quoted(&cases_path))
        .replace("@quoted@", &quoted(name.as_str()))
        .replace("@name@", name.as_str());
    let taken = ["knowledge", "agent", "suite"].map(|kind| (kind, name.as_str()));
    draft.tables(&tables, &taken)
}
