//! The commands: one file each, `run(arguments, context)`.

mod chat;
mod compare;
mod demo;
mod diagnose;
mod docs;
mod doctor;
mod eval;
mod explain;
mod export;
mod gate;
mod import;
mod improve;
mod init;
mod keys;
mod past_run;
mod runs;
mod serve;
mod standing;
mod trace;
mod worker;

// The steps of the loop that are turned without the command line too.
pub use diagnose::evidence;
pub use improve::RACE_TRIALS;

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
        Command::Keys(args) => keys::run(args, context).await,
        Command::Serve(args) => serve::run(args, context).await,
        Command::Runs(args) => runs::run(args, context).await,
        Command::Trace(args) => trace::run(args, context).await,
        Command::Worker(args) => worker::run(args, context).await,
        Command::Demo(args) => demo::run(args, context).await,
        Command::Explain(args) => explain::run(args, context, &topic::all()),
        Command::Doctor(args) => doctor::run(args, context).await,
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
