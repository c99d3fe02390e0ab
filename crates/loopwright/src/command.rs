//! The commands: one file each, `run(arguments, context)`.

mod chat;
mod docs;
mod explain;
mod init;

use crate::cli::Command;
use crate::context::Context;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::topic::WORDS;

/// Runs `command`.
///
/// # Errors
/// [`Fault`] with what is wrong, and how the process ends for it.
pub async fn run(command: Command, context: &Context) -> Result<Exit, Fault> {
    match command {
        Command::Init(args) => init::run(args, context),
        Command::Chat(args) => chat::run(args, context).await,
        Command::Explain(args) => explain::run(args, context, &[WORDS]),
        Command::Docs(args) => docs::run(args, context),
    }
}
