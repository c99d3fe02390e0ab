//! From the command line to a command, and from its end to an exit code.

use std::process::ExitCode;
use std::sync::Arc;

use clap::FromArgMatches;

use crate::cli::{self, Cli};
use crate::command;
use crate::context::Context;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::Printer;
use crate::system_clock::SystemClock;

/// Runs the command that the arguments of the process name.
pub async fn start() -> ExitCode {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(exit) => return exit.into(),
    };
    let environment = Environment::read();
    let no_colour = environment.get(Environment::NO_COLOR).is_some();
    let printer = Printer::new(cli.global.format, cli.global.verbosity(), cli.global.color, no_colour);
    match run(cli, environment, printer).await {
        Ok(exit) => exit.into(),
        Err(fault) => {
            printer.fault(&fault);
            fault.exit.into()
        }
    }
}

/// Help and the version go to standard output and end well; what cannot be parsed is a fault of usage.
fn parse() -> Result<Cli, Exit> {
    let parsed = cli::command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map_err(|error| {
        let _ = error.print();
        if error.use_stderr() { Exit::Usage } else { Exit::Ok }
    })
}

async fn run(cli: Cli, environment: Environment, printer: Printer) -> Result<Exit, Fault> {
    let folder = std::env::current_dir().map_err(Fault::unexpected)?;
    let own = |given: Option<String>, name: &str| given.or_else(|| environment.get(name).map(str::to_owned));
    let profile = own(cli.global.profile, Environment::LOOPWRIGHT_PROFILE);
    let chosen = environment.get(Environment::LOOPWRIGHT_PROJECT).map(Into::into);
    let chosen = cli.global.project.or(chosen);
    let clock = Arc::new(SystemClock::default());
    let context = Context { printer, environment, clock, folder, chosen, profile };
    match cli.command {
        Some(command) => command::run(command, &context).await,
        // Outside a project there is nothing to say but what could be done.
        None if context.project_folder().is_err() => {
            let help = cli::command().render_help().to_string();
            printer.document(&help, "commands", &cli::commands())?;
            Ok(Exit::Ok)
        }
        None => command::stand(&context).await,
    }
}
