use loopwright_core::RunId;

use super::Running;

/// Find out why trials fail: signals in their traces, confirmed by putting the right thing in and running again.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct DiagnoseArgs {
    /// The run; the latest when absent.
    pub run: Option<RunId>,
    /// How trials are run.
    #[command(flatten)]
    pub running: Running,
}
