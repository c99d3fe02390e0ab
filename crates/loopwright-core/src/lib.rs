//! The nouns that two rooms which cannot see each other exchange, and the ports. No IO, no runtime.

mod api_key;
mod case;
mod chat;
mod check;
mod comparison;
mod condition;
mod digest;
mod estimate;
mod event;
mod finding;
mod gate;
mod label;
mod name;
mod opinion;
mod port;
mod release;
mod robustness;
mod run;
mod score;
mod seed;
mod source_error;
mod summary;
mod trace;
mod trial;
mod usage;
mod variant;

pub use api_key::ApiKey;
pub use case::{AnswerRule, Case, Expectation, GoldArg, GoldCall, GoldPassage, Input, Split, StateRule};
pub use chat::{
    ChatRequest, ChatResponse, Delta, FinishReason, Message, Part, ResponseFormat, Role, ToolCall, ToolChoice, ToolSpec,
};
pub use check::Check;
pub use comparison::{Change, Comparison};
pub use condition::{Condition, ParseConditionError, Perturbation};
pub use digest::{Digest, ParseDigestError, canonical_json};
pub use estimate::{Estimate, Method};
pub use event::RunEvent;
pub use finding::{Finding, FindingCode, ParseFindingCodeError};
pub use gate::{Decision, GateKind, GateOutcome, GateQuery};
pub use label::Label;
pub use name::{
    AgentName, ArmName, CaseKey, GroupName, JobId, KeyName, MetricName, NameError, Owner, PartName, RequestId, RunId,
    SuiteName, Tag, WorkerId,
};
pub use opinion::{Opinion, Said};
pub use port::{
    BoxFuture, CallEvent, Clock, Commit, DeltaSink, Embeddings, Fact, Job, JobKind, JobLease, JobStatus, KeyRing, Lack,
    Lease, Ledger, LedgerError, Model, ModelCall, ModelError, ModelErrorKind, ModelInfo, Progress, Queue, Quota,
    QuotaError, Reservation, RunQuery, ScoreQuery, TrialQuery, VirtualClock,
};
pub use release::Release;
pub use robustness::{LeftAlone, Robustness};
pub use run::{Arm, Purpose, RunManifest, RunRecord, RunStatus};
pub use score::{MetricId, MetricSpec, Score, Unscored, Verdict};
pub use seed::Seed;
pub use source_error::SourceError;
pub use summary::{ArmSummary, ConditionSummary, Direction, MetricSummary, SliceSummary, Steadiness, Summary, Unit};
pub use trace::{FoundPassage, Limit, Outcome, SegmentUse, Span, SpanDetail, ToolStatus, ToolUse, Trace, TraceId};
pub use trial::{ActedTrial, StateImage, TrialKey, TrialSite};
pub use usage::{Cost, MicroDollars, MicroJoules, Usage};
pub use variant::{Edit, Patch, PatchError, Variant};
