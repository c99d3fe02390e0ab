use loopwright_model::ModelRef;

/// What `doctor` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct DoctorArgs {
    /// The model to examine: `openai:gpt-5-mini`, `anthropic:…`, `gemini:…`, `compatible:NAME@http://HOST/v1`, or a route
    /// such as `fallback(A, B)`.
    #[arg(long, value_name = "MODEL")]
    pub model: ModelRef,
    /// Where the model's luck comes from, where that can be chosen; drawn when it is absent.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Do not ask before real money is spent.
    #[arg(long, short)]
    pub yes: bool,
}
