//! Asserts that nothing here carries out, each with the reason.

const CODE: &str = "it is code: where it only reads the answer and the calls, a `[metric.*]` with an `expression` can";
const JUDGE: &str = "a language model would judge: no metric asks one";
const EMBEDDING: &str = "it compares embeddings, which need a model";
const SERVICE: &str = "a service would judge";
const SPANS: &str = "it looks at spans by name: traces here have names of their own";
const ANSWERS: &str = "it compares the answers of several providers: `loopwright compare` does";
const SQL: &str = "no metric reads SQL";
const CALLS: &str =
    "which calls are right stands in `expect.calls` of a case: `tool_f1` and `trajectory_in_order` read it";
const PROVIDER: &str = "it reads what only promptfoo's provider reports";

/// Types, and why each is left out.
pub(super) const BEYOND: &[(&str, &str)] = &[
    ("javascript", CODE),
    ("python", CODE),
    ("ruby", CODE),
    ("webhook", SERVICE),
    ("llm-rubric", JUDGE),
    ("g-eval", JUDGE),
    ("factuality", JUDGE),
    ("model-graded-factuality", JUDGE),
    ("model-graded-closedqa", JUDGE),
    ("answer-relevance", JUDGE),
    ("context-faithfulness", JUDGE),
    ("context-recall", JUDGE),
    ("context-relevance", JUDGE),
    ("conversation-relevance", JUDGE),
    ("trajectory:goal-success", JUDGE),
    ("agent-rubric", JUDGE),
    ("search-rubric", JUDGE),
    ("similar", EMBEDDING),
    ("similar:cosine", EMBEDDING),
    ("similar:dot", EMBEDDING),
    ("similar:euclidean", EMBEDDING),
    ("classifier", SERVICE),
    ("moderation", SERVICE),
    ("pi", SERVICE),
    ("guardrails", PROVIDER),
    ("finish-reason", PROVIDER),
    ("perplexity", PROVIDER),
    ("perplexity-score", PROVIDER),
    ("skill-used", PROVIDER),
    ("is-valid-function-call", PROVIDER),
    ("is-valid-openai-function-call", PROVIDER),
    ("is-valid-openai-tools-call", PROVIDER),
    ("is-sql", SQL),
    ("contains-sql", SQL),
    ("tool-call-f1", CALLS),
    ("trajectory:tool-used", CALLS),
    ("trajectory:tool-args-match", CALLS),
    ("trajectory:tool-sequence", CALLS),
    ("trace-span-count", SPANS),
    ("trace-span-duration", SPANS),
    ("trace-error-spans", SPANS),
    ("trajectory:step-count", SPANS),
    ("select-best", ANSWERS),
    ("max-score", ANSWERS),
    ("human", "a person judges"),
];

/// Why `kind` is left out, when it is a type of promptfoo's that is.
pub(super) fn reason(kind: &str) -> Option<&'static str> {
    BEYOND.iter().find(|(name, _)| *name == kind).map(|(_, why)| *why)
}
