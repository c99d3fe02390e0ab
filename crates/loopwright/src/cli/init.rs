use std::path::PathBuf;

/// What `init` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct InitArgs {
    /// The folder; it is made when it is not there.
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
    /// What exists: a Python, JavaScript or TypeScript file, an address, a command that answers JSON lines, or a
    /// configuration of promptfoo.
    #[arg(long, value_name = "FILE|URL|COMMAND")]
    pub from: Option<String>,
    /// The function of the file that answers; otherwise its only public one, or `run`, `answer` or `agent`.
    #[arg(long, value_name = "NAME", requires = "from")]
    pub function: Option<String>,
    /// The name of the project; otherwise that of the folder.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}
