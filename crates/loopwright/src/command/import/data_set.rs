//! Data sets → a suite. Cases are written as they are read, so that a file may be longer than the memory.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use loopwright_core::Case;
use loopwright_exchange::{AnswerMatch, ColumnMap, DataFormat, DataSetCount, DataSetError, read_data_set};
use tempfile::NamedTempFile;

use super::added_suite::AddedSuite;
use super::draft::{Draft, quoted};
use super::suite::agent;
use super::{named, suite_name};
use crate::cli::{Columns, ImportArgs, Matching};
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;

const SUITE: &str = include_str!("../../../template/import/answers.toml");

/// Bytes after which a new file of cases is begun: a project reads no longer ones.
const SHARD: u64 = 128 << 20;

pub(super) fn run(args: &ImportArgs, context: &Context) -> Result<Exit, Fault> {
    let [file] = args.files.as_slice() else {
        return Err(Fault::usage("one data set is imported at a time"));
    };
    let columns = columns(&args.columns)?;
    let name = suite_name(args)?;
    let mut draft = Draft::open(context)?;
    let agent = agent(args, &mut draft)?;
    let mut shards = Shards { draft: &draft, closed: vec![], open: None };
    let count = read(file, &columns, &mut shards, context)?;
    if count.cases == 0 {
        return Err(Fault::nothing(format!("there is no row in {}", named(args))));
    }
    let files = shards.close()?;
    let paths = files.into_iter().enumerate().map(|(index, file)| {
        let shard = if index == 0 { "cases.jsonl".to_owned() } else { format!("cases-{}.jsonl", index + 1) };
        draft.stream(&name, &shard, file).map(|path| quoted(&path))
    });
    let paths = paths.collect::<Result<Vec<_>, _>>()?;
    let suite = SUITE.replace("@files@", &named(args)).replace("@name@", name.as_str());
    let suite = suite.replace("@agent@", &quoted(agent.as_str())).replace("@cases@", &paths.join(", "));
    draft.tables(&suite, &[("suite", name.as_str())])?;
    draft.sound()?;
    AddedSuite::write(draft, &name, agent, count.cases)?.without(count.repeats).tell(context)
}

fn columns(given: &Columns) -> Result<ColumnMap, Fault> {
    let input = given.input.clone().ok_or_else(|| {
        let fault = Fault::usage("which column is asked is not said");
        fault.with_hint("name it, such as `--input question --answer ideal`")
    })?;
    let matching = match given.matching {
        None | Some(Matching::Contains) => AnswerMatch::Contains,
        Some(Matching::Equals) => AnswerMatch::Equals,
        Some(Matching::Number) => AnswerMatch::Number,
        Some(Matching::Reference) => AnswerMatch::Reference,
    };
    let (answer, key, group) = (given.answer.clone(), given.key.clone(), given.group.clone());
    Ok(ColumnMap { input, answer, matching, key, group, tags: given.tags.clone() })
}

/// A reader of Parquet would weigh more than those of all other formats together, and one command converts it.
fn of_no_format(file: &Path) -> Fault {
    let shown = file.display();
    if file.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("parquet")) {
        let fault = Fault::usage(format!("`{shown}` has no ending that says what it is"));
        return fault
            .with_hint("CSV, JSON, JSON Lines, YAML and XLSX are read: .csv, .tsv, .json, .jsonl, .yaml, .xlsx");
    }
    let lines = file.with_extension("jsonl");
    let command = format!("duckdb -c \"COPY (FROM '{shown}') TO '{}' (FORMAT json)\"", lines.display());
    Fault::usage(format!("`{shown}` is Parquet, which is not read"))
        .with_hint(format!("make JSON Lines of it: {command}"))
        .with_hint(format!("then: loopwright import data {} …", lines.display()))
}

fn read(file: &Path, columns: &ColumnMap, shards: &mut Shards<'_>, context: &Context) -> Result<DataSetCount, Fault> {
    let shown = file.display().to_string();
    let format = DataFormat::of(&shown).ok_or_else(|| of_no_format(file))?;
    let open = File::open(context.folder.join(file));
    let open = open.map_err(|error| Fault::usage(format!("`{shown}` cannot be read: {error}")))?;
    let mut source = BufReader::with_capacity(1 << 16, open);
    let read = read_data_set(&shown, format, &mut source, columns, &mut |case| shards.add(&case));
    read.map_err(|error| match error {
        DataSetError::Source(fault) => fault.into(),
        DataSetError::Read { .. } => Fault::usage(error),
        DataSetError::Write(_) => Fault::unexpected(error),
    })
}

/// Files of cases, the last of which grows.
struct Shards<'a> {
    draft: &'a Draft,
    closed: Vec<NamedTempFile>,
    open: Option<(BufWriter<NamedTempFile>, u64)>,
}

impl Shards<'_> {
    fn add(&mut self, case: &Case) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(case)?;
        line.push(b'\n');
        if self.open.as_ref().is_some_and(|(_, length)| length + line.len() as u64 > SHARD) {
            self.shut()?;
        }
        if self.open.is_none() {
            let file = self.draft.scratch().map_err(|fault| std::io::Error::other(fault.message()))?;
            self.open = Some((BufWriter::with_capacity(1 << 16, file), 0));
        }
        let Some((file, length)) = &mut self.open else { return Ok(()) };
        *length += line.len() as u64;
        file.write_all(&line)
    }

    fn shut(&mut self) -> std::io::Result<()> {
        if let Some((file, _)) = self.open.take() {
            self.closed.push(file.into_inner().map_err(std::io::IntoInnerError::into_error)?);
        }
        Ok(())
    }

    fn close(mut self) -> Result<Vec<NamedTempFile>, Fault> {
        self.shut().map_err(Fault::unexpected)?;
        Ok(self.closed)
    }
}
