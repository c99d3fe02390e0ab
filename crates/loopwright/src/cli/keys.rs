use std::num::NonZeroU32;

use loopwright_core::KeyName;

/// What `keys` takes.
#[derive(Debug, Clone, clap::Args)]
#[command(disable_help_subcommand = true)]
pub struct KeysArgs {
    /// What to do.
    #[command(subcommand)]
    pub work: KeysWork,
}

/// What to do with keys.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum KeysWork {
    /// Make a key, and show it this once.
    Add {
        /// What to call it, such as the program that will show it.
        name: KeyName,
        /// An agent, an alias or a model that it opens, or `PROVIDER:*`; may be given again. Everything when absent.
        #[arg(long, value_name = "NAME")]
        opens: Vec<String>,
        /// Days until it opens nothing any more; never when absent.
        #[arg(long, value_name = "DAYS")]
        days: Option<NonZeroU32>,
    },
    /// List the keys: names, what they open, and until when.
    List,
    /// Make a key open nothing from now on.
    Revoke {
        /// The key.
        name: KeyName,
    },
}
