//! `chat`: a conversation with an agent in the terminal, with its steps in view. Reads lines, so it works in a pipe too.

mod person;
mod screen;
mod session;
pub(super) mod setting;

use loopwright_core::{Outcome, Seed};
use loopwright_report::SIMULATED;

use crate::choice::choose;
use crate::cli::ChatArgs;
use crate::context::Context;
use crate::entropy;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::nearest::advice;
use crate::printer::{FAINT, visible};
use person::Person;
use screen::Screen;
use session::Session;
use setting::Setting;

/// What can be typed in place of a question.
const COMMANDS: [(&str, &str); 4] = [
    ("/help", "says what can be typed"),
    ("/context", "shows what the last request to the model was made of"),
    ("/reset", "begins anew, with a fresh world"),
    ("/quit", "ends the conversation; so does the end of the input"),
];

/// Talks until the input ends.
pub(super) async fn run(args: ChatArgs, context: &Context) -> Result<Exit, Fault> {
    let project = context.project()?;
    let missing = "add `[agent.NAME]` to loopwright.toml";
    let (_, config) = choose("agent", &project.agents, args.agent.as_ref(), missing)?;
    let seed = args.seed.map_or_else(entropy::seed, |seed| Ok(Seed(seed)))?;
    let setting = Setting::new(&project, config, context)?;
    let (screen, person) = (Screen::new(context.printer), Person::new(context.printer));
    let printer = context.printer;
    if setting.is_simulated() {
        printer.warn(SIMULATED);
    }
    printer.say(&format!("{FAINT}talking to `{}`; /help says what can be typed{FAINT:#}", setting.spec.name));
    let mut session = Session::begin(&setting, seed)?;
    let mut exit = Exit::Ok;
    while let Some(line) = person.next_line() {
        match line.trim() {
            "" => {}
            "/quit" | "/exit" => break,
            "/help" => printer.say(&help()),
            "/context" => printer.say(&session.context()),
            "/reset" => {
                session = session.anew()?;
                printer.say(&format!("{FAINT}forgotten{FAINT:#}"));
            }
            unknown if unknown.starts_with('/') => {
                let names = COMMANDS.map(|(name, _)| name);
                let hint = advice(unknown, names);
                printer.warn(&format!("there is no `{}`; {hint}", visible(unknown)));
            }
            question => {
                let outcome = session.turn(question, &screen, &person).await?;
                if matches!(outcome, Outcome::Infrastructure { .. }) {
                    exit = Exit::Unexpected;
                }
            }
        }
    }
    Ok(exit)
}

fn help() -> String {
    let lines = COMMANDS.map(|(name, what)| format!("  {name:<10} {what}"));
    lines.join("\n")
}
