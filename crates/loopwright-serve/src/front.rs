//! The front: the agents behind the door, and what all requests share.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use loopwright_agent::{Approver, PartError};
use loopwright_core::{Clock, Fact, KeyRing, Ledger, LedgerError, NameError, RunStatus, Seed};
use loopwright_model::{Access, OpenError, Secret};

use crate::Bounds;
use crate::flights::Flights;
use crate::gateway::{Gateway, Models};
use crate::metrics::Metrics;
use crate::served_agent::{Ready, ServedAgent};
use crate::served_log::Opening;
use crate::trace_queue::TraceQueue;

/// What a front is made of.
pub struct Setting {
    /// The agents, each under a name of its own.
    pub agents: Vec<ServedAgent>,
    /// Models that callers may ask without an agent between.
    pub gateway: Gateway,
    /// Where traces go.
    pub ledger: Arc<dyn Ledger>,
    /// Time. Simulated models are given a clock of their own instead.
    pub clock: Arc<dyn Clock>,
    /// Keys and prices of the models.
    pub access: Arc<Access>,
    /// Chance, drawn afresh for each front: ids of requests and the luck of the models come from it.
    pub seed: Seed,
    /// Who decides when a tool would change something.
    pub approver: Arc<dyn Approver>,
    /// The key that opens everything, if there is one.
    pub key: Option<Secret>,
    /// The keys that were given out. Without any of them, and without `key`, whoever reaches the loopback is let in.
    pub ring: Arc<dyn KeyRing>,
    /// What bounds the front.
    pub bounds: Bounds,
    /// The version of Loopwright.
    pub version: String,
}

/// The front cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum FrontError {
    /// A part of an agent cannot be read.
    #[error(transparent)]
    Part(#[from] PartError),
    /// A model cannot be reached.
    #[error(transparent)]
    Model(#[from] OpenError),
    /// An agent's name cannot stand in the ledger.
    #[error(transparent)]
    Name(#[from] NameError),
    /// An attached agent is a server, or a program, of its own.
    #[error("serve `{agent}`: it is attached, and only native agents are served")]
    Attached {
        /// The agent.
        agent: String,
    },
    /// A name means an agent and a model.
    #[error("serve the alias `{alias}`: an agent is called so; rename one of them")]
    Alias {
        /// The name.
        alias: String,
    },
    /// The keys cannot be read, or the runs not begun.
    #[error("read the keys, and begin the record of served requests")]
    Ledger(#[from] LedgerError),
}

/// A front that is open. A clone is another handle to the same.
#[derive(Clone)]
pub struct Front {
    pub(crate) inner: Arc<Inner>,
}

/// What all requests share.
pub(crate) struct Inner {
    pub(crate) agents: BTreeMap<String, Arc<Ready>>,
    pub(crate) models: Models,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) access: Arc<Access>,
    pub(crate) seed: Seed,
    pub(crate) approver: Arc<dyn Approver>,
    pub(crate) key: Option<Secret>,
    pub(crate) ring: Arc<dyn KeyRing>,
    /// Whether a key is asked for.
    pub(crate) is_locked: bool,
    pub(crate) bounds: Bounds,
    pub(crate) version: String,
    pub(crate) opened_ns: u64,
    pub(crate) flights: Flights,
    pub(crate) traces: TraceQueue,
    /// Requests that were given an id.
    pub(crate) identified: AtomicU64,
    pub(crate) metrics: Metrics,
    pub(crate) ledger: Arc<dyn Ledger>,
}

impl Front {
    /// Makes the agents ready, begins their runs in the ledger and starts the writer of traces. To be called on a
    /// runtime of tokio.
    ///
    /// # Errors
    /// [`FrontError`] when an agent cannot be served, a key is missing, or the ledger cannot be written.
    pub async fn open(mut setting: Setting) -> Result<Self, FrontError> {
        let models = Models::new(&mut setting)?;
        // One that was revoked counts: whoever revokes the last key does not mean to open the door.
        let is_locked = setting.key.is_some() || !setting.ring.keys().await?.is_empty();
        let mut agents = BTreeMap::new();
        let mut begun = vec![];
        for agent in std::mem::take(&mut setting.agents) {
            let ready = Ready::new(agent, &setting)?;
            let opening = Opening {
                seed: setting.seed,
                version: &setting.version,
                started_ns: setting.clock.now_ns(),
                simulated: ready.model.is_simulated(),
            };
            begun.push(Fact::RunStarted(Box::new(ready.log.manifest(opening)?)));
            agents.insert(ready.spec.name.clone(), Arc::new(ready));
        }
        setting.ledger.append(begun).await?;
        let Setting { ledger, clock, access, seed, approver, key, ring, bounds, version, .. } = setting;
        let traces = TraceQueue::start(Arc::clone(&ledger), bounds.traces);
        let flights = Flights::new(bounds.requests);
        let opened_ns = clock.now_ns();
        let inner = Inner {
            agents,
            models,
            clock,
            access,
            seed,
            approver,
            key,
            ring,
            is_locked,
            bounds,
            version,
            opened_ns,
            flights,
            traces,
            identified: AtomicU64::new(0),
            metrics: Metrics::default(),
            ledger,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Takes no more requests, and waits until those under way have ended, for as long as they may. Those that have not
    /// are cut off, and their traces are lost and counted.
    pub(crate) async fn land(&self) {
        let Inner { flights, clock, bounds, traces, .. } = &*self.inner;
        traces.count_dropped(flights.land(clock.as_ref(), bounds.drain).await);
    }

    /// Writes the traces that wait, and ends the runs.
    pub(crate) async fn close(&self) -> Result<(), LedgerError> {
        let Inner { agents, traces, ledger, .. } = &*self.inner;
        traces.flush().await;
        let status = if traces.dropped() == 0 { RunStatus::Complete } else { RunStatus::Degraded };
        let runs = agents.values().map(|agent| agent.log.run.clone()).chain(traces.begun());
        let ended = runs.map(|run| Fact::RunEnded { run, status });
        ledger.append(ended.collect()).await
    }
}
