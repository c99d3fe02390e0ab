use std::net::SocketAddr;
use std::path::PathBuf;

/// What `serve` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct ServeArgs {
    /// Where to listen. Beyond this machine a key is needed.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8484")]
    pub listen: SocketAddr,
    /// Approve every change that a tool would make; otherwise all are refused, as nobody can be asked.
    #[arg(long)]
    pub approve: bool,
    /// The file that holds a key that opens everything; otherwise it comes from `LOOPWRIGHT_SERVE_KEY`.
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}
