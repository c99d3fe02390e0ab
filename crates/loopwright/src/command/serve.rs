//! `serve`: the agents of the project, and models, behind OpenAI's and Anthropic's protocols, until the process is asked
//! to end.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use loopwright_agent::{Always, Approver, World};
use loopwright_core::{AgentName, Digest, KeyRing, Ledger};
use loopwright_model::{Access, PriceTable, Secret};
use loopwright_report::SIMULATED;
use loopwright_serve::{Bounds, Front, FrontError, ServedAgent, Setting, Unattended, check_exposure, serve};
use loopwright_store::Store;
use tokio::net::TcpListener;

use super::chat::setting::{index, world};
use crate::answerer::{is_attached, is_simulated};
use crate::cli::ServeArgs;
use crate::context::Context;
use crate::entropy;
use crate::environment::{Environment, secret_file};
use crate::exit::Exit;
use crate::fault::Fault;
use crate::printer::{FAINT, Format, Printer, STRONG};
use crate::project::{AgentConfig, Project};
use crate::workshop::open_store;

/// The worlds that are live, by the digest of how they began.
type LiveWorlds = BTreeMap<Digest, Arc<World>>;

/// Serves until it is interrupted or asked to end.
pub(super) async fn run(args: ServeArgs, context: &Context) -> Result<Exit, Fault> {
    let project = context.project()?;
    let key = key(&args, context)?;
    let store = open_store(&project, context)?;
    let is_locked = key.is_some() || !store.keys().await.map_err(Fault::unexpected)?.is_empty();
    check_exposure(args.listen, is_locked).map_err(|error| {
        let hint = "make one with `loopwright keys add`, set `LOOPWRIGHT_SERVE_KEY`, or name a file with `--key-file`";
        Fault::usage(error).with_hint(hint)
    })?;
    let agents = agents(&project, context)?;
    let names: Vec<String> = agents.iter().map(|agent| agent.variant.agent.to_string()).collect();
    let simulated = agents.iter().any(|agent| is_simulated(&agent.variant));
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        Fault::usage(format!("listen on `{}`: {error}", args.listen)).with_hint("`--listen` takes another address")
    })?;
    let address = listener.local_addr().map_err(Fault::unexpected)?;
    // Heard from now on, so that whoever reads that it listens can also ask it to end.
    let asked_to_end = asked_to_end()?;
    let front = Front::open(setting(agents, store, (&args, key), &project, context)?).await.map_err(unopened)?;
    if simulated {
        context.printer.warn(SIMULATED);
    }
    announce(context.printer, address, &names);
    let printer = context.printer;
    let drain = async move {
        asked_to_end.await;
        printer.say("draining: what is under way ends, nothing new begins");
    };
    serve(listener, front, drain).await.map_err(Fault::unexpected)?;
    Ok(Exit::Ok)
}

/// The key that callers must show. An empty file is a fault, never a door without a lock.
fn key(args: &ServeArgs, context: &Context) -> Result<Option<Secret>, Fault> {
    let (source, text) = match (&args.key_file, context.environment.get(Environment::LOOPWRIGHT_SERVE_KEY)) {
        (Some(file), _) => {
            let path = context.folder.join(file).display().to_string();
            (file.display().to_string(), secret_file(&path)?)
        }
        (None, Some(text)) => (Environment::LOOPWRIGHT_SERVE_KEY.to_owned(), text.to_owned()),
        (None, None) => return Ok(None),
    };
    Secret::new(&text).map(Some).map_err(|error| Fault::usage(format!("read `{source}`: {error}")))
}

/// The native agents; those that are attached are servers or programs of their own.
fn agents(project: &Project, context: &Context) -> Result<Vec<ServedAgent>, Fault> {
    let mut worlds = LiveWorlds::new();
    let mut agents = vec![];
    for (name, config) in &project.agents {
        if is_attached(&config.variant) {
            context.printer.warn(&format!("`{name}` is not served: it is attached, so it is reached where it is"));
        } else {
            agents.push(agent(project, name, config, &mut worlds, context)?);
        }
    }
    if agents.is_empty() && project.gateway.aliases.is_empty() {
        let fault = Fault::nothing("the project has no native agent to serve");
        return Err(fault.with_hint("add `[agent.NAME]` with a `model` to loopwright.toml"));
    }
    Ok(agents)
}

fn agent(
    project: &Project,
    name: &AgentName,
    config: &AgentConfig,
    worlds: &mut LiveWorlds,
    context: &Context,
) -> Result<ServedAgent, Fault> {
    let world = match world(project, config)? {
        Some(seed) => {
            let live = worlds.get(&seed.image().digest).cloned();
            let live = live.map_or_else(|| World::open(&seed, None).map(Arc::new), Ok).map_err(Fault::unexpected)?;
            worlds.insert(seed.image().digest, Arc::clone(&live));
            Some(live)
        }
        None => None,
    };
    context.printer.detail(&format!("{FAINT}making `{name}` ready{FAINT:#}"));
    let run = entropy::run_id(context.clock.as_ref())?;
    Ok(ServedAgent { run, variant: config.variant.clone(), index: index(project, config)?.map(Arc::new), world })
}

fn setting(
    agents: Vec<ServedAgent>,
    store: Store,
    (args, key): (&ServeArgs, Option<Secret>),
    project: &Project,
    context: &Context,
) -> Result<Setting, Fault> {
    let approver: Arc<dyn Approver> = if args.approve { Arc::new(Always::Approve) } else { Arc::new(Unattended) };
    let store = Arc::new(store);
    Ok(Setting {
        agents,
        gateway: project.gateway.clone(),
        ledger: Arc::clone(&store) as Arc<dyn Ledger>,
        clock: Arc::clone(&context.clock),
        access: Arc::new(Access::new(context.environment.keys_with(&project.key_variables())?, PriceTable::builtin())),
        seed: entropy::seed()?,
        approver,
        key,
        ring: store,
        bounds: Bounds::default(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

fn unopened(error: FrontError) -> Fault {
    match error {
        FrontError::Ledger(_) => Fault::unexpected(error),
        FrontError::Model(_) => Fault::usage(error).with_hint("`standin:small` needs no key"),
        _ => Fault::usage(error),
    }
}

fn announce(printer: Printer, address: SocketAddr, names: &[String]) {
    let url = format!("http://{address}/v1");
    printer.say(&format!("serving {} at {STRONG}{url}{STRONG:#}; an agent's name is the model", names.join(", ")));
    if printer.format == Format::Json {
        printer.out(&serde_json::json!({ "url": url, "agents": names }).to_string());
    }
}

/// Done when the process is interrupted, or asked to end by whoever runs it.
#[cfg(unix)]
fn asked_to_end() -> Result<impl Future<Output = ()> + Send + 'static, Fault> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Fault::unexpected)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Fault::unexpected)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Done when the process is interrupted.
#[cfg(not(unix))]
fn asked_to_end() -> Result<impl Future<Output = ()> + Send + 'static, Fault> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
