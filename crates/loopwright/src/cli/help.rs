//! `--help` with the commands in groups: the five of the loop in front.

use clap::CommandFactory;

use super::Cli;

/// The groups of commands in `--help`, in order. A name without a command yet is left out.
pub const GROUPS: &[(&str, &[&str])] = &[
    ("Start here", &["init", "eval", "diagnose", "improve", "serve"]),
    ("Loop", &["compare", "gate", "review", "metrics", "history", "harvest"]),
    ("Agent", &["chat", "tools", "context", "policy", "knowledge"]),
    ("Record", &["runs", "trace", "import", "export", "report"]),
    ("Production", &["keys", "ready", "chaos", "release", "worker", "store"]),
    ("Learn", &["demo", "explain", "doctor", "mcp"]),
];

/// The command line with its grouped help.
pub fn command() -> clap::Command {
    let command = Cli::command();
    let groups = groups(&command);
    command.help_template(format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\n{groups}Options:\n{{options}}\n\n\
         `loopwright COMMAND --help` says more of a command, `loopwright explain exit-codes` how commands end."
    ))
}

/// The commands that `--help` lists, each with what it does.
pub fn commands() -> Vec<CommandAbout> {
    let command = Cli::command();
    let names = GROUPS.iter().flat_map(|(_, names)| names.iter());
    let known = names.filter_map(|name| command.find_subcommand(name)).filter(|command| !command.is_hide_set());
    known.map(|command| CommandAbout { name: command.get_name().to_owned(), about: about(command) }).collect()
}

/// A command, and what it does.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CommandAbout {
    /// What is typed.
    pub name: String,
    /// What it does, in one line.
    pub about: String,
}

fn about(command: &clap::Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default().trim_end_matches('.').to_owned()
}

fn groups(command: &clap::Command) -> String {
    let mut out = String::new();
    for (heading, names) in GROUPS {
        let known = names.iter().filter_map(|name| command.find_subcommand(name));
        let lines: Vec<String> = known.filter(|command| !command.is_hide_set()).map(line).collect();
        if !lines.is_empty() {
            out.push_str(&format!("{heading}:\n{}\n", lines.concat()));
        }
    }
    out
}

fn line(command: &clap::Command) -> String {
    let aliases: Vec<&str> = command.get_visible_aliases().collect();
    let also = if aliases.is_empty() { String::new() } else { format!(" [also: {}]", aliases.join(", ")) };
    format!("  {:<10} {}{also}\n", command.get_name(), about(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_one_group() {
        command().debug_assert();
        for shown in command().get_subcommands().filter(|command| !command.is_hide_set()) {
            let name = shown.get_name();
            let groups = GROUPS.iter().filter(|(_, names)| names.contains(&name)).count();
            assert_eq!(groups, 1, "{name}");
        }
    }
}
