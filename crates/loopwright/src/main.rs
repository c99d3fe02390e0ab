//! The `loopwright` binary.

use std::process::ExitCode;

/// Trials make and drop many small texts on several threads, which the allocator of the system is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    loopwright::start::start().await
}
