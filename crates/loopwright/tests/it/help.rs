use crate::binary::loopwright;
use crate::eval::document;

#[test]
fn bare_command_shows_the_commands_in_groups() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &[]), @r"
    exit 0
    --- stdout
    The build, eval, improve loop for AI agents, in one binary

    Usage: loopwright [OPTIONS] [COMMAND]

    Start here:
      init       Make a project: a small one that runs at once, or one around an agent that exists
      eval       Measure an agent: how good it is, and how sure that is
      diagnose   Find out why trials fail [also: why]
      improve    Try remedies for what was found, and keep what holds
      serve      Serve the project's agents, and models, behind the protocols of OpenAI and Anthropic, each request a trial

    Loop:
      compare    Compare two runs case by case, or several models on one suite, with a verdict
      gate       Say whether the agent may replace what it is measured against

    Agent:
      chat       Talk to an agent, with its steps in view

    Record:
      runs       List the runs of the project, or show one
      trace      Show what happened in one trial, step by step
      import     Read cases or recorded runs that were written elsewhere
      export     Write a run in the form of another tool

    Production:
      keys       Make, list or revoke the keys that callers show to `serve`
      worker     Do the work that was left to a worker, or leave some to it

    Learn:
      demo       See the whole loop turn on a bundled project, without a key
      explain    Explain a finding, a metric or a word of Loopwright
      doctor     Examine a model: what works with it, and what degrades

    Options:
          --project <FOLDER>  The project's folder; otherwise the working directory, or the nearest
                              folder above it that is a project
          --profile <NAME>    Lay `[profile.NAME]` of loopwright.toml over the project
          --format <FORM>     In what form results are written to standard output [default: text]
                              [possible values: text, json]
          --color <WHEN>      Whether to colour what is for people [default: auto] [possible values:
                              auto, always, never]
      -q, --quiet             Say nothing but warnings and errors on standard error
      -v, --verbose           Say more on standard error
      -h, --help              Print help (see more with '--help')
      -V, --version           Print version

    `loopwright COMMAND --help` says more of a command, `loopwright explain exit-codes` how commands end.
    ");
    assert_eq!(loopwright(folder.path(), &[]), loopwright(folder.path(), &["-h"]));
    let (kind, commands) = document(&loopwright(folder.path(), &["--format", "json"]), 0);
    assert_eq!((kind.as_str(), &commands[0]["name"]), ("commands", &"init".into()));
}

#[test]
fn a_command_says_what_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["init", "--help"]), @r"
    exit 0
    --- stdout
    Make a project: a small one that runs at once, or one around an agent that exists.

    In an empty folder, a small whole project that `loopwright eval` runs at once on the built-in
    stand-in. With `--from`, one around an agent that exists: a function in a file (a shim without
    dependencies is written around it), a server, or a command. Nothing that is there is overwritten.

    Usage: loopwright init [OPTIONS] [FOLDER]

    Arguments:
      [FOLDER]
              The folder; it is made when it is not there

              [default: .]

    Options:
          --from <FILE|URL|COMMAND>
              What exists: a Python, JavaScript or TypeScript file, an address, a command that answers
              JSON lines, or a configuration of promptfoo

          --function <NAME>
              The function of the file that answers; otherwise its only public one, or `run`, `answer`
              or `agent`

          --name <NAME>
              The name of the project; otherwise that of the folder

          --project <FOLDER>
              The project's folder; otherwise the working directory, or the nearest folder above it that
              is a project

          --profile <NAME>
              Lay `[profile.NAME]` of loopwright.toml over the project

          --format <FORM>
              In what form results are written to standard output

              Possible values:
              - text: For people
              - json: For programs: one JSON document on standard output, faults as JSON on standard
                error

              [default: text]

          --color <WHEN>
              Whether to colour what is for people

              Possible values:
              - auto:   When it goes to a terminal that has colours
              - always: Always
              - never:  Never

              [default: auto]

      -q, --quiet
              Say nothing but warnings and errors on standard error

      -v, --verbose
              Say more on standard error

      -h, --help
              Print help (see a summary with '-h')
    ");
}

#[test]
fn what_cannot_be_parsed_is_a_fault_of_usage() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(loopwright(folder.path(), &["innit"]), @r"
    exit 2
    --- stderr
    error: unrecognized subcommand 'innit'

      tip: a similar subcommand exists: 'init'

    Usage: loopwright [OPTIONS] [COMMAND]

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(loopwright(folder.path(), &["init", "--function", "f"]), @r"
    exit 2
    --- stderr
    error: the following required arguments were not provided:
      --from <FILE|URL|COMMAND>

    Usage: loopwright init --from <FILE|URL|COMMAND> --function <NAME> [FOLDER]

    For more information, try '--help'.
    ");
}
