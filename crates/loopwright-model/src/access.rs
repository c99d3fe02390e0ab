//! What it takes to reach models: keys, prices, patience, and the shared HTTP client.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use loopwright_core::{Clock, MicroDollars, Model, ModelInfo, Usage};
use reqwest::header::HeaderMap;

use crate::cassette::Recorded;
use crate::endpoint::AtEndpoint;
use crate::{
    Cassette, EndpointRule, Endpoints, HttpError, Missing, ModelRef, Patience, PriceTable, Priority, RemoteClient,
    RemoteModel, Retry, RetryRule, Route, Secret, Standin, http_client, http_client_with,
};

/// What it takes to reach models. Make one and share it; the HTTP client is made when it is first needed.
#[derive(Debug, Default)]
pub struct Access {
    /// Keys, by the name of the environment variable that they came from ([`crate::Provider::key_variable`]).
    pub keys: BTreeMap<String, Secret>,
    /// What tokens cost.
    pub prices: PriceTable,
    /// How often remote models are asked again.
    pub retry: RetryRule,
    /// How long remote models may be silent.
    pub patience: Patience,
    /// When an endpoint is left alone, and how many of its calls are out at once.
    pub endpoint: EndpointRule,
    /// How urgent the calls are, of those that wait for one endpoint.
    pub priority: Priority,
    /// What calls of one endpoint share. Give another access a clone, and its calls share it too.
    pub endpoints: Endpoints,
    /// What answers calls in place of their models, or records them.
    pub cassette: Option<Arc<Cassette>>,
    client: OnceLock<reqwest::Client>,
}

/// A model cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The provider needs a key and none was given.
    #[error("use `{model}`: `{provider}` needs a key; set the environment variable `{variable}`")]
    MissingKey {
        /// The model.
        model: String,
        /// The provider.
        provider: &'static str,
        /// Where the key is looked for.
        variable: &'static str,
    },
    /// The reference names a profile that the stand-in does not have.
    #[error("use `standin:{profile}`: there is no such profile")]
    Profile {
        /// The name.
        profile: String,
    },
    /// The HTTP client could not be made.
    #[error("use a remote model")]
    Http(#[from] HttpError),
}

impl Access {
    /// Access with these keys and prices, and the default patience.
    pub fn new(keys: BTreeMap<String, Secret>, prices: PriceTable) -> Self {
        Self { keys, prices, ..Self::default() }
    }

    /// Whether calls of `model` have a known price.
    pub fn is_priced(&self, model: &ModelRef) -> bool {
        match model {
            ModelRef::Standin { .. } => true,
            ModelRef::Remote(remote) => self.prices.price(remote).is_some(),
            // What a call costs that was dropped for another nobody says.
            ModelRef::Route(route) if matches!(**route, Route::Hedge { .. }) => false,
            ModelRef::Route(route) => route.members().into_iter().all(|member| self.is_priced(member)),
        }
    }

    /// What a call of `model` costs that takes `usage`, of a route the dearest of its members; `None` when a price is
    /// unknown.
    pub fn price_of(&self, model: &ModelRef, usage: Usage) -> Option<MicroDollars> {
        match model {
            ModelRef::Standin { profile } => Some(loopwright_standin::Profile::named(profile)?.price(&usage)),
            ModelRef::Remote(remote) => Some(self.prices.price(remote)?.of(usage)),
            ModelRef::Route(_) if !self.is_priced(model) => None,
            ModelRef::Route(route) => {
                let prices = route.members().into_iter().map(|member| self.price_of(member, usage));
                prices.collect::<Option<Vec<_>>>()?.into_iter().max()
            }
        }
    }

    fn client(&self) -> Result<reqwest::Client, HttpError> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let made = http_client()?;
        Ok(self.client.get_or_init(|| made).clone())
    }

    fn key(&self, model: &RemoteModel) -> Result<Option<Secret>, OpenError> {
        let provider = model.provider;
        let Some(variable) = provider.key_variable else { return Ok(None) };
        match self.keys.get(variable) {
            None if provider.needs_key => {
                Err(OpenError::MissingKey { model: model.to_string(), provider: provider.name, variable })
            }
            key => Ok(key.cloned()),
        }
    }
}

/// The model that `reference` names, on the time of `clock`: cheap enough for one a trial. Remote models are retried by
/// [`Access::retry`] and need a clock that moves by itself.
///
/// # Errors
/// [`OpenError`] when a key is missing or the HTTP client cannot be made. Nothing is sent yet.
pub fn open(reference: &ModelRef, clock: Arc<dyn Clock>, access: &Access) -> Result<Arc<dyn Model>, OpenError> {
    let live = || open_live(reference, Arc::clone(&clock), access, access.retry);
    let Some(cassette) = &access.cassette else { return live() };
    let simulated = reference.is_simulated();
    let unreached =
        ModelInfo { reference: reference.to_string(), simulated, window: None, priced: access.is_priced(reference) };
    recorded(cassette, unreached, live)
}

/// The model that `live` opens, on the cassette. Where nothing is recorded it is not opened, so that no key is needed;
/// `unreached` is what is known of it then.
fn recorded(
    cassette: &Arc<Cassette>,
    unreached: ModelInfo,
    live: impl FnOnce() -> Result<Arc<dyn Model>, OpenError>,
) -> Result<Arc<dyn Model>, OpenError> {
    let live = match cassette.missing() {
        Missing::Fails => None,
        Missing::IsRecorded => Some(live()?),
    };
    let info = live.as_ref().map_or(unreached, |live| live.info());
    Ok(Arc::new(Recorded { info, live, cassette: Arc::clone(cassette) }))
}

/// The model itself, whatever the cassette holds, asked again by `retry`.
pub(crate) fn open_live(
    reference: &ModelRef,
    clock: Arc<dyn Clock>,
    access: &Access,
    retry: RetryRule,
) -> Result<Arc<dyn Model>, OpenError> {
    match reference {
        ModelRef::Standin { profile } => {
            let model = Standin::new(profile, clock).ok_or_else(|| OpenError::Profile { profile: profile.clone() })?;
            Ok(Arc::new(model))
        }
        ModelRef::Remote(remote) => open_remote(remote, &Caller::default(), clock, access, retry),
        ModelRef::Route(route) => route.open(clock, access, retry),
    }
}

/// What is said of the caller beside what is usual with the provider.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// The key that is sent as a bearer.
    pub key: CallerKey,
    /// Headers of every request.
    pub headers: HeaderMap,
}

/// The key that is sent as a bearer.
#[derive(Debug, Clone, Default)]
pub enum CallerKey {
    /// The provider's own, where there is one.
    #[default]
    Usual,
    /// This one in its place.
    Own(Secret),
    /// None: one of the headers says who asks, and a key for other servers is not this one's to see.
    Unsent,
}

/// The model `remote`, asked by `caller`; the same as [`open`] otherwise.
///
/// # Errors
/// [`OpenError`] when a key is missing or the HTTP client cannot be made. Nothing is sent yet.
pub fn open_as(
    remote: &RemoteModel,
    caller: &Caller,
    clock: Arc<dyn Clock>,
    access: &Access,
) -> Result<Arc<dyn Model>, OpenError> {
    open_remote(remote, caller, clock, access, access.retry)
}

fn open_remote(
    remote: &RemoteModel,
    caller: &Caller,
    clock: Arc<dyn Clock>,
    access: &Access,
    retry: RetryRule,
) -> Result<Arc<dyn Model>, OpenError> {
    let key = match &caller.key {
        CallerKey::Usual => access.key(remote)?,
        CallerKey::Own(key) => Some(key.clone()),
        CallerKey::Unsent => None,
    };
    let client = if caller.headers.is_empty() { access.client()? } else { http_client_with(caller.headers.clone())? };
    let price = access.prices.price(remote);
    let endpoint = access.endpoints.of(remote, access.endpoint);
    let budget = Arc::clone(&endpoint.budget);
    let once = RemoteClient::new(remote.clone(), key, price, client, clock.clone());
    let once = once.with_patience(access.patience).with_gate(Arc::clone(&endpoint.gate));
    let shared = AtEndpoint { inner: Arc::new(once), endpoint, clock: clock.clone(), priority: access.priority };
    Ok(Arc::new(Retry::new(Arc::new(shared), clock, retry).with_budget(budget)))
}
