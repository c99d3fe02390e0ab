/// Explain a finding, a metric or a word of Loopwright.
#[derive(Debug, Clone, clap::Args)]
pub struct ExplainArgs {
    /// A code such as `LW101`, or a name such as `exit-codes`; all that there are when it is absent.
    #[arg(value_name = "CODE|METRIC|WORD")]
    pub topic: Option<String>,
}
