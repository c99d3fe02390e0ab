//! The `loopwright` binary.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    loopwright::start::start().await
}
