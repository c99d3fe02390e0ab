//! The commands: one file each, `run(arguments, context)`.

mod chat;
mod compare;
mod demo;
mod diagnose;
mod docs;
mod eval;
mod explain;
mod export;
mod gate;
mod import;
mod improve;
mod init;
mod runs;
mod serve;
mod standing;
mod trace;
mod worker;

// The steps of the loop that are turned without the command line too.
pub use diagnose::evidence;
pub use improve::RACE_TRIALS;

use loopwright_core::Variant;
use loopwright_model::ModelRef;

use crate::cli::Command;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::topic;

/// Runs `command`.
///
/// # Errors
/// [`Fault`] with what is wrong, and how the process ends for it.
pub async fn run(command: Command, context: &Context) -> Result<Exit, Fault> {
    match command {
        Command::Init(args) => init::run(args, context),
        Command::Chat(args) => chat::run(args, context).await,
        Command::Import(args) => import::run(args, context).await,
        Command::Export(args) => export::run(args, context).await,
        Command::Eval(args) => eval::run(args, context).await,
        Command::Diagnose(args) => diagnose::run(args, context).await,
        Command::Improve(args) => improve::run(args, context).await,
        Command::Compare(args) => compare::run(args, context).await,
        Command::Gate(args) => gate::run(args, context).await,
        Command::Serve(args) => serve::run(args, context).await,
        Command::Runs(args) => runs::run(args, context).await,
        Command::Trace(args) => trace::run(args, context).await,
        Command::Worker(args) => worker::run(args, context).await,
        Command::Demo(args) => demo::run(args, context).await,
        Command::Explain(args) => explain::run(args, context, &topic::all()),
        Command::Docs(args) => docs::run(args, context),
    }
}

/// What the bare command says: where the project stands, or, outside of one, which commands there are.
///
/// # Errors
/// When the project or its ledger cannot be read.
pub async fn stand(context: &Context) -> Result<Exit, Fault> {
    standing::run(context).await
}

/// Whether the variant's model only simulates a language model. An attached agent brings its own.
pub(crate) fn is_simulated(variant: &Variant) -> bool {
    let reference = variant.part("model").and_then(|model| model["ref"].as_str());
    let model = reference.and_then(|reference| reference.parse::<ModelRef>().ok());
    !is_attached(variant) && model.is_some_and(|model| model.is_simulated())
}

/// Whether the agent is measured from outside: what is behind its endpoint is neither pinned nor to be rewritten.
fn is_attached(variant: &Variant) -> bool {
    variant.part("endpoint").is_some()
}
