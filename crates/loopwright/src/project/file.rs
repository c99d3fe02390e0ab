//! The shape of `loopwright.toml`. What its names and paths refer to is looked up later.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::serve::ServeTable;

/// A Loopwright project. Paths are relative to the folder of this file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProjectFile {
    /// The project itself.
    pub project: ProjectTable,
    /// The agents, by name.
    pub agent: BTreeMap<String, AgentTable>,
    /// What agents can search, by name.
    pub knowledge: BTreeMap<String, KnowledgeTable>,
    /// What agents can do, by name.
    pub toolset: BTreeMap<String, ToolsetTable>,
    /// How agents are measured, by name.
    pub suite: BTreeMap<String, SuiteTable>,
    /// Metrics of the project's own, by name: `kind` names what each is made of, the other keys are its settings.
    pub metric: BTreeMap<String, BTreeMap<String, Value>>,
    /// When a change is accepted.
    pub gate: GateTable,
    /// What the server lets its callers ask.
    pub serve: ServeTable,
    /// Layers, by name: each holds any of the keys above, and is laid over them with `--profile NAME`.
    pub profile: BTreeMap<String, BTreeMap<String, Value>>,
}

/// The project itself.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProjectTable {
    /// What reports call the project; the folder's name when absent.
    pub name: Option<String>,
}

/// An agent: a native one has a `model`, an attached one an `endpoint`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AgentTable {
    /// The model that answers: `provider:model`, such as `standin:small`, or a table.
    pub model: Option<ModelTable>,
    /// The file of the instructions.
    pub instructions: Option<String>,
    /// The name of a `[knowledge.*]` table.
    pub knowledge: Option<String>,
    /// Names of `[toolset.*]` tables.
    pub tools: Vec<String>,
    /// A JSON Lines file of worked examples: `user`, `calls`, `answer`.
    pub examples: Option<String>,
    /// How many tokens each segment of the context may take.
    pub context: ContextTable,
    /// What bounds one run.
    pub limits: LimitsTable,
    /// Where an agent that exists already is reached.
    pub endpoint: Option<EndpointTable>,
}

/// The model that answers, and how it is asked. In the file, a text is short for a table with `ref` alone.
#[derive(Debug, Clone, Default)]
pub struct ModelTable {
    /// `provider:model`, such as `standin:small` or `openai:gpt-5-mini`.
    pub reference: String,
    /// Sampling temperature, 0 to 2; the model's default when absent.
    pub temperature: Option<f64>,
    /// Upper bound on output tokens of one call.
    pub max_output_tokens: Option<u64>,
    /// Samples a step, 1 to 15; the most frequent one is taken.
    pub votes: Option<u32>,
}

/// The long form of a model.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ModelKeys {
    /// `provider:model`, such as `standin:small` or `openai:gpt-5-mini`.
    #[serde(rename = "ref")]
    reference: String,
    /// Sampling temperature, 0 to 2; the model's default when absent.
    temperature: Option<f64>,
    /// Upper bound on output tokens of one call.
    max_output_tokens: Option<u64>,
    /// Samples a step, 1 to 15; the most frequent one is taken.
    votes: Option<u32>,
}

impl<'de> Deserialize<'de> for ModelTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrTable;
        impl<'de> Visitor<'de> for TextOrTable {
            type Value = ModelTable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a model such as \"standin:small\", or a table with `ref`")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ModelTable, E> {
                Ok(ModelTable { reference: text.to_owned(), ..ModelTable::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ModelTable, A::Error> {
                let keys = ModelKeys::deserialize(MapAccessDeserializer::new(map))?;
                let ModelKeys { reference, temperature, max_output_tokens, votes } = keys;
                Ok(ModelTable { reference, temperature, max_output_tokens, votes })
            }
        }
        deserializer.deserialize_any(TextOrTable)
    }
}

impl JsonSchema for ModelTable {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Model".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, generator.subschema_for::<ModelKeys>()] })
    }
}

/// How many tokens each segment of the context may take.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContextTable {
    /// Passages of the knowledge; 4000 when absent.
    pub knowledge_tokens: Option<u64>,
    /// Earlier messages of the conversation; 4000 when absent.
    pub history_tokens: Option<u64>,
    /// Each tool result; 1500 when absent.
    pub tool_result_tokens: Option<u64>,
    /// Worked examples; 1500 when absent.
    pub examples_tokens: Option<u64>,
}

/// What bounds one run of an agent.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsTable {
    /// Model calls, at least 1; 8 when absent.
    pub steps: Option<u32>,
    /// Tokens read and written; 60000 when absent.
    pub tokens: Option<u64>,
    /// Millionths of a dollar; unbounded when absent.
    pub micro_dollars: Option<u64>,
    /// Seconds; 120 when absent.
    pub seconds: Option<u64>,
}

/// Where an agent that exists already is reached. Which keys are needed depends on `kind`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointTable {
    /// How it is reached.
    pub kind: EndpointKind,
    /// `http`: where to POST.
    pub url: Option<String>,
    /// `http`: the body; its strings are templates over `input`, `messages` and `seed`.
    pub request: Option<Value>,
    /// `http`: JSON Pointer to the answer's text in the response, such as `/answer`.
    pub answer: Option<String>,
    /// `openai`: the address up to and including `/v1`.
    pub base_url: Option<String>,
    /// `openai`: the model, or agent, to name in the request.
    pub model: Option<String>,
    /// `command`: the program and its arguments.
    pub command: Option<Vec<String>>,
    /// `http`, `openai`: headers of every request and their texts. Secrets do not belong here.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// `http`, `openai`: the environment variable that holds the agent's key, or with `_FILE` behind it the file that does.
    pub key_variable: Option<String>,
    /// `http`, `openai`: the header that carries the key as it is; `Authorization: Bearer KEY` when absent.
    pub key_header: Option<String>,
}

/// How an attached agent is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EndpointKind {
    /// A server that takes and gives JSON.
    Http,
    /// A server that speaks the OpenAI chat completions protocol.
    Openai,
    /// A program that answers JSON lines on its standard output.
    Command,
}

/// Documents that agents can search, and how.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KnowledgeTable {
    /// The documents: paths and patterns such as `docs/**/*.md`.
    pub sources: Vec<String>,
    /// How documents are cut into chunks.
    #[serde(default)]
    pub chunk: ChunkTable,
    /// How chunks are scored against a question.
    #[serde(default)]
    pub search: SearchTable,
    /// Passages shown to the model at most, 1 to 50; 4 when absent.
    pub top_k: Option<usize>,
    /// Passages below this share of the best score are not shown, 0 to 1; 0 when absent.
    pub threshold: Option<f64>,
    /// `relevance` (best first) or `edges_first` (best at both ends); `relevance` when absent.
    #[schemars(with = "Option<String>", extend("enum" = ["relevance", "edges_first"]))]
    pub order: Option<loopwright_knowledge::Order>,
}

/// How documents are cut into chunks.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChunkTable {
    /// `words` (after `size` words), `heading` (at each heading too) or `page` (nowhere); `words` when absent.
    #[schemars(with = "Option<String>", extend("enum" = ["words", "heading", "page"]))]
    pub by: Option<loopwright_knowledge::ChunkBy>,
    /// Words a chunk holds at most, 10 to 5000; 180 when absent.
    pub size: Option<usize>,
    /// Words at most that a chunk repeats of the one before, at most half of `size`; 0 when absent.
    pub overlap: Option<usize>,
    /// Whether the headings above a chunk are searched and shown with it; `false` when absent.
    pub header: Option<bool>,
}

/// How chunks are scored against a question (BM25).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SearchTable {
    /// How slowly a repeated word stops to count, 0 to 10; 1.2 when absent.
    pub k1: Option<f64>,
    /// How much long chunks are discounted, 0 to 1; 0.75 when absent.
    pub b: Option<f64>,
    /// Whether words are cut to their English stem; `true` when absent.
    pub stem: Option<bool>,
    /// Whether the most common English words are left out; `true` when absent.
    pub stop_words: Option<bool>,
}

/// Tools, and the world that they act on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolsetTable {
    /// A TOML file of `[[tool]]` tables.
    pub tools: String,
    /// The SQL script that makes the world, afresh for every trial.
    pub world: Option<String>,
}

/// How an agent is measured.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SuiteTable {
    /// The agent that is measured.
    pub agent: String,
    /// JSON Lines files of cases: paths and patterns such as `cases/*.jsonl`.
    pub cases: Vec<String>,
    /// Trials of each case, 1 to 1000; 5 when absent.
    pub trials: Option<u32>,
    /// The metric that decides; `resolved` when absent.
    pub primary: Option<String>,
    /// The metrics that are measured beside it.
    #[serde(default)]
    pub metrics: Vec<String>,
    /// Perturbations and their dose, such as `ants(3)`.
    #[serde(default)]
    pub perturbations: Vec<String>,
    /// Who decides on a tool call that policy holds back; `approve` when absent.
    pub approve: Option<Approve>,
}

/// Who decides, in a suite, on a tool call that policy holds back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Approve {
    /// Every call is approved.
    #[default]
    Approve,
    /// Every call is denied.
    Deny,
    /// The calls that the case expects are approved, all others denied.
    Oracle,
}

/// When a change is accepted.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GateTable {
    /// Differences smaller than this count as none, above 0 and below 1; 0.05 when absent.
    pub margin: Option<f64>,
    /// Probability of accepting what is no better, above 0 and below 0.5; 0.05 when absent.
    pub alpha: Option<f64>,
    /// Trials of each case and arm when a gate measures, 1 to 1000; 3 when absent.
    pub trials: Option<u32>,
    /// Questions that one generation of the vault answers, 1 to 1000; 20 when absent.
    pub vault_queries: Option<u32>,
    /// Metrics that must not get worse.
    pub safeguards: Vec<String>,
}
