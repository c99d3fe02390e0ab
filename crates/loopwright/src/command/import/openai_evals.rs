//! Samples of OpenAI's evals → a suite.

use loopwright_exchange::{OpenAiEval, SourceText, read_openai_evals};

use super::{read, suite, suite_name};
use crate::cli::ImportArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;

pub(super) fn run(args: &ImportArgs, eval: OpenAiEval, context: &Context) -> Result<Exit, Fault> {
    let name = suite_name(args)?;
    let mut cases = vec![];
    for (index, file) in args.files.iter().enumerate() {
        let (text, shown) = (read(&context.folder, file)?, file.display().to_string());
        // Keys come of lines, which every file counts from one.
        let prefix = if index == 0 { name.to_string() } else { format!("{name}-{}", index + 1) };
        cases.extend(read_openai_evals(SourceText::new(&shown, &text), &prefix, eval)?);
    }
    suite::write(args, &name, &cases, context)?.tell(context)
}
