//! Talks to models: what they are called, how their protocols go, what they cost, and what endures a bad network.
//!
//! The way through: a [`ModelRef`] is parsed from text such as `openai:gpt-5-mini`; [`open`] makes of it something that
//! answers chat requests, with the clock of the caller and the keys and prices of an [`Access`]. A request never names
//! a provider; how providers differ is a row of [`PROVIDERS`]. Keys, clock and chance come in as arguments.

mod access;
mod announce;
mod breaker;
mod cassette;
mod checkup;
mod endpoint;
mod energy;
mod fault;
mod gate;
mod headroom;
mod http;
mod patience;
mod price;
mod protocol;
mod provider;
mod reference;
mod remote;
mod retry;
mod retry_after;
mod retry_budget;
mod route;
mod secret;
mod sse;
mod standin;
mod watched;

pub use access::{Access, Caller, CallerKey, OpenError, open, open_as};
pub use breaker::{Breaker, BreakerRule, BreakerState};
pub use cassette::{Cassette, CassetteError, Missing, Recording};
pub use checkup::{CHECKUP_CALLS, Checkup, CheckupLimit, CheckupLine, Standing, checkup};
pub use endpoint::{EndpointRule, EndpointState, Endpoints};
pub use energy::{EnergyEstimate, energy_estimate};
pub use gate::{Gate, GateRule, Priority};
pub use http::{BodyError, HttpError, connection_fault, http_client, http_client_with, whole_body};
pub use patience::Patience;
pub use price::{LongPrice, PRICES_AS_OF, Price, PriceTable};
pub use protocol::Protocol;
pub use provider::{OutputLimitField, PROVIDERS, Provider, Quirks};
pub use reference::{ModelRef, ParseModelRefError, RemoteModel};
pub use remote::RemoteClient;
pub use retry::{Retry, RetryRule};
pub use retry_after::retry_after;
pub use retry_budget::RetryBudget;
pub use route::Route;
pub use secret::{Secret, SecretError};
pub use sse::{SseError, SseEvent, SseParser};
pub use standin::Standin;
